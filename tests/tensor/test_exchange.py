"""Values that other libraries see in our memory and we in theirs; pickles, copies, printing."""

from __future__ import annotations

import copy
import gc
import gzip
import pickle
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Context, Tensor, nn
from smelt.util import flags
from smelt.util.errors import (
    ArgumentError,
    CaptureError,
    DeviceError,
    DTypeError,
    FileFormatError,
    GradientError,
    ShapeError,
)

EXACT = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
         "float16", "bfloat16", "float32", "float64", "float8_e4m3", "float8_e5m2")  # fmt: skip


def of(dtype: str) -> Tensor:
    return Tensor([[1, 0, 2], [3, 1, 0]]).cast(dtype).realize()


# ---- the same memory ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", EXACT)
def test_torch_and_back_without_a_copy(dtype: str) -> None:
    x = of(dtype)
    theirs = torch.from_dlpack(x)
    assert theirs.data_ptr() == x.data_ptr()
    assert theirs.double().tolist() == x.cast("float64").tolist()
    back = Tensor.from_dlpack(theirs)
    assert back.data_ptr() == x.data_ptr() and back.dtype is x.dtype and back.shape == (2, 3)
    assert back.tolist() == x.tolist()


@pytest.mark.parametrize("dtype", [d for d in EXACT if not d.startswith(("bfloat", "float8"))])
def test_numpy_and_back_without_a_copy(dtype: str) -> None:
    x = of(dtype)
    for theirs in (np.from_dlpack(x), np.asarray(x), x.__array__(copy=False)):
        assert theirs.ctypes.data == x.data_ptr() and not theirs.flags.writeable
        np.testing.assert_array_equal(theirs, x.numpy())
    array = x.numpy()
    array.flags.writeable = False
    back = Tensor.from_dlpack(array)
    assert back.data_ptr() == array.ctypes.data and back.tolist() == x.tolist()


def test_jax_and_back_without_a_copy() -> None:
    jax = pytest.importorskip("jax")
    for dtype in ("float32", "bfloat16", "int32", "bool"):
        x = of(dtype)
        theirs = jax.dlpack.from_dlpack(x)
        assert theirs.unsafe_buffer_pointer() == x.data_ptr()
        assert Tensor.from_dlpack(theirs).data_ptr() == x.data_ptr()


def test_views_of_others() -> None:
    base = np.arange(12.0).reshape(3, 4)
    strided = Tensor.from_dlpack(base[:, ::2])  # kernels want row-major: a copy
    assert strided.tolist() == base[:, ::2].tolist()
    with pytest.raises(ArgumentError, match="strides"):
        Tensor.from_dlpack(base.T, copy=False)
    part = Tensor.from_dlpack(base[1:], copy=False)  # not at a multiple of 64 bytes
    assert (
        part.data_ptr() == base[1:].ctypes.data and (part * 2).tolist() == (base[1:] * 2).tolist()
    )
    assert Tensor.from_dlpack(base, copy=True).data_ptr() != base.ctypes.data
    assert Tensor.from_dlpack(np.float32([[]])).shape == (1, 0)
    assert Tensor.from_dlpack(torch.tensor(3)).item() == 3
    assert Tensor.from_dlpack(base, device="PYTHON").device == "PYTHON"


def test_we_never_write_into_memory_of_others() -> None:
    array = np.ones(4, np.float32)
    x = Tensor.from_dlpack(array, copy=False)
    x += 1
    x[0] = 9
    x.assign(x * 2)
    y = Tensor.from_blob(array.ctypes.data, (2, 2))
    y.assign(y + 5)
    assert (x.tolist(), y.tolist()) == ([18, 4, 4, 4], [[6, 6], [6, 6]])
    assert array.tolist() == [1, 1, 1, 1]


