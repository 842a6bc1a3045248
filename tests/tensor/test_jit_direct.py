"""The short way of captured calls: when it is taken, and that nothing else changes."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import smelt
from smelt import Context, Device, Tensor, jit, nn
from smelt.tensor import jit_direct
from smelt.tensor.jit import Captured
from smelt.tensor.jit_capture import Capture
from smelt.util.errors import OutOfRangeError


def vector(*values: float) -> Tensor:
    return Tensor([float(v) for v in values]).realize()


def called(step: Captured[..., Any], monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each call from now on that could take the short way has taken it."""
    taken: list[bool] = []
    call = jit_direct.Direct.call

    def noted(self: jit_direct.Direct, capture: Capture, args: tuple[Any, ...]) -> Any:
        result = call(self, capture, args)
        taken.append(result is not jit_direct.MISSED)
        return result

    monkeypatch.setattr(jit_direct.Direct, "call", noted)
    return taken


def add(x: Tensor, y: Tensor) -> Tensor:
    return x + 2 * y


def test_the_second_call_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    step = jit(add)
    assert step(vector(1, 2), vector(3, 4)).tolist() == [7, 10]
    taken = called(step, monkeypatch)
    results = [step(vector(k, 2), vector(3, k)) for k in range(6)]
    assert [r.tolist() for r in results] == [[k + 6, 2 + 2 * k] for k in range(6)]
    assert taken == [True] * 6
    assert step(results[0], results[1]).tolist() == [20, 10]  # what a replay has left
    assert taken == [True] * 7


OTHERS: dict[str, Callable[[Captured[..., Any]], Any]] = {
    "another shape": lambda step: step(vector(1, 2, 3), vector(1, 2, 3)),
    "another rank": lambda step: step(vector(1, 2).reshape(1, 2), vector(1, 2).reshape(1, 2)),
    "another dtype": lambda step: step(vector(1, 2).int().realize(), vector(1, 2).int().realize()),
    "a number": lambda step: step(vector(1, 2), 3),
    "by name": lambda step: step(vector(1, 2), y=vector(1, 2)),
    "another count": lambda step: step(vector(1, 2), vector(1, 2), 1),
    "a derived class": lambda step: step(vector(1, 2), Derived([1.0, 2.0])),
    "not computed": lambda step: step(vector(1, 2), vector(1, 2) * 2),
    "a part": lambda step: step(vector(1, 2), vector(1, 2, 3)[1:]),
    "requires a gradient": lambda step: step(vector(1, 2), Tensor([1.0, 2.0], requires_grad=True)),
    "on another device": lambda step: step(
        vector(1, 2).to("PYTHON").realize(), vector(1, 2).to("PYTHON").realize()
    ),
}


class Derived(Tensor):
    """A tensor of a class of its own."""


@pytest.mark.parametrize("name", OTHERS)
def test_other_calls_do_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def function(x: Tensor, y: Any, z: int = 2) -> Tensor:
        return x + y * z

    step = jit(function)
    for _ in range(2):
        assert step(vector(1, 2), vector(3, 4)).tolist() == [7, 10]
    taken = called(step, monkeypatch)
    got, want = OTHERS[name](step), OTHERS[name](function)  # type: ignore[arg-type]
    assert not any(taken)
    assert type(got) is type(want) and got.dtype is want.dtype and got.device == want.device
    np.testing.assert_array_equal(got.numpy(), want.numpy())
    assert step(vector(1, 2), vector(3, 4)).tolist() == [7, 10]


def test_the_same_tensor_twice_is_another_call() -> None:
    step = jit(lambda x, y: x + 1 if x is y else x * y)
    x, y = vector(2, 3), vector(4, 5)
    for _ in range(3):
        assert step(x, y).tolist() == [8, 15]
        assert step(x, x).tolist() == [3, 4]


def test_a_tensor_that_was_assigned_to_has_its_new_value() -> None:
    step = jit(add)
    x, y = vector(1, 2), vector(3, 4)
    for k in range(4):
        assert step(x, y).tolist() == [7 + k, 10 + k]
        x.assign(x + 1)


