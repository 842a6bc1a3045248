"""REPEAT: steps that are scheduled once and carried out many times."""

from __future__ import annotations

import numpy as np
import pytest

import smelt
from smelt import Context, Tensor
from smelt.ir.node import const, repeat, state
from smelt.ir.op import Op
from smelt.schedule.lower import schedule
from smelt.tensor.repeat import repeat as steps
from smelt.tensor.repeat import row, scan
from smelt.util.errors import DTypeError, ShapeError


def stored(*values: float) -> Tensor:
    return Tensor(np.array(values, np.float32)).realize()


def fibonacci(count: int, device: str = "CPU") -> list[float]:
    a, b = Tensor([0.0], device=device), Tensor([1.0], device=device)
    a, _ = steps(count, lambda i, s: (s[1], s[0] + s[1]), (a, b))
    return a.tolist()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
@pytest.mark.parametrize("device", ["CPU", "PYTHON"])
def test_states_may_change_places(count: int, device: str) -> None:
    assert (
        fibonacci(count, device)
        == [[0.0], [1.0], [1.0], [2.0], [], [], [], [], [], [], [55.0]][count]
    )


def test_the_oracle_agrees() -> None:
    with Context(ORACLE=1):
        assert fibonacci(10) == [55.0]


def test_steps_are_compiled_once_and_run_each() -> None:
    w, x = stored(*range(64)).reshape(8, 8), stored(*range(8))
    (y,) = steps(50, lambda i, s: ((w @ s[0]) / (w @ s[0]).abs().max(),), (x,))
    kernels = [k.kernel for k in schedule([y.node]).kernels]
    assert len(kernels) >= 50 and len(set(kernels)) <= 4
    with smelt.stats() as s:
        y.realize()
    assert s.kernels == len(kernels)
    expected = x.numpy()
    for _ in range(50):
        expected = w.numpy() @ expected
        expected = expected / np.abs(expected).max()
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-5)


def test_the_number_of_the_step() -> None:
    table = stored(*range(10)) * 2
    total, last = steps(
        10, lambda i, s: (s[0] + table[i], i.cast("float32")), (stored(0.0)[0], stored(0.0)[0])
    )
    assert (total.item(), last.item()) == (90.0, 9.0)


def test_what_a_step_takes_from_outside_is_computed_once() -> None:
    x = stored(1.0, 2.0)
    weight = (x.exp().sum() * x).softmax(0)
    (y,) = steps(4, lambda i, s: (s[0] * weight,), (x,))
    with smelt.stats() as s:
        y.realize()
    assert s.kernels <= 2 + 4 + 1
    np.testing.assert_allclose(y.numpy(), x.numpy() * weight.numpy() ** 4, rtol=1e-5)


def test_a_state_that_no_step_changes_and_one_that_becomes_another() -> None:
    a, b, c = stored(1.0), stored(2.0), stored(3.0)
    for count in (1, 2, 3, 4):
        got = steps(count, lambda i, s: (s[1], s[2], s[0]), (a, b, c))
        expected = [[1.0], [2.0], [3.0]]
        for _ in range(count):
            expected = [*expected[1:], expected[0]]
        assert [t.tolist() for t in got] == expected
        kept, grown = steps(count, lambda i, s: (s[0], s[0] + s[1]), (a, b))
        assert (kept.tolist(), grown.tolist()) == ([1.0], [2.0 + count])
        one, other = steps(count, lambda i, s: (s[0] * 2, s[0] * 2), (a, b))
        assert one.tolist() == other.tolist() == [2.0**count]


