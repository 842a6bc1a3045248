"""The rows of the table: an operation, its inputs and its settings."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np

from smelt.cli.bench.operations import OPERATIONS, Operation
from smelt.util.errors import ArgumentError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Input:
    """An array of normally distributed numbers, or of integers below `below`."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    below: int = 0  # 0: all that the dtype has

    def make(self, rng: np.random.Generator) -> Array:
        dtype = np.dtype(getattr(ml_dtypes, self.dtype, self.dtype))
        if not np.issubdtype(dtype, np.integer):
            return rng.standard_normal(self.shape, np.float32).astype(dtype)
        info = np.iinfo(dtype)
        if self.below:
            return rng.integers(0, self.below, self.shape, dtype)
        return rng.integers(info.min, info.max, self.shape, dtype, endpoint=True)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    operation: Operation
    inputs: tuple[Input, ...]
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def dtype(self) -> str:
        """The dtype that the arithmetic limit is that of."""
        return next((x.dtype for x in self.inputs if x.dtype != "int64"), "float32")

    @property
    def flops(self) -> int:
        return self.operation.flops(*(x.shape for x in self.inputs), **self.settings)

    def arrays(self) -> list[Array]:
        """The inputs: the same ones each time."""
        rng = np.random.default_rng(0)
        return [x.make(rng) for x in self.inputs]

    def reference(self, arrays: Sequence[Array]) -> tuple[Array, ...]:
        """What is right, from the inputs in float64."""
        exact = [x if x.dtype == np.int64 else x.astype(np.float64) for x in arrays]
        found = self.operation.numpy(*exact, **self.settings)
        return found if isinstance(found, tuple) else (np.asarray(found),)


TRANSPOSES = ("nn", "nt", "tn", "tt")
SQUARES = (256, 512, 1024, 2048)
ODD = ((1000, 1000, 1000), (127, 511, 33), (8192, 64, 64), (3, 4096, 4096))


def matmul(
    m: int, k: int, n: int, dtype: str = "float32", transpose: str = "nn", batch: int = 0
) -> Row:
    """(m, k) @ (k, n); an operand whose letter in `transpose` is "t" is stored transposed."""
    many = (batch,) if batch else ()
    a = (k, m) if transpose[0] == "t" else (m, k)
    b = (n, k) if transpose[1] == "t" else (k, n)
    sizes = str(m) if m == k == n else f"{m}x{k}x{n}"
    kind = {"float32": "", "bfloat16": "bf16-", "float16": "f16-"}[dtype]
    name = f"matmul-{kind}{f'{batch}x' if batch else ''}{sizes}"
    name += "" if transpose == "nn" else f"-{transpose}"
    inputs = Input((*many, *a), dtype), Input((*many, *b), dtype)
    return Row(name, OPERATIONS["matmul"], inputs, {"transpose": transpose})


def matvec(n: int, dtype: str = "float32") -> Row:
    """A matrix (n, n) times a column (n, 1)."""
    name = f"matvec-{'bf16-' if dtype == 'bfloat16' else ''}{n}"
    inputs = Input((n, n), dtype), Input((n, 1), dtype)
    return Row(name, OPERATIONS["matmul"], inputs, {"transpose": "nn"})


def matmul_int(n: int) -> Row:
    inputs = Input((n, n), "uint8"), Input((n, n), "int8")
    return Row(f"matmul-u8i8-{n}", OPERATIONS["matmul-int"], inputs)


def chain(count: int) -> Row:
    name = f"chain-{count >> 20}M" if count % (1 << 20) == 0 else f"chain-{count}"
    return Row(name, OPERATIONS["chain"], (Input((count,)), Input((count,))))


def total(n: int, what: str) -> Row:
    """The sum of all of an (n, n) matrix, of each row or of each column."""
    axis = {"all": None, "rows": 1, "columns": 0}[what]
    return Row(f"sum-{what}-{n}", OPERATIONS["sum"], (Input((n, n)),), {"axis": axis})


def softmax(rows: int, columns: int) -> Row:
    return Row(f"softmax-{rows}x{columns}", OPERATIONS["softmax"], (Input((rows, columns)),))


def layernorm_gelu(rows: int, columns: int) -> Row:
    inputs = Input((rows, columns)), Input((columns,)), Input((columns,))
    return Row(f"layernorm-gelu-{rows}x{columns}", OPERATIONS["layernorm-gelu"], inputs)


def cumsum(n: int, along: str) -> Row:
    axis = {"rows": 1, "columns": 0}[along]
    return Row(f"cumsum-{along}-{n}", OPERATIONS["cumsum"], (Input((n, n)),), {"axis": axis})


def sort(count: int) -> Row:
    return Row(f"sort-{count}", OPERATIONS["sort"], (Input((count,)),))


