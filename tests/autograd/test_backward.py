"""The backward pass itself: what it visits, how much it builds, how long it takes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from smelt.autograd import GRADIENT, backward, gradients
from smelt.dtype import DType, dtypes
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import BufferRef, Node, alu
from smelt.ir.op import Op
from smelt.util.errors import GradientError


def leaf(shape: tuple[int, ...] = (3,), dtype: DType = dtypes.float32) -> Node:
    return ir.reshape(ir.buffer(BufferRef("CPU", int(np.prod(shape)), dtype)), shape)


def ones(x: Node) -> Node:
    return ir.const(1.0, x.dtype, x.shape)


def gradient(y: Node, x: Node) -> Node:
    (found,) = gradients(y, ones(y), [x])
    assert found is not None
    return found


def value(x: Node) -> list[float]:
    """The value of a graph whose only buffer holds 1, 2, 3 .."""
    refs = [n.arg for n in ir.toposort([x]) if n.op is Op.BUFFER]
    (result,) = evaluate_graph([x], {r: np.arange(1, r.size + 1, dtype=r.dtype.np) for r in refs})
    return result.reshape(-1).tolist()


def test_of_a_target_that_is_not_there_is_none() -> None:
    x, other = leaf(), leaf()
    assert gradients(x * x, ones(x), [other]) == [None]


def test_of_the_result_itself_is_the_cotangent() -> None:
    x = leaf()
    y = x * x
    g = ones(y)
    assert gradients(y, g, [y]) == [g]


def test_of_no_targets_is_nothing() -> None:
    x = leaf()
    assert gradients(x, ones(x), []) == []


def test_a_target_may_be_named_twice() -> None:
    x = leaf()
    first, second = gradients(x * x, ones(x), [x, x])
    assert first is second


def test_an_inner_target_and_a_leaf_behind_it() -> None:
    x = leaf()
    inner = x * x
    d_inner, d_x = gradients(inner * inner, ones(x), [inner, x])
    assert d_inner is not None
    assert d_x is not None
    assert value(d_inner) == [2.0, 8.0, 18.0]
    assert value(d_x) == [4.0, 32.0, 108.0]


@pytest.mark.parametrize(
    "stop",
    [
        ir.detach,
        lambda x: ir.cast(ir.cast(x, dtypes.int32), dtypes.float32),
        lambda x: ir.cast(ir.const(2.0, x.dtype, x.shape) < x, dtypes.float32),
        lambda x: ir.bitcast(ir.bitcast(x, dtypes.int32), dtypes.float32),
    ],
    ids=["detach", "integer", "comparison", "bitcast"],
)
def test_does_not_flow_through(stop: Any) -> None:
    x = leaf()
    assert gradients(stop(x), ones(x), [x]) == [None]
    assert value(gradient(stop(x) + x, x)) == [1.0, 1.0, 1.0]


def test_does_not_flow_to_an_index_or_a_condition() -> None:
    table = leaf((4,))
    idx = ir.cast(leaf((3,)), dtypes.int64)
    assert gradients(ir.load(table, idx), ones(leaf()), [idx]) == [None]


def test_an_index_made_of_the_target_is_no_way_to_it() -> None:
    x = leaf((4,))
    y = ir.load(x, ir.cast(x, dtypes.int32) - 1)
    assert value(gradient(y, x)) == [1.0, 1.0, 1.0, 1.0]
    assert gradients(ir.load(leaf((9,)), ir.cast(x, dtypes.int32)), ones(x), [x]) == [None]
    chosen = ir.where(x < leaf((4,)), x * x, x)
    assert value(gradient(chosen, x)) == [1.0, 1.0, 1.0, 1.0]


def test_an_integer_target_has_none() -> None:
    n = leaf((3,), dtypes.int32)
    assert gradients(ir.cast(n, dtypes.float32), ones(leaf()), [n]) == [None]


def test_applies_no_rule_that_leads_to_no_target(monkeypatch: pytest.MonkeyPatch) -> None:
    def rule(n: Node, g: Node) -> Node:
        raise AssertionError("a rule was applied for nothing")

    monkeypatch.setitem(GRADIENT, Op.SIN, (rule,))
    x, w = leaf(), leaf()
    assert value(gradient(x * alu(Op.SIN, w) + x, x))
    monkeypatch.setitem(GRADIENT, Op.MUL, (rule, rule))
    assert gradients(alu(Op.SIN, w) * w, ones(w), [x]) == [None]


@pytest.mark.parametrize("stop", [ir.detach, lambda x: ir.cast(x, dtypes.int32)])
def test_does_not_walk_behind_what_has_no_gradient(
    stop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited = []
    passed_on = backward._passed_on
    monkeypatch.setattr(backward, "_passed_on", lambda n: visited.append(n) or passed_on(n))
    x, y = leaf(), leaf()
    for _ in range(500):
        y = alu(Op.SIN, y)
    gradient(x * ir.cast(stop(y), x.dtype), x)
    assert len(visited) < 20


def test_a_square_has_a_small_gradient() -> None:
    x = leaf()
    new = set(ir.toposort([gradient(x * x, x)])) - set(ir.toposort([x]))
    assert sorted(n.op.name for n in new) == ["ADD", "CONST", "MUL"]


def test_zero_cotangents_build_nothing() -> None:
    x = leaf()
    rounded = alu(Op.TRUNC, alu(Op.SIN, x) * x)
    assert gradient(rounded, x).op is Op.CONST
    only = gradient(x * x + rounded, x)
    assert gradient(rounded + x * x, x) is only
    assert only is gradient(x * x, x)
    assert value(only) == [2.0, 4.0, 6.0]


@pytest.mark.parametrize("dtype", [dtypes.int32, dtypes.bool])
def test_a_result_that_is_no_float_is_an_error(dtype: DType) -> None:
    x = leaf((3,), dtype)
    with pytest.raises(GradientError, match=rf"got a result of {dtype.name}.*cast it"):
        gradients(x, x, [x])


def test_a_cotangent_of_another_shape_is_an_error() -> None:
    x = leaf((2, 3))
    with pytest.raises(GradientError, match=r"float32\[3, 2\], expected float32\[2, 3\]"):
        gradients(x, ones(leaf((3, 2))), [x])


def test_a_cotangent_of_another_dtype_is_an_error() -> None:
    x = leaf()
    with pytest.raises(GradientError, match=r"float64\[3\], expected float32\[3\]"):
        gradients(x, ones(leaf((3,), dtypes.float64)), [x])


def timed(y: Node, x: Node) -> tuple[Node, float, int]:
    begin = time.process_time()
    grad = gradient(y, x)
    return grad, time.process_time() - begin, len(ir.toposort([grad]))


def test_doubling_a_thousand_times_is_linear() -> None:
    x = leaf((1,), dtypes.float64)
    y = x
    for _ in range(1000):
        y = y + y
    grad, elapsed_s, size = timed(y, x)
    assert size <= 1010
    assert elapsed_s < 1.0
    assert value(grad) == [2.0**1000]


def test_twenty_thousand_additions_are_linear() -> None:
    x = leaf((2,), dtypes.float64)
    y = x
    for _ in range(20_000):
        y = y + x
    grad, elapsed_s, size = timed(y, x)
    assert size <= 20_010
    assert elapsed_s < 4.0
    assert value(grad) == [20_001.0, 20_001.0]


def test_a_long_product_chain_is_linear() -> None:
    x = leaf((2,), dtypes.float64)
    y = x
    for _ in range(5_000):
        y = alu(Op.SIN, y)
    grad, elapsed_s, size = timed(y, x)
    assert size <= 30_010
    assert elapsed_s < 4.0
    assert np.isfinite(value(grad)).all()


def test_third_derivatives() -> None:
    x = leaf((3,), dtypes.float64)
    y = x * x * x * x
    for expected in ([4.0, 32.0, 108.0], [12.0, 48.0, 108.0], [24.0, 48.0, 72.0]):
        y = gradient(y, x)
        assert value(y) == expected
