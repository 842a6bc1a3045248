"""Functions element by element against PyTorch: values, dtypes and gradients."""

from __future__ import annotations

import operator
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from smelt import Context, Tensor
from tests.helpers import BINARY, Row, against_torch, row

FUNCTIONS = [
    row("exp", lambda x: x.exp()),
    row("exp2", lambda x: x.exp2()),
    row("expm1", lambda x: x.expm1()),
    row("expm1 near 0", lambda x: x.expm1(), low=-1e-6, high=1e-6, atol=0),
    row("log", lambda x: x.log(), low=0.1, high=10),
    row("log2", lambda x: x.log2(), low=0.1, high=10),
    row("log10", lambda x: x.log10(), low=0.1, high=10),
    row("log1p", lambda x: x.log1p(), low=-0.9, high=10),
    row("log1p near 0", lambda x: x.log1p(), low=-1e-6, high=1e-6, atol=0),
    row("sqrt", lambda x: x.sqrt(), low=0.1, high=10),
    row("rsqrt", lambda x: x.rsqrt(), low=0.1, high=10),
    row("reciprocal", lambda x: x.reciprocal(), low=0.1, high=10),
    row("square", lambda x: x.square()),
    row("sin", lambda x: x.sin(), low=-10, high=10),
    row("cos", lambda x: x.cos(), low=-10, high=10),
    row("tan", lambda x: x.tan(), low=-1.4, high=1.4),
    row("asin", lambda x: x.asin(), low=-0.95, high=0.95),
    row("acos", lambda x: x.acos(), low=-0.95, high=0.95),
    row("atan", lambda x: x.atan(), low=-5, high=5),
    row("sinh", lambda x: x.sinh()),
    row("cosh", lambda x: x.cosh()),
    row("tanh", lambda x: x.tanh(), low=-4, high=4),
    row("asinh", lambda x: x.asinh(), low=-5, high=5),
    row("acosh", lambda x: x.acosh(), low=1.1, high=5),
    row("atanh", lambda x: x.atanh(), low=-0.9, high=0.9),
    row("asinh float64", lambda x: x.asinh(), low=-5, high=5, dtype="float64", rtol=1e-13),
    row("atan float64", lambda x: x.atan(), low=-5, high=5, dtype="float64", rtol=1e-13),
    row("exp float64", lambda x: x.exp(), low=-9, high=9, dtype="float64", rtol=1e-13),
    row("erf", lambda x: x.erf(), low=-3, high=3),
    row("erfc", lambda x: x.erfc()),
    row("abs", lambda x: x.abs()),
    row("neg", lambda x: -x),
    row("sign", lambda x: x.sign()),
    row("ceil", lambda x: x.ceil()),
    row("floor", lambda x: x.floor()),
    row("trunc", lambda x: x.trunc()),
    row("round", lambda x: x.round(), low=-5, high=5),
    row("round ties", lambda x: (x * 0 + 2.5).round()),
    row("round decimals", lambda x: x.round(decimals=1)),
    row("abs of zeros", lambda x: (x * 0).abs()),
    row("exp of ints", lambda x: x.exp(), dtype="int32"),
    row("sqrt of ints", lambda x: x.sqrt(), dtype="int64", low=0, high=99),
    row("abs of ints", lambda x: x.abs(), dtype="int32", low=-9, high=9),
    row("floor of ints", lambda x: x.floor(), dtype="int32"),
    row("sign of ints", lambda x: x.sign(), dtype="int8", low=-3, high=3),
]

ACTIVATIONS = [
    row("relu", lambda x: x.relu(), F.relu),
    row("relu at 0", lambda x: (x * 0).relu(), lambda x: F.relu(x * 0)),
    row("relu6", lambda x: x.relu6(), F.relu6, low=-2, high=9),
    row("leaky_relu", lambda x: x.leaky_relu(0.1), lambda x: F.leaky_relu(x, 0.1)),
    row("elu", lambda x: x.elu(1.3), lambda x: F.elu(x, 1.3)),
    row("elu large", lambda x: x.elu(), F.elu, low=80, high=120),
    row("celu", lambda x: x.celu(1.3), lambda x: F.celu(x, 1.3)),
    row("selu", lambda x: x.selu(), F.selu),
    row("sigmoid", lambda x: x.sigmoid()),
    row("sigmoid at 0", lambda x: (x * 0).sigmoid()),
    row("sigmoid large", lambda x: x.sigmoid(), low=-200, high=200),
    row("logsigmoid", lambda x: x.logsigmoid(), F.logsigmoid, low=-30, high=30),
    row("softplus", lambda x: x.softplus(), F.softplus, low=-30, high=30),
    row("softplus at 0", lambda x: (x * 0).softplus(), lambda x: F.softplus(x * 0)),
    row("softplus beta", lambda x: x.softplus(2.0, 3.0), lambda x: F.softplus(x, 2.0, 3.0)),
    row("gelu", lambda x: x.gelu(), F.gelu, low=-5, high=5),
    row(
        "gelu tanh",
        lambda x: x.gelu(approximate="tanh"),
        lambda x: F.gelu(x, approximate="tanh"),
        low=-5,
        high=5,
    ),
    row("quick_gelu", lambda x: x.quick_gelu(), lambda x: x * torch.sigmoid(1.702 * x)),
    row("silu", lambda x: x.silu(), F.silu),
    row("swish", lambda x: x.swish(), F.silu),
    row("mish", lambda x: x.mish(), F.mish),
    row("softsign", lambda x: x.softsign(), F.softsign),
    row("tanhshrink", lambda x: x.tanhshrink(), F.tanhshrink),
    row("hardswish", lambda x: x.hardswish(), F.hardswish, low=-5, high=5),
    row("hardsigmoid", lambda x: x.hardsigmoid(), F.hardsigmoid, low=-5, high=5),
    row("hardtanh", lambda x: x.hardtanh(-0.5, 1.5), lambda x: F.hardtanh(x, -0.5, 1.5)),
    row("clamp", lambda x: x.clamp(-0.5, 0.7)),
    row("clamp at the edge", lambda x: (x * 0).clamp(0, 1)),
    row("clamp min", lambda x: x.clamp(min=-0.5)),
    row("clip max", lambda x: x.clip(max=0.5)),
]

