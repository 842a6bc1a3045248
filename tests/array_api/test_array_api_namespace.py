"""The namespace itself: signatures, creation, dtypes, the array object, linear algebra, users."""

from __future__ import annotations

import array
import inspect
import os
import pickle
import subprocess
import sys
from typing import Any

import array_api_compat
import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.array_api import make_strategies_namespace

import smelt
import smelt.array_api as xp
from smelt import Tensor

NEWER = {"isin", "broadcast_shapes"}  # of 2025.12
ABSENT = {"complex64", "complex128", "fft"}  # docs/array_api.md
OWN = {name for name in strict.__all__ if "strict" in name.lower()} | {"Device", "__version__"}
UNDEFINED = (strict.from_dlpack, strict.astype)  # a default that means "not given" to it


def names(module: Any) -> list[str]:
    return sorted(set(module.__all__) - NEWER - ABSENT - OWN)


@pytest.mark.parametrize("theirs, ours", [(strict, xp), (strict.linalg, xp.linalg)])
def test_every_name_with_its_signature(theirs: Any, ours: Any) -> None:
    for name in names(theirs):
        function = getattr(theirs, name)
        assert hasattr(ours, name), name
        if not inspect.isfunction(function) or name == "expand_dims":
            continue
        expected, found = (
            [(p.name, p.kind) for p in inspect.signature(f).parameters.values()]
            for f in (function, getattr(ours, name))
        )
        assert found == expected, name
        if function not in UNDEFINED:
            defaults = [p.default for p in inspect.signature(function).parameters.values()]
            own = [p.default for p in inspect.signature(getattr(ours, name)).parameters.values()]
            assert own == defaults, name
            assert getattr(ours, name).__doc__, name


def test_constants_and_version() -> None:
    assert xp.__array_api_version__ == "2024.12"
    assert (xp.pi, xp.e, xp.inf, xp.newaxis) == (np.pi, np.e, np.inf, None)
    assert np.isnan(xp.nan)


# ---- making arrays ------------------------------------------------------------------------------

MAKING: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("arange", (5,), {}),
    ("arange", (1, 10, 3), {}),
    ("arange", (5, 0, -2), {"dtype": "int8"}),
    ("arange", (0.0, 1.0, 0.25), {}),
    ("arange", (3, 3), {"dtype": "float32"}),
    ("asarray", (True,), {}),
    ("asarray", (2**40,), {}),
    ("asarray", (0.1,), {}),
    ("asarray", ([],), {}),
    ("asarray", ([[1, 2], [3, 4]],), {"dtype": "uint8"}),
    ("asarray", ([[1.5, 2.0]],), {"dtype": "float32"}),
    ("asarray", ([2**64 - 1],), {"dtype": "uint64"}),
    ("asarray", ([True, False],), {}),
    ("asarray", (array.array("i", [1, 2]),), {}),
    ("eye", (3,), {}),
    ("eye", (2, 4), {"k": 1, "dtype": "int64"}),
    ("eye", (4, 2), {"k": -3}),
    ("full", ((2, 3), 7), {}),
    ("full", (2, 0.5), {}),
    ("full", ((), True), {}),
    ("full", ((2,), 2**64 - 1), {"dtype": "uint64"}),
    ("linspace", (0, 1, 5), {}),
    ("linspace", (2.0, -1.0, 4), {"endpoint": False, "dtype": "float32"}),
    ("linspace", (1.0, 2.0, 1), {}),
    ("linspace", (1.0, 2.0, 0), {}),
    ("ones", (3,), {"dtype": "bool"}),
    ("zeros", ((2, 0),), {}),
    ("zeros", ((),), {"dtype": "int8"}),
]


