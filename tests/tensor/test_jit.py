"""The rules of captured steps (docs/capture.md), one test or more for each."""

from __future__ import annotations

import functools
import gc
import subprocess
import sys
import threading
import time
import weakref
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import smelt
from smelt import Context, Device, Tensor, TinyJit, Variable, jit, nn
from smelt.nn.optim import SGD, Adam, AdamW
from smelt.tensor.jit import MAX_CAPTURES, Captured
from smelt.util.errors import CaptureError

Pair = namedtuple("Pair", "first second")


def counted(function: Callable[..., Any]) -> tuple[Captured[..., Any], list[int]]:
    """The function captured, and a list that grows by one at each trace."""
    traces: list[int] = []

    @functools.wraps(function)
    def noting(*args: Any, **kwargs: Any) -> Any:
        traces.append(1)
        return function(*args, **kwargs)

    return jit(noting), traces


def vector(*values: float) -> Tensor:
    return Tensor([float(v) for v in values]).realize()


# ---- arguments and results ----------------------------------------------------------------------


def test_tiny_jit_is_jit() -> None:
    assert TinyJit is jit


def test_a_replay_computes_with_new_inputs_in_the_same_kernels() -> None:
    step, traces = counted(lambda x: (x * 2).sum())
    assert step(vector(1, 2)).item() == 6
    with smelt.stats() as s:
        again = step(vector(3, 4))
    assert again.item() == 14
    assert s.kernels == 1
    assert len(traces) == 1


def test_nested_containers_go_in_and_come_out() -> None:
    @jit
    def step(batch: dict[str, Any], pair: Pair) -> Any:
        a, (b, c) = batch["a"], batch["rest"]
        return {"sum": a + b, "more": [c * 2, (pair.first, None, 3)], "pair": Pair(a, pair.second)}

    for k in (1.0, 5.0):
        x, y, z, w = (vector(k + i) for i in range(4))
        result = step({"a": x, "rest": [y, z]}, Pair(w, "s"))
        assert result["sum"].item() == 2 * k + 1
        assert result["more"][0].item() == 2 * k + 4
        assert result["more"][1][0] is w
        assert result["more"][1][1:] == (None, 3)
        assert isinstance(result["pair"], Pair)
        assert result["pair"].first is x
        assert result["pair"].second == "s"


@pytest.mark.parametrize("result", [None, 3, 2.5, "text", (), [], {}, [None, (1, {"k": 2})]])
def test_results_that_are_no_tensors(result: Any) -> None:
    step = jit(lambda x: result)
    for _ in range(3):
        assert step(vector(1)) == result


def test_ordered_dicts_keep_their_type() -> None:
    step = jit(lambda d: OrderedDict((k, v + 1) for k, v in d.items()))
    for _ in range(2):
        result = step(OrderedDict(b=vector(1), a=vector(2)))
        assert type(result) is OrderedDict
        assert {k: v.item() for k, v in result.items()} == {"b": 2, "a": 3}


def test_no_tensors_at_all() -> None:
    state = vector(0.0)
    step = jit(lambda: state.assign(state + 1))
    for i in range(4):
        assert step() is state
        assert state.item() == i + 1


def test_empty_tensors_and_scalars() -> None:
    step = jit(lambda x: (x + 1, x.sum()))
    for _ in range(2):
        y, total = step(Tensor.zeros(0, 3))
        assert y.shape == (0, 3)
        assert total.item() == 0
        assert step(Tensor(4.0))[0].item() == 5


@pytest.mark.parametrize(
    "values",
    [
        (1, 1.0, True), (0, False, -0.0, 0.0), ("1", 1, b"1"), (None, 0, ""),
        (slice(1, None), slice(0, None), slice(None, -1)), ((1, 2), [1, 2], (1, 2.0)),
        (float("nan"), float("inf")), (range(2), range(3)), ({"a": 1}, {"a": 2}, {"b": 1}),
        (frozenset([1]), frozenset([2])), (np.float32(1), np.float64(1), np.int32(1)),
        (smelt.dtypes.float32, smelt.dtypes.float16, float),
    ],
)  # fmt: skip
def test_other_values_select_a_capture(values: tuple[Any, ...]) -> None:
    step, traces = counted(lambda x, value: x + len(repr((type(value), value))))
    for _ in range(2):
        for value in values:
            assert step(vector(1), value).item() == 1 + len(repr((type(value), value)))
    assert len(traces) == len(values)


def test_shapes_dtypes_and_requires_grad_make_new_captures() -> None:
    step, traces = counted(lambda x: x.sum() * 2)
    kinds = [
        Tensor([1.0, 2.0]), Tensor([1.0, 2.0, 3.0]), Tensor([[1.0, 2.0]]), Tensor([1, 2]),
        Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 2.0], dtype="float64"),
    ]  # fmt: skip
    for _ in range(2):
        for x in kinds:
            assert step(x).item() == 2 * x.sum().item()
    assert len(traces) == len(kinds)