def test_repeats_follow_each_other_and_stand_within_others() -> None:
    def inner(i: Tensor, s: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return steps(3, lambda j, t: (t[0] + 1,), (s[0] * 2,))

    (x,) = steps(4, inner, (stored(1.0),))
    (y,) = steps(2, lambda i, s: (s[0] + x,), (x,))
    value = 1.0
    for _ in range(4):
        value = value * 2 + 3
    assert y.tolist() == [3 * value]


def test_steps_within_steps_that_take_the_outer_state() -> None:
    def outer(i: Tensor, s: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        (sums,) = steps(3, lambda j, t: (t[0] + s[0] + j,), (Tensor([0.0]),))
        return (sums,)

    (x,) = steps(2, outer, (stored(1.0),))
    assert x.tolist() == [3 * (3 * 1.0 + 3) + 3]


def test_a_captured_step_and_a_batch_of_them() -> None:
    def power(x: Tensor) -> Tensor:
        return steps(5, lambda i, s: (s[0] * x,), (x,))[0]

    captured = smelt.jit(power)
    for value in (1.5, 2.0, 3.0):
        assert captured(stored(value)).tolist() == [value**6]
    many = smelt.vmap(power)(stored(1.0, 2.0, 3.0).reshape(3, 1))
    assert many.tolist() == [[1.0], [64.0], [729.0]]


def test_gradients_flow_through_the_steps() -> None:
    x = Tensor([2.0], requires_grad=True)
    (y,) = steps(3, lambda i, s: (s[0] * x,), (x,))
    (gradient,) = y.sum().gradient(x)
    assert gradient.tolist() == [4 * 2.0**3]
    w = stored(3.0).requires_grad_()
    (y,) = steps(3, lambda i, s: (s[0] * w,), (stored(1.0),))
    assert y.sum().gradient(w)[0].tolist() == [27.0]


@pytest.mark.parametrize("device", ["CPU", "PYTHON"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_rows_are_collected(count: int, device: str) -> None:
    xs = np.arange(15, dtype=np.float32).reshape(5, 3)
    given = Tensor(xs, device=device)
    start = Tensor([1.0, 0.0, 0.0], device=device)
    (last,), (sums, old) = scan(
        count, lambda i, s: ((s[0] + row(given, i),), (s[0] + row(given, i), s[0] * i)), (start,)
    )
    expected = xs.cumsum(0)[:count] + np.array([1, 0, 0])
    np.testing.assert_array_equal(sums.numpy(), expected)
    before = np.concatenate([[[1, 0, 0]], expected[:-1]])
    np.testing.assert_array_equal(old.numpy(), before * np.arange(count)[:, None])
    np.testing.assert_array_equal(last.numpy(), expected[-1])


def test_a_step_writes_its_row_alone() -> None:
    x = Tensor.ones(256).contiguous().realize()

    def written(count: int) -> int:
        _, (rows,) = scan(count, lambda i, s: ((s[0] * 0.5,), (s[0],)), (x,))
        with smelt.stats() as s:
            rows.realize()
        return s.bytes_written

    assert written(40) <= 4 * written(10)


def test_a_batch_of_collected_rows() -> None:
    def halves(x: Tensor) -> Tensor:
        return scan(4, lambda i, s: ((s[0] * 0.5,), (s[0],)), (x,))[1][0]

    many = smelt.vmap(halves)(stored(1.0, 2.0, 3.0, 4.0).reshape(2, 2))
    expected = 0.5 ** np.arange(4)[:, None] * np.array([[[1, 2]], [[3, 4]]])
    np.testing.assert_array_equal(many.numpy(), expected)


def test_states_that_nobody_wants_are_not_computed() -> None:
    x = stored(1.0, 2.0)
    a, b = steps(6, lambda i, s: (s[0] * 2, s[1] @ s[1] + s[0]), (x, x))
    kernels = schedule([a.node]).kernels
    assert len(kernels) <= 7
    both = schedule([a.node, b.node]).kernels
    assert len(both) > len(kernels)


def test_memory_is_that_of_two_states() -> None:
    x = Tensor.ones(1 << 16).contiguous().realize()
    (y,) = steps(20, lambda i, s: (s[0].sin(),), (x,))
    with smelt.stats() as s:
        y.realize()
    assert s.peak_bytes <= 4.5 * (1 << 18)


def test_states_keep_their_types() -> None:
    x, y = stored(1.0).node, stored(1.0, 2.0).node
    with pytest.raises(ShapeError, match="repeat"):
        repeat(2, 0, [x], [y])
    with pytest.raises(DTypeError, match="repeat"):
        repeat(2, 0, [x], [const(1, smelt.dtypes.int32, (1,))])
    assert repeat(2, 0, [x], [state(0, x) + 1.0]).op is Op.REPEAT
