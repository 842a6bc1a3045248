"""Functions of vectors: errors in ulp over the whole range of float32, every float of 16 bits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from smelt import Tensor, dtypes
from smelt.dtype import DType
from tests.render.accuracy import Array, float_bits, single_errors, steps_apart


def by_torch(name: str) -> Callable[[Array], Array]:
    return lambda x: np.asarray(getattr(torch, name)(torch.tensor(x)))


# the function in float64, and how many ulp a float32 result may be off
ROWS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "exp": (np.exp, 0.95),
    "exp2": (np.exp2, 0.9),
    "log": (np.log, 1.75),
    "log2": (np.log2, 1.25),
    "sin": (np.sin, 0.51),
    "tanh": (np.tanh, 1.9),
    "erf": (by_torch("erf"), 1.6),
    "cos": (np.cos, 0.51),
    "tan": (np.tan, 2.0),
    "log1p": (np.log1p, 2.1),
    "expm1": (np.expm1, 1.7),
    "log10": (np.log10, 1.9),
    "atan": (np.arctan, 2.2),
    "atanh": (np.arctanh, 4.0),
    "sigmoid": (by_torch("sigmoid"), 2.5),
    "logsigmoid": (lambda x: -np.logaddexp(0, -x), 2.0),
}


def every_4096th_float() -> Array:
    """These, as many others between them, and the edges: zeros, subnormals, infinities, NaNs."""
    pattern = np.arange(0, 1 << 32, 4096, dtype=np.uint64)
    others = pattern + np.random.default_rng(0).integers(0, 4096, pattern.size, np.uint64)
    edges = np.array([0, 1, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000], np.uint64)
    return float_bits(np.concatenate([pattern, others, edges, edges + (1 << 31)]), dtypes.float32)


@pytest.mark.parametrize("name", ROWS)
def test_every_4096th_float32(name: str) -> None:
    x = every_4096th_float()
    exact_function, limit = ROWS[name]
    with np.errstate(all="ignore"):
        exact = exact_function(x.astype(np.float64))
    got = getattr(Tensor(x), name)().numpy()
    errors = single_errors(got, exact)
    worst = int(errors.argmax())
    assert errors[worst] <= limit, (x[worst], got[worst], exact[worst])
    zeros = exact == 0
    np.testing.assert_array_equal(np.signbit(got[zeros]), np.signbit(exact[zeros]))


@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16], ids=lambda d: d.name)
@pytest.mark.parametrize("name", [*ROWS, "gelu", "erfc"])
def test_every_float_of_16_bits(name: str, dtype: DType) -> None:
    x = float_bits(np.arange(1 << 16), dtype)
    with np.errstate(all="ignore"):  # signalling NaNs are among them
        wide = torch.tensor(x.astype(np.float64))
        if name == "gelu":
            exact = (0.5 * wide * torch.erfc(-wide * 0.5**0.5)).numpy()
        elif name == "logsigmoid":
            exact = -np.logaddexp(0, -wide.numpy())
        else:
            exact = getattr(torch, name)(wide).numpy()
        rounded = exact.astype(dtype.np)
    got = getattr(Tensor(x), name)().numpy()
    steps = steps_apart(got, rounded)
    assert steps.max() <= 1, x[steps.argmax()]
    assert np.mean(steps > 0) < 1e-3  # one rounding of a nearly exact value


@pytest.mark.parametrize("name", ["gelu", "erfc"])
def test_tails_keep_their_digits(name: str) -> None:
    x = np.linspace(-9.0, 9.0, 100_001).astype(np.float32)
    wide = torch.tensor(x.astype(np.float64))
    exact = 0.5 * wide * torch.erfc(-wide * 0.5**0.5) if name == "gelu" else torch.erfc(wide)
    got = getattr(Tensor(x), name)().numpy()
    assert single_errors(got, exact.numpy()).max() <= 8