def test_numpy_arrays_as_arguments_are_an_error() -> None:
    with pytest.raises(CaptureError, match=r"Tensor\(array\)"):
        jit(lambda x: Tensor(x) + 1)(np.ones(3))


def test_an_argument_with_a_history_is_an_error() -> None:
    w = Tensor([1.0], requires_grad=True)
    with pytest.raises(CaptureError, match="detach"):
        jit(lambda x: x + 1)(w * 2)


def test_keyword_and_default_arguments() -> None:
    @jit
    def step(x: Tensor, y: Tensor | None = None, *, scale: float = 2.0) -> Tensor:
        return x * scale if y is None else x * scale + y

    a, b = vector(1), vector(10)
    for _ in range(2):
        assert step(a).item() == 2
        assert step(a, scale=3.0).item() == 3
        assert step(x=a, y=b).item() == 12
        assert step(y=b, x=a).item() == 12
        assert step(y=a, x=b).item() == 21
        assert step(a, b, scale=5.0).item() == 15


def test_partials_lambdas_and_callable_objects() -> None:
    class Scale:
        factor = 3.0

        def __call__(self, x: Tensor) -> Tensor:
            return x * self.factor

    model = Scale()
    by_two = jit(functools.partial(lambda k, x: x * k, 2.0))
    call = jit(model)
    for value in (1.0, 2.0):
        assert by_two(vector(value)).item() == 2 * value
        assert call(vector(value)).item() == model.factor * value
        model.factor = 4.0


def test_lazy_arguments_and_views() -> None:
    step, traces = counted(lambda x: x + 1)
    base = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert step(base[0]).tolist() == [2, 3]
    assert step(base[:, 1]).tolist() == [3, 5]
    assert step((base * 2).T[1]).tolist() == [5, 9]
    assert step(Tensor.ones(2)).tolist() == [2, 2]
    assert len(traces) == 1


def test_many_captures_drop_the_oldest() -> None:
    step, traces = counted(lambda x, k: x + k)
    for k in range(MAX_CAPTURES + 3):
        assert step(vector(1), k).item() == 1 + k
    assert len(step.captures) == MAX_CAPTURES
    assert step(vector(1), 0).item() == 1
    assert len(traces) == MAX_CAPTURES + 4


def test_reset_forgets() -> None:
    step, traces = counted(lambda x: x + 1)
    step(vector(1))
    step.reset()
    step(vector(1))
    assert len(traces) == 2


# ---- methods ------------------------------------------------------------------------------------


class Model:
    scale = 2.0

    def __init__(self, weight: float):
        self.weight = vector(weight)

    @jit
    def __call__(self, x: Tensor) -> Tensor:
        return x * self.weight * self.scale

    @jit
    def learn(self, x: Tensor) -> None:
        self.weight.assign(self.weight + x)


def test_methods_of_two_instances_do_not_share_captures() -> None:
    a, b = Model(1), Model(10)
    for _ in range(2):
        assert a(vector(1)).item() == 2
        assert b(vector(1)).item() == 20
    a.learn(vector(1))
    a.learn(vector(2))
    assert (a.weight.item(), b.weight.item()) == (4, 10)
    assert a(vector(1)).item() == 8
    b.scale = 3.0
    assert (a(vector(1)).item(), b(vector(1)).item()) == (8, 30)


def test_an_instance_that_is_gone_takes_its_captures_along() -> None:
    Model.__call__.reset()  # type: ignore[attr-defined]
    for k in range(5):
        model = Model(k)
        assert model(vector(1)).item() == 2 * k
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert not Model.__call__.captures  # type: ignore[attr-defined]


# ---- Variables ----------------------------------------------------------------------------------


def test_a_growing_cache_is_one_capture_and_one_program() -> None:
    cache = Tensor.zeros(16, 2).contiguous().realize()
    pos = Variable("pos", 0, 15)

    def step(x: Tensor, at: Any) -> Tensor:
        cache[at : at + 1] = x
        return cache[: at + 1].sum(0)

    captured, traces = counted(step)
    expected = np.zeros(2)
    kernels = set()
    for i in range(10):
        row = np.array([[i, 2.0 * i + 1]], np.float32)
        expected += row[0]
        with smelt.stats() as s:
            total = captured(Tensor(row), pos.bind(i))
        kernels.add(tuple(s.names[-s.kernels :]) if i else ())
        assert total.tolist() == expected.tolist()
    assert len(traces) == 1
    assert len(captured.captures) == 1
    assert len({c.executable for c in captured.captures.values()}) == 1


