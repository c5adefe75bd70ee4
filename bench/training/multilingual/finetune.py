"""Teach the upper layers tone: fine-tune layers 7 to 9 on the states that `states` kept, and write their new weights.

    python -m bench.training.multilingual.finetune --work FOLDER [--without de nl] [--mix 0.5] [--epochs 2] [--most N] [--seed 6]
        [--minutes N]

Writes `tuned.npz` into the work folder, which `convert --tuned` and `heads --tuned` take. The head is fitted first, with the layers
as they were, and only then are both taught together (Kumar et al. 2022, arXiv 2202.10054), at a small rate; what is written is the
mean of the old weights and the new ones (Wortsman et al. 2022, arXiv 2109.01903). Both are for the texts of sources that nobody
has seen yet. Whole languages are left out, German by default, so that the printed lines say what the layers learn of tone
and not of a source: `*` stands by what was never learnt from. Half an hour on one free core;
with --minutes it stops after so many, exits with 3, and goes on there when it is called again. Needs torch.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from bench.training.multilingual import encoder
from bench.training.multilingual.corpus import recall
from bench.training.multilingual.heads import SOCIAL, fit
from bench.training.multilingual.shape import LAYERS, LOWER
from bench.training.multilingual.texts import Texts

BATCH, RATE, HEAD_RATE, DROPOUT, SMOOTHING = 32, 1e-4, 3e-4, 0.1, 0.1
HOLD = 0.001  # C of the first head
SMALL = 2.0  # what a text of the small sources (XLM-T) counts, of which there are few in each language
JUDGED = 1_500  # texts of a source that is left out
UNFINISHED = 3  # the exit code of a run that goes on when it is called again


class Layer(nn.Module):
    """One post-norm transformer layer, its matrices transposed from the arrays of `encoder`."""

    def __init__(self, arrays: dict[str, np.ndarray], layer: int, base: encoder.Base) -> None:
        super().__init__()
        self.heads, self.at = base.heads, f"{layer}."
        for name in ("qkv", "out", "up", "down"):
            weight = arrays[f"{self.at}{name}.w"]
            linear = nn.Linear(*weight.shape)
            linear.weight.data = torch.tensor(np.ascontiguousarray(weight.T))
            linear.bias.data = torch.tensor(arrays[f"{self.at}{name}.b"])
            setattr(self, name, linear)
        for name in ("norm1", "norm2"):
            norm = nn.LayerNorm(base.width, eps=base.epsilon)
            norm.weight.data = torch.tensor(arrays[f"{self.at}{name}.w"])
            norm.bias.data = torch.tensor(arrays[f"{self.at}{name}.b"])
            setattr(self, name, norm)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """The states after this layer."""
        count, length, width = x.shape
        parts = self.qkv(x).view(count, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        drop = DROPOUT if self.training else 0.0
        context = F.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :], dropout_p=drop)
        context = self.out(context.transpose(1, 2).reshape(count, length, width))
        x = self.norm1(x + F.dropout(context, DROPOUT, self.training))
        inner = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(inner, DROPOUT, self.training))

    def arrays(self) -> dict[str, np.ndarray]:
        """Its weights, by the names of `encoder`."""
        found = {}
        for name in ("qkv", "out", "up", "down", "norm1", "norm2"):
            one = getattr(self, name)
            found[f"{self.at}{name}.w"] = one.weight.detach().numpy().T.copy()
            found[f"{self.at}{name}.b"] = one.bias.detach().numpy().copy()
        return found


class Upper(nn.Module):
    """The upper layers, and heads on the means after the sixth and the last layer."""

    def __init__(self, arrays: dict[str, np.ndarray], base: encoder.Base) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Layer(arrays, layer, base) for layer in range(LOWER, LAYERS)])
        self.head = nn.Linear(2 * base.width, 3)

    def pooled(self, x: Tensor, mask: Tensor, pooled: Tensor) -> Tensor:
        """The means after the sixth and the last layer, (texts, 2 by width)."""
        for layer in self.layers:
            x = layer(x, mask)
        shares = mask.float() / mask.sum(1, keepdim=True)
        return torch.cat([pooled, (x * shares[..., None]).sum(1)], 1)

    def forward(self, x: Tensor, mask: Tensor, pooled: Tensor) -> Tensor:
        """Logits (texts, 3)."""
        return self.head(F.dropout(self.pooled(x, mask, pooled), DROPOUT, self.training))


def _tensors(texts: Texts, batch: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    lengths = np.diff(texts.ends)[batch]
    x = np.zeros((len(batch), lengths.max(), texts.states.shape[1]), np.float32)
    mask = np.zeros(x.shape[:2], bool)
    for place, row in enumerate(batch):
        x[place, : lengths[place]] = texts.states[texts.ends[row] : texts.ends[row + 1]]
        mask[place, : lengths[place]] = True
    return torch.from_numpy(x), torch.from_numpy(mask), torch.from_numpy(texts.pooled[batch])


@torch.no_grad()
def features(model: Upper, texts: Texts, rows: np.ndarray) -> np.ndarray:
    """What the heads read of some texts, (texts, 2 by width), in their order."""
    model.eval()
    found = np.zeros((len(texts.labels), model.head.in_features), np.float32)
    for batch in texts.batches(rows, 128, None):
        found[batch] = model.pooled(*_tensors(texts, batch)).numpy()
    return found[rows]


def judged(texts: Texts, without: set[str]) -> Mapping[str, np.ndarray]:
    """What is reported on: the kept part of each source, and of what is left out as much as there is; with the rows of each."""
    groups = {}
    for language in np.unique(texts.languages):
        for source in np.unique(texts.sources):
            here = (texts.languages == language) & (texts.sources == source)
            if source in {"xed", "ecosent"} or not here.any():
                continue
            unseen = language in without or source in without
            rows = np.flatnonzero(here if unseen else here & (texts.parts == "kept"))[:JUDGED]
            if len(rows):
                groups[f"{language}/{source}{'*' if unseen or source not in SOCIAL else ''}"] = rows
    return groups


def report(model: Upper, texts: Texts, groups: Mapping[str, np.ndarray], label: str) -> None:
    """Macro recall of each group; of a source with two tones the choice between these."""
    head = model.head.weight.detach().numpy().T, model.head.bias.detach().numpy()
    line = []
    for name, rows in groups.items():
        logits = features(model, texts, rows) @ head[0] + head[1]
        if name.startswith("nl/bol.com"):
            logits[:, 1] = -99
        line.append(f"{name} {100 * recall(texts.labels[rows], logits.argmax(1)):.1f}")
    print(f"{label}: {'  '.join(line)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--without", nargs="*", default=["de", "nl"], help="languages or sources to leave out (default: de nl)")
    parser.add_argument("--mix", type=float, default=0.5, help="share of the new weights in what is written (default 0.5)")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--most", type=int, default=4_000, help="texts of one tone, source and language (default 4000)")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many, to go on at the next call")
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(2)
    random = np.random.default_rng(asked.seed)
    base = encoder.read_base()
    arrays = encoder.layer_arrays(base, LAYERS)
    model, texts, without = Upper(arrays, base), Texts(asked.work), set(asked.without)
    texts.parts = texts.parts.astype("<U10")
    unseen = np.isin(texts.languages, list(without)) | np.isin(texts.sources, list(without))
    texts.parts[(texts.parts == "learn") & (unseen | ~np.isin(texts.sources, SOCIAL))] = "unused"
    learn = texts.learn(asked.most)
    learn = learn[texts.weights[learn] > 0]
    groups = judged(texts, without)
    started, paused = time.time(), asked.work / "finetune.pt"
    # Every choice that the run depends on: a pause of another run is none of this one.
    choice = [sorted(without), asked.epochs, asked.most, asked.seed, len(learn)]
    held = torch.load(paused, weights_only=True) if paused.exists() else None
    if held is None or held["choice"] != choice:
        weights, bias = fit(features(model, texts, learn), texts.labels[learn], texts.weights[learn], HOLD)
        with torch.no_grad():
            model.head.weight.copy_(torch.tensor(weights.T.copy()))
            model.head.bias.copy_(torch.tensor(bias))
        report(model, texts, groups, "before")
        start, done = {name: value.clone() for name, value in model.state_dict().items()}, 0
    else:
        start, done = held["start"], held["done"]
        model.load_state_dict(held["model"])
    counts = texts.weights * np.where(texts.sources == "xlmt", SMALL, 1.0).astype(np.float32)
    steps = asked.epochs * -(-len(learn) // BATCH)
    groups_of_weights = [
        {"params": model.layers.parameters(), "lr": RATE},
        {"params": model.head.parameters(), "lr": HEAD_RATE},
    ]
    optimiser = torch.optim.AdamW(groups_of_weights, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min((step + 1) / (0.08 * steps), 1 - step / steps))
    if held is not None and done:
        optimiser.load_state_dict(held["optimiser"])
        schedule.load_state_dict(held["schedule"])
        torch.set_rng_state(held["random"])
    model.train()
    losses: list[float] = []
    batches = [batch for _ in range(asked.epochs) for batch in texts.batches(learn, BATCH, random)]
    for place, batch in enumerate(batches[done:], start=done):
        if time.time() - started > 60 * asked.minutes:
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state | {"random": torch.get_rng_state(), "start": start, "done": place, "choice": choice}, paused)
            print(f"paused at step {place} of {steps}", flush=True)
            sys.exit(UNFINISHED)
        labels = torch.from_numpy(texts.labels[batch])
        each = F.cross_entropy(model(*_tensors(texts, batch)), labels, reduction="none", label_smoothing=SMOOTHING)
        loss = (each * torch.from_numpy(counts[batch])).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if len(losses) % 50 == 0:
            print(f"step {place + 1} of {steps}: loss {np.mean(losses[-50:]):.3f}, {time.time() - started:.0f} s", flush=True)
    taught = {name: value.clone() for name, value in model.state_dict().items()}
    for mix in [*sorted({0.3, 0.5, 0.7, 1.0} - {asked.mix}), asked.mix]:
        model.load_state_dict({name: (1 - mix) * start[name] + mix * value for name, value in taught.items()})
        report(model, texts, groups, f"mix {mix:.1f}")
    np.savez(asked.work / "tuned.npz", **{name: value for layer in model.layers for name, value in layer.arrays().items()})
    paused.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
