"""Making and element by element, the rest: PyTorch's names, special values, dtypes, precision."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from smelt import Context, Tensor, dtypes
from smelt.util.errors import ArgumentError, DTypeError, GradientError, ShapeError
from tests.helpers import BINARY, against_torch, row

INF, NAN = math.inf, math.nan

UNARY_ROWS = [
    row("absolute", lambda x: x.absolute()),
    row("negative", lambda x: x.negative()),
    row("positive", lambda x: x.positive()),
    row("sgn", lambda x: x.detach().sgn()),
    row("fix", lambda x: x.fix()),
    row("frac", lambda x: x.frac(), low=-5, high=5),
    row("signbit", lambda x: x.signbit()),
    row("signbit of ints", lambda x: x.signbit(), dtype="int8", low=-3, high=3),
    row("signbit of uint8", lambda x: x.signbit(), dtype="uint8", low=0, high=255),
    row("isposinf", lambda x: (x / 0).isposinf()),
    row("isneginf", lambda x: (x / 0).isneginf()),
    row("nan_to_num", lambda x: x.log().nan_to_num(7.0)),
    row("nan_to_num of infinities", lambda x: (x / 0).nan_to_num()),
    row("nan_to_num given", lambda x: (x / 0).nan_to_num(0.0, 1.0, -2.0)),
    row("deg2rad", lambda x: x.deg2rad(), low=-360, high=360),
    row("rad2deg", lambda x: x.rad2deg(), rtol=1e-6),
    row("deg2rad of ints", lambda x: x.deg2rad(), dtype="int32", low=-360, high=360),
    row("sinc", lambda x: x.sinc(), torch.sinc, low=-3, high=3),
    row("sinc at 0", lambda x: (x * 0).sinc(), lambda x: torch.sinc(x * 0)),
    row("logit", lambda x: x.logit(), low=0.05, high=0.95),
    row("logit eps", lambda x: x.logit(0.3), low=0.05, high=0.95),
    row("arcsin", lambda x: x.arcsin(), low=-0.9, high=0.9),
    row("arccos", lambda x: x.arccos(), low=-0.9, high=0.9),
    row("arctan", lambda x: x.arctan()),
    row("arcsinh", lambda x: x.arcsinh()),
    row("arccosh", lambda x: x.arccosh(), low=1.1, high=5),
    row("arctanh", lambda x: x.arctanh(), low=-0.9, high=0.9),
    row("round -1", lambda x: x.round(decimals=-1), low=-99, high=99),
    row("clamp_min", lambda x: x.clamp_min(0.3)),
    row("clamp_max", lambda x: x.clamp_max(0.3)),
    row("clamp of ints", lambda x: x.clamp(-1, 2), dtype="int32", low=-5, high=5),
    row("clamp above itself", lambda x: x.clamp(1.0, -1.0)),
    row("threshold", lambda x: x.threshold(0.1, 5.0), lambda x: F.threshold(x, 0.1, 5.0)),
    row("hardshrink", lambda x: x.hardshrink(0.7), lambda x: F.hardshrink(x, 0.7)),
    row("softshrink", lambda x: x.softshrink(0.7), lambda x: F.softshrink(x, 0.7)),
    row("prelu", lambda x: x.prelu(Tensor(0.2)), lambda x: F.prelu(x, torch.tensor(0.2))),
    row("glu", lambda x: x.glu(), F.glu, [(3, 4), (2,), (0, 2)]),
    row("glu axis", lambda x: x.glu(0), lambda x: F.glu(x, 0), [(4, 3), (2, 0)]),
    row("selu given", lambda x: x.selu(2.0, 3.0), lambda x: 3.0 * F.elu(x, 2.0)),
    row("hardsigmoid given", lambda x: x.hardsigmoid(0.2, 0.4),
        lambda x: (0.2 * x + 0.4).clamp(0, 1)),
    row("where torch's way", lambda x: x.where(x > 0.2, -x)),
    row("where number", lambda x: x.where(x > 0.2, 3)),
    row("isinf positive", lambda x: (x / 0).isinf(detect_negative=False),
        lambda x: (x / 0).isposinf()),
    row("pow of negatives", lambda x: (x - 3) ** 3.0),
    row("pow of negatives broken", lambda x: ((x - 3) ** 2.5).isnan()),
    row("rpow 0", lambda x: 0.0**x, low=0.1),
    row("pow large", lambda x: x**65, low=0.5, high=1.2, rtol=1e-4),
    row("pow -3", lambda x: x**-3, low=0.5),
    row("float_power", lambda x: x.float_power(2.5), low=0.1, rtol=1e-12),
    row("rfloordiv", lambda x: (7.0 // x).detach(), low=0.3),
    row("rmod", lambda x: (7.0 % x).detach(), low=0.3),
    row("add alpha", lambda x: x.add(x * x, alpha=3)),
    row("sub alpha", lambda x: x.subtract(2.0, alpha=0.5)),
    row("int scalars", lambda x: (3 - x) / 2 + x * 4),
    row("numpy scalar", lambda x: x * np.float64(1.5).item() + np.float32(2).item()),
    row("bool scalar", lambda x: x + True),
    row("erfc large", lambda x: x.erfc(), low=1, high=4, rtol=1e-5, atol=1e-12),
    row("sinh near 0", lambda x: x.sinh(), low=-1e-3, high=1e-3, atol=0),
    row("atanh near 0", lambda x: x.atanh(), low=-1e-3, high=1e-3, atol=0),
    row("atan large", lambda x: x.atan(), low=-1e6, high=1e6),
    row("log1p float64", lambda x: x.log1p(), low=-0.5, high=5, dtype="float64", rtol=1e-13),
    row("tanh float64", lambda x: x.tanh(), dtype="float64", rtol=1e-13),
    row("erf float64", lambda x: x.erf(), dtype="float64", rtol=1e-13),
    row("sigmoid float64", lambda x: x.sigmoid(), dtype="float64", rtol=1e-13),
    row("asin float64", lambda x: x.asin(), low=-0.9, high=0.9, dtype="float64", rtol=1e-12),
    row("type_as", lambda x: (x * 4).type_as(x.int())),
    row("char", lambda x: (x * 40).char()),
    row("byte", lambda x: (x * 40).byte(), low=0),
]  # fmt: skip

BINARY_ROWS = [
    row("atan2", lambda x, y: x.atan2(y), cases=BINARY),
    row("arctan2 float64", lambda x, y: x.arctan2(y), cases=BINARY, dtype="float64", rtol=1e-13),
    row("hypot", lambda x, y: x.hypot(y), cases=BINARY),
    row("copysign", lambda x, y: x.copysign(y), cases=BINARY),
    row("copysign number", lambda x: x.copysign(-2)),
    row("fmod", lambda x, y: x.fmod(y), lambda x, y: x.fmod(y), BINARY, -9, 9),
    row("fmod number", lambda x: x.fmod(0.7), low=-9, high=9),
    row("remainder", lambda x, y: x.remainder(y), cases=BINARY, low=0.3, high=9),
    row("fmax", lambda x, y: x.fmax(y), cases=BINARY),
    row("fmin", lambda x, y: x.fmin(y), cases=BINARY),
    row("xlogy", lambda x, y: x.xlogy(y), cases=BINARY, low=0.1),
    row("logaddexp2", lambda x, y: x.logaddexp2(y), torch.logaddexp2, BINARY, -9, 9),
    row("logaddexp large", lambda x, y: (x * 100).logaddexp(y * 100), cases=BINARY),
    row("heaviside", lambda x, y: x.detach().heaviside(y.detach()), cases=BINARY),
    row("nextafter", lambda x, y: x.detach().nextafter(y.detach()), cases=BINARY, rtol=0, atol=0),
    row("addcmul", lambda x, y: x.addcmul(x, y, value=0.5), cases=BINARY[:3]),
    row("addcdiv", lambda x, y: x.addcdiv(x, y, value=0.5), cases=BINARY[:3], low=0.5),
    row("lerp tensor", lambda x, y: x.lerp(y, x * y), cases=BINARY[:3]),
    row("multiply", lambda x, y: x.multiply(y), cases=BINARY),
    row("true_divide", lambda x, y: x.true_divide(y), cases=BINARY, low=0.5),
    row("divide floor", lambda x, y: x.divide(y, rounding_mode="floor").detach(),
        cases=BINARY, low=0.3),
    row("floor_divide", lambda x, y: x.floor_divide(y).detach(), cases=BINARY, low=0.3, high=9),
    row("clamp by tensors", lambda x, y: x.clamp(y - 0.5, y + 0.5), cases=BINARY[:3]),
    row("greater", lambda x, y: x.greater(y), cases=BINARY),
    row("less_equal", lambda x, y: x.less_equal(y), cases=BINARY),
    row("not_equal", lambda x, y: x.not_equal(y), cases=BINARY),
    row("isclose nan", lambda x, y: (x * NAN).isclose(y * NAN, equal_nan=True), cases=BINARY),
    row("logical_and of floats", lambda x, y: x.trunc().logical_and(y.trunc()), cases=BINARY),
    row("logical_xor of floats", lambda x, y: x.trunc().logical_xor(y.trunc()), cases=BINARY),
    row("int fmod", lambda x, y: x.fmod(-y), None, BINARY, 1, 9, "int32"),
    row("int fmod of negatives", lambda x, y: (-x).fmod(y), None, BINARY, 1, 9, "int32"),
    row("int remainder", lambda x, y: (-x).remainder(y), None, BINARY, 1, 9, "int64"),
    row("int floor_divide", lambda x, y: (-x).floor_divide(y), None, BINARY, 1, 9, "int8"),
    row("int atan2", lambda x, y: x.atan2(y), None, BINARY, -9, 9, "int32"),
    row("int copysign", lambda x, y: x.copysign(y), None, BINARY, -9, 9, "int32"),
    row("int true_divide", lambda x, y: x.true_divide(y), None, BINARY, 1, 9, "int8"),
    row("int left shift", lambda x, y: x.bitwise_left_shift(y), None, BINARY, 0, 9, "int32"),
    row("int xlogy", lambda x, y: x.xlogy(y), None, BINARY, 0, 9, "int32"),
    row("bool copysign", lambda x, y: x.copysign(y), None, BINARY, dtype="bool"),
    row("bool maximum", lambda x, y: x.maximum(y), None, BINARY, dtype="bool"),
    row("bool lt", lambda x, y: x < y, None, BINARY, dtype="bool"),
    row("bool scaled", lambda x, y: x * 2.5 + y, None, BINARY, dtype="bool"),
    row("float16 add", lambda x, y: x + y * x, None, BINARY, dtype="float16", rtol=1e-3),
    row("float16 pow", lambda x, y: x**y, None, BINARY, 0.3, dtype="float16", rtol=2e-3),
    row("float16 atan2", lambda x, y: x.atan2(y), None, BINARY[:3], dtype="float16", rtol=4e-3),
    row("float16 lt", lambda x, y: x < y, None, BINARY, dtype="float16"),
]  # fmt: skip

# The dtype (and value) of functions of what is no float.
OF_INTS = [
    "exp", "exp2", "expm1", "log1p", "sqrt", "sin", "cos", "tan", "atan", "asinh", "sinh", "cosh",
    "tanh", "sigmoid", "erf", "rsqrt", "reciprocal", "rad2deg", "isnan", "isinf", "isfinite",
    "square", "logical_not", "sinc", "signbit", "sgn",
]  # fmt: skip
DTYPE_ROWS = [
    *(row(f"{n} of int16", lambda x, n=n: getattr(x, n)(), None, [(3,)], 1, 5, "int16")
      for n in OF_INTS),
    *(row(f"{n} of bool", lambda x, n=n: getattr(x, n)(), None, [(4,)], dtype="bool")
      for n in OF_INTS if n not in ("square", "sgn")),
]  # fmt: skip

ROWS = UNARY_ROWS + BINARY_ROWS + DTYPE_ROWS

test_meaning, test_compiled = against_torch(ROWS, UNARY_ROWS + BINARY_ROWS)


# ---- special values -----------------------------------------------------------------------------

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, INF, -INF, NAN, 1e-40]
PAIRS = [
    "atan2", "hypot", "copysign", "fmod", "remainder", "nextafter", "xlogy", "logaddexp",
    "logaddexp2", "fmax", "fmin", "heaviside", "maximum", "minimum", "pow", "floor_divide",
    "eq", "ne", "lt", "le", "gt", "ge", "isclose", "logical_and", "div",
]  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_of_special_values(name: str) -> None:
    # A quotient beyond 2**53 leaves no remainder.
    values = torch.tensor(
        SPECIAL[:-1] if name in ("fmod", "remainder", "floor_divide") else SPECIAL
    )
    x, y = torch.meshgrid(values, values, indexing="ij")
    theirs = getattr(x, name)(y)
    with Context(ORACLE=1):
        ours = torch.tensor(getattr(Tensor(x.numpy()), name)(Tensor(y.numpy())).numpy())
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7, equal_nan=True)
    if name in ("atan2", "hypot", "copysign", "fmod", "nextafter", "pow", "div"):
        number = ~theirs.isnan()
        assert torch.equal(ours[number].signbit(), theirs[number].signbit())


SINGLE = [
    "frac", "signbit", "nan_to_num", "sinc", "logit", "isposinf", "isneginf", "deg2rad",
    "hardshrink", "softshrink", "expm1", "log1p", "asin", "acos", "atanh", "acosh", "sinh", "tan",
    "rsqrt", "square", "silu", "softplus", "mish", "hardswish", "hardsigmoid", "relu6",
    "elu", "selu", "celu", "leaky_relu", "softsign", "logsigmoid", "tanhshrink", "log10", "erfc",
]  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_special_values(name: str) -> None:
    x = torch.tensor([*SPECIAL, 100.0, -100.0])
    theirs = getattr(torch, name, None) or getattr(F, name)
    with Context(ORACLE=1):
        ours = torch.tensor(getattr(Tensor(x.numpy()), name)().numpy())
    torch.testing.assert_close(ours, theirs(x), rtol=1e-5, atol=1e-7, equal_nan=True)


def test_integers_divided_by_zero_and_powers() -> None:
    x = Tensor([7, -7, 0])
    assert (x // 0).tolist() == (x % 0).tolist() == [0, 0, 0]
    assert (Tensor([0, 2, -1]) ** Tensor([0, 3, 5])).tolist() == [1, 8, -1]
    assert (Tensor([1, -1, 2]) ** Tensor([-1, -3, -1])).tolist() == [1, -1, 0]
    with pytest.raises(ArgumentError, match="pow: got int32 to the power -1"):
        x**-1
    assert (Tensor([0.0]) ** 0).tolist() == [1.0] and (0.0 ** Tensor([0.0])).tolist() == [1.0]


# ---- precision ----------------------------------------------------------------------------------

IN_HALVES = {
    "exp": (-3, 3), "log": (0.1, 9), "log2": (0.1, 9), "log10": (0.1, 9), "log1p": (-0.5, 9),
    "expm1": (-3, 3), "sqrt": (0, 9), "rsqrt": (0.1, 9), "reciprocal": (0.1, 9), "sin": (-9, 9),
    "tan": (-1.5, 1.5), "asin": (-1, 1), "acos": (-1, 1), "atan": (-9, 9), "sinh": (-3, 3),
    "cosh": (-3, 3), "asinh": (-9, 9), "acosh": (1, 9), "atanh": (-0.9, 0.9), "erfc": (-2, 2),
    "square": (-9, 9), "sinc": (-0.9, 0.9), "logit": (0.1, 0.9), "rad2deg": (-9, 9), "elu": (-5, 5),
    "softsign": (-9, 9), "hardswish": (-5, 5), "selu": (-5, 5), "logsigmoid": (-9, 9),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", IN_HALVES)
def test_halves_are_within_their_precision(name: str, dtype: torch.dtype) -> None:
    low, high = IN_HALVES[name]
    x = torch.linspace(low, high, 97).to(dtype).clamp(low, high)
    function = getattr(torch, name, None) or getattr(F, name)
    exact = function(x.double())
    with Context(ORACLE=1):
        ours = getattr(Tensor(x.float().numpy(), dtype=str(dtype)[6:]), name)()
        values = torch.tensor(ours.double().numpy())
    assert ours.dtype.name == str(dtype)[6:]
    finfo = torch.finfo(dtype)
    ulp = exact.abs().clamp(finfo.tiny).log2().floor().exp2() * finfo.eps
    wrong = (values - exact).abs() > 0.502 * ulp
    assert not wrong.any(), (name, x[wrong])


BINARY_IN_HALVES = {
    "pow": lambda x, y: x**3, "lerp": lambda x, y: x.lerp(y, 0.3),
    "atan2": lambda x, y: x.atan2(y), "hypot": lambda x, y: x.hypot(y),
    "logaddexp": lambda x, y: x.logaddexp(y), "fmod": lambda x, y: x.fmod(y),
    "div": lambda x, y: x / y, "round": lambda x, y: x.round(decimals=1),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", BINARY_IN_HALVES)
def test_pairs_of_halves_are_rounded_once(name: str, dtype: torch.dtype) -> None:
    function: Any = BINARY_IN_HALVES[name]
    seeds = (torch.Generator().manual_seed(i) for i in (0, 1))
    x, y = (torch.rand(99, generator=seed).to(dtype) + 1 for seed in seeds)
    exact = function(x.double(), y.double()).to(dtype).double()
    with Context(ORACLE=1):
        a, b = (Tensor(v.float().numpy(), dtype=str(dtype)[6:]) for v in (x, y))
        ours = function(a, b)
        assert ours.dtype is a.dtype
        wrong = (torch.tensor(ours.double().numpy()) != exact).sum().item()
    assert wrong <= 2


# ---- in place -----------------------------------------------------------------------------------

IN_PLACE: list[Any] = [
    lambda x: x.add_(2), lambda x: x.sub_(x, alpha=2), lambda x: x.mul_(1.5), lambda x: x.div_(2),
    lambda x: x.clamp_(-0.5, 0.5), lambda x: x.relu_(), lambda x: x.zero_(), lambda x: x.fill_(3),
    lambda x: x.exp_().add_(x), lambda x: x.pow_(2), lambda x: x.masked_fill_(x > 0, 7.0),
    lambda x: x.neg_(), lambda x: x.lerp_(x * 2, 0.5), lambda x: x.sqrt_().nan_to_num_(1.0),
    lambda x: x.tril_(), lambda x: x.copy_(x[:1] * 1), lambda x: x.fill_(x[0, 0]),
]  # fmt: skip


@pytest.mark.parametrize("change", IN_PLACE)
def test_in_place(change: Any) -> None:
    values = np.linspace(-2, 2, 12, dtype=np.float32).reshape(3, 4)
    ours, theirs = Tensor(values), torch.tensor(values)
    with Context(ORACLE=1):
        assert change(ours) is ours
        np.testing.assert_allclose(ours.numpy(), change(theirs).numpy(), rtol=1e-6)


def test_in_place_keeps_dtype_shape_and_history() -> None:
    x = Tensor([1, 2])
    with pytest.raises(DTypeError, match="mul_: got float32 for a tensor of int32"):
        x.mul_(1.5)
    with pytest.raises(ShapeError, match="in-place operation: got shape"):
        x.add_(Tensor([[1], [2]]))
    with pytest.raises(ShapeError, match="copy_: got shape"):
        x.copy_(Tensor([[1], [2]]))
    half = Tensor([1.0], dtype="float16")
    assert half.add_(Tensor([0.5])).dtype is dtypes.float16
    leaf = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GradientError, match="leaf"):
        leaf.mul_(2)
    y = leaf * 1
    y.mul_(3).exp_()
    y.sum().backward()
    np.testing.assert_allclose(leaf.grad.numpy(), 3 * np.exp([3.0, 6.0]), rtol=1e-6)
    with Tensor.no_grad():
        leaf.fill_(5.0)
    assert leaf.tolist() == [5.0, 5.0] and leaf.requires_grad


def test_random_in_place() -> None:
    Tensor.manual_seed(1)
    x = Tensor.zeros(2000)
    assert x.uniform_(2, 3).min().item() >= 2 and abs(x.mean().item() - 2.5) < 0.05
    assert abs(x.normal_(5, 0.1).mean().item() - 5) < 0.02
    assert set(x.random_(3).tolist()) == {0.0, 1.0, 2.0}
    assert abs(x.fill_(0.25).bernoulli().mean().item() - 0.25) < 0.05
    assert x.bernoulli_(1.0).sum().item() == 2000


# ---- making -------------------------------------------------------------------------------------

MADE: list[tuple[Any, Any]] = [
    (lambda: Tensor.linspace(3, 10, 5), lambda: torch.linspace(3, 10, 5)),
    (lambda: Tensor.linspace(-3, 10, 1), lambda: torch.linspace(-3, 10, 1)),
    (lambda: Tensor.linspace(0, 1, 0), lambda: torch.linspace(0, 1, 0)),
    (lambda: Tensor.linspace(0, 10, 7, dtype="int32"),
     lambda: torch.linspace(0, 10, 7, dtype=torch.int32)),
    (lambda: Tensor.linspace(10, -5, 4, dtype="int64"),
     lambda: torch.linspace(10, -5, 4, dtype=torch.int64)),
    (lambda: Tensor.logspace(-1, 2, 4), lambda: torch.logspace(-1, 2, 4)),
    (lambda: Tensor.arange(5), lambda: torch.arange(5, dtype=torch.int32)),
    (lambda: Tensor.arange(5, 0, -2), lambda: torch.arange(5, 0, -2, dtype=torch.int32)),
    (lambda: Tensor.arange(0), lambda: torch.arange(0, dtype=torch.int32)),
    (lambda: Tensor.arange(1.5), lambda: torch.arange(1.5)),
    (lambda: Tensor.arange(0, 1, 0.1), lambda: torch.arange(0, 1, 0.1)),
    (lambda: Tensor.arange(3, dtype="float16"), lambda: torch.arange(3, dtype=torch.float16)),
    (lambda: Tensor.eye(2, 4), lambda: torch.eye(2, 4)),
    (lambda: Tensor.eye(3, 2, dtype="bool"), lambda: torch.eye(3, 2, dtype=torch.bool)),
    (lambda: Tensor.eye(0), lambda: torch.eye(0)),
    (lambda: Tensor.full((2,), True), lambda: torch.full((2,), True)),
    (lambda: Tensor.full((2, 0), 1.5), lambda: torch.full((2, 0), 1.5)),
    (lambda: Tensor.full((), 3, dtype="uint8"), lambda: torch.full((), 3, dtype=torch.uint8)),
    (lambda: Tensor([1.5, 2]).empty_like(dtype="int8").shape, lambda: (2,)),
    (lambda: Tensor([1.5, 2]).ones_like(dtype="int8"), lambda: torch.ones(2, dtype=torch.int8)),
    (lambda: Tensor([[1, 2]]).full_like(2.5, dtype="float64"),
     lambda: torch.full((1, 2), 2.5, dtype=torch.float64)),
    (lambda: Tensor([1, 0, 2]).one_hot(3).int(),
     lambda: F.one_hot(torch.tensor([1, 0, 2]), 3).int()),
    (lambda: Tensor(b"\x01\x02\xff"), lambda: torch.tensor([1, 2, 255], dtype=torch.uint8)),
    (lambda: Tensor(b"\x00\x00\x80\x3f", dtype="float32"), lambda: torch.tensor([1.0])),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), MADE)
def test_making(ours: Any, theirs: Any) -> None:
    mine, other = ours(), theirs()
    if not isinstance(other, torch.Tensor):
        assert mine == other
        return
    assert mine.shape == tuple(other.shape) and mine.dtype.name == str(other.dtype)[6:]
    np.testing.assert_allclose(mine.numpy(), other.numpy(), rtol=1e-6)


def test_orders_of_the_arguments_of_random_numbers() -> None:
    assert Tensor.randint(2, 3, low=4, high=5).tolist() == [[4] * 3] * 2
    assert Tensor.randint((2, 3), low=4, high=5).shape == (2, 3)
    assert Tensor.randint(4, 5, (2, 3)).tolist() == [[4] * 3] * 2
    assert Tensor.randint(1, (3,)).tolist() == [0, 0, 0]
    assert Tensor.randint(4, 5, size=(1,)).tolist() == [4]
    assert Tensor.randint(high=1, size=(2,)).tolist() == [0, 0]
    assert Tensor.normal(3.0, 0.0, (2,)).tolist() == [3.0, 3.0]
    assert Tensor.normal(2, 3, mean=5.0, std=0.0).tolist() == [[5.0] * 3] * 2
    assert Tensor.uniform(2, 3, low=1.0, high=1.0).tolist() == [[1.0] * 3] * 2
    assert Tensor.zeros(3).randint_like(4, 5).tolist() == [4.0, 4.0, 4.0]
    with pytest.raises(ArgumentError, match="randint"):
        Tensor.randint(5, 5, (2,))