def test_a_result_whose_shape_is_a_variable() -> None:
    n = Variable("n", 1, 8)
    step, traces = counted(lambda x: x * 2)
    x = Tensor(np.arange(8, dtype=np.float32)).realize()
    for k in (3, 8, 1):
        y = step(x[: n.bind(k)])
        assert y.numpy().tolist() == [2.0 * i for i in range(k)]
        assert (y + 1).sum().item() == sum(2 * i + 1 for i in range(k))
    assert len(traces) == 1


def test_a_symbolic_result_is_a_next_input() -> None:
    n = Variable("n", 1, 8)
    step, traces = counted(lambda x: x + 1)
    y = Tensor(np.arange(8, dtype=np.float32)).realize()[: n.bind(3)]
    for _ in range(3):
        y = step(y)
    assert y.tolist() == [3, 4, 5]
    assert len(traces) == 1


def test_the_value_of_a_variable_cannot_be_read_inside() -> None:
    n = Variable("n", 1, 8)
    with pytest.raises(smelt.util.errors.SmeltError, match="n"):
        jit(lambda x, k: x * int(k))(vector(1), n.bind(2))


def test_two_values_of_one_variable_are_an_error() -> None:
    n = Variable("n", 1, 8)
    with pytest.raises(smelt.util.errors.ArgumentError, match="one value"):
        jit(lambda x, a, b: x + a + b)(vector(1), n.bind(1), n.bind(2))


def test_a_variable_that_is_bound_outside() -> None:
    n = Variable("n", 1, 8)
    x = Tensor(np.arange(8, dtype=np.float32)).realize()
    holder = {"n": n.bind(2)}
    step = jit(lambda: x[: holder["n"]].sum() + 0)
    assert step().item() == step().item() == 1
    holder["n"] = n.bind(4)
    assert step().item() == 6


# ---- state --------------------------------------------------------------------------------------


def test_assigned_tensors_keep_their_new_values() -> None:
    weight = vector(1.0)
    step, traces = counted(lambda x: weight.assign(weight * 2 + x))
    for expected in (3, 7, 15):
        assert step(vector(1)).item() == expected
        assert weight.item() == expected
    assert len(traces) == 1


def test_state_that_nobody_has_computed_yet() -> None:
    weight = Tensor.rand(4) + 1
    before = weight.tolist()
    weight = Tensor(before) * 1.0  # lazy
    step, traces = counted(lambda: weight.assign(weight + 1).sum())
    for i in range(1, 4):
        assert step().item() == pytest.approx(sum(before) + 4 * i)
    assert len(traces) == 1


def test_a_constant_becomes_state() -> None:
    total = Tensor(0.0)

    @jit
    def step(x: Tensor) -> Tensor:
        return total.assign(total + x.sum())

    for i in range(1, 5):
        assert step(vector(1, 2)).item() == 3 * i
    total.assign(Tensor(100.0))
    assert step(vector(1, 2)).item() == 103


def test_state_changed_outside_counts() -> None:
    weight, other = vector(1.0), vector(5.0)
    step, traces = counted(lambda x: x * weight)
    assert step(vector(2)).item() == 2
    weight.assign(weight + 9)  # lazy
    assert step(vector(2)).item() == 20
    weight.assign(other).realize()
    assert step(vector(2)).item() == 10
    weight += 1
    assert step(vector(2)).item() == 12
    weight[0] = 3.0
    assert step(vector(2)).item() == 6
    assert len(traces) == 1


def test_two_names_of_one_buffer_that_part() -> None:
    weight = vector(1.0)
    snapshot = weight.detach()

    @jit
    def step(x: Tensor) -> Tensor:
        weight.assign(snapshot * 2 + weight)
        return weight + x

    assert [step(vector(0)).item() for _ in range(3)] == [3, 5, 7]
    assert snapshot.item() == 1


def test_what_was_computed_from_state_before_is_no_constant() -> None:
    weight = vector(1.0)
    doubled = weight * 2
    kept = doubled + 1
    doubled.realize()  # the graph of `kept` remembers this value
    step = jit(lambda x: weight * 2 + x)
    assert step(vector(0)).item() == 2
    weight.assign(vector(5.0))
    assert step(vector(0)).item() == 10
    assert kept.item() == 3


def test_a_lazy_reader_of_old_state_keeps_the_old_value() -> None:
    weight = Tensor([1.0], requires_grad=True)
    half = weight * 0.5  # has a history, is not computed
    step = jit(lambda x: x + half + weight)
    assert step(vector(0)).item() == 1.5
    with Tensor.no_grad():
        weight.assign(vector(10.0))
    assert step(vector(0)).item() == 10.5
    assert half.item() == 0.5