@pytest.mark.parametrize("flag", ["TRAINING", "SMELT_JIT", "ORACLE", "SMELT_JIT_VERIFY"])
def test_flags_hold(flag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    step = jit(lambda x: x.dropout(1.0))
    for _ in range(3):
        assert step(vector(1, 2)).tolist() == [1, 2]
    taken = called(step, monkeypatch)
    with Context(**{flag: flag != "SMELT_JIT"}):
        assert step(vector(1, 2)).tolist() == ([0, 0] if flag == "TRAINING" else [1, 2])
        assert not any(taken)
    assert step(vector(1, 2)).tolist() == [1, 2]


def test_what_is_counted_is_counted_always(capsys: pytest.CaptureFixture[str]) -> None:
    step = jit(add)
    x, y = vector(1, 2), vector(3, 4)
    for _ in range(3):
        step(x, y)
    with smelt.stats() as counted:
        step(x, y)
    with smelt.profile() as runs:
        step(x, y)
    assert counted.kernels == 1 and len(runs) == 1
    with Context(DEBUG=2):
        step(x, y)
    assert "map" in capsys.readouterr().out
    assert step(x, y).tolist() == [7, 10]


def test_a_step_within_a_step_is_part_of_it() -> None:
    inner = jit(add)
    x, y = vector(1, 2), vector(3, 4)
    for _ in range(3):
        inner(x, y)
    outer = jit(lambda x, y: inner(x, y) * 10)
    for _ in range(3):
        assert outer(x, y).tolist() == [70, 100]
    assert inner(x, y).tolist() == [7, 10]


def test_a_default_device_that_changes() -> None:
    step = jit(lambda x: x + Tensor([1.0, 2.0]))
    x = vector(1, 2)
    for _ in range(3):
        assert step(x).device == "CPU"
    before = Device.chosen
    try:
        Device.DEFAULT = "PYTHON"
        got = step(Tensor([1.0, 2.0]))
        assert (got.device, got.tolist()) == ("PYTHON", [2, 4])
    finally:
        Device.chosen = before
    assert step(x).tolist() == [2, 4]


def test_results_in_containers_and_arguments_that_are_results() -> None:
    step = jit(lambda x, y: {"sum": x + y, "both": [y, x * y, x * y], "name": "s"})
    for k in range(4):
        x, y = vector(k, 1), vector(2, 3)
        got = step(x, y)
        assert got["sum"].tolist() == [k + 2, 4] and got["name"] == "s"
        assert [t.tolist() for t in got["both"]] == [[2, 3], [2 * k, 3], [2 * k, 3]]


def test_a_value_from_outside_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    scale, names = [2.0], {"bias": 1}
    step = jit(lambda x: x * scale[0] + names["bias"])
    assert step(vector(1, 2)).tolist() == [3, 5]
    taken = called(step, monkeypatch)
    for _ in range(3):
        assert step(vector(1, 2)).tolist() == [3, 5]
    assert taken == [True] * 3
    scale[0] = 3.0
    assert step(vector(1, 2)).tolist() == [4, 7]
    names["bias"] = 2
    assert step(vector(1, 2)).tolist() == [5, 8]
    assert taken == [True] * 3 + [False] * 2


def test_weights_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.Linear(3, 2, bias=False)
    step = jit(lambda x: model(x).relu())
    x = vector(1, 2, 3)

    def want() -> list[float]:
        return model(x).relu().tolist()  # type: ignore[return-value]

    assert step(x).tolist() == want()
    taken = called(step, monkeypatch)
    assert step(x).tolist() == want()
    model.weight.assign(model.weight * 2 + 1)  # to be computed yet
    assert step(x).tolist() == want()
    model.weight = Tensor.ones(2, 3)
    assert step(x).tolist() == want() == [6, 6]
    assert step(x).tolist() == want()
    assert taken == [True, True, False, True]


def test_weights_that_another_step_changes() -> None:
    weights = [vector(k, k) for k in (0, 10)]

    def count() -> None:
        for w in weights:
            w.assign(w + 1)

    change, step = jit(count), jit(lambda x: [x + w for w in weights])
    x = vector(1, 2)
    for k in range(5):
        assert [r.tolist() for r in step(x)] == [[1 + k, 2 + k], [11 + k, 12 + k]]
        change()


def test_results_that_are_arguments() -> None:
    step = jit(lambda x, y, z: (z, x + 1, x))
    for k in range(4):
        x, y, z = vector(k), vector(5), vector(7)
        assert [t.tolist() for t in step(x, y, z)] == [[7], [k + 1], [k]]


def test_an_index_outside_is_an_error_there_too() -> None:
    step = jit(lambda x, i: x[i])
    x = vector(1, 2, 3)
    for k in range(3):
        assert step(x, Tensor([k]).realize()).tolist() == [k + 1]
    with pytest.raises(OutOfRangeError):
        step(x, Tensor([3]).realize())
    assert step(x, Tensor([0]).realize()).tolist() == [1]


def test_several_threads_at_once() -> None:
    step = jit(lambda x, y: (x @ y).relu() + x)
    right: list[bool] = []

    def work(number: int) -> None:
        rng = np.random.default_rng(number)
        x, y = (rng.integers(-4, 5, (96, 96)).astype(np.float32) for _ in range(2))
        a, b, want = Tensor(x).realize(), Tensor(y).realize(), np.maximum(x @ y, 0) + x
        right.extend(np.array_equal(step(a, b).numpy(), want) for _ in range(60))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [True] * 180


def test_reset_forgets_it() -> None:
    calls = []
    step = jit(lambda x: (calls.append(1), x + 1)[1])  # type: ignore[func-returns-value]
    for _ in range(3):
        step(vector(1))
    before = len(calls)
    step.reset()
    assert step(vector(1)).tolist() == [2] and len(calls) > before


def test_a_capture_that_is_forgotten_is_gone_at_once() -> None:
    scale = [2.0]
    step = jit(lambda x: x * scale[0])
    for _ in range(3):
        step(vector(1))
    (capture,) = (weakref.ref(c) for c in step.captures.values())
    gc.disable()
    try:
        step.reset()
        assert capture() is None, "not only when garbage is collected"
    finally:
        gc.enable()


def test_a_function_that_is_traced_anew_at_every_call_still_is() -> None:
    kept: list[Tensor] = []
    step = jit(lambda x: (kept.append(x * 2), x + 1)[1])  # type: ignore[func-returns-value]
    for k in range(5):
        assert step(vector(k)).tolist() == [k + 1]
    assert [t.tolist() for t in kept] == [[2 * k] for k in range(5)]