def topk(count: int, k: int) -> Row:
    return Row(f"topk-{k}-{count}", OPERATIONS["topk"], (Input((count,)),), {"k": k})


def embedding(count: int, words: int, width: int, gradient: bool = False) -> Row:
    inputs = Input((count,), "int64", words), Input((words, width))
    name = f"-{words}x{width}-{count}"
    if gradient:
        three = (*inputs, Input((count, width)))
        return Row(f"embedding-gradient{name}", OPERATIONS["embedding-gradient"], three)
    return Row(f"embedding{name}", OPERATIONS["embedding"], inputs)


def attention(tokens: int, heads: int = 12, width: int = 64, gradient: bool = False) -> Row:
    """Causal, of one sequence."""
    one = Input((1, heads, tokens, width))
    if gradient:
        return Row(f"attention-gradient-{tokens}", OPERATIONS["attention-gradient"], (one,) * 4)
    return Row(f"attention-{tokens}", OPERATIONS["attention"], (one,) * 3)


def conv(
    channels: int, filters: int, size: int, kernel: int,
    stride: int = 1, padding: int = 0, groups: int = 1, gradient: bool = False,
) -> Row:  # fmt: skip
    """Of one image, with bias and ReLU."""
    settings = {"stride": stride, "padding": padding}
    weight = Input((filters, channels // groups, kernel, kernel))
    inputs = [Input((1, channels, size, size)), weight, Input((filters,))]
    kind = "depthwise-" if groups > 1 else ""
    name = f"{kind}{kernel}x{kernel}-{channels}-{filters}-at-{size}"
    name += f"-stride-{stride}" if stride > 1 else ""
    if gradient:
        out = (size + 2 * padding - kernel) // stride + 1
        inputs.append(Input((1, filters, out, out)))
        return Row(f"conv-gradient-{name}", OPERATIONS["conv-gradient"], tuple(inputs), settings)
    settings["groups"] = groups
    return Row(f"conv-{name}", OPERATIONS["conv"], tuple(inputs), settings)


def conv_transpose(channels: int, filters: int, size: int, kernel: int, stride: int) -> Row:
    inputs = (
        Input((1, channels, size, size)),
        Input((channels, filters, kernel, kernel)),
        Input((filters,)),
    )
    name = f"conv-transpose-{kernel}x{kernel}-{channels}-{filters}-at-{size}-stride-{stride}"
    settings = {"stride": stride, "padding": (kernel - stride) // 2}
    return Row(name, OPERATIONS["conv-transpose"], inputs, settings)


def _rows() -> Iterator[Row]:
    for transpose in TRANSPOSES:
        yield from (matmul(n, n, n, transpose=transpose) for n in SQUARES)
        yield from (matmul(*sizes, transpose=transpose) for sizes in ODD)
        yield matmul(128, 64, 128, transpose=transpose, batch=96)
    yield matmul(2048, 2048, 2048, "bfloat16")
    yield matmul(2048, 2048, 2048, "float16")
    yield matmul_int(2048)
    yield from (matvec(4096, dtype) for dtype in ("float32", "bfloat16"))
    yield chain(1 << 24)
    yield from (total(8192, what) for what in ("all", "rows", "columns"))
    yield softmax(4096, 4096)
    yield layernorm_gelu(4096, 1024)
    yield from (cumsum(4096, along) for along in ("rows", "columns"))
    yield sort(1_000_000)
    yield topk(1_000_000, 50)
    yield from (embedding(8192, 32768, 1024, gradient) for gradient in (False, True))
    yield from (attention(tokens) for tokens in (1024, 4096))
    yield attention(1024, gradient=True)
    yield conv(64, 64, 56, 3, padding=1)
    yield conv(256, 256, 14, 3, padding=1)
    yield conv(64, 256, 56, 1)
    yield conv(3, 64, 224, 7, stride=2, padding=3)
    yield conv(32, 32, 112, 3, padding=1, groups=32)
    yield conv_transpose(128, 64, 16, 4, stride=2)
    yield conv(64, 64, 56, 3, padding=1, gradient=True)


ROWS = {row.name: row for row in _rows()}


def select(patterns: Sequence[str], names: Iterable[str], what: str = "row") -> list[str]:
    """Those of `names` that match one of the patterns, in their own order; all without patterns.

    Raises ArgumentError for a pattern that matches none, with the names that come close.
    """
    names = list(names)
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            near = difflib.get_close_matches(pattern, names, 4, 0.4)
            near += [n for n in names if n.startswith(pattern) and n not in near]
            known = near or (names if len(names) < 10 else ["those that --list prints"])
            raise ArgumentError(
                "bench", f"{what} {pattern!r}", f"one of {', '.join(known)}",
                "`*` stands for any text",
            )  # fmt: skip
    return [n for n in names if not patterns or any(fnmatch.fnmatch(n, p) for p in patterns)]