def test_a_view_of_state_from_before_keeps_its_value() -> None:
    weight = vector(1, 2)
    lazy = weight + 1
    step = jit(lambda: weight.assign(weight * 10))
    step()
    step()
    assert lazy.tolist() == [2, 3]
    assert weight.tolist() == [100, 200]


def test_batch_norm_statistics_and_training_mode() -> None:
    rng = np.random.default_rng(0)
    batches = [rng.normal(size=(4, 3)).astype(np.float32) for _ in range(4)]

    def run(captured: bool) -> list[Any]:
        norm = nn.BatchNorm(3)
        step = jit(lambda x: norm(x)) if captured else (lambda x: norm(x))
        with Context(TRAINING=1):
            seen = [step(Tensor(b)).numpy() for b in batches]
        seen.append(step(Tensor(batches[0])).numpy())  # evaluation
        return [*seen, norm.running_mean.numpy(), norm.running_var.numpy()]

    for ours, plain in zip(run(True), run(False), strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-5, atol=1e-6)


def test_random_numbers_go_on_and_manual_seed_counts() -> None:
    def draw(x: Tensor) -> Tensor:
        return x + Tensor.rand(4)

    def run(step: Callable[[Tensor], Tensor]) -> list[Any]:
        Tensor.manual_seed(3)
        first = [step(Tensor.zeros(4)).tolist() for _ in range(3)]
        between = Tensor.rand(2).tolist()
        after = step(Tensor.zeros(4)).tolist()
        Tensor.manual_seed(3)
        return [*first, between, after, step(Tensor.zeros(4)).tolist()]

    captured, traces = counted(draw)
    ours, plain = run(captured), run(draw)
    assert ours == plain
    assert ours[0] == ours[-1]
    assert len({str(v) for v in ours}) == 5
    assert len(traces) == 1


FIRST_DRAW = """
from smelt import Tensor, jit
traces = []
def draw(x):
    traces.append(1)
    return x + Tensor.rand(4) + Tensor.rand(4, device="PYTHON").to("CPU")
Tensor.manual_seed(3)
step = jit(draw)
captured = [step(Tensor.zeros(4)).tolist() for _ in range(3)]
assert len(traces) == 1, traces
Tensor.manual_seed(3)
assert captured == [draw(Tensor.zeros(4)).tolist() for _ in range(3)]
"""


def test_the_first_draw_of_a_process_may_be_captured() -> None:
    ended = subprocess.run([sys.executable, "-c", FIRST_DRAW], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_dropout_draws_anew() -> None:
    step = jit(lambda x: x.dropout(0.5))
    with Context(TRAINING=1):
        Tensor.manual_seed(0)
        seen = {str(step(Tensor.ones(64)).tolist()) for _ in range(4)}
    assert len(seen) == 4


# ---- training -----------------------------------------------------------------------------------


class Net:
    def __init__(self) -> None:
        Tensor.manual_seed(1)
        self.layers = [nn.Linear(4, 8), nn.Linear(8, 3)]

    def __call__(self, x: Tensor) -> Tensor:
        return self.layers[1](self.layers[0](x).relu())


OPTIMIZERS: dict[str, Callable[[list[Tensor]], Any]] = {
    "sgd": lambda p: SGD(p, lr=0.1),
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
    "adam": lambda p: Adam(p, lr=0.05),
    "adamw": lambda p: AdamW(p, lr=0.05),
}


def train(optimizer: str, captured: bool, calls: int = 5) -> tuple[list[float], list[Any], int]:
    net = Net()
    params = nn.state.get_parameters(net)
    opt = OPTIMIZERS[optimizer](params)
    traces = []

    def step(x: Tensor, y: Tensor) -> Tensor:
        traces.append(1)
        opt.zero_grad()
        loss = net(x).cross_entropy(y)
        loss.backward()
        opt.step()
        return loss

    run = jit(step) if captured else step
    rng = np.random.default_rng(0)
    losses = []
    for i in range(calls):
        x, y = rng.normal(size=(6, 4)).astype(np.float32), rng.integers(0, 3, 6)
        losses.append(run(Tensor(x), Tensor(y)).item())
        if i == 2:
            opt.lr = 0.01  # a schedule
    values = [p.numpy() for p in params] + [p.grad.numpy() for p in params]
    return losses, values, len(traces)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_training_step_is_captured_once_and_equals_the_plain_one(optimizer: str) -> None:
    losses, values, traces = train(optimizer, captured=True)
    plain_losses, plain_values, _ = train(optimizer, captured=False)
    np.testing.assert_allclose(losses, plain_losses, rtol=1e-5)
    for ours, plain in zip(values, plain_values, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=2e-4, atol=1e-6)
    assert traces == 1


def test_an_optimizer_that_makes_its_state_at_the_first_step() -> None:
    class Momentum:
        def __init__(self) -> None:
            self.weight = vector(1.0)
            self.speed: Tensor | None = None

        def step(self, x: Tensor) -> None:
            if self.speed is None:
                self.speed = Tensor.zeros(1)
            self.speed.assign(self.speed * 0.5 + x)
            self.weight.assign(self.weight + self.speed)

    def run(captured: bool) -> tuple[list[float], int]:
        opt = Momentum()
        step, traces = counted(opt.step)
        values = []
        for k in range(5):
            (step if captured else opt.step)(vector(k))
            values.append(opt.weight.item())
        return values, len(traces)

    values, traces = run(True)
    assert values == run(False)[0]
    assert traces == 2


def test_gradients_set_inside_are_there_after_a_replay() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)

    @jit
    def step(x: Tensor) -> None:
        w.grad = None
        (w * x).sum().backward()

    for k in (1.0, 2.0, 3.0):
        step(vector(k, k + 1))
        assert w.grad is not None
        assert w.grad.tolist() == [k, k + 1]


