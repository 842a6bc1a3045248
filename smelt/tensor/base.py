"""What every Tensor is made of: a node of the graph, and how values become nodes that combine.

The methods of Tensor stand in files by kind. Each file's class builds on the one before it, so a
method may use everything that is above it and nothing below:

    Base < Creation < Movement < Joining < Windows < Casting < Logic < Arithmetic < Powers
         < Functions < Activations < Reductions < Indexing < Scattering < Random < Scans < Ordering
         < Sorting < Linear < Products < Decompositions < Factors < Algebra < DFT < Fourier
         < Convolution < Pooling < Resampling < Network < Attention < Losses
         < Exchange < Tensor
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeGuard, Union

import numpy as np

import smelt.ir.node as ir
from smelt import engine
from smelt.autograd.backward import paths_back
from smelt.dtype import (
    FLOAT8,
    DType,
    Scalar,
    dtypes,
    promote,
    promote_scalar,
    scalar_dtype,
    to_dtype,
)
from smelt.ir.node import BufferRef, Dim, Node, Shape
from smelt.ir.op import Op
from smelt.ir.symbolic import SymInt, as_dim, merge_bindings
from smelt.util.errors import ArgumentError, AxisError, DTypeError, GradientError, ShapeError

Array: TypeAlias = np.ndarray[Any, Any]
Size: TypeAlias = int | SymInt
Axes: TypeAlias = int | Sequence[int] | None
Operand: TypeAlias = Union["Base", Scalar, SymInt, Array, "np.generic[Any]"]
DTypeLike: TypeAlias = DType | str | type | np.dtype[Any]

# Floats that are computed in float32 and rounded once.
HALVES = (dtypes.float16, dtypes.bfloat16, *FLOAT8)
UNBOUND: Mapping[str, int] = MappingProxyType({})
_RESHAPE, _BUFFER = Op.RESHAPE, Op.BUFFER  # the members of an enum take long to look up

# Called with the name of a method that is about to read values on the host; a capture sets it to
# a function that raises.
read_guard: ContextVar[Callable[[str], None] | None] = ContextVar("read_guard", default=None)

# What a step that is being captured in this thread makes and changes; nothing is computed then.
capturing: ContextVar[Recorder | None] = ContextVar("capturing", default=None)

_grad_enabled: ContextVar[bool] = ContextVar("grad_enabled", default=True)

# The leaf that a node stands for. Its earlier nodes stay: graphs built on them still lead to it.
# By id of the node, with a reference to it: looked at for every tensor, so it has to be cheap.
_leaves: dict[int, tuple[weakref.ref[Node], weakref.ref[Base]]] = {}

# Tensors that were assigned to and not computed since. By id, as `==` of tensors compares values.
_pending: dict[int, weakref.ref[Base]] = {}


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Results computed inside, in this thread, have no history. Also a decorator."""
    token = _grad_enabled.set(False)
    try:
        yield
    finally:
        _grad_enabled.reset(token)


@contextlib.contextmanager
def enable_grad() -> Iterator[None]:
    """Results computed inside, in this thread, have a history again. Also a decorator."""
    token = _grad_enabled.set(True)
    try:
        yield
    finally:
        _grad_enabled.reset(token)


def grad_enabled() -> bool:
    """Whether results have a history here."""
    return _grad_enabled.get()


@dataclass(frozen=True)
class Before:
    """A tensor as it was when a step that is being captured first changed it."""

    tensor: Base
    node: Node
    bindings: Mapping[str, int]
    requires_grad: bool
    grad: Base | None

    def restore(self) -> None:
        """Make the tensor what it was."""
        self.tensor.node = self.node
        self.tensor.bindings = self.bindings
        self.tensor._requires_grad = self.requires_grad
        self.tensor._grad = self.grad
        forget_pending(id(self.tensor))