def test_memory_lives_as_long_as_somebody_has_it() -> None:
    x = Tensor.rand(50_000).realize()
    expected = x.numpy()
    views: list[Any] = [np.asarray(x), x.data(), torch.from_dlpack(x), np.from_dlpack(x)]
    del x
    gc.collect()
    others = [Tensor.zeros(50_000).contiguous().realize() for _ in range(4)]  # want such memory
    for view in views:
        np.testing.assert_array_equal(np.asarray(view), expected)
    assert len(others) == 4
    array = np.arange(50_000.0)
    gone = weakref.ref(array)
    y = Tensor.from_dlpack(array)
    del array
    gc.collect()
    assert gone() is not None and y[-1].item() == 49_999
    del y
    gc.collect()
    assert gone() is None


def test_a_replay_does_not_reuse_memory_that_was_handed_out() -> None:
    step = smelt.jit(lambda x: x + 1)
    views = [np.asarray(step(Tensor([float(i)]))) for i in range(6)]
    assert [v.item() for v in views] == [1, 2, 3, 4, 5, 6]


def test_nothing_leaks() -> None:
    x = of("float32")
    before = len(gc.get_objects())
    for _ in range(200):
        torch.from_dlpack(x)
        np.from_dlpack(x)
        x.data()
        x.__dlpack__(max_version=(1, 0))  # nobody takes it
    gc.collect()
    assert len(gc.get_objects()) - before < 100


def test_the_python_device_has_the_memory_of_the_host() -> None:
    x = Tensor([1.0, 2.0], device="PYTHON") * 2
    assert x.__dlpack_device__() == (1, 0)
    theirs = np.from_dlpack(x)
    assert theirs.tolist() == [2, 4] and theirs.ctypes.data == x.data_ptr()
    y = x + 1  # the shared memory is not used again while somebody looks at it
    del x
    assert y.tolist() == [3, 5] and theirs.tolist() == [2, 4]
    assert np.from_dlpack(Tensor.zeros(0, device="PYTHON")).shape == (0,)


def test_capsules() -> None:
    x = of("float32")
    assert x.__dlpack_device__() == (1, 0)
    assert "dltensor_versioned" in repr(x.__dlpack__(max_version=(1, 2)))
    for old in (None, (0, 8)):
        assert '"dltensor"' in repr(x.__dlpack__(max_version=old))

    class Copied:
        def __dlpack__(self, **kwargs: Any) -> Any:
            return x.__dlpack__(**{**kwargs, "copy": True})

        def __dlpack_device__(self) -> tuple[int, int]:
            return (1, 0)

    assert Tensor.from_dlpack(Copied()).data_ptr() != x.data_ptr()

    class Old(Copied):
        def __dlpack__(self) -> Any:  # type: ignore[override]
            return x.__dlpack__()

    assert Tensor.from_dlpack(Old()).data_ptr() == x.data_ptr()

    class Elsewhere(Copied):
        def __dlpack_device__(self) -> tuple[int, int]:
            return (2, 0)

    with pytest.raises(DeviceError, match=r"device \(2, 0\)"):
        Tensor.from_dlpack(Elsewhere())
    with pytest.raises(BufferError):
        x.__dlpack__(dl_device=(2, 0))
    with pytest.raises(ArgumentError, match="list"):
        Tensor.from_dlpack([1, 2])
    with pytest.raises(DTypeError):
        Tensor.from_dlpack(np.zeros(2, np.complex64))


NUMBERS = (
    lambda x, y: x[1] == y[0],
    lambda x, y: x[0].isnan() | (y[1] < x[1]),
    lambda x, y: (x[0] > y[0]).where(x[1], y[1]),
    lambda x, y: x[1] - y[0] + 1,
    lambda x, y: x[0].maximum(y[1]).cast("int8"),
    lambda x, y: x.flip(0)[:1].reshape(()) != y[1, None][0],
    lambda x, y: ~(x[0] >= 1),
)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "bfloat16", "float32", "float64"])
def test_numbers_are_compared_without_a_kernel(dtype: str) -> None:
    x, y = Tensor([1, 2]).cast(dtype).realize(), Tensor([2, 0]).cast(dtype).realize()
    with smelt.stats() as counted:
        values = [f(x, y).item() for f in NUMBERS]
        texts = [repr(f(x, y)) for f in NUMBERS]
    assert counted.kernels == 0
    computed = [f(x, y) for f in NUMBERS]
    Tensor([0]).realize(*computed)
    assert values == [c.tolist() for c in computed]
    assert texts == [repr(c) for c in computed]