def test_gradients_add_up_across_calls() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    step, traces = counted(lambda x: (w * x).sum().backward())
    kept = []
    for i in range(1, 6):
        step(vector(1, 10))
        assert w.grad is not None
        assert w.grad.tolist() == [i, 10 * i]
        kept.append(w.grad)
    assert [g.tolist()[0] for g in kept] == [1, 2, 3, 4, 5]
    assert len(traces) == 2  # without a gradient before, and with one
    w.grad = None
    step(vector(1, 10))
    assert w.grad.tolist() == [1, 10]


def test_gradients_added_up_outside_and_inside() -> None:
    w = Tensor([1.0], requires_grad=True)
    step = jit(lambda x: (w * x).sum().backward())
    (w * 100).sum().backward()  # lazy
    step(vector(1))
    step(vector(2))
    assert w.grad is not None
    assert w.grad.item() == 103
    w.grad = w.grad * 2
    step(vector(3))
    assert w.grad.item() == 209


def test_a_gradient_taken_away_inside_is_gone() -> None:
    w = Tensor([1.0], requires_grad=True)

    @jit
    def step(x: Tensor) -> Tensor:
        (w * x).sum().backward()
        assert w.grad is not None
        grad = w.grad * 1
        w.grad = None
        return grad

    for k in (1.0, 2.0, 3.0):
        assert step(vector(k)).item() == k
        assert w.grad is None


def test_gradient_of_an_argument() -> None:
    @jit
    def step(x: Tensor) -> None:
        x.grad = None
        (x * x).sum().backward()

    for k in (1.0, 2.0, 3.0):
        x = Tensor([k], requires_grad=True)
        step(x)
        assert x.grad is not None
        assert x.grad.item() == 2 * k


def test_freezing_a_weight_counts() -> None:
    w, v = (Tensor([1.0], requires_grad=True) for _ in range(2))

    @jit
    def step(x: Tensor) -> None:
        w.grad = v.grad = None
        (w * v * x).sum().backward()

    step(vector(1))
    assert w.grad is not None
    w.requires_grad = False
    step(vector(2))
    assert (w.grad, v.grad.item()) == (None, 2)  # type: ignore[attr-defined]


def test_results_have_no_history() -> None:
    w = Tensor([1.0], requires_grad=True)
    step = jit(lambda x: (w * x).sum())
    for _ in range(2):
        assert not step(vector(1)).requires_grad


# ---- reading values inside ----------------------------------------------------------------------

READERS: dict[str, Callable[[Tensor], Any]] = {
    "item": lambda x: x.sum().item(),
    "numpy": lambda x: x.numpy(),
    "tolist": lambda x: x.tolist(),
    "bool": lambda x: x + 1 if x.sum() > 0 else x,
    "float": lambda x: float(x.sum()),
    "int": lambda x: int(x.sum()),
    "print": lambda x: print(x),
    "__array__": lambda x: np.asarray(x),
    "index": lambda x: [1, 2, 3][Tensor(1)],
}


@pytest.mark.parametrize("name", READERS)
def test_reading_a_value_inside_is_an_error_with_the_line(name: str) -> None:
    x = vector(1, 2)
    line = READERS[name].__code__.co_firstlineno
    with pytest.raises(CaptureError, match=f"test_jit.py:{line}") as caught:
        jit(READERS[name])(x)
    assert name in str(caught.value)
    assert x.tolist() == [1, 2]


def test_a_realize_inside_is_no_reading() -> None:
    step = jit(lambda x: (x + 1).realize() * 2)
    for k in (1, 2):
        assert step(vector(k)).item() == 2 * k + 2