OPERATORS = [
    row("add", operator.add, cases=BINARY),
    row("sub", operator.sub, cases=BINARY),
    row("mul", operator.mul, cases=BINARY),
    row("div", operator.truediv, cases=BINARY, low=0.5),
    row("floordiv", operator.floordiv, lambda x, y: (x // y).detach(), BINARY, 0.3, 9),
    row("floordiv negative", lambda x, y: x // -y, lambda x, y: (x // -y).detach(), BINARY, 0.3, 9),
    row("mod", operator.mod, cases=BINARY, low=0.3, high=9),
    row("mod negative", lambda x, y: x % -y, cases=BINARY, low=0.3, high=9),
    row("pow", operator.pow, cases=BINARY, low=0.2),
    row("maximum", lambda x, y: x.maximum(y), cases=BINARY),
    row("maximum of equals", lambda x, y: (x * 0).maximum(y * 0), cases=BINARY),
    row("minimum", lambda x, y: x.minimum(y), cases=BINARY),
    row("lerp", lambda x, y: x.lerp(y, 0.3), cases=BINARY),
    row("logaddexp", lambda x, y: x.logaddexp(y), cases=BINARY),
    row("where", lambda x, y: (x > y).where(x, y), lambda x, y: torch.where(x > y, x, y), BINARY),
    row(
        "where number",
        lambda x, y: (x > y).where(x, 0.5),
        lambda x, y: torch.where(x > y, x, 0.5),
        BINARY,
    ),
    row("masked_fill", lambda x: x.masked_fill(x > 0.5, -1.0)),
    row("lt", operator.lt, cases=BINARY),
    row("gt", operator.gt, cases=BINARY),
    row("le", operator.le, cases=BINARY),
    row("ge", operator.ge, cases=BINARY),
    row("eq", operator.eq, cases=BINARY),
    row("ne", operator.ne, cases=BINARY),
    row("eq of equals", lambda x: x == x * 1),
    row("radd", lambda x: 1.5 + x),
    row("rsub", lambda x: 1.5 - x),
    row("rmul", lambda x: 1.5 * x),
    row("rdiv", lambda x: 1.5 / x, low=0.5),
    row("rpow", lambda x: 1.5**x),
    row("add int", lambda x: x + 2),
    row("pow 0", lambda x: x**0),
    row("pow 2", lambda x: x**2),
    row("pow 3", lambda x: x**3),
    row("pow 7", lambda x: x**7),
    row("pow -2", lambda x: x**-2, low=0.5),
    row("pow 0.5", lambda x: x**0.5, low=0.1),
    row("pow 1.7", lambda x: x**1.7, low=0.1),
    row("pow -0.5", lambda x: x**-0.5, low=0.1),
    row("reused operand", lambda x: x * x + x),
    row("isnan", lambda x: (x / (x - x)).isnan() | x.isnan()),
    row("isinf", lambda x: (1 / (x - x)).isinf()),
    row("isfinite", lambda x: (1 / (x - x)).isfinite()),
    row("isclose", lambda x, y: x.isclose(y, rtol=0.5), cases=BINARY),
    row("div floor", lambda x, y: x.div(y, rounding_mode="floor"), cases=BINARY, low=0.3, high=9),
    row("div trunc", lambda x, y: x.div(-y, rounding_mode="trunc"), cases=BINARY, low=0.3, high=9),
]


def ints(name: str, function: Any, low: int = -9, high: int = 9, dtype: str = "int32") -> Row:
    return row(name, function, None, BINARY, low, high, dtype)


INTEGERS = [
    ints("add", operator.add),
    ints("sub", operator.sub),
    ints("mul", operator.mul),
    ints("div", operator.truediv, low=1),
    ints("floordiv", lambda x, y: -x // y, low=1),
    ints("mod", lambda x, y: -x % y, low=1),
    ints("mod by negative", lambda x, y: x % -y, low=1),
    ints("div trunc", lambda x, y: x.div(-y, rounding_mode="trunc"), low=1),
    ints("and", operator.and_),
    ints("or", operator.or_),
    ints("xor", operator.xor),
    ints("invert", lambda x, y: ~x + y),
    ints("lshift", operator.lshift, low=0),
    ints("rshift", lambda x, y: (x * -7) >> y, low=0),
    ints("pow", lambda x, y: x**y, low=0, dtype="int64"),
    ints("pow number", lambda x, y: x**3 + y),
    ints("maximum", lambda x, y: x.maximum(y)),
    ints("minimum", lambda x, y: x.minimum(y)),
    ints("minimum uint8", lambda x, y: x.minimum(y), low=0, high=255, dtype="uint8"),
    ints("sub wraps", operator.sub, low=0, high=255, dtype="uint8"),
    ints("mul wraps", operator.mul, low=-128, high=127, dtype="int8"),
    ints("lt", operator.lt),
    ints("ge", operator.ge),
    ints("weak float", lambda x, y: x * 1.5 + y),
    ints("weak int", lambda x, y: x * 3 + y, dtype="int8"),
    ints("bool and", operator.and_, dtype="bool"),
    ints("bool or", operator.or_, dtype="bool"),
    ints("bool xor", operator.xor, dtype="bool"),
    ints("bool invert", lambda x, y: ~x | y, dtype="bool"),
    ints("bool add", operator.add, dtype="bool"),
    ints("bool mul", operator.mul, dtype="bool"),
    ints("bool weak", lambda x, y: (x + 1).int(), dtype="bool"),
    ints("logical_not", lambda x, y: x.logical_not()),
    ints("logical_and", lambda x, y: x.logical_and(y)),
    ints("logical_or", lambda x, y: x.logical_or(y)),
    ints("logical_xor", lambda x, y: x.logical_xor(y)),
    ints("cast float", lambda x, y: (x + y).float()),
    ints("cast bool", lambda x, y: (x + y).bool()),
]
INTEGERS = [Row(f"int {r.name}", *list(vars(r).values())[1:]) for r in INTEGERS]

ROWS = FUNCTIONS + ACTIVATIONS + OPERATORS + INTEGERS

test_meaning, test_compiled = against_torch(ROWS)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, float("inf"), -float("inf"), float("nan"), 3e38, 1e-40]
WITH_SPECIALS = [
    "exp", "exp2", "expm1", "log", "log2", "log1p", "sqrt", "sin", "cos", "tanh", "asin", "acos",
    "atan", "asinh", "atanh", "cosh", "erf", "relu", "sigmoid", "abs", "floor", "ceil", "round",
    "trunc", "isnan", "isinf", "isfinite", "reciprocal",
]  # fmt: skip


@pytest.mark.parametrize("name", WITH_SPECIALS)
def test_special_values(name: str) -> None:
    with Context(ORACLE=1):
        ours = getattr(Tensor(SPECIAL), name)().numpy()
    theirs = getattr(torch.tensor(SPECIAL), name)()
    torch.testing.assert_close(torch.tensor(ours), theirs, rtol=1e-5, atol=1e-7, equal_nan=True)


@pytest.mark.parametrize("op", [operator.pow, operator.mod, operator.floordiv, torch.maximum])
def test_special_pairs(op: Any) -> None:
    x, y = torch.meshgrid(torch.tensor(SPECIAL[:8]), torch.tensor(SPECIAL[:8]), indexing="ij")
    a, b = Tensor(x.numpy()), Tensor(y.numpy())
    with Context(ORACLE=1):
        ours = a.maximum(b).numpy() if op is torch.maximum else op(a, b).numpy()
    torch.testing.assert_close(torch.tensor(ours), op(x, y), equal_nan=True)


HALVES = ["exp", "log", "tanh", "sigmoid", "gelu", "silu", "sqrt", "softplus", "mish", "erf", "cos"]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", HALVES)
def test_halves_are_rounded_once(name: str, dtype: str) -> None:
    x = torch.rand(64, generator=torch.Generator().manual_seed(0)).to(getattr(torch, dtype))
    torch_function = getattr(torch, name, None) or getattr(F, name)
    exact = torch_function(x.double()).to(x.dtype)
    with Context(ORACLE=1):
        ours = getattr(Tensor(x.float().numpy(), dtype=dtype), name)()
        values = ours.float().numpy()
    assert ours.dtype.name == dtype
    wrong = (torch.tensor(values) != exact.float()).sum().item()
    assert wrong <= 1, f"{wrong} of 64 are not the nearest {dtype}"