def test_a_number_that_takes_a_kernel() -> None:
    x = Tensor([1.0, 2.0]).realize()
    with smelt.stats() as counted:
        assert ((x.sum() + x.max()) > 4).item()  # with all that belongs to it in one
    assert counted.kernels == 1
    chain = x[0]
    for _ in range(100):
        chain = chain + x[1]
    assert chain.item() == 201


def test_buffers() -> None:
    x = of("float16")
    view = x.data()
    assert (view.format, view.shape, view.readonly) == ("e", (2, 3), True)
    assert bytes(x.__buffer__(0)) == x.numpy().tobytes()
    with pytest.raises(BufferError):
        x.__buffer__(1)
    with pytest.raises(DTypeError, match="bfloat16"):
        of("bfloat16").data()
    assert Tensor(5).data().tolist() == 5 and Tensor.zeros(0, 3).data().shape == (0, 3)
    assert of("float32").to("PYTHON").data().tolist() == [[1, 0, 2], [3, 1, 0]]
    if sys.version_info >= (3, 12):
        assert memoryview(x).shape == (2, 3)  # type: ignore[arg-type]


def test_arrays() -> None:
    x = of("int32")
    assert np.asarray(x, np.float64).dtype == np.float64
    assert np.array(x).flags.writeable and x.numpy().flags.writeable
    with pytest.raises(ArgumentError, match="copy=False"):
        x.__array__(np.float64, copy=False)
    n = smelt.Variable("n", 1, 4).bind(2)
    part = Tensor(np.arange(4.0))[:n] * 2
    assert np.asarray(part).tolist() == [0, 2] and part.data().tolist() == [0, 2]


def test_no_way_around_a_capture() -> None:
    for read in (
        lambda x: x.data(),
        lambda x: x.data_ptr(),
        np.from_dlpack,
        np.asarray,
        pickle.dumps,
    ):
        with pytest.raises(CaptureError):
            smelt.jit(lambda x, read=read: read(x))(Tensor([1.0]))


def test_blobs() -> None:
    array = np.arange(6, dtype=np.int16)
    x = Tensor.from_blob(array.ctypes.data, (2, 3), dtype="int16")
    assert x.tolist() == array.reshape(2, 3).tolist() and x.data_ptr() == array.ctypes.data
    with pytest.raises(ArgumentError, match="address 0"):
        Tensor.from_blob(0, (1,))


# ---- saving, copying ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", EXACT)
def test_pickle_keeps_values_and_dtypes(dtype: str) -> None:
    x = of(dtype)
    back = pickle.loads(pickle.dumps(x))
    assert back.dtype is x.dtype and back.tolist() == x.tolist()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_parameters_stay_what_they_are(again: Any) -> None:
    layer = nn.Linear(2, 2)
    (layer(Tensor([[1.0, 2.0]])) ** 2).sum().backward()
    model = {"layer": layer, "tied": layer.weight, "plain": Tensor([1, 2]).to("PYTHON")}
    other = again(model)
    weight = other["layer"].weight
    assert other["tied"] is weight and weight is not layer.weight
    assert weight.requires_grad and weight.is_leaf
    assert weight.tolist() == layer.weight.tolist()
    assert layer.weight.grad is not None
    assert weight.grad.tolist() == layer.weight.grad.tolist()
    assert other["plain"].device == "PYTHON"
    before = layer.weight.grad.tolist()
    (weight * 3).sum().backward()
    weight.assign(weight * 0)
    assert layer.weight.grad.tolist() == before and any(layer.weight.numpy().ravel())