# ---- aliases ------------------------------------------------------------------------------------


def test_two_arguments_may_be_one_tensor() -> None:
    step = jit(lambda a, b: a * 10 + b)
    x, y = vector(1), vector(2)
    for _ in range(2):
        assert step(x, y).item() == 12
        assert step(x, x).item() == 11
        assert step(y, x).item() == 21
        assert step(y, y).item() == 22


def test_two_arguments_may_be_views_of_one() -> None:
    step, traces = counted(lambda a, b: a * 10 + b)
    x = vector(1, 2, 3, 4)
    y = vector(5, 6, 7, 8)
    assert step(x[:2], x[2:]).tolist() == [13, 24]
    assert step(x.reshape(4), x.reshape(4)).tolist() == [11, 22, 33, 44]
    assert step(x.reshape(4), y.reshape(4)).tolist() == [15, 26, 37, 48]
    assert step(y.detach(), y).tolist() == [55, 66, 77, 88]
    assert len(traces) == 2


def test_an_argument_may_share_memory_with_state() -> None:
    weight = vector(1.0)
    step = jit(lambda x: weight.assign(weight + x) + x)
    assert step(weight.detach()).item() == 3
    assert step(vector(10.0)).item() == 22
    assert step(weight.detach()).item() == 36
    assert weight.item() == 24


def test_an_argument_may_be_the_state_itself() -> None:
    weight = vector(1.0)

    @jit
    def step(x: Tensor) -> Tensor:
        x.assign(x * 2)
        return weight + x

    assert [step(weight).item() for _ in range(3)] == [4, 8, 16]
    assert weight.item() == 8


def test_an_earlier_result_keeps_its_value() -> None:
    step = jit(lambda x: x * 2)
    results = [step(vector(k)) for k in range(5)]
    lazy = results[0] + 1
    step(vector(100))
    assert [r.item() for r in results] == [0, 2, 4, 6, 8]
    assert lazy.item() == 1


def test_earlier_state_that_was_handed_out_keeps_its_value() -> None:
    weight = vector(1.0)
    step = jit(lambda: weight.assign(weight + 1).detach())
    results = [step() for _ in range(3)]
    assert [r.item() for r in results] == [2, 3, 4]


def test_a_result_is_the_next_input() -> None:
    step, traces = counted(lambda x: x * 2)
    x = vector(1)
    for _ in range(10):
        x = step(x)
    assert x.item() == 1024
    assert len(traces) == 1


def test_a_result_may_be_an_argument_or_an_outer_tensor() -> None:
    outer = vector(7)
    step = jit(lambda a, b: (b, outer, a, a.assign(a + b)))
    for _ in range(3):
        a, b = vector(1), vector(2)
        first, second, third, fourth = step(a, b)
        assert first is b
        assert second is outer
        assert third is fourth is a
        assert a.item() == 3


def test_one_new_tensor_twice_in_a_result() -> None:
    def twice(x: Tensor) -> tuple[Tensor, Tensor]:
        y = x + 1
        return y, y

    step = jit(twice)
    for _ in range(2):
        a, b = step(vector(1))
        assert a is b


def test_assigning_to_an_argument() -> None:
    step = jit(lambda x, y: x.assign(x + y))
    y = vector(1)
    for k in range(3):
        x = vector(k)
        assert step(x, y) is x
        assert x.item() == k + 1


def test_swapping_two_states() -> None:
    a, b = vector(1), vector(2)

    @jit
    def step() -> None:
        old = a.detach()
        a.assign(b)
        b.assign(old)

    for i in range(4):
        step()
        assert (a.item(), b.item()) == ((2, 1) if i % 2 == 0 else (1, 2))


# ---- tensors that stay behind -------------------------------------------------------------------


def test_a_tensor_kept_in_a_list_is_never_stale(capsys: pytest.CaptureFixture[str]) -> None:
    kept: list[Tensor] = []

    @jit
    def step(x: Tensor) -> Tensor:
        y = x * 2
        kept.append(y)
        return y + 1

    for k in range(5):
        assert step(vector(k)).item() == 2 * k + 1
    assert [t.item() for t in kept] == [0, 2, 4, 6, 8]
    assert "traced anew" in capsys.readouterr().err


def test_a_tensor_kept_in_an_attribute_is_never_stale() -> None:
    class Holder:
        last: Tensor | None = None

    holder, weight = Holder(), vector(0.0)

    @jit
    def step(x: Tensor) -> Tensor:
        holder.last = x.detach()
        weight.assign(weight + x)
        return x + 0

    for k in range(4):
        step(vector(k))
        assert holder.last is not None
        assert holder.last.item() == k

    @jit
    def view() -> Tensor:
        holder.last = weight.detach()
        return weight.assign(weight + 1)

    for k in range(4):
        view()
        assert holder.last.item() == 6 + k


