"""What users stumbled over: each test is a report that was right."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
import torch

from smelt import Tensor, Variable, dtypes, jit
from smelt.util.errors import (
    ArgumentError,
    AxisError,
    DTypeError,
    OutOfRangeError,
    SmeltError,
)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_round_keeps_the_dtype(dtype: str) -> None:
    rounded = Tensor([0.5, 1.5, -2.5, 2.7], dtype=dtype).round()
    assert rounded.dtype.name == dtype
    assert rounded.tolist() == [0.0, 2.0, -2.0, 3.0]


def test_to_takes_a_dtype_and_another_tensor() -> None:
    x = Tensor([1, 2])
    assert x.to(dtypes.float16).dtype is dtypes.float16
    assert x.to(float).dtype is dtypes.float32
    assert x.to("cpu", dtypes.int8).dtype is dtypes.int8
    there = x.to(Tensor([1.0], device="PYTHON"))
    assert (there.device, there.dtype) == ("PYTHON", dtypes.float32)


def test_matrix_product_with_an_array() -> None:
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    eye = np.eye(2, dtype=np.float32)
    assert (x @ eye).tolist() == (eye @ x).tolist() == x.tolist()
    with pytest.raises(DTypeError, match="matmul: got str"):
        x @ "a"  # type: ignore[operator]


def test_an_axis_that_is_no_int() -> None:
    with pytest.raises(AxisError, match=r"sum: got axis 1\.0, expected an int"):
        Tensor([[1.0]]).sum(1.0)  # type: ignore[arg-type]


def test_another_librarys_dtype() -> None:
    with pytest.raises(DTypeError, match=r"torch\.float16"):
        Tensor([1], dtype=torch.float16)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-1, 256, 2**70, -(2**70), 255, 0])
@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_comparison_with_a_number_beyond_the_dtype(name: str, value: int) -> None:
    compare: Any = getattr(operator, name)
    values = [0, 3, 255]
    result = compare(Tensor(values, dtype="uint8"), value)
    assert result.tolist() == [compare(v, value) for v in values]


X = np.arange(12, dtype=np.float32).reshape(3, 4)
M = np.eye(4, dtype=np.float32) + 1
BY_NAME: dict[str, Any] = {
    "flip": lambda x, m: x.flip(dims=(0, 1)),
    "permute": lambda x, m: x.permute(dims=(1, 0)),
    "expand": lambda x, m: x.expand(size=(2, 3, 4)),
    "tile": lambda x, m: x.tile(dims=(2, 1)),
    "unfold": lambda x, m: x.unfold(dimension=1, size=2, step=1),
    "split": lambda x, m: x.split(split_size=2, dim=1),
    "tensor_split": lambda x, m: x.tensor_split(indices=(1, 3), dim=1),
    "pow": lambda x, m: x.pow(exponent=2),
    "swapaxes": lambda x, m: x.swapaxes(axis0=0, axis1=1),
    "mm": lambda x, m: x.mm(mat2=m),
    "addmm": lambda x, m: x.addmm(mat1=x, mat2=m, alpha=2),
    "addcmul": lambda x, m: x.addcmul(tensor1=x, tensor2=x, value=0.5),
    "narrow from the end": lambda x, m: x.narrow(1, -3, 2),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_arguments_by_the_names_that_pytorch_has(name: str) -> None:
    call = BY_NAME[name]
    ours, theirs = call(Tensor(X), Tensor(M)), call(torch.tensor(X), torch.tensor(M))
    several = isinstance(theirs, tuple)
    for mine, other in zip(ours, theirs, strict=True) if several else [(ours, theirs)]:
        np.testing.assert_allclose(mine.numpy(), other.numpy())


def test_an_argument_by_two_names_is_refused() -> None:
    with pytest.raises(TypeError):
        Tensor(X).pow(2, exponent=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Tensor(X).flip(0, dims=(0,))  # type: ignore[call-arg]
    assert Tensor.arange(0, end=3).tolist() == [0, 1, 2]  # type: ignore[call-arg]


def test_the_gradient_of_eigenvectors_is_symmetric() -> None:
    a = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 1.0]])
    weight = np.arange(9.0).reshape(3, 3)
    ours, theirs = Tensor(a, requires_grad=True), torch.tensor(a, requires_grad=True)
    (ours.eigh()[1].abs() * Tensor(weight)).sum().backward()
    (torch.linalg.eigh(theirs)[1].abs() * torch.tensor(weight)).sum().backward()
    assert ours.grad is not None and theirs.grad is not None
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-9, atol=1e-9)


def test_norm_by_name() -> None:
    assert Tensor([[3.0, 4.0]]).norm("fro").item() == 5.0
    with pytest.raises(ArgumentError, match="norm: got p='spectral'"):
        Tensor([[3.0, 4.0]]).norm("spectral")


def test_the_last_of_a_symbolic_axis() -> None:
    length = Variable("length", 2, 5)
    x = Tensor(np.arange(10).reshape(2, 5)).realize()
    last = jit(lambda x: (x[:, -1].contiguous(), x[:, :-1].sum(), x[:, -2:].contiguous()))
    for n in (3, 2, 5, 4):
        one, most, two = last(x[:, : length.bind(n)])
        assert one.tolist() == [n - 1, n + 4]
        assert most.item() == sum(range(n - 1)) + sum(range(5, n + 4))
        assert two.tolist() == [[n - 2, n - 1], [n + 3, n + 4]]
    with pytest.raises(OutOfRangeError, match="index: got -3 on axis 1, expected -2 <= index < 5"):
        x[:, : length.bind(4)][:, -3]
    with pytest.raises(ArgumentError, match="slice"):
        x[:, : length.bind(4)][:, -3:]


def _with_first_row(x: Any, value: float) -> Any:
    y = x * 1
    y[0] = value
    return y


ON_SYMBOLIC: dict[str, Any] = {
    "setitem": lambda x, n: _with_first_row(x, -5),
    "gather": lambda x, n: x.gather(1, Tensor([[0], [1]])),
    "scatter_add": lambda x, n: x.scatter_add(1, Tensor([[0], [1]]), Tensor([[7], [8]])),
    "arange": lambda x, n: x + Tensor.arange(n) + Tensor.arange(n, n + 1),
    "cumsum": lambda x, n: x.cumsum(1) + x.cumsum(0),
}


@pytest.mark.parametrize("name", ON_SYMBOLIC)
def test_axes_that_depend_on_a_variable(name: str) -> None:
    length = Variable("length", 2, 20)
    x = np.arange(40, dtype=np.int32).reshape(2, 20)
    step = jit(ON_SYMBOLIC[name])
    for n in (3, 2, 18):
        bound = length.bind(n)
        result = step(Tensor(x)[:, :bound], bound)
        expected = ON_SYMBOLIC[name](Tensor(x[:, :n]), n)
        np.testing.assert_array_equal(result.numpy(), expected.numpy())


WRONG: dict[str, Any] = {
    "pool: got windows": lambda: Tensor.ones(1, 1, 4, 4).max_pool2d(0),
    "arange: got inf": lambda: Tensor.arange(float("inf")),
    "arange: got None": lambda: Tensor.arange(None),  # type: ignore[arg-type]
    "linspace: got 2.5 steps": lambda: Tensor.linspace(0, 1, 2.5),  # type: ignore[arg-type]
    "full: got None": lambda: Tensor.full((2,), None),  # type: ignore[arg-type]
    "dtype: got None": lambda: Tensor([1]).cast(None),  # type: ignore[arg-type]
    "slice: got 1.5": lambda: Tensor([1, 2])[1.5:],
    "gather: got an index of list": lambda: Tensor([1]).gather(0, [0]),  # type: ignore[arg-type]
    "matmul: got str": lambda: Tensor([1]).linear("a"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_arguments_have_typed_errors(message: str) -> None:
    with pytest.raises(SmeltError, match=message):
        WRONG[message]()


def test_an_index_beyond_the_size_that_a_symbolic_axis_has_now() -> None:
    n = Variable("n", 1, 8)
    x = Tensor.arange(8).contiguous().realize()
    assert x[: n.bind(4)][3].item() == 3
    for i in (4, 7, -5):
        with pytest.raises(IndexError, match="index"):
            x[: n.bind(4)][i]