class Recorder:
    """Notes what one captured step makes and changes, and where it looks for a gradient."""

    def __init__(self) -> None:
        self.made: dict[int, weakref.ref[Base]] = {}
        self.changed: dict[int, Before] = {}
        self.graded: dict[int, Base] = {}  # tensors that got another gradient, or none
        self.had_grad: dict[int, tuple[Base, bool]] = {}  # tensors whose own gradient was looked at

    def make(self, tensor: Base) -> None:
        """The tensor is being made."""
        self.made[id(tensor)] = weakref.ref(tensor)

    def read(self, tensor: Base, operation: str) -> None:
        """`operation` is about to read values on the host; `read_guard` has let it pass."""

    def draw(self, shape: Shape, words: Callable[[Shape], tuple[Node, ...]]) -> tuple[Node, ...]:
        """Random words of that shape, which `words` makes."""
        return words(shape)

    def change(self, tensor: Base) -> None:
        """The tensor, unless it was made inside, is about to change."""
        key = id(tensor)
        if key not in self.changed and key not in self.made:
            self.changed[key] = Before(
                tensor, tensor.node, tensor.bindings, tensor._requires_grad, tensor._grad
            )

    def change_grad(self, tensor: Base) -> None:
        """The tensor is about to get another gradient, or none."""
        if id(tensor) not in self.made:
            self.change(tensor)
            self.graded[id(tensor)] = tensor

    def look_at_grad(self, tensor: Base) -> None:
        """The gradient of the tensor is asked for: is it one from outside?"""
        key = id(tensor)
        if key not in self.made and key not in self.graded:
            self.had_grad[key] = (tensor, tensor._grad is not None)