def test_recurrent_state_in_an_attribute() -> None:
    class Cell:
        def __init__(self) -> None:
            self.h = vector(1.0)

        @jit
        def step(self, x: Tensor) -> Tensor:
            self.h = self.h * 2 + x
            return self.h

    cell = Cell()
    assert [cell.step(vector(1)).item() for _ in range(4)] == [3, 7, 15, 31]
    assert cell.h.item() == 31


def test_a_table_made_inside_once_and_changed_outside() -> None:
    class Model:
        table: Tensor | None = None

        @jit
        def look(self, x: Tensor) -> Tensor:
            if self.table is None:
                self.table = Tensor([1.0, 2.0])
            return x + self.table

    model = Model()
    for _ in range(3):
        assert model.look(vector(0, 0)).tolist() == [1, 2]
    assert model.table is not None
    model.table.assign(Tensor([5.0, 6.0]))
    assert model.look(vector(0, 0)).tolist() == [5, 6]


# ---- nesting, threads, errors -------------------------------------------------------------------


def test_captures_nest() -> None:
    inner, inner_traces = counted(lambda x: x * 2)
    outer, outer_traces = counted(lambda x: inner(x) + inner(x + 1))
    for k in range(3):
        assert outer(vector(k)).item() == 4 * k + 2
    assert (len(outer_traces), len(inner_traces)) == (1, 2)
    assert inner(vector(5)).item() == 10