def test_copies_are_leaves_of_their_own() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    other = copy.copy(w)
    assert other.grad is w.grad and other.is_leaf
    (gradient,) = (other * w).sum().gradient(w)
    assert gradient.tolist() == [1.0, 2.0]
    result = w * 2
    assert copy.copy(result).sum().gradient(w)[0].tolist() == [2.0, 2.0]
    for refuse in (copy.deepcopy, pickle.dumps):
        with pytest.raises(GradientError, match="detach"):
            refuse(result)
    assert copy.deepcopy(result.detach()).tolist() == [2.0, 4.0]


# ---- files --------------------------------------------------------------------------------------


def test_urls(tmp_path: Path) -> None:
    file = tmp_path / "data.bin.gz"
    file.write_bytes(gzip.compress(b"\x01\x02"))
    with Context(SMELT_CACHE=str(tmp_path / "cache")):
        assert Tensor.from_url(file.as_uri(), gunzip=True).tolist() == [1, 2]
        file.unlink()
        assert Tensor.from_url(file.as_uri(), gunzip=True).tolist() == [1, 2]  # kept
        with pytest.raises(FileFormatError) as caught:
            Tensor.from_url("http://localhost:1/weights.bin")
        path = Path(caught.value.way_out.split()[4])
        path.write_bytes(b"\x07")
        assert Tensor.from_url("http://localhost:1/weights.bin").tolist() == [7]
        with pytest.raises(FileFormatError, match="gzip"):
            Tensor.from_url("http://localhost:1/weights.bin", gunzip=True)
    assert flags.SMELT_CACHE.value != str(tmp_path / "cache")


# ---- what Python asks ---------------------------------------------------------------------------


def test_protocols() -> None:
    x = Tensor([1.0, 2.5])
    assert 2.5 in x and 3 not in x
    assert f"{Tensor(3.14159):.2f}" == "3.14" and f"{x}" == str(x)
    assert complex(Tensor(2.0)) == 2 and Tensor(2).__index__() == 2
    assert weakref.ref(x)() is x and hash(x) == hash(x) and {x: 1}[x] == 1
    assert (x == x).tolist() == [True, True]
    assert [t.item() for t in reversed(list(x))] == [2.5, 1.0]
    for wrong in (
        lambda: len(Tensor(1)),
        lambda: iter(Tensor(1)),
        lambda: f"{x:.2f}",
        lambda: bool(x),
    ):
        with pytest.raises(ShapeError):
            wrong()


def test_printing() -> None:
    x = Tensor([1e-8, 3.14159, 123456.0])
    try:
        smelt.set_printoptions(precision=2, sci_mode=False)
        assert repr(x).startswith("Tensor([     0.  ,      3.14, 123456.  ]")
        smelt.set_printoptions(profile="short", threshold=4, edgeitems=1)
        assert repr(Tensor.arange(9)).startswith("Tensor([0, ..., 8]")
        for wrong in ({"profile": "long"}, {"digits": 3}):
            with pytest.raises(ArgumentError):
                smelt.set_printoptions(**wrong)
        with pytest.raises(ValueError, match="threshold"):
            smelt.set_printoptions(threshold=float("nan"), precision=9)
        assert smelt.get_printoptions()["precision"] == 2
    finally:
        smelt.set_printoptions(profile="default")
    assert "e-" in repr(x)


def test_notebooks() -> None:
    shown = Tensor([[1.5, 2.0], [3.0, -1.0]])._repr_html_()
    assert shown.count("<tr>") == 2 and shown.count("<td>") == 4 and "(2, 2), float32" in shown
    assert Tensor.zeros(40, 2)._repr_html_().count("<tr>") == 7
    assert Tensor.zeros(40)._repr_html_().count("<td>") == 7
    assert "<pre>" in Tensor.zeros(2, 2, 2)._repr_html_()
    assert (
        "<pre>" in Tensor.zeros(0, 3)._repr_html_() and "<pre>3.</pre>" in Tensor(3.0)._repr_html_()
    )
