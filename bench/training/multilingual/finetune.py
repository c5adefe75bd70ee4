"""Teach the upper layers tone: fine-tune layers 7 to 9 on the states that `states` kept, and write their new weights.

    python -m bench.training.multilingual.finetune --work FOLDER [--epochs N] [--most N] [--seed N]

Writes `tuned.npz` into the work folder after every epoch, and prints macro recall on the kept part. One head for each kind of
text stands on top while it learns, since neutral means another thing in a headline than in a post; subtitles (XED) have two tones
only, but bring Dutch, and get a head of their own that is thrown away afterwards, like the others: `heads` trains those that
ship. About ten minutes an epoch on two cores. Needs torch.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from bench.training.multilingual import encoder
from bench.training.multilingual.corpus import recall
from bench.training.multilingual.shape import LAYERS, LOWER
from bench.training.multilingual.texts import KINDS, Texts

BATCH, RATE, HEAD_RATE, DROPOUT = 32, 1e-4, 1e-3, 0.1


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
        self.head = nn.Linear(2 * base.width, 3 * len(KINDS))
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: Tensor, mask: Tensor, pooled: Tensor) -> Tensor:
        """Logits (texts, kinds, 3)."""
        for layer in self.layers:
            x = layer(x, mask)
        shares = mask.float() / mask.sum(1, keepdim=True)
        top = (x * shares[..., None]).sum(1)
        return self.head(F.dropout(torch.cat([pooled, top], 1), DROPOUT, self.training)).view(len(x), len(KINDS), 3)


def _tensors(texts: Texts, batch: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    lengths = np.diff(texts.ends)[batch]
    x = np.zeros((len(batch), lengths.max(), texts.states.shape[1]), np.float32)
    mask = np.zeros(x.shape[:2], bool)
    for place, row in enumerate(batch):
        x[place, : lengths[place]] = texts.states[texts.ends[row] : texts.ends[row + 1]]
        mask[place, : lengths[place]] = True
    return torch.from_numpy(x), torch.from_numpy(mask), torch.from_numpy(texts.pooled[batch])


@torch.no_grad()
def report(model: Upper, texts: Texts) -> None:
    """Macro recall on the kept part, by language and source; two-tone sources choose between their two."""
    model.eval()
    kept = np.flatnonzero(texts.parts == "kept")
    answers = np.zeros(len(texts.labels), int)
    for batch in texts.batches(kept, 128, None):
        logits = model(*_tensors(texts, batch)).numpy()[np.arange(len(batch)), texts.kinds[batch]]
        two = np.isin(texts.sources[batch], ["bol.com"]) | ((texts.sources[batch] == "xed") & (texts.languages[batch] != "en"))
        logits[two, 1] = -99
        answers[batch] = logits.argmax(1)
    for language in np.unique(texts.languages):
        line = [language]
        for source in np.unique(texts.sources):
            here = kept[(texts.languages[kept] == language) & (texts.sources[kept] == source)]
            if len(here):
                line.append(f"{source} {100 * recall(texts.labels[here], answers[here]):.1f}")
        print("  ", "  ".join(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--most", type=int, default=3_000, help="texts of one tone, source and language (default 3000)")
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(2)
    random = np.random.default_rng(asked.seed)
    base = encoder.read_base()
    model, texts = Upper(encoder.layer_arrays(base, LAYERS), base), Texts(asked.work)
    learn = texts.learn(asked.most)
    steps = asked.epochs * -(-len(learn) // BATCH)
    groups = [{"params": model.layers.parameters(), "lr": RATE}, {"params": model.head.parameters(), "lr": HEAD_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min((step + 1) / (0.08 * steps), 1 - step / steps))
    started, losses = time.time(), []
    for epoch in range(asked.epochs):
        model.train()
        for number, batch in enumerate(texts.batches(learn, BATCH, random)):
            logits = model(*_tensors(texts, batch))[torch.arange(len(batch)), torch.from_numpy(texts.kinds[batch])]
            each = F.cross_entropy(logits, torch.from_numpy(texts.labels[batch]), reduction="none", label_smoothing=0.05)
            loss = (each * torch.from_numpy(texts.weights[batch])).mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            if number % 50 == 49:
                where = f"epoch {epoch} step {number + 1} of {steps // asked.epochs}"
                print(f"{where}: loss {np.mean(losses[-50:]):.3f}, {time.time() - started:.0f} s", flush=True)
        np.savez(asked.work / "tuned.npz", **{name: value for layer in model.layers for name, value in layer.arrays().items()})
        report(model, texts)


if __name__ == "__main__":
    main()
