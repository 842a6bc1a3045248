"""Linear algebra against PyTorch: values, dtypes and gradients.

The signs of orthogonal factors are free, so that rows look at what does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from smelt import Context, Tensor
from smelt.util.errors import SmeltError
from tests.helpers import Row, against_torch, row

SQUARE = ((3, 3), (2, 3, 3), (1, 1), (0, 0), (0, 2, 2))
ANY = ((4, 2), (2, 4), (3, 3), (1, 1))
T = torch.linalg


def mT(x: Any) -> Any:
    return x.transpose(-2, -1)


def definite(x: Any) -> Any:
    """A symmetric matrix whose eigenvalues differ and are above 0."""
    ramp = np.diag(np.arange(1.0, x.shape[-1] + 1))
    ramp = ramp.astype("float32" if "32" in str(x.dtype) else "float64")
    return x @ mT(x) + (Tensor(ramp) if isinstance(x, Tensor) else torch.tensor(ramp))


def symmetric(x: Any) -> Any:
    return x + mT(x)


def regular(x: Any) -> Any:
    """Far from singular."""
    unit = np.eye(*x.shape[-2:]).astype("float32" if "32" in str(x.dtype) else "float64") * 5
    return x + (Tensor(unit) if isinstance(x, Tensor) else torch.tensor(unit))


def both(name: str, ours: Callable[..., Any], theirs: Callable[..., Any], cases: Any) -> list[Row]:
    """A row for float64, to the last digits, and one for float32."""
    return [
        row(name, ours, theirs, cases, dtype="float64", rtol=1e-11, atol=1e-12),
        row(f"{name} float32", ours, theirs, cases[:1], rtol=1e-4, atol=2e-4),
    ]


def signless_qr(q: Any, r: Any) -> list[Any]:
    """The columns of Q that R needs, with a positive diagonal."""
    k = min(r.shape[-2:])
    d = r.diagonal(0, -2, -1)
    sign = (d / d.abs())[..., None]
    return [q[..., :k] * mT(sign), r[..., :k, :] * sign]


def slogdet(x: torch.Tensor) -> list[torch.Tensor]:
    sign, logarithm = T.slogdet(x)
    return [sign.detach(), logarithm]


def projections(vectors: Any) -> Any:
    """v v.mT of each column: (.., n, m, m)."""
    columns = mT(vectors)
    return columns[..., :, None] * columns[..., None, :]


def eigen(w: Any, v: Any) -> list[Any]:
    return [w, projections(v)]


def singular(u: Any, s: Any, vh: Any) -> list[Any]:
    """Values, and u v.mT of each of them."""
    k = s.shape[-1]
    return [s, mT(u)[..., :k, :, None] * vh[..., :k, None, :]]


DECOMPOSITIONS = [
    *both("cholesky", lambda x: definite(x).cholesky(), lambda x: T.cholesky(definite(x)), SQUARE),
    *both(
        "cholesky upper",
        lambda x: definite(x).cholesky(upper=True),
        lambda x: T.cholesky(definite(x), upper=True),
        ((3, 3),),
    ),
    *both("qr", lambda x: signless_qr(*x.qr()), lambda x: signless_qr(*T.qr(x)), (*ANY, (2, 3, 2))),
    row(
        "qr complete",
        lambda x: signless_qr(*(t.detach() for t in x.qr("complete"))),
        lambda x: signless_qr(*(t.detach() for t in T.qr(x, "complete"))),
        ((4, 2), (2, 3), (0, 2), (2, 0)),
        dtype="float64",
    ),
    *both(
        "eigh",
        lambda x: eigen(*definite(x).eigh()),
        lambda x: eigen(*T.eigh(definite(x))),
        ((3, 3), (2, 4, 4), (1, 1), (0, 0)),
    ),
    *both("eigvalsh", lambda x: symmetric(x).eigvalsh(), lambda x: T.eigvalsh(symmetric(x)),
          ((3, 3), (1, 2, 2))),
    row("eigh of a triangle", lambda x: x.detach().eigvalsh("U"),
        lambda x: T.eigvalsh(x.detach(), "U"), ((3, 3),), dtype="float64"),
    *both("svd", lambda x: singular(*x.svd()), lambda x: singular(*T.svd(x)),
          (*ANY, (2, 3, 2), (0, 3))),
    *both(
        "svd reduced",
        lambda x: singular(*x.svd(full_matrices=False)),
        lambda x: singular(*T.svd(x, full_matrices=False)),
        ((4, 2), (2, 3)),
    ),
    *both("svdvals", lambda x: x.detach().svdvals(), lambda x: T.svdvals(x.detach()), ANY),
]  # fmt: skip

SYSTEMS = [
    *both("inv", lambda x: regular(x).inv(), lambda x: T.inv(regular(x)), SQUARE),
    *both("solve", lambda x, y: regular(x).solve(y), lambda x, y: T.solve(regular(x), y),
          (((3, 3), (3, 2)), ((3, 3), (3,)), ((2, 3, 3), (2, 3)), ((2, 1, 2, 2), (3, 2, 1)),
           ((0, 0), (0, 2)), ((3, 3), (3, 0)))),
    row("solve right", lambda x, y: regular(x).solve(y, left=False),
        lambda x, y: T.solve(regular(x), y, left=False), (((3, 3), (2, 3)),), dtype="float64"),
    *[
        row(
            f"solve_triangular {options}",
            lambda x, y, o=options: regular(x).solve_triangular(y, **o),
            lambda x, y, o=options: T.solve_triangular(regular(x), y, **o),
            (((3, 3), (3, 3)),),
            dtype="float64",
        )
        for options in (
            {"upper": False},
            {"upper": True},
            {"upper": False, "left": False},
            {"upper": True, "unitriangular": True},
        )
    ],
    row("cholesky_solve", lambda x, y: y.cholesky_solve(regular(x).tril()),
        lambda x, y: torch.cholesky_solve(y, regular(x).tril()), (((3, 3), (3, 2)),),
        dtype="float64"),
    *both("det", lambda x: x.det(), lambda x: T.det(x), SQUARE),
    row("det singular", lambda x: (x @ mT(x)).det(), lambda x: T.det(x @ mT(x)), ((3, 2),),
        dtype="float64", atol=1e-10),
    row("det of zeros", lambda x: (x * 0).det(), lambda x: T.det(x * 0), ((1, 1), (2, 2))),
    *both("slogdet", lambda x: list(x.slogdet()), slogdet, SQUARE),
    row("logdet", lambda x: definite(x).logdet(), lambda x: definite(x).logdet(), ((2, 2),)),
    *both("pinv", lambda x: x.pinv(), lambda x: T.pinv(x), ((4, 2), (2, 3), (3, 3), (0, 2))),
    row("pinv singular", lambda x: (x @ mT(x)).pinv().detach(),
        lambda x: T.pinv(x @ mT(x)).detach(), ((3, 2),), dtype="float64", rtol=1e-8, atol=1e-8),
    row("matrix_rank", lambda x: (x @ mT(x)).matrix_rank(), lambda x: T.matrix_rank(x @ mT(x)),
        ((4, 2), (3, 3)), dtype="float64"),
    row("lstsq", lambda x, y: x.lstsq(y), lambda x, y: T.lstsq(x, y).solution,
        (((4, 2), (4, 3)),), dtype="float64"),
    row("matrix_power", lambda x: x.matrix_power(5), lambda x: T.matrix_power(x, 5), SQUARE[:3],
        rtol=1e-4, atol=1e-4),
    row("matrix_power 0", lambda x: x.matrix_power(0),
        lambda x: T.matrix_power(x.detach(), 0), ((2, 2),)),
    row("matrix_power -2", lambda x: regular(x).matrix_power(-2),
        lambda x: T.matrix_power(regular(x), -2), ((2, 2),), dtype="float64"),
    row("cond", lambda x: regular(x).cond(), lambda x: T.cond(regular(x)), ((3, 3),),
        dtype="float64"),
    row("cond fro", lambda x: regular(x).cond("fro"), lambda x: T.cond(regular(x.detach()), "fro"),
        ((3, 3),), dtype="float64"),
]  # fmt: skip

NORMS = [
    row("vector_norm", lambda x: x.vector_norm(), lambda x: T.vector_norm(x), ((2, 3), (4,))),
    row("vector_norm 3", lambda x: x.vector_norm(3, 1), lambda x: T.vector_norm(x, 3, 1),
        ((2, 3),)),
    *[
        row(f"matrix_norm {p}", lambda x, p=p: x.matrix_norm(p),
            lambda x, p=p: T.matrix_norm(x, p), ((2, 3),), dtype="float64")
        for p in ("fro", "nuc", 1, -1, 2, -2, float("inf"), -float("inf"))
    ],
    row("matrix_norm dim", lambda x: x.matrix_norm(1, (2, 0), True),
        lambda x: T.matrix_norm(x, 1, (2, 0), True), ((2, 2, 3),)),
]  # fmt: skip

PRODUCTS = [
    row("inner", lambda x, y: x.inner(y), cases=(((2, 3), (4, 3)), ((3,), (3,)), ((), (2,)))),
    row("vecdot", lambda x, y: x.vecdot(y, dim=0), lambda x, y: T.vecdot(x, y, dim=0),
        (((3, 2), (3, 1)), ((3,), (3,)), ((0, 2), (0, 2)))),
    row("tensordot", lambda x, y: x.tensordot(y, 1), lambda x, y: torch.tensordot(x, y, 1),
        (((2, 3), (3, 2)), ((2, 0), (0, 2)))),
    row("tensordot axes", lambda x, y: x.tensordot(y, ([0, -1], [1, 0])),
        lambda x, y: torch.tensordot(x, y, ([0, -1], [1, 0])), (((2, 3, 4), (4, 2, 2)),)),
    row("tensordot 0", lambda x, y: x.tensordot(y, 0), lambda x, y: torch.tensordot(x, y, 0),
        (((2,), (3, 1)),)),
    row("mv", lambda x, y: x.mv(y), cases=(((2, 3), (3,)), ((0, 3), (3,)))),
    row("addmm", lambda x, y, z: x.addmm(y, z, beta=0.5, alpha=2.0),
        cases=(((2, 2), (2, 3), (3, 2)), ((2,), (1, 3), (3, 2)))),
    row("addmv", lambda x, y, z: x.addmv(y, z), cases=(((2,), (2, 3), (3,)),)),
    row("baddbmm", lambda x, y, z: x.baddbmm(y, z, beta=0.5),
        cases=(((2, 1, 2), (2, 1, 3), (2, 3, 2)),)),
    row("addbmm", lambda x, y, z: x.addbmm(y, z), cases=(((1, 2), (2, 1, 3), (2, 3, 2)),)),
    row("addr", lambda x, y, z: x.addr(y, z), cases=(((2, 3), (2,), (3,)),)),
    row("kron", lambda x, y: x.kron(y), lambda x, y: torch.kron(x, y),
        (((2, 3), (2, 2)), ((2,), (1, 3)), ((0, 1), (2,)))),
    row("cross", lambda x, y: x.cross(y), lambda x, y: T.cross(x, y),
        (((2, 3), (1, 3)), ((3,), (3,)))),
    row("cross dim", lambda x, y: x.cross(y, dim=0), lambda x, y: T.cross(x, y, dim=0),
        (((3, 2), (3, 2)),)),
    row("cross of ints", lambda x: x.cross(x + 1), lambda x: T.cross(x, x + 1), ((3,),), -9, 9,
        dtype="int32"),
    row("trace", lambda x: x.trace(), cases=((3, 3), (2, 3), (1, 1), (0, 2))),
    row("trace of ints", lambda x: x.trace(), cases=((3, 3),), dtype="int32", high=9),
]  # fmt: skip

ROWS = PRODUCTS + DECOMPOSITIONS + SYSTEMS + NORMS

COMPILED = ("cholesky", "qr float32", "eigh", "svd reduced", "solve float32", "det", "cross")

test_meaning, test_compiled = against_torch(ROWS, [r for r in ROWS if r.name in COMPILED])


TWICE = [
    ("inv", lambda x: x.inv(), T.inv),
    ("solve", lambda x: x.solve(x * x), lambda x: T.solve(x, x * x)),
    ("solve_triangular", lambda x: x.solve_triangular(x * x, upper=True),
     lambda x: T.solve_triangular(x, x * x, upper=True)),
    ("det", lambda x: x.det(), T.det),
    ("slogdet", lambda x: x.slogdet()[1], lambda x: T.slogdet(x)[1]),
    ("cholesky", lambda x: definite(x).cholesky(), lambda x: T.cholesky(definite(x))),
    ("eigvalsh", lambda x: definite(x).eigvalsh(), lambda x: T.eigvalsh(definite(x))),
    ("eigh", lambda x: projections(definite(x).eigh()[1]),
     lambda x: projections(T.eigh(definite(x))[1])),
    ("svdvals", lambda x: x.svdvals(), T.svdvals),
    ("svdvals tall", lambda x: x[:, :2].svdvals(), lambda x: T.svdvals(x[:, :2])),
    ("qr", lambda x: x[:, :2].qr()[0] ** 2, lambda x: T.qr(x[:, :2])[0] ** 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "ours", "theirs"), TWICE, ids=[t[0] for t in TWICE])
def test_second_derivatives(
    name: str, ours: Callable[[Tensor], Tensor], theirs: Callable[[Any], Any]
) -> None:
    rng = np.random.default_rng(1)
    a, direction = rng.standard_normal((2, 3, 3))
    with Context(ORACLE=1):
        x = Tensor(a, requires_grad=True)
        y = ours(x)
        weight = rng.standard_normal(y.shape)
        (first,) = (y * Tensor(weight)).sum().gradient(x)
        (second,) = (first * Tensor(direction)).sum().gradient(x)
        found = first.numpy(), second.numpy()
    xt = torch.tensor(a, requires_grad=True)
    (first_t,) = torch.autograd.grad(
        (theirs(xt) * torch.tensor(weight)).sum(), xt, create_graph=True
    )
    (second_t,) = torch.autograd.grad((first_t * torch.tensor(direction)).sum(), xt)
    np.testing.assert_allclose(found[0], first_t.detach().numpy(), 1e-9, 1e-10)
    np.testing.assert_allclose(found[1], second_t.numpy(), 1e-8, 1e-9)


RNG = np.random.default_rng(3)
SPECIAL = {
    "zeros": np.zeros((4, 3)),
    "ones": np.ones((3, 5)),
    "repeated": np.diag([2.0, 2.0, 1.0, 1.0]),
    "low rank": RNG.standard_normal((5, 2)) @ RNG.standard_normal((2, 5)),
    "graded": RNG.standard_normal((6, 6)) * 10.0 ** -np.arange(0, 12, 2),
    "huge": RNG.standard_normal((4, 4)) * 1e200,
    "tiny": RNG.standard_normal((4, 3)) * 1e-200,
}


@pytest.mark.parametrize("name", SPECIAL)
def test_factors_of_special_matrices(name: str) -> None:
    a = SPECIAL[name]
    size = max(float(np.abs(a).max()), 1e-300)
    with Context(ORACLE=1):
        u, s, vh = (t.numpy() for t in Tensor(a).svd())
        q, r = (t.numpy() for t in Tensor(a).qr("complete"))
    k = len(s)
    np.testing.assert_allclose(u[:, :k] * (s / size) @ vh[:k], a / size, atol=1e-14)
    np.testing.assert_allclose(q @ (r / size), a / size, atol=1e-14)
    np.testing.assert_allclose(s / size, np.linalg.svd(a / size)[1], atol=1e-14)
    for basis in (u, vh, q):
        np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-13)
    square = a[:3, :3] + a[:3, :3].T
    with Context(ORACLE=1):
        w, v = (t.numpy() for t in Tensor(square).eigh())
    np.testing.assert_allclose(v * (w / size) @ v.T, square / size, atol=1e-14)
    np.testing.assert_allclose(v @ v.T, np.eye(3), atol=1e-14)


def test_residuals_are_as_small_as_lapacks() -> None:
    a = RNG.standard_normal((20, 20))
    unit = np.eye(20)
    scale = np.linalg.cond(a) * 1e-15
    assert np.abs(Tensor(a).inv().numpy() @ a - unit).max() < scale
    lower = np.linalg.qr(a)[1].T
    x = Tensor(lower).solve_triangular(Tensor(unit), upper=False).numpy()
    assert np.abs(lower @ x - unit).max() < 1e-13
    q, r = (t.numpy() for t in Tensor(a).qr())
    assert np.abs(q @ r - a).max() < 1e-13
    assert np.abs(q.T @ q - unit).max() < 1e-14


def test_halves_and_integers() -> None:
    with Context(ORACLE=1):
        x = Tensor([[4, 2], [2, 5]])
        assert x.cholesky().dtype.name == "float32"
        half = x.half()
        assert half.cholesky().dtype.name == "float16"
        assert half.solve(half).tolist() == [[1.0, 0.0], [0.0, 1.0]]
        assert [t.dtype.name for t in half.svd()] == ["float16"] * 3
        assert half.matrix_rank().item() == 2


def test_without_an_inverse() -> None:
    with Context(ORACLE=1):
        assert not np.isfinite(Tensor.ones(2, 2).inv().numpy()).any()
        assert np.isnan(Tensor([[-1.0]]).cholesky().numpy()).all()
        sign, logarithm = (t.item() for t in Tensor.ones(2, 2).slogdet())
        assert (sign, logarithm) == (0.0, float("-inf"))


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.inv(),
        lambda x: x[0].qr(),
        lambda x: x.qr("thin"),
        lambda x: x.det(),
        lambda x: x.solve(x),
        lambda x: x[:, :2].solve(Tensor.ones(3, 2)),
        lambda x: x[:, :2].solve_triangular(Tensor.ones(2), upper=True),
        lambda x: x[:, :2].eigh("X"),
        lambda x: x.matrix_norm("max"),
        lambda x: x.matrix_norm(dim=(0, 0)),
        lambda x: x.cross(x[:, :2]),
        lambda x: x.tensordot(x, 1),
        lambda x: x.tensordot(x, 3),
        lambda x: x[0].trace(),
    ],
)
def test_errors(call: Callable[[Tensor], Any]) -> None:
    with pytest.raises(SmeltError):
        call(Tensor.ones(2, 3))