@pytest.mark.parametrize("name, args, kwargs", MAKING)
def test_making(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    def made(module: Any) -> Any:
        given = {k: getattr(module, v) if k == "dtype" else v for k, v in kwargs.items()}
        return getattr(module, name)(*args, **given)

    result, expected = made(xp), np.asarray(made(strict))
    assert result.dtype.name == expected.dtype.name
    assert result.shape == expected.shape
    np.testing.assert_allclose(result.numpy(), expected, 1e-7)


def test_asarray_copies_only_where_it_has_to() -> None:
    x = xp.asarray([1, 2])
    assert xp.asarray(x) is x
    assert xp.asarray(x, dtype=x.dtype, device=x.device, copy=False) is x
    copy = xp.asarray(x, copy=True)
    copy[0] = 9
    assert (x.tolist(), copy.tolist()) == ([1, 2], [9, 2])
    assert xp.astype(x, x.dtype, copy=False) is x
    assert xp.astype(x, x.dtype) is not x
    with pytest.raises(ValueError, match="copy=False"):
        xp.asarray(x, dtype=xp.float32, copy=False)
    with pytest.raises(ValueError, match="copy=False"):
        xp.asarray([1, 2], copy=False)


def test_asarray_of_tensors_and_other_libraries() -> None:
    assert type(xp.asarray(Tensor([1.0]))) is xp.Array
    assert xp.asarray(strict.asarray([1, 2])).tolist() == [1, 2]
    assert xp.from_dlpack(np.arange(3.0)).tolist() == [0, 1, 2]
    assert np.from_dlpack(xp.asarray([1, 2])).tolist() == [1, 2]


@pytest.mark.parametrize("device", ["CPU", "PYTHON"])
def test_from_dlpack_leaves_arrays_where_they_are(device: str) -> None:
    x = xp.asarray([1.0, 2.0], device=device)
    assert xp.from_dlpack(x, copy=False) is x
    assert xp.from_dlpack(x).device == xp.from_dlpack(x, copy=True).device == device
    assert xp.from_dlpack(x, device="PYTHON").device == "PYTHON"
    copy = xp.from_dlpack(x, copy=True)
    copy[0] = 9.0
    assert (x.tolist(), copy.tolist()) == ([1, 2], [9, 2])


def test_full_of_a_number_in_an_array() -> None:
    number = xp.asarray([3, 300], dtype=xp.int16)[1]
    assert xp.full((2, 1), number).tolist() == [[300], [300]]
    assert xp.full(2, number).dtype is xp.int16
    assert xp.full((), number, dtype=xp.float32).dtype is xp.float32
    assert xp.full(0, number, device="PYTHON").device == "PYTHON"
    like = xp.asarray([1.5, 2.5], device="PYTHON")
    filled = xp.full_like(like, xp.asarray(7))
    assert (filled.tolist(), filled.dtype, filled.device) == ([7, 7], xp.float64, "PYTHON")
    for make in (lambda x: xp.full(1, x), lambda x: xp.full_like(x, x)):
        with pytest.raises(ValueError, match="0-d"):
            make(xp.ones(1))


def test_searchsorted_of_a_number_is_a_number() -> None:
    x = xp.asarray([1, 3, 5])
    found = xp.searchsorted(x, 3), xp.searchsorted(x, xp.asarray(3), side="right")
    assert [(f.shape, f.tolist()) for f in found] == [((), 1), ((), 2)]
    assert xp.searchsorted(xp.asarray([0.5, 1.5]), 1).tolist() == 1
    with pytest.raises(TypeError):
        xp.searchsorted(x, xp.asarray([True]))


def test_numbers_that_no_dtype_holds() -> None:
    with pytest.raises(TypeError, match="real numbers"):
        xp.asarray([1j])
    with pytest.raises(TypeError, match="a bool, an int or a float"):
        xp.full(2, 1j)
    assert xp.asarray(0j).tolist() == 0.0
    with pytest.raises(ValueError, match="int8 holds"):
        xp.full(2, 300, dtype=xp.int8)
    with pytest.raises(ValueError, match="out of bounds"):
        xp.asarray([300], dtype=xp.int8)


# ---- dtypes -------------------------------------------------------------------------------------

DTYPES = [
    d for kind in ("bool", "numeric") for d in xp.__array_namespace_info__().dtypes(kind=kind)
]


@pytest.mark.parametrize("a", DTYPES)
def test_dtypes(a: str) -> None:
    ours, theirs = getattr(xp, a), getattr(strict, a)
    for b in DTYPES:
        assert xp.can_cast(ours, getattr(xp, b)) == strict.can_cast(theirs, getattr(strict, b)), b
    for kind in (
        "bool",
        "signed integer",
        "integral",
        "real floating",
        "numeric",
        ("bool", "numeric"),
    ):
        assert xp.isdtype(ours, kind) == strict.isdtype(theirs, kind)
    assert xp.isdtype(ours, ours)
    assert not xp.isdtype(ours, "complex floating")
    for name, info in (("iinfo", "integral"), ("finfo", "real floating")):
        if not xp.isdtype(ours, info):
            with pytest.raises(TypeError):
                getattr(xp, name)(ours)
            continue
        found, expected = getattr(xp, name)(ours), getattr(strict, name)(theirs)
        fields = ("bits", "max", "min", *(("eps", "smallest_normal") if name == "finfo" else ()))
        assert [getattr(found, f) for f in fields] == [getattr(expected, f) for f in fields]


def test_result_type_errors() -> None:
    with pytest.raises(ValueError, match="an array or a dtype"):
        xp.result_type(1, 2.0)
    with pytest.raises(TypeError, match="common dtype"):
        xp.result_type(xp.uint64, xp.int8)
    with pytest.raises(ValueError, match="one of bool"):
        xp.isdtype(xp.int8, "whole")


def test_info() -> None:
    info = xp.__array_namespace_info__()
    assert info.default_device() == smelt.Device.DEFAULT
    assert {"CPU", "PYTHON"} <= set(info.devices())
    assert info.capabilities()["data-dependent shapes"]
    shape = (2,) + (1,) * (info.capabilities()["max dimensions"] - 1)
    assert (xp.ones(shape) + 1).numpy().shape == shape
    default = info.default_dtypes()
    assert xp.ones(1).dtype is default["real floating"]
    assert xp.asarray(1).dtype is default["integral"]
    assert xp.argmax(xp.ones(1)).dtype is default["indexing"]


# ---- the array object ---------------------------------------------------------------------------


def test_array_object() -> None:
    x = xp.asarray([[1, 2, 3], [4, 5, 6]])
    assert (x.size, x.ndim, x.shape, x.T.shape, x.mT.shape) == (6, 2, (2, 3), (3, 2), (3, 2))
    assert x.__array_namespace__(api_version="2024.12") is xp
    assert type(x + 1) is type(x[0]) is type(-x) is type(x @ x.T) is xp.Array
    assert x.to_device("PYTHON").device == "PYTHON"
    assert type(pickle.loads(pickle.dumps(x))) is xp.Array
    with pytest.raises(ValueError, match="2019"):
        x.__array_namespace__(api_version="2019.12")
    x += 1
    x[0, :] = x[1, :]
    assert x.tolist() == [[5, 6, 7], [5, 6, 7]]


def test_arrays_pass_through_a_captured_step() -> None:
    @smelt.jit
    def step(x: xp.Array) -> Any:
        return xp.sin(x) + xp.sum(x)

    for i in range(3):
        result = step(xp.asarray([0.0, float(i)], dtype=xp.float32))
    assert type(result) is xp.Array
    assert result.tolist() == pytest.approx([2.0, 2.0 + np.sin(2.0)])


def test_strategies_of_hypothesis() -> None:
    xps = make_strategies_namespace(xp)

    @settings(max_examples=8)
    @given(xps.arrays(st.sampled_from([xp.float32, xp.int16, xp.bool]), xps.array_shapes()))
    def check(x: xp.Array) -> None:
        assert xp.all(xp.equal(x, x) | xp.not_equal(x, x))

    check()


# ---- linear algebra -----------------------------------------------------------------------------


def test_linalg() -> None:
    linalg = xp.linalg
    values = np.random.default_rng(0).normal(size=(2, 3, 3))
    spd = values @ values.swapaxes(-1, -2) + np.eye(3)
    x, s = xp.asarray(values), xp.asarray(spd)

    def near(ours: xp.Array, theirs: Any) -> None:
        assert ours.dtype is xp.float64
        np.testing.assert_allclose(ours.numpy(), np.asarray(theirs), 1e-10, 1e-10)

    near(linalg.det(x), np.linalg.det(values))
    near(linalg.inv(s), np.linalg.inv(spd))
    near(linalg.pinv(x[..., :2], rtol=0.0), np.linalg.pinv(values[..., :2]))
    near(linalg.cholesky(s), np.linalg.cholesky(spd))
    near(linalg.cholesky(s, upper=True), np.linalg.cholesky(spd).swapaxes(-1, -2))
    near(linalg.matrix_power(x, -2), np.linalg.matrix_power(values, -2))
    near(linalg.svdvals(x), np.linalg.svd(values, compute_uv=False))
    near(linalg.eigvalsh(s), np.linalg.eigvalsh(spd))
    near(linalg.matrix_norm(x, ord="nuc"), np.linalg.matrix_norm(values, ord="nuc"))
    near(linalg.matrix_norm(x, ord=-1), np.linalg.matrix_norm(values, ord=-1))
    near(linalg.solve(s, x), np.linalg.solve(spd, values))
    near(linalg.solve(s, x[0, 0]), np.linalg.solve(spd, values[0, 0]))
    q, r = linalg.qr(x)
    near(q @ r, values)
    u, sigma, vh = linalg.svd(x, full_matrices=False)
    near((u * sigma[:, None, :]) @ vh, values)
    w, v = linalg.eigh(s)
    near((v * w[:, None, :]) @ v.mT, spd)
    sign, size = linalg.slogdet(x)
    near(sign * xp.exp(size), np.linalg.det(values))


def test_ranks_with_a_tolerance_for_each_matrix() -> None:
    x = xp.asarray([[[1.0, 0.0], [0.0, 0.1]]] * 2)
    rtol = xp.asarray([0.05, 0.5])
    assert xp.linalg.matrix_rank(x, rtol=rtol).tolist() == [2, 1]
    assert xp.linalg.matrix_rank(x).dtype is xp.int64
    assert xp.linalg.pinv(x, rtol=rtol)[:, 1, 1].tolist() == pytest.approx([10.0, 0.0])


# ---- errors -------------------------------------------------------------------------------------

x1, x2 = np.ones(3), np.ones((2, 3))
WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception]]] = [
    ("broadcast_to", (x2, (3,)), {}, ValueError),
    ("concat", ([x1, x2],), {}, ValueError),
    ("cumulative_sum", (x2,), {}, ValueError),
    ("expand_dims", (x1, 5), {}, IndexError),
    ("linalg.det", (x1,), {}, ValueError),
    ("linalg.inv", (x2,), {}, ValueError),
    ("mean", (np.arange(3),), {}, TypeError),
    ("nonzero", (np.ones(()),), {}, ValueError),
    ("permute_dims", (x2, (0,)), {}, ValueError),
    ("reshape", (x1, (2, 2)), {}, ValueError),
    ("searchsorted", (x2, x1), {}, ValueError),
    ("searchsorted", (x1, x1), {"side": "middle"}, ValueError),
    ("sort", (np.ones(3, "bool"),), {}, TypeError),
    ("squeeze", (x2, 0), {}, ValueError),
    ("take", (x2, np.arange(1)), {}, ValueError),
    ("take", (x1, x1), {}, TypeError),
    ("unstack", (np.ones(()),), {}, ValueError),
    ("where", (x1, x1, x1), {}, TypeError),
    ("max", (np.ones((0,)),), {}, ValueError),
]  # fmt: skip