def test_two_threads_share_a_captured_step() -> None:
    weight = vector(2.0)
    total = vector(0.0)

    @jit
    def step(x: Tensor) -> Tensor:
        total.assign(total + 1)
        return (x * weight).sum()

    wrong: list[Any] = []

    def work(start: int) -> None:
        local = Tensor([0.0])
        for k in range(start, start + 40):
            local = local + 1
            got = step(vector(k, k)).item()
            if got != 4 * k or local.item() != k - start + 1:
                wrong.append((k, got, local.item()))

    threads = [threading.Thread(target=work, args=(100 * i,)) for i in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong
    assert total.item() == 120


def test_a_trace_does_not_disturb_other_threads() -> None:
    shared = vector(1, 2)
    stop = threading.Event()
    wrong: list[Any] = []

    def work() -> None:
        own, count = vector(0.0), 0
        while not stop.is_set():
            own.assign(own + 1)
            count += 1
            if own.item() != count or (shared + 0).tolist() != [1, 2]:
                wrong.append((own.item(), count))
            time.sleep(0.001)  # else the other thread waits for its turn at each call into LLVM

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for k in range(15):
            step = jit(lambda x, k=k: x * k + shared)
            assert step(shared).tolist() == [k + 1, 2 * k + 2]
    finally:
        stop.set()
        thread.join()
    assert not wrong


def test_an_exception_leaves_everything_as_it_was() -> None:
    w = Tensor([1.0], requires_grad=True)
    buffer, frozen = vector(5), Tensor([1.0])
    fail = [True]

    @jit
    def step(x: Tensor) -> Tensor:
        x.assign(x + 1)
        buffer.assign(buffer * 2)
        frozen.requires_grad = True
        (w * x).sum().backward()
        if fail[0]:
            raise ValueError("no")
        return w + x

    x = vector(3)
    Tensor.manual_seed(0)
    with pytest.raises(ValueError, match="no"):
        step(x)
    assert (x.item(), buffer.item(), w.item(), w.grad) == (3, 5, 1, None)
    assert not frozen.requires_grad
    assert w.is_leaf
    fail[0] = False
    assert step(x).item() == 5
    assert (x.item(), buffer.item(), w.grad.item()) == (4, 10, 4)  # type: ignore[attr-defined]
    assert frozen.requires_grad


def test_an_index_out_of_range_raises_and_the_next_call_works() -> None:
    table = vector(1, 2, 3)
    step = jit(lambda i: table[i])
    assert step(Tensor([0, 2])).tolist() == [1, 3]
    with pytest.raises(smelt.util.errors.OutOfRangeError):
        step(Tensor([0, 7])).tolist()
    assert step(Tensor([1, 1])).tolist() == [2, 2]


def test_dead_tensors_do_not_leak() -> None:
    class Weights:
        def __init__(self) -> None:
            self.w = Tensor(np.ones(1000, np.float32), requires_grad=True)

    model = Weights()

    @jit
    def step(x: Tensor) -> Tensor:
        model.w.grad = None
        (model.w * x).sum().backward()
        model.w.assign(model.w - model.w.grad)
        return model.w.sum()

    given, weights = [], []
    result = None
    for _ in range(8):
        x = Tensor(np.ones(1000, np.float32)).realize()
        given.append(weakref.ref(smelt.engine.memory.memory_of(_buffer(x))))
        weights.append(weakref.ref(smelt.engine.memory.memory_of(_buffer(model.w))))
        old = weakref.ref(x)
        result = step(x)
        del x
    gc.collect()
    assert old() is None
    assert [m() for m in given] == [None] * len(given)
    assert len({id(m()) for m in weights if m() is not None}) <= 2, "the last, and one to reuse"
    assert result is not None


def test_results_that_somebody_has_are_not_overwritten() -> None:
    step = jit(lambda x: (x * 2, x + 1))
    kept = [step(Tensor([float(i)])) for i in range(6)]
    views = [smelt.engine.memory.memory_of(_buffer(double)) for double, _ in kept[:3]]
    values = [v.array[:4].view(np.float32) for v in views]
    del kept[:3]  # their memory is still referred to
    kept += [step(Tensor([float(i)])) for i in range(6, 12)]
    assert [double.item() for double, _ in kept] == [2.0 * i for i in range(3, 12)]
    assert [more.item() for _, more in kept] == [i + 1.0 for i in range(3, 12)]
    assert [float(v[0]) for v in values] == [0.0, 2.0, 4.0]


def test_a_model_and_its_captured_step_do_not_leak() -> None:
    def make() -> weakref.ref[Any]:
        net = Net()
        opt = Adam(nn.state.get_parameters(net))

        @jit
        def step(x: Tensor) -> None:
            opt.zero_grad()
            net(x).sum().backward()
            opt.step()

        for _ in range(3):
            step(Tensor.ones(2, 4))
        return weakref.ref(net.layers[0].weight)

    weight = make()
    gc.collect()
    assert weight() is None


def _buffer(tensor: Tensor) -> Any:
    node = tensor.node
    while node.src:
        node = node.src[0]
    return node.arg


# ---- settings -----------------------------------------------------------------------------------


def test_training_gradients_and_device_select_a_capture() -> None:
    w = Tensor([2.0], requires_grad=True)
    step, traces = counted(lambda x: x.dropout(0.999) + (w * x).detach())
    x = Tensor.ones(1000).realize()
    for _ in range(2):
        assert step(x).sum().item() == 3000
        with Context(TRAINING=1):
            assert 2000 <= step(x).sum().item() < 2_900_000
        with Tensor.no_grad():
            assert step(x).sum().item() == 3000
    assert len(traces) == 3
    made, makes = counted(lambda: Tensor([1.0, 2.0]) * 2)
    for device in ("CPU", "PYTHON", "CPU", "PYTHON"):
        Device.DEFAULT = device
        try:
            assert made().device == device
        finally:
            Device.chosen = None  # as it was: DEV decides
    assert len(makes) == 2


def test_a_step_on_another_device() -> None:
    w = Tensor([2.0], device="PYTHON").realize()
    step = jit(lambda x: w.assign(w * x))
    assert [step(Tensor([3.0], device="PYTHON")).item() for _ in range(2)] == [6, 18]


def test_smelt_jit_0_runs_plainly() -> None:
    step, traces = counted(lambda x: x.sum().item())
    with Context(SMELT_JIT=0):
        assert [step(vector(k)) for k in (1, 2)] == [1, 2]
    assert len(traces) == 2
    assert not step.captures


def test_the_oracle_runs_plainly() -> None:
    step, traces = counted(lambda x: x + 1)
    with Context(ORACLE=1):
        assert [step(vector(k)).item() for k in (1, 2)] == [2, 3]
    assert len(traces) == 2


def test_verify_accepts_a_right_replay() -> None:
    weight = vector(1.0)
    step = jit(lambda x: weight.assign(weight + x) * Tensor.rand(1))
    with Context(SMELT_JIT_VERIFY=1):
        for k in range(3):
            step(vector(k))
    assert weight.item() == 4


@pytest.mark.parametrize("index", [0, 1])
def test_verify_names_the_first_kernel_that_differs(index: int) -> None:
    class Hidden:
        first = second = 1.0

    hidden = Hidden()

    @jit
    def step(x: Tensor) -> Tensor:
        y = (x * getattr(hidden, "first")).contiguous()  # noqa: B009
        return (y.sum() * getattr(hidden, "second")).contiguous()  # noqa: B009

    step(vector(1, 2))
    setattr(hidden, "first" if index == 0 else "second", 3.0)
    assert step(vector(1, 2)).item() == 3  # what is documented not to be seen
    with Context(SMELT_JIT_VERIFY=1), pytest.raises(CaptureError, match=f"kernel {index}"):
        step(vector(1, 2))
