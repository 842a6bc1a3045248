"""How a Tensor is computed, read, changed, printed and differentiated."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import smelt.ir.node as ir
from smelt import Context, Tensor
from smelt.engine import executable
from smelt.ir.op import Op
from smelt.tensor import base
from smelt.util.errors import CaptureError


@pytest.fixture(autouse=True)
def interpreted() -> Iterator[None]:
    with Context(ORACLE=1):
        yield


# ---- values -------------------------------------------------------------------------------------


def test_data_becomes_values_and_dtypes() -> None:
    for data, dtype in [
        (3, "int32"), (2.5, "float32"), (True, "bool"), ([1, 2], "int32"), ([1.0, 2], "float32"),
        ([[True]], "bool"), ([], "float32"), (np.float64(1.5), "float64"),
        (np.arange(3, dtype=np.uint16), "uint16"), (np.array(2.0), "float64"), ((1, 2), "int32"),
        (range(3), "int32"), (torch.ones(2, dtype=torch.float64), "float64"),
    ]:  # fmt: skip
        tensor = Tensor(data)
        assert tensor.dtype.name == dtype, data
        np.testing.assert_array_equal(tensor.numpy(), np.asarray(data))
    assert Tensor(b"\x01\xff").tolist() == [1, 255]
    assert Tensor(Tensor([1, 2]), dtype="float16").dtype.name == "float16"
    assert Tensor([1, 2], dtype="uint8").numpy().dtype == np.uint8


def test_data_is_copied() -> None:
    array = np.ones(3, np.float32)
    tensor = Tensor(array)
    array[0] = 5
    out = tensor.numpy()
    out[1] = 7
    assert tensor.tolist() == [1, 1, 1]


def test_non_contiguous_arrays() -> None:
    array = np.arange(12).reshape(3, 4).T[::2, ::-1]
    np.testing.assert_array_equal(Tensor(array).numpy(), array)


def test_reading() -> None:
    x = Tensor([[1.5]])
    assert x.item() == 1.5 and float(x) == 1.5 and int(x) == 1 and bool(x)
    assert type(Tensor([3]).item()) is int and type(Tensor(True).item()) is bool
    assert Tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert [t.tolist() for t in Tensor([[1, 2], [3, 4]])] == [[1, 2], [3, 4]]
    assert len(Tensor.zeros(4, 2)) == 4
    assert np.asarray(Tensor([1.0]), np.float64).dtype == np.float64
    assert [10, 20, 30][Tensor(1)] == 20


def test_repr_shows_values() -> None:
    assert repr(Tensor([[1.0, 2.0], [3.0, 4.5]])) == (
        "Tensor([[1. , 2. ],\n        [3. , 4.5]], dtype=float32, device=CPU)"
    )
    assert repr(Tensor([1.0], requires_grad=True)).endswith("device=CPU, requires_grad=True)")
    assert repr(Tensor(3)) == "Tensor(3, dtype=int32, device=CPU)"
    assert repr(Tensor.zeros(0, 3)) == "Tensor([], shape=(0, 3), dtype=float32, device=CPU)"
    assert "..." in repr(Tensor.zeros(5000))
    assert repr(Tensor([0.5], dtype="bfloat16")) == "Tensor([0.5], dtype=bfloat16, device=CPU)"


def test_attributes() -> None:
    x = Tensor.zeros(2, 3, dtype="float16")
    assert (x.shape, x.ndim, x.dim(), x.numel(), x.size(), x.size(-1)) == (
        (2, 3),
        2,
        2,
        6,
        (2, 3),
        3,
    )
    assert (x.element_size(), x.nbytes(), x.is_floating_point(), x.device) == (2, 12, True, "CPU")


def test_a_guard_forbids_every_read() -> None:
    def refuse(method: str) -> None:
        raise CaptureError(method, "a value", "none")

    x = Tensor([1])
    readers = [x.numpy, x.item, x.tolist, lambda: bool(x), lambda: int(x), lambda: float(x)]
    readers += [lambda: np.asarray(x), lambda: Tensor([1])[x > 0], lambda: x.allclose(x)]
    token = base.read_guard.set(refuse)
    try:
        for reader in readers:
            with pytest.raises(CaptureError):
                reader()
        assert repr(x) == "Tensor(shape=(1,), dtype=int32, device=CPU)"
    finally:
        base.read_guard.reset(token)
    assert x.item() == 1


def test_history_is_freed_by_realize() -> None:
    x = Tensor([1.0, 2.0])
    before = weakref.ref(x.node)
    y = x + 1
    del x
    y.realize()
    gc.collect()
    assert before() is None
    assert y.node.op is Op.BUFFER and y.tolist() == [2, 3]


def test_a_result_that_needs_a_gradient_keeps_its_history() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).realize()
    y.sum().backward()
    assert x.grad is not None and x.grad.tolist() == [2, 4]


def test_import_is_light() -> None:
    heavy = "{'torch', 'llvmlite.binding'}"
    code = f"import sys, smelt; sys.exit(bool({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# ---- change -------------------------------------------------------------------------------------


def test_assign_leaves_earlier_readers_alone() -> None:
    x = Tensor([1, 2]).realize()
    y = x + 1
    same = x.assign(Tensor([10, 20]))
    z = x + 1
    assert same is x
    assert (x.tolist(), y.tolist(), z.tolist()) == ([10, 20], [2, 3], [11, 21])


def test_assign_is_carried_out_by_any_realize() -> None:
    x = Tensor([1, 2])
    x.assign(x * 2)
    Tensor([0]).realize()
    assert x.node.op is Op.BUFFER and x.tolist() == [2, 4]


def test_assign_checks() -> None:
    x = Tensor([1, 2])
    with pytest.raises(ValueError, match=r"assign: got shape \(3,\), expected \(2,\)"):
        x.assign(Tensor([1, 2, 3]))
    with pytest.raises(TypeError, match="assign: got float32, expected int32; cast it first"):
        x.assign(Tensor([1.0, 2.0]))
    assert x.assign(7).tolist() == [7, 7]


def test_swap_by_assign() -> None:
    a, b = Tensor([1.0]).realize(), Tensor([2.0]).realize()
    old = a.detach()
    a.assign(b)
    b.assign(old)
    assert (a.tolist(), b.tolist()) == ([2.0], [1.0])


def test_in_place_operators_change_the_tensor_itself() -> None:
    x = Tensor([8, 6])
    other = x
    x += 2
    x *= 3
    x -= 1
    x //= 2
    x %= 8
    x |= 8
    x ^= 1
    x &= 14
    x <<= 1
    x >>= 1
    x **= 2
    assert x is other
    a = np.array([8, 6])
    assert x.tolist() == (((((((a + 2) * 3 - 1) // 2) % 8 | 8) ^ 1) & 14) ** 2).tolist()
    y = Tensor([1.0])
    y /= 4
    assert y.tolist() == [0.25]
    with pytest.raises(TypeError, match="in-place operation: got float32, expected int32"):
        x += 0.5
    with pytest.raises(ValueError, match="in-place operation"):
        x += Tensor([[1, 2], [3, 4]])


def test_in_place_on_a_result_keeps_gradients() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    y *= x
    y[0] = 0
    y.sum().backward()
    assert x.grad is not None and x.grad.tolist() == [0, 12]


def test_in_place_on_a_leaf_is_an_error() -> None:
    x = Tensor([1.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="in-place operation: got a leaf that requires"):
        x += 1
    with pytest.raises(RuntimeError, match="in-place operation"):
        x[0] = 1
    with Tensor.no_grad():
        x += 1
    assert x.tolist() == [2] and x.requires_grad and x.is_leaf


def test_a_long_chain_of_assigns() -> None:
    x = Tensor([0]).realize()
    for _ in range(3000):
        x += 1
    assert x.item() == 3000


def test_clones_are_told_apart() -> None:
    a, b = Tensor.zeros(3).clone(), Tensor.zeros(3).clone()
    assert a.node is not b.node


def test_to_device() -> None:
    x = Tensor([1, 2]).to("PYTHON")
    assert x.device == "PYTHON" and (x + 1).device == "PYTHON" and (x + 1).tolist() == [2, 3]
    assert x.to("PYTHON").node is x.node
    with pytest.raises(RuntimeError, match="operands on"):
        x + Tensor([1, 2])
    with pytest.raises(RuntimeError):
        x.to("TOASTER")
    assert Tensor.ones(2, device="PYTHON").device == "PYTHON"


# ---- gradients ----------------------------------------------------------------------------------


def test_backward_accumulates() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [5, 5] and not x.grad.requires_grad
    x.zero_grad()
    assert x.grad is None


def test_backward_needs_a_scalar_and_a_leaf() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(
        RuntimeError, match=r"backward: got a tensor of shape \(2,\), expected a scalar"
    ):
        (x * 2).backward()
    with pytest.raises(RuntimeError, match="does not require a gradient"):
        Tensor([1.0]).sum().backward()
    (x * 2).backward(gradient=Tensor([1.0, 10.0]))
    assert x.grad is not None and x.grad.tolist() == [2, 20]


def test_requires_grad_needs_a_float() -> None:
    with pytest.raises(TypeError, match="requires_grad: got int32, expected a float dtype"):
        Tensor([1], requires_grad=True)
    with pytest.raises(RuntimeError, match="cut its history"):
        (Tensor([1.0], requires_grad=True) * 2).requires_grad = False


def test_leaves_that_look_alike_have_gradients_of_their_own() -> None:
    a = Tensor.zeros(2, requires_grad=True)
    b = Tensor.zeros(2, requires_grad=True)
    (a * 2 + b * 3).sum().backward()
    assert a.grad is not None and a.grad.tolist() == [2, 2]
    assert b.grad is not None and b.grad.tolist() == [3, 3]


def test_what_was_computed_before_requires_grad_is_constant() -> None:
    x = Tensor([2.0]).realize()
    y = x * 10
    x.requires_grad_()
    (x * y).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [20]


def test_detach_and_no_grad_cut_history() -> None:
    x = Tensor([3.0], requires_grad=True)
    with Tensor.no_grad():
        y = x * x
    z = x.detach() * x
    assert not y.requires_grad and y.is_leaf
    (y * x + z).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [9 + 3]

    @Tensor.no_grad()
    def square(t: Tensor) -> Tensor:
        return t * t

    assert not square(x).requires_grad


def test_no_grad_holds_in_its_thread_only() -> None:
    x = Tensor([1.0], requires_grad=True)
    seen: list[bool] = []
    with Tensor.no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
    assert seen == [True]


def test_gradients_survive_realize_of_the_leaf() -> None:
    x = Tensor.ones(2, requires_grad=True)
    y = x * 3
    x.realize()
    z = x * 5
    (y + z).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [8, 8]


def test_gradients_after_assign_belong_to_the_leaf() -> None:
    w = Tensor([1.0, 1.0], requires_grad=True)
    for _ in range(3):
        w.zero_grad()
        (w * w).sum().backward()
        assert w.grad is not None
        w.assign(w.detach() - w.grad * 0.25)
        w.realize()
    assert w.requires_grad and w.is_leaf and w.tolist() == [0.125, 0.125]


def test_a_training_step_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    build = executable.build

    def counting(*args: Any) -> Any:
        built.append(1)
        return build(*args)

    monkeypatch.setattr(executable, "build", counting)
    w = Tensor([[1.0, -1.0]], requires_grad=True)
    with Context(ORACLE=0):
        for step in range(4):
            w.zero_grad()
            (Tensor([[0.5], [1.0]]) @ w).square().sum().backward()
            assert w.grad is not None
            w.assign(w.detach() - 0.1 * w.grad).realize()
            if step == 1:
                built.clear()  # what differs at first is that w is not in memory yet
    assert not built


def test_gradient_returns_what_was_asked_for() -> None:
    x, y, z = (Tensor([v], requires_grad=True) for v in (2.0, 3.0, 4.0))
    middle = x * y
    out = (middle * middle).sum()
    gx, gm, gz = out.gradient(x, middle, z)
    assert (gx.item(), gm.item(), gz.item()) == (36, 12, 0)
    assert x.grad is None
    with pytest.raises(RuntimeError, match="a tensor that self depends on"):
        out.gradient(z, materialize_grads=False)


def test_gradients_of_gradients() -> None:
    a = np.array([0.5, -1.5], np.float64)
    x = Tensor(a, requires_grad=True)
    (first,) = (x.sin() * x**3).sum().gradient(x)
    (second,) = first.sum().gradient(x)
    second.sum().backward()
    t = torch.tensor(a, requires_grad=True)
    (f,) = torch.autograd.grad((t.sin() * t**3).sum(), t, create_graph=True)
    (s,) = torch.autograd.grad(f.sum(), t, create_graph=True)
    s.sum().backward()
    np.testing.assert_allclose(second.numpy(), s.detach().numpy(), rtol=1e-10)
    assert x.grad is not None and t.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), t.grad.numpy(), rtol=1e-10)


def test_create_graph() -> None:
    x = Tensor([3.0], requires_grad=True)
    (x**3).sum().backward(create_graph=True)
    assert x.grad is not None
    grad = x.grad
    x.zero_grad()
    (grad * 2).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [36]


def test_integers_carry_no_gradient() -> None:
    x = Tensor([1.5], requires_grad=True)
    assert (
        not x.int().requires_grad
        and not (x > 1).requires_grad
        and not x.int().float().requires_grad
    )


def test_a_long_chain_differentiates() -> None:
    x = Tensor([1.0], requires_grad=True)
    y = x
    for _ in range(2000):
        y = y + 1
    y.sum().backward()
    assert x.grad is not None and x.grad.item() == 1


def test_a_leaf_that_is_dropped_is_freed() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    gone = weakref.ref(x)
    del x
    gc.collect()
    assert gone() is None
    assert y.tolist() == [2, 4]


def test_the_state_of_a_training_flag() -> None:
    x = Tensor.ones(1000)
    assert x.dropout(0.5).tolist() == [1] * 1000
    Tensor.manual_seed(3)
    with Context(TRAINING=1):
        y = x.dropout(0.25).numpy()
    assert set(np.unique(y).tolist()) == {0.0, np.float32(1 / 0.75)}
    assert 150 < (y == 0).sum() < 350
    with Tensor.train():
        assert x.dropout(1.0).sum().item() == 0


def test_constants_stay_constants() -> None:
    assert Tensor.zeros(2, 3).node.op is Op.CONST
    assert Tensor.ones(2).reshape(2, 1).expand(2, 3).node.shape == (2, 3)
    assert isinstance(Tensor(2.0).node.arg, float) and Tensor(2.0).node is ir.const(
        2.0, base.dtypes.float32
    )