@pytest.mark.parametrize("name, args, kwargs, error", WRONG)
def test_errors(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], error: type[Exception]
) -> None:
    def convert(value: Any) -> Any:
        if isinstance(value, list):
            return [convert(v) for v in value]
        return xp.asarray(value) if isinstance(value, np.ndarray) else value

    module: Any = xp
    for part in name.split("."):
        module = getattr(module, part)
    with pytest.raises(error):
        module(*map(convert, args), **kwargs)


# ---- what people run on it ----------------------------------------------------------------------


def test_array_api_compat_knows_it() -> None:
    x = xp.asarray([1.0])
    assert array_api_compat.is_array_api_obj(x)
    assert array_api_compat.array_namespace(x) is xp
    assert array_api_compat.size(x) == 1
    assert array_api_compat.device(x) == x.device


SCIKIT_LEARN = """
import numpy as np, sklearn, smelt.array_api as xp
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

samples, labels = load_iris(return_X_y=True)
samples = samples.astype(np.float32)
x, y = xp.asarray(samples), xp.asarray(labels)
with sklearn.config_context(array_api_dispatch=True):
    pca = PCA(2).fit(x)
    reduced = pca.transform(x)
    predicted = LinearDiscriminantAnalysis().fit(x, y).predict(x)
assert type(reduced) is type(predicted) is type(pca.components_) is xp.Array
expected = PCA(2).fit_transform(samples)
np.testing.assert_allclose(abs(reduced.numpy()), abs(expected), 1e-3, 1e-4)
own = LinearDiscriminantAnalysis().fit(samples, labels)
assert predicted.tolist() == own.predict(samples).tolist()
"""


def test_scikit_learn() -> None:
    pytest.importorskip("sklearn")
    # A process of its own: SciPy looks at the variable when it is first imported.
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    subprocess.run([sys.executable, "-c", SCIKIT_LEARN], env=environment, check=True)