class Base:
    """A node, the values that its Variables are bound to, and what gradients need."""

    node: Node
    bindings: Mapping[str, int]
    _grad: Self | None
    _requires_grad: bool
    _is_decided: bool = False  # whether somebody has said if it requires a gradient
    _stored: tuple[BufferRef, Shape] | None = None  # the value, as long as there is no node

    def __init__(
        self,
        data: Any,
        dtype: DTypeLike | None = None,
        device: str | None = None,
        requires_grad: bool | None = None,
    ):
        wanted = None if dtype is None else to_dtype(dtype)
        self.bindings = UNBOUND
        self._grad = None
        self._requires_grad = False
        recorder = capturing.get()
        if recorder is not None:
            recorder.make(self)
        if isinstance(data, Base):
            self.node = data.node
            self.bindings = data.bindings
            self._requires_grad = data._requires_grad
            self._is_decided = data._is_decided
        elif isinstance(data, SymInt):
            self.node = ir.cast(data.node, dtypes.default_int)
            self.bindings = data.bindings
        elif isinstance(data, bool | int | float) and not isinstance(data, np.generic):
            self.node = ir.const(data, wanted or _checked_scalar_dtype(data))
        else:
            self.node = engine.from_numpy(_host_array(data, wanted), device_name(device))
        self.node = place(self.node if wanted is None else ir.cast(self.node, wanted), device)
        if requires_grad is not None:
            self.requires_grad = requires_grad

    @classmethod
    def _make(
        cls,
        node: Node,
        bindings: Mapping[str, int] = UNBOUND,
        requires_grad: bool | None = None,
        device: str | None = None,
    ) -> Self:
        """A tensor without history of `node`, on `device`; `requires_grad` makes it a leaf."""
        self = object.__new__(cls)
        self.node = place(node, device)
        self.bindings = bindings
        self._grad = None
        self._requires_grad = False
        recorder = capturing.get()
        if recorder is not None:
            recorder.make(self)
        if requires_grad is not None:
            self.requires_grad = requires_grad
        return self

    def _with(self, node: Node, *others: Base, bindings: Mapping[str, int] = UNBOUND) -> Self:
        """The tensor of `node`, which was computed from self and `others`."""
        for other in others:
            if other.bindings:
                bindings = merge_bindings(bindings, other.bindings)
        if self.bindings:
            bindings = merge_bindings(self.bindings, bindings) if bindings else self.bindings
        history = self._requires_grad or any(o._requires_grad for o in others)
        if history and not _grad_enabled.get():
            node = ir.detach(node)
        result = self._make(node, bindings)
        result._requires_grad = history and node.dtype.is_float and _grad_enabled.get()
        return result

    # ---- what it is ---------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        return self.node.dtype

    @property
    def device(self) -> str:
        """Where it is, or where it would be computed."""
        return self.node.device or str(engine.Device.DEFAULT)

    @property
    def shape(self) -> tuple[Size, ...]:
        """The size of each axis: an int, or a SymInt where it depends on a Variable."""
        return tuple(d if isinstance(d, int) else SymInt(d, self.bindings) for d in self.node.shape)

    @property
    def ndim(self) -> int:
        return self.node.ndim

    @property
    def grad(self) -> Self | None:
        """The gradient that `backward` has added up here; None before the first."""
        recorder = capturing.get()
        if recorder is not None:
            recorder.look_at_grad(self)
        return self._grad

    @grad.setter
    def grad(self, value: Self | None) -> None:
        recorder = capturing.get()
        if recorder is not None:
            recorder.change_grad(self)
        self._grad = value

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to it: it is a leaf that asked for one, or depends on such a leaf.

        Setting it raises DTypeError unless the dtype is a float, GradientError for a result.
        """
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if value == self._requires_grad:
            self._is_decided = True
            return
        if value and not self.dtype.is_float:
            raise DTypeError("requires_grad", self.dtype.name, "a float dtype")
        if not value and not self.is_leaf:
            raise GradientError(
                "requires_grad", "False for a result", "a leaf", "cut its history with .detach()"
            )
        self._about_to_change()
        self._is_decided = True
        self._requires_grad = value
        if value:
            self._become_leaf()
        else:
            self.node = self.node.src[0]  # the node without the mark of a leaf

    @property
    def is_leaf(self) -> bool:
        """Whether it has no history: it was made, not computed from what requires a gradient."""
        return not self._requires_grad or leaf_of(self.node) is self

    def _place(self) -> tuple[BufferRef, Shape] | None:
        """The memory that it is, and its shape; None if it is not memory as it is."""
        if self._stored is not None:
            return self._stored
        node = self.node
        leaf = node.src[0] if node.op is _RESHAPE else node
        return (leaf.arg, node.shape) if leaf.op is _BUFFER else None

    def _become_leaf(self) -> None:
        """A node of its own, so that nobody else's gradient is taken for this one's."""
        self.node = ir.detach(self.node, unique=True)
        key = id(self.node)
        _leaves[key] = (weakref.ref(self.node, lambda _: _forget_leaf(key)), weakref.ref(self))

    def _take(self, ref: BufferRef, shape: Shape, requires_grad: bool) -> None:
        """Take the value in `ref`, as a leaf. The node is made when somebody looks at it.

        Most of what a captured step computes, weights above all, only the next call looks at.
        """
        self.__dict__.pop("node", None)
        self._stored = (ref, shape)
        self.bindings = UNBOUND
        self._requires_grad = requires_grad
        if _pending:
            forget_pending(id(self))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            stored = self.__dict__.get("_stored")
            if name != "node" or stored is None:
                if name in self.__dict__:  # another thread has made it just now
                    return self.__dict__[name]
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            self.node = shaped(ir.buffer(stored[0]), stored[1])
            if self._requires_grad:
                self._become_leaf()
            self._stored = None
            return self.node

    # ---- how it changes -----------------------------------------------------------------------

    def _about_to_change(self) -> None:
        if self._stored is not None:
            _ = self.node  # makes it
        recorder = capturing.get()
        if recorder is not None:
            recorder.change(self)

    def _become(self, node: Node, bindings: Mapping[str, int], history: bool) -> None:
        """Take the value of `node` from now on; `history` says whether gradients flow to it.

        A leaf that requires a gradient stays one. `realize` of any tensor computes the new value.
        """
        self._about_to_change()
        leaf = self._requires_grad and self.is_leaf
        self.node = node
        self.bindings = bindings
        self._requires_grad = leaf or history
        if leaf:
            self._become_leaf()
        key = id(self)
        _pending[key] = weakref.ref(self, lambda _: forget_pending(key))

    def _settle(self, stored: Node) -> None:
        """Take the value of `stored`, which is in memory, and forget how it was computed."""
        self._about_to_change()
        leaf = self._requires_grad and self.is_leaf
        self.node = stored
        if self.bindings and ir.is_static(stored.shape):
            self.bindings = UNBOUND
        self._requires_grad = leaf
        if leaf:
            self._become_leaf()
        forget_pending(id(self))

    def _restore(self, node: Node) -> None:
        """Take an earlier value back, as if nothing had happened since."""
        self._about_to_change()
        self.node = node
        self._requires_grad = any(leaf_of(n) is not None for n in paths_back([node]))
        forget_pending(id(self))

    # ---- operands -----------------------------------------------------------------------------

    def _operands(
        self, operation: str, *values: Operand, floating: bool = False
    ) -> tuple[list[Node], list[Base]]:
        """self and `values` as nodes of one dtype and shape, and those of them that are tensors.

        Python scalars are weak: they take the tensors' dtype unless they are of a higher kind.
        """
        other = values[0] if len(values) == 1 else None
        if (
            isinstance(other, Base)
            and self._is_like(other)
            and (self.dtype.is_float or not floating)
        ):
            return [self.node, other.node], [self, other]
        parts = [self, *(as_operand(operation, v) for v in values)]
        dtype = common_dtype(parts)
        if floating and not dtype.is_float:
            dtype = dtypes.default_float
        tensors = [p for p in parts if isinstance(p, Base)]
        shape = broadcast_shapes(operation, *(t.node.shape for t in tensors))
        nodes = [as_node(operation, p, dtype, shape) for p in parts]
        symbolic = [self._make(self.node, p.bindings) for p in parts if isinstance(p, SymInt)]
        return nodes, [*tensors, *symbolic]

    def _is_like(self, other: Base) -> bool:
        """Whether neither has to be promoted or broadcast to combine with the other."""
        return self.node.dtype is other.node.dtype and self.node.shape == other.node.shape

    def _alu(self, op: Op, *others: Operand, floating: bool = False, reverse: bool = False) -> Self:
        """An instruction on self and `others`, promoted and broadcast."""
        if not others:
            return self._with(ir.alu(op, self.node))
        nodes, tensors = self._operands(op.name.lower(), *others, floating=floating)
        return self._with(ir.alu(op, *(nodes[::-1] if reverse else nodes)), *tensors)

    def _where(self, a: Operand, b: Operand) -> Self:
        """a where self holds, else b."""
        parts = [as_operand("where", v) for v in (a, b)]
        dtype = common_dtype(parts)
        tensors = [p for p in parts if isinstance(p, Base)]
        shape = broadcast_shapes("where", self.node.shape, *(t.node.shape for t in tensors))
        nodes = [as_node("where", p, dtype, shape) for p in parts]
        bound = [p.bindings for p in parts if isinstance(p, SymInt)]
        bindings = merge_bindings(*bound) if bound else UNBOUND
        return self._with(
            ir.where(broadcast(self.node, shape), *nodes), *tensors, bindings=bindings
        )

    def _axis(self, operation: str, axis: int, extra: int = 0) -> int:
        """`axis` counted from 0, of ndim + extra axes. Raises AxisError."""
        ndim = self.ndim + extra
        if isinstance(axis, bool) or not isinstance(axis, int | np.integer):
            raise AxisError(operation, f"axis {axis!r}", "an int")
        if not -ndim <= axis < ndim:
            raise AxisError(operation, f"axis {axis}", f"one from {-ndim} to {ndim - 1}")
        return int(axis) % ndim

    def _axes(self, operation: str, axis: Axes, dim: Axes = None) -> tuple[int, ...]:
        """`axis`, or `dim`, as PyTorch calls it: axes counted from 0; None is all of them."""
        if axis is not None and dim is not None:
            raise ArgumentError(operation, f"axis={axis} and dim={dim}", "one of the two")
        axis = dim if axis is None else axis
        if axis is None:
            return tuple(range(self.ndim))
        if isinstance(axis, str) or not isinstance(axis, Iterable):
            # PyTorch lets a scalar have an axis 0.
            return () if self.ndim == 0 and axis in (0, -1) else (self._axis(operation, axis),)
        axes = tuple(self._axis(operation, a) for a in axis)
        if len(set(axes)) != len(axes):
            raise AxisError(operation, f"axes {tuple(axis)}", "each axis once")
        return axes

    def _static(self, operation: str, axis: int) -> int:
        """The size of an axis that must not depend on a Variable."""
        size = self.node.shape[axis]
        if not isinstance(size, int):
            raise ShapeError(operation, f"axis {axis} of size {self.shape[axis]}", "a known size")
        return size


def shaped(stored: Node, shape: Shape) -> Node:
    """A BUFFER, laid out for the largest shape, as a node of this one."""
    whole = ir.reshape(stored, ir.static(shape))
    return whole if whole.shape == shape else ir.shrink(whole, [(0, d) for d in shape])


# ---- values as operands -------------------------------------------------------------------------


def is_operand(value: object) -> TypeGuard[Operand]:
    """Whether a value combines with a tensor."""
    return isinstance(value, Base | bool | int | float | SymInt | np.generic | np.ndarray)


def as_operand(operation: str, value: object) -> Base | Scalar | SymInt:
    """A value as something that combines. A numpy scalar is as weak as a Python one."""
    if isinstance(value, Base | bool | int | float | SymInt):
        return value
    if isinstance(value, np.generic):
        return as_operand(operation, value.item())
    if isinstance(value, np.ndarray):
        return Base(value)
    raise DTypeError(operation, type(value).__name__, "a Tensor, a number or a numpy array")


def common_dtype(parts: Sequence[Base | Scalar | SymInt]) -> DType:
    """The dtype that tensors and weak scalars promote to."""
    dtype: DType | None = None
    scalars: list[Scalar] = []
    for part in parts:
        if isinstance(part, Base):
            dtype = part.dtype if dtype is None else promote(dtype, part.dtype)
        else:
            scalars.append(1 if isinstance(part, SymInt) else part)
    for scalar in scalars:
        dtype = scalar_dtype(scalar) if dtype is None else promote_scalar(dtype, scalar)
    assert dtype is not None
    return dtype


def as_node(operation: str, part: Base | Scalar | SymInt, dtype: DType, shape: Shape) -> Node:
    """A part as a node of that dtype and shape. Raises ArgumentError if an int does not fit."""
    if isinstance(part, Base):
        return broadcast(ir.cast(part.node, dtype), shape)
    if isinstance(part, SymInt):
        return broadcast(ir.cast(part.node, dtype), shape)
    if dtype.is_int and not dtype.min <= part <= dtype.max:
        raise ArgumentError(
            operation, f"{part} with {dtype.name}", f"a number that {dtype.name} holds",
            "cast the tensor to a wider dtype",
        )  # fmt: skip
    return ir.const(part, dtype, shape)


def broadcast_shapes(operation: str, *shapes: Shape) -> Shape:
    """The shape that all of `shapes` expand to. Raises ShapeError."""
    if all(s == shapes[0] for s in shapes):
        return shapes[0] if shapes else ()
    result: list[Dim] = []
    for i in range(-max(map(len, shapes), default=0), 0):
        sizes = {s[i] for s in shapes if len(s) >= -i and s[i] != 1}
        if len(sizes) > 1:
            raise ShapeError(
                operation,
                " and ".join(str(s) for s in shapes),
                "shapes that are equal, or 1, along each axis counted from the last",
            )
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)


def broadcast(x: Node, shape: Shape) -> Node:
    """x repeated to `shape`, to which it broadcasts."""
    if x.shape == shape:
        return x
    return ir.expand(ir.reshape(x, (1,) * (len(shape) - x.ndim) + x.shape), shape)


def as_dims(operation: str, sizes: Sequence[Any]) -> tuple[Shape, Mapping[str, int]]:
    """Sizes, as arguments or as one sequence, as dimensions, and what is bound in them."""
    if len(sizes) == 1 and isinstance(sizes[0], Sequence):
        sizes = sizes[0]
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int | np.integer | SymInt):
            raise ShapeError(operation, f"size {size!r}", "an int or a Variable")
    bound = [s.bindings for s in sizes if isinstance(s, SymInt)]
    dims = tuple(as_dim(s if isinstance(s, SymInt) else int(s)) for s in sizes)
    return dims, merge_bindings(*bound) if bound else UNBOUND


def as_shape(operation: str, sizes: Sequence[Any]) -> tuple[Shape, Mapping[str, int]]:
    """`as_dims` of a whole shape, in which no size is negative."""
    shape, bindings = as_dims(operation, sizes)
    if any(isinstance(d, int) and d < 0 for d in shape):
        raise ShapeError(operation, f"shape {shape}", "sizes from 0 up")
    return shape, bindings


# ---- data ---------------------------------------------------------------------------------------


def forget_pending(key: int) -> None:
    """The tensor of that id needs no computing any more."""
    _pending.pop(key, None)


def is_any_pending() -> bool:
    """Whether a tensor was assigned to and not computed since."""
    return bool(_pending)


def take_pending() -> list[Base]:
    """The tensors that were assigned to and not computed since; from now on none is."""
    waiting = [reference() for reference in list(_pending.values())]
    _pending.clear()
    return [t for t in waiting if t is not None]


def leaf_of(node: Node) -> Base | None:
    """The leaf that `node` stands for, if it does."""
    entry = _leaves.get(id(node))
    return entry[1]() if entry is not None and entry[0]() is node else None


def _forget_leaf(key: int) -> None:
    entry = _leaves.get(key)
    if entry is not None and entry[0]() is None:  # not yet taken by another node
        del _leaves[key]


def device_name(device: str | None) -> str:
    return str(engine.Device.DEFAULT if device is None else engine.Device.canonical(device))


def place(node: Node, device: str | None) -> Node:
    """The node on `device`. What has no place of its own will be computed on the default one."""
    if device is None:
        return node
    name = device_name(device)
    here = node.device or str(engine.Device.DEFAULT)
    return node if here == name else ir.copy(node, name)


def _checked_scalar_dtype(value: Scalar) -> DType:
    dtype = scalar_dtype(value)
    if dtype.is_int and not dtype.min <= value <= dtype.max:
        raise ArgumentError(
            "Tensor", str(value), f"a number that {dtype.name} holds", "give a dtype, as in int64"
        )
    return dtype


def _host_array(data: Any, dtype: DType | None) -> Array:
    """Lists, bytes and whatever numpy takes as a contiguous array of a dtype that we have."""
    if isinstance(data, bytes | bytearray | memoryview):
        wanted = dtype or dtypes.uint8
        if len(data) % wanted.itemsize:
            raise ShapeError("Tensor", f"{len(data)} bytes", f"whole numbers of {wanted.name}")
        return np.frombuffer(data, wanted.np)
    array = data if isinstance(data, np.ndarray) else _from_sequence(data, dtype)
    return np.asarray(array, to_dtype(array.dtype).np, order="C")


def _from_sequence(data: Any, dtype: DType | None) -> Array:
    first = data
    while isinstance(first, list | tuple) and first:
        first = first[0]
    if isinstance(first, Base):
        raise ArgumentError(
            "Tensor", "a list of tensors", "a list of numbers", "use Tensor.stack(list)"
        )
    try:
        array = np.asarray(data)
    except ValueError:
        raise ShapeError("Tensor", "a list of lists of different lengths", "equal ones") from None
    if not isinstance(data, list | tuple | range) or dtype is not None:
        return array
    if array.dtype == np.float64:
        return array.astype(dtypes.default_float.np)
    if array.dtype == np.int64:
        for extreme in (array.min(), array.max()):
            _checked_scalar_dtype(int(extreme))
        return array.astype(dtypes.default_int.np)
    return array
