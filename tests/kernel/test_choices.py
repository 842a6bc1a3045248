"""Elements that alternate between a few values: a copy of the code for each, written in turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from smelt import Tensor, dtypes
from smelt.ir.evaluate import evaluate_kernel
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_kernel
from smelt.kernel.optimize import optimize
from smelt.kernel.pieces import divisions
from smelt.kernel.transforms import SetKind, apply
from smelt.render.compile import assembly, cpu_target
from smelt.render.llvm import render
from smelt.schedule.lower import schedule
from smelt.util.flags import Context

TARGETS = {name: cpu_target(name) for name in ("sapphirerapids", "x86-64-v3", "x86-64-v2")}


def stored(*shape: int, dtype: str = "float32") -> Tensor:
    rng = np.random.default_rng(sum(shape))
    return Tensor(rng.integers(0, 5, shape)).cast(getattr(dtypes, dtype)).realize()


def of_parts(count: int, rows: int, columns: int, dim: int, dtype: str = "float32") -> Tensor:
    """`count` combinations of two tensors, along a new axis."""
    a, b = stored(rows, columns, dtype=dtype), stored(rows, columns, dtype=dtype)
    parts = [a + b * i if dtype != "bool" else a & b if i % 2 else a | b for i in range(count)]
    return Tensor.stack(parts, dim=dim)


RESULTS: dict[str, Callable[[], Tensor]] = {
    "first axis": lambda: of_parts(3, 5, 37, 0),
    "middle axis": lambda: of_parts(4, 5, 16, 1),
    "last axis": lambda: of_parts(2, 5, 48, -1),
    "last axis, rest": lambda: of_parts(2, 5, 37, -1),
    "three": lambda: of_parts(3, 3, 32, -1),
    "three, rest": lambda: of_parts(3, 7, 19, -1),
    "four, less than a vector": lambda: of_parts(4, 9, 5, -1),
    "five": lambda: of_parts(5, 4, 33, -1),
    "sixteen": lambda: of_parts(16, 2, 40, 0),
    "seventeen": lambda: of_parts(17, 2, 40, 0),
    "halves": lambda: of_parts(2, 3, 40, -1, "float16"),
    "bfloat16": lambda: of_parts(2, 3, 40, -1, "bfloat16"),
    "doubles": lambda: of_parts(3, 3, 21, -1, "float64"),
    "bytes": lambda: of_parts(4, 3, 70, -1, "uint8"),
    "bools": lambda: of_parts(2, 3, 70, -1, "bool"),
    "cut": lambda: of_parts(2, 4, 21, -1).flatten(1)[:, :41],
    "cut in front": lambda: of_parts(3, 4, 21, -1).flatten(1)[:, 1:],
    "pixels": lambda: stored(1, 8, 5, 18).reshape(2, 2, 2, 5, 18).permute(0, 3, 1, 4, 2) + 1,
    "repeated": lambda: stored(6, 35).repeat_interleave(2, 1) * 2,
    "rotated": lambda: (lambda x: Tensor.stack([x[:, ::2] - x[:, 1::2], x[:, ::2] + 1], dim=-1))(
        stored(6, 64)
    ),
    "added": lambda: Tensor.stack([stored(3, 20).sum(0), stored(3, 20).sum(0) * 2], dim=-1),
    "joined of two lengths": lambda: stored(3, 50).cat(stored(1, 50) + 1),
}


def kernels(result: Tensor) -> list[Node]:
    return [s.kernel for s in schedule([result.node]).kernels]


def memory(built: Node) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    params = sorted((n for n in toposort([built]) if n.op is Op.PARAM), key=lambda p: p.arg)
    return [rng.integers(0, 2, p.shape[0]).astype(p.dtype.np) for p in params]


@pytest.mark.parametrize("name", RESULTS)
def test_defaults_keep_the_meaning(name: str) -> None:
    for built in kernels(RESULTS[name]()):
        wanted = memory(built)
        evaluate_kernel(built, wanted)
        for target in TARGETS.values():
            changed = apply(built, optimize(built, target))
            verify_kernel(changed)
            got = memory(built)
            evaluate_kernel(changed, got)
            np.testing.assert_array_equal(got[0], wanted[0], f"{name} {target.cpu}")


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("cpu", ["", "x86-64-v3", "x86-64-v2"])
def test_machine_code_agrees_with_the_interpreter(name: str, cpu: str) -> None:
    with Context(ORACLE=1):
        wanted = RESULTS[name]().tolist()
    with Context(SMELT_CPU=cpu or "native"):
        assert RESULTS[name]().tolist() == wanted


def unrolled(result: Tensor) -> int:
    """Copies of the code in the last kernel."""
    built = kernels(result)[-1]
    kinds = [t for t in optimize(built, TARGETS["sapphirerapids"]) if isinstance(t, SetKind)]
    loops = {n.arg[0]: n for n in toposort([built]) if n.op is Op.RANGE}
    return sum(loops[t.counter].src[0].arg for t in kinds if t.kind is AxisKind.UNROLL)


def test_only_short_loops_that_choose_have_copies() -> None:
    assert unrolled(of_parts(3, 5, 37, 0)) == 3
    assert unrolled(of_parts(16, 2, 40, 0)) == 16
    assert unrolled(of_parts(17, 2, 40, 0)) == 0
    assert unrolled(stored(3, 64, 64).pad((1, 1, 1, 1)) * 2) == 0  # what is around is no value


@pytest.mark.parametrize("count", [2, 3, 4])
def test_vectors_that_alternate_are_written_whole(count: int) -> None:
    built = kernels(of_parts(count, 5, 64, -1))[-1]
    target = TARGETS["sapphirerapids"]
    code = assembly(render(apply(built, optimize(built, target)), target), target)
    assert "scatter" not in code and "vextract" not in code and "vpermt2ps" in code


def test_a_kernel_is_not_divided_along_a_loop_that_chooses() -> None:
    joined = Tensor.stack([stored(8, 64) + i for i in range(4)], dim=1)  # (8, 4, 64)
    assert max(divisions(kernels(joined)[-1])[0]) == 8
