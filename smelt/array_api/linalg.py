"""Linear algebra: the extension `linalg`; four of its functions are in the namespace too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from smelt.array_api.array import Array, Axes, as_array, axes_of
from smelt.array_api.elementwise import FLOAT, NUMBER
from smelt.array_api.statistics import total_dtype
from smelt.dtype import DType
from smelt.util.errors import ShapeError


class EighResult(NamedTuple):
    """Eigenvalues, ascending, and eigenvectors as columns."""

    eigenvalues: Array
    eigenvectors: Array


class QRResult(NamedTuple):
    """An orthogonal and an upper triangular matrix."""

    Q: Array
    R: Array


class SlogdetResult(NamedTuple):
    """The sign of a determinant and the logarithm of its size."""

    sign: Array
    logabsdet: Array


class SVDResult(NamedTuple):
    """Left singular vectors as columns, singular values, right singular vectors as rows."""

    U: Array
    S: Array
    Vh: Array


def _matrix(operation: str, x: Array, kinds: str = FLOAT) -> Array:
    x = as_array(operation, x, kinds)
    if x.ndim < 2:
        raise ShapeError(operation, f"shape {x.shape}", "at least two axes")
    return x


# ---- products -----------------------------------------------------------------------------------


def matmul(x1: Array, x2: Array, /) -> Array:
    """The matrix product.

    >>> matmul(Array([[1, 2]]), Array([[3], [4]])).tolist()
    [[11]]
    """
    return as_array("matmul", x1, NUMBER).matmul(as_array("matmul", x2, NUMBER))


def matrix_transpose(x: Array, /) -> Array:
    """x with its last two axes exchanged.

    >>> matrix_transpose(Array([[1, 2]])).tolist()
    [[1], [2]]
    """
    return _matrix("matrix_transpose", x, "biuf").mT


def tensordot(
    x1: Array, x2: Array, /, *, axes: int | tuple[Sequence[int], Sequence[int]] = 2
) -> Array:
    """The sum of products over the last axes of x1 and the first of x2, or over pairs of axes.

    >>> tensordot(Array([[1, 2]]), Array([3, 4]), axes=1).tolist()
    [11]
    """
    x1, x2 = as_array("tensordot", x1, NUMBER), as_array("tensordot", x2, NUMBER)
    return x1.tensordot(x2, axes)


def vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    """The sum of products along an axis, counted from the last.

    >>> vecdot(Array([1, 2]), Array([3, 4])).tolist()
    11
    """
    x1, x2 = as_array("vecdot", x1, NUMBER), as_array("vecdot", x2, NUMBER)
    sizes = [x.shape[x._axis("vecdot", axis)] for x in (x1, x2)]
    if sizes[0] != sizes[1]:
        raise ShapeError("vecdot", f"sizes {sizes} along axis {axis}", "the same size")
    return x1.vecdot(x2, axis)


def cross(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    """The vectors at right angles to both, along an axis of size 3.

    >>> cross(Array([1, 0, 0]), Array([0, 1, 0])).tolist()
    [0, 0, 1]
    """
    return as_array("cross", x1, NUMBER).cross(as_array("cross", x2, NUMBER), axis)


def outer(x1: Array, x2: Array, /) -> Array:
    """The products of each element of x1 with each of x2.

    >>> outer(Array([1, 2]), Array([3, 4])).tolist()
    [[3, 4], [6, 8]]
    """
    return as_array("outer", x1, NUMBER).outer(as_array("outer", x2, NUMBER))


# ---- parts and norms ----------------------------------------------------------------------------


def diagonal(x: Array, /, *, offset: int = 0) -> Array:
    """The diagonal of each matrix.

    >>> diagonal(Array([[1, 2], [3, 4]])).tolist()
    [1, 4]
    """
    return _matrix("diagonal", x, "biuf").diagonal(offset, -2, -1)


def trace(x: Array, /, *, offset: int = 0, dtype: DType | None = None) -> Array:
    """The sum of the diagonal of each matrix; of integers in int64 or uint64 unless told.

    >>> trace(Array([[1, 2], [3, 4]])).tolist()
    5
    """
    x = _matrix("trace", x, NUMBER)
    return diagonal(x, offset=offset).sum(-1, dtype=total_dtype(x, dtype))


def vector_norm(x: Array, /, *, axis: Axes = None, keepdims: bool = False, ord: float = 2) -> Array:
    """(the sum of |x| ** ord) ** (1 / ord) along axes; None is all of them.

    >>> vector_norm(Array([3.0, 4.0])).tolist()
    5.0
    """
    x = as_array("vector_norm", x, FLOAT)
    return x.vector_norm(ord, axes_of("vector_norm", x, axis), keepdims)


def matrix_norm(
    x: Array, /, *, keepdims: bool = False, ord: float | Literal["fro", "nuc"] | None = "fro"
) -> Array:
    """The norm of each matrix: Frobenius', nuclear, or of order 1, -1, 2, -2, inf, -inf.

    >>> matrix_norm(Array([[3.0, 0.0], [0.0, 4.0]])).tolist()
    5.0
    """
    x = _matrix("matrix_norm", x)
    return x.matrix_norm("fro" if ord is None else ord, (-2, -1), keepdims)


# ---- solving and taking apart -------------------------------------------------------------------


def cholesky(x: Array, /, *, upper: bool = False) -> Array:
    """The lower (upper) triangular L with x = L L^T, of symmetric positive definite matrices.

    >>> cholesky(Array([[4.0]])).tolist()
    [[2.0]]
    """
    return _matrix("cholesky", x).cholesky(upper)


def det(x: Array, /) -> Array:
    """The determinant of each matrix.

    >>> det(Array([[2.0, 0.0], [0.0, 3.0]])).tolist()
    6.0
    """
    return _matrix("det", x).det()


def eigh(x: Array, /) -> EighResult:
    """Eigenvalues, ascending, and eigenvectors of symmetric matrices.

    >>> eigh(Array([[2.0]])).eigenvalues.tolist()
    [2.0]
    """
    return EighResult(*_matrix("eigh", x).eigh())


def eigvalsh(x: Array, /) -> Array:
    """The eigenvalues of symmetric matrices, ascending.

    >>> eigvalsh(Array([[2.0]])).tolist()
    [2.0]
    """
    return _matrix("eigvalsh", x).eigvalsh()


def inv(x: Array, /) -> Array:
    """The inverse of each matrix.

    >>> inv(Array([[2.0]])).tolist()
    [[0.5]]
    """
    return _matrix("inv", x).inv()


def matrix_power(x: Array, n: int, /) -> Array:
    """Each square matrix multiplied with itself n times; its inverse if n is negative.

    >>> matrix_power(Array([[2.0]]), 3).tolist()
    [[8.0]]
    """
    return _matrix("matrix_power", x).matrix_power(n)


def matrix_rank(x: Array, /, *, rtol: float | Array | None = None) -> Array:
    """How many singular values are above rtol times the largest, int64.

    >>> matrix_rank(Array([[1.0, 1.0], [1.0, 1.0]])).tolist()
    1
    """
    return _matrix("matrix_rank", x).matrix_rank(rtol)


def pinv(x: Array, /, *, rtol: float | Array | None = None) -> Array:
    """The pseudo-inverse, without the singular values below rtol times the largest.

    >>> pinv(Array([[2.0]])).tolist()
    [[0.5]]
    """
    return _matrix("pinv", x).pinv(rtol)


def qr(x: Array, /, *, mode: Literal["reduced", "complete"] = "reduced") -> QRResult:
    """An orthogonal Q and an upper triangular R with x = Q R.

    >>> qr(Array([[2.0]])).R.abs().tolist()
    [[2.0]]
    """
    return QRResult(*_matrix("qr", x).qr(mode))


def slogdet(x: Array, /) -> SlogdetResult:
    """The sign of the determinant and the logarithm of its size.

    >>> slogdet(Array([[-1.0]])).sign.tolist()
    -1.0
    """
    return SlogdetResult(*_matrix("slogdet", x).slogdet())


def solve(x1: Array, x2: Array, /) -> Array:
    """The x with x1 x = x2; x2 is a vector if it has one axis, else matrices.

    >>> solve(Array([[2.0]]), Array([4.0])).tolist()
    [2.0]
    """
    return _matrix("solve", x1).solve(as_array("solve", x2, FLOAT))


def svd(x: Array, /, *, full_matrices: bool = True) -> SVDResult:
    """Orthogonal U and Vh and descending S with x = U diag(S) Vh.

    >>> svd(Array([[2.0]])).S.tolist()
    [2.0]
    """
    return SVDResult(*_matrix("svd", x).svd(full_matrices))


def svdvals(x: Array, /) -> Array:
    """The singular values of each matrix, descending.

    >>> svdvals(Array([[2.0]])).tolist()
    [2.0]
    """
    return _matrix("svdvals", x).svdvals()
