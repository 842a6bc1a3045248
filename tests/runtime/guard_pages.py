"""Kernels on memory between guard pages: what reads or writes outside of a buffer ends the process.

`python -m tests.runtime.guard_pages TARGET` says what it is about to run, line by line.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from smelt import Tensor
from smelt.engine.compile import transformed
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.program import Target
from smelt.runtime.blocks import HostMemory
from smelt.schedule.lower import schedule

Array = np.ndarray[Any, Any]
PAGE = mmap.PAGESIZE
PROT_NONE = 0

_libc = ctypes.CDLL(None, use_errno=True)


def allocate(nbytes: int, at_end: bool) -> HostMemory:
    """Memory with a guard page on each side, flush with the one behind it or the one before."""
    inside = -(-nbytes // PAGE) * PAGE
    pages = mmap.mmap(-1, inside + 2 * PAGE)
    begin = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    for guard in (begin, begin + PAGE + inside):
        if _libc.mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(PAGE), PROT_NONE):
            raise OSError(ctypes.get_errno(), "mprotect")
    return HostMemory((pages, begin + PAGE + (inside - nbytes if at_end else 0)), nbytes)


# ---- kernels -------------------------------------------------------------------------------------


def data(*shape: int, dtype: str = "float32") -> Tensor:
    """A tensor in memory; only its shape matters."""
    return Tensor(np.zeros(shape, dtype))


def _products() -> Iterator[tuple[str, Tensor]]:
    sizes = ((1, 7, 1), (3, 5, 17), (17, 33, 65), (65, 130, 31), (97, 129, 150), (63, 300, 33))
    for m, k, n in sizes:
        yield f"matmul {m} {k} {n}", data(m, k) @ data(k, n)
        yield f"matmul {m} {k} {n} transposed", data(k, m).T @ data(n, k).T
    for dtype in ("float64", "float16", "bfloat16", "int32", "int8"):
        x = data(33, 130, dtype="float32" if dtype == "bfloat16" else dtype)
        y = data(130, 65, dtype="float32").cast(dtype)
        yield f"matmul {dtype}", x.cast(dtype) @ y
    brain = data(130, 33).cast("bfloat16").contiguous(), data(65, 130).cast("bfloat16").contiguous()
    yield "matmul bfloat16 transposed", brain[0].T @ brain[1].T
    left, right = data(33, 130, dtype="uint8"), data(130, 65, dtype="int8")
    yield "matmul of bytes", left.matmul(right, dtype="int32")
    yield "matmul of bytes transposed", right.T.matmul(left.T, dtype="int32")
    yield "matmul of a part", data(70, 131)[3:66, 1:] @ data(131, 67)[1:, 2:35]
    yield "matmul of a pad", data(60, 127).pad(((1, 2), (3, 0))).relu() @ data(130, 33)
    yield "matmul and sum", (data(2, 65, 97) @ data(97, 33)).relu().sum(1)
    yield "matmul flipped", data(65, 129).flip(1) @ data(129, 31).flip(0)


def _windows() -> Iterator[tuple[str, Tensor]]:
    for width, taps, padding in ((1, 1, 0), (5, 3, 1), (13, 4, 2), (17, 5, 0)):
        x = data(2, 3, width, width)
        yield f"conv {width} {taps}", x.conv2d(data(5, 3, taps, taps), padding=padding)
    yield "conv strided", data(1, 7, 15, 11).conv2d(data(33, 7, 3, 2), stride=2, padding=1)
    yield "conv half", data(1, 3, 9, 9, dtype="float16").conv2d(data(17, 3, 3, 3, dtype="float16"))
    yield "max pool", data(2, 3, 13, 17).max_pool2d(3, 2)
    yield "avg pool", data(2, 3, 13, 17).avg_pool2d((2, 5), padding=1)


def _others() -> Iterator[tuple[str, Tensor]]:
    for n in (1, 2, 17, 65, 300):
        yield f"cumsum {n}", data(3, n).cumsum(1)
        yield f"sort {n}", data(n, 3).sort(0)[0]
        yield f"sum {n}", data(n, n + 1, dtype="int16").sum(0)
        yield f"reversed {n}", data(n, 3).flip(0, 1).contiguous()
        yield f"narrowed {n}", data(n).cast("bfloat16").contiguous()
        yield f"narrowed int {n}", data(n, dtype="int32").cast("int8").contiguous()
        yield f"padded {n}", data(n, 3).pad(((1, 0), (0, 2))) + 1
        yield f"gather {n}", data(n, 3)[data(5, dtype="int64")]
        yield f"gather columns {n}", data(2, n, 33)[:, data(5, dtype="int64")]
        yield f"softmax {n}", data(3, n).softmax()
    yield "strided", data(33, 7)[::3, ::-2] * 2
    yield "transposed", data(33, 65, dtype="uint8").T.contiguous()


def _of_golden_files() -> Iterator[tuple[str, Tensor]]:
    from tests.engine.test_golden import CASES

    for name, make in CASES.items():
        for i, tensor in enumerate(make()):
            yield f"golden {name} {i}", tensor


def kernels(target: Target) -> Iterator[tuple[str, Node]]:
    """Every kernel, named, as it is rendered."""
    from tests.render.llvm_cases import CASES

    for name, make in CASES.items():
        yield f"case {name}", make()[0]
    seen: set[Node] = set()
    parts: Sequence[Callable[[], Iterator[tuple[str, Tensor]]]] = (
        _products, _windows, _others, _of_golden_files,
    )  # fmt: skip
    for part in parts:
        for name, tensor in part():
            for step in schedule([tensor.node]).kernels:
                if step.kernel not in seen:
                    seen.add(step.kernel)
                    yield name, transformed(step.kernel, target)[0]


# ---- running them --------------------------------------------------------------------------------


def _contents(param: Node, rng: np.random.Generator) -> Array:
    """Any numbers; of integers, which may be indices, some are far outside of everything."""
    size = math.prod(int(n) for n in param.shape)
    if param.dtype.is_float:
        return rng.integers(-3, 4, size).astype(param.dtype.np)
    if param.dtype.is_bool:
        return np.asarray(rng.integers(0, 2, size) > 0)
    least, largest = int(param.dtype.min), int(param.dtype.max)
    wild = [min(max(v, least), largest) for v in (0, 1, 2, -1, least, largest, size, size - 1)]
    return rng.choice(np.array(wild, param.dtype.np), size)


def run(built: Node, target: Target) -> None:
    """Carry a kernel out on memory that is flush with a guard page, at its end and at its begin."""
    from tests.render.native import Native

    native = Native(built, target)
    order = toposort([built])
    params = sorted({n for n in order if n.op is Op.PARAM}, key=lambda p: p.arg)
    limits = {n.arg[0]: n.arg[1:] for n in order if n.op is Op.VARIABLE}
    results: dict[int, list[bytes]] = {}
    for at_end in (True, False):
        for which in (0, 1) if limits else (0,):
            rng = np.random.default_rng(0)
            args, memories = [], []
            for param in params:
                values = _contents(param, rng)
                memories.append(allocate(values.nbytes, at_end))
                args.append(memories[-1].array[: values.nbytes].view(param.dtype.np))
                args[-1][:] = values
            native.run(args, {name: pair[which] for name, pair in limits.items()}, 3)
            found = [a.tobytes() for a in args]
            assert results.setdefault(which, found) == found, "it depends on what is around"


def main() -> None:
    """Run all kernels for the target that is named."""
    from tests.render.native import targets

    target = targets()[sys.argv[1]]
    for name, built in kernels(target):
        print(name, flush=True)
        run(built, target)
    print("done")


if __name__ == "__main__":
    main()
