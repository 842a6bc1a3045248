"""Node: the one data structure of the graph. Immutable, interned, typed, checked where it is made.

Interned means that two nodes built alike are the same object, so equality is identity and common
subexpressions cost nothing. A dimension of a shape (`Dim`) is an int or, where it depends on a
VARIABLE, a scalar index Node.
"""

from __future__ import annotations

import itertools
import math
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, Union

from smelt.dtype import FLOAT8, DType, Scalar, dtypes
from smelt.ir.op import COMBINE, ELEMENTWISE, OPS, REDUCERS, AxisKind, Op
from smelt.util.errors import ArgumentError, AxisError, DeviceError, DTypeError, ShapeError

Dim = Union[int, "Node"]
Shape = tuple[Dim, ...]
T = TypeVar("T")


class BufferRef:
    """The identity of some memory: where, how many elements, of which dtype. The engine maps it."""

    __slots__ = ("__weakref__", "device", "dtype", "memory", "node", "number", "size")
    _numbers = itertools.count()

    def __init__(self, device: str, size: int, dtype: DType):
        self.number = next(BufferRef._numbers)
        self.device = device
        self.size = size
        self.dtype = dtype
        self.memory: Any = None  # the engine's, once there is some
        self.node: weakref.ref[Node] | None = None  # its BUFFER

    @property
    def nbytes(self) -> int:
        return self.size * self.dtype.itemsize

    def renumber(self) -> None:
        """From now on this is another BUFFER: nobody has it any more."""
        self.number = next(BufferRef._numbers)
        self.node = None

    def __repr__(self) -> str:
        return f"b{self.number}:{self.device}[{self.size} {self.dtype.name}]"


class Node:
    """An operation on other nodes. Made by the functions below, which check and intern."""

    __slots__ = ("__weakref__", "arg", "buffer", "device", "dtype", "facts", "op", "shape", "src")

    op: Op
    dtype: DType
    shape: Shape
    src: tuple[Node, ...]
    arg: Any
    device: str | None  # None: it has no place of its own (constants, kernels)
    buffer: Node | None  # the BUFFER that holds this value once the engine has computed it
    facts: dict[Facts[Any], Any]  # what was worked out about this node

    @staticmethod
    def make(
        op: Op, dtype: DType, shape: Shape, src: tuple[Node, ...] = (), arg: Any = None
    ) -> Node:
        """The node with these parts, unchecked: the functions of this module are the way in."""
        key = (op, dtype, shape, src, None if arg is None else _arg_key(arg))
        entry = _interned.get(key)
        found = None if entry is None else entry()
        if found is not None:
            return found
        return _intern(key, _new(op, dtype, shape, src, arg, _device(op, src, arg)))

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def with_src(self, src: tuple[Node, ...]) -> Node:
        """The same operation on other sources, its type worked out (and checked) anew."""
        return self if src == self.src else remake(self, src)

    # Index arithmetic reads as such. `==` stays identity: use `ne`.
    def __add__(self, other: Node | Scalar) -> Node:
        return alu(Op.ADD, self, _operand(other, self))

    def __radd__(self, other: Node | Scalar) -> Node:
        return alu(Op.ADD, _operand(other, self), self)

    def __sub__(self, other: Node | Scalar) -> Node:
        return alu(Op.SUB, self, _operand(other, self))

    def __rsub__(self, other: Node | Scalar) -> Node:
        return alu(Op.SUB, _operand(other, self), self)

    def __mul__(self, other: Node | Scalar) -> Node:
        return alu(Op.MUL, self, _operand(other, self))

    def __rmul__(self, other: Node | Scalar) -> Node:
        return alu(Op.MUL, _operand(other, self), self)

    def __floordiv__(self, other: Node | Scalar) -> Node:
        return alu(Op.IDIV, self, _operand(other, self))

    def __mod__(self, other: Node | Scalar) -> Node:
        return alu(Op.MOD, self, _operand(other, self))

    def __and__(self, other: Node | Scalar) -> Node:
        return alu(Op.AND, self, _operand(other, self))

    def __or__(self, other: Node | Scalar) -> Node:
        return alu(Op.OR, self, _operand(other, self))

    def __xor__(self, other: Node | Scalar) -> Node:
        return alu(Op.XOR, self, _operand(other, self))

    def __lt__(self, other: Node | Scalar) -> Node:
        return alu(Op.LT, self, _operand(other, self))

    def __ge__(self, other: Node | Scalar) -> Node:
        return logical_not(self < other)

    def __gt__(self, other: Node | Scalar) -> Node:
        return alu(Op.LT, _operand(other, self), self)

    def __le__(self, other: Node | Scalar) -> Node:
        return logical_not(self > other)

    def __repr__(self) -> str:
        arg = "" if self.arg is None else f", {self.arg!r}"
        return f"<{self.op.name} {self.dtype.name}{list(self.shape)}{arg}>"


class Facts(Generic[T]):
    """What was worked out about nodes: a table that keeps an entry as long as its node lives.

    The entries are in the nodes: a WeakKeyDictionary takes three times as long to look into.
    """

    def __contains__(self, node: Node) -> bool:
        return self in node.facts

    def __getitem__(self, node: Node) -> T:
        return node.facts[self]  # type: ignore[no-any-return]

    def __setitem__(self, node: Node, fact: T) -> None:
        node.facts[self] = fact

    def get(self, node: Node) -> T | None:
        return node.facts.get(self)


def _new(
    op: Op, dtype: DType, shape: Shape, src: tuple[Node, ...], arg: Any, device: str | None
) -> Node:
    node = object.__new__(Node)
    node.op = op
    node.dtype = dtype
    node.shape = shape
    node.src = src
    node.arg = arg
    node.device = device
    node.buffer = None
    node.facts = {}
    return node


class _Entry(weakref.ref[Node]):
    """What the table of nodes holds: a WeakValueDictionary does the same at twice the cost."""

    __slots__ = ("key",)
    key: Any


_interned: dict[Any, _Entry] = {}


def _intern(key: Any, node: Node) -> Node:
    """`node`, or the one with this key that another thread has made in the meantime."""
    entry = _Entry(node, _forget)
    entry.key = key
    while True:
        present = _interned.setdefault(key, entry)
        other = node if present is entry else present()
        if other is not None:
            return other
        _forget(present)


def _forget(entry: weakref.ref[Node]) -> None:
    assert isinstance(entry, _Entry)
    if _interned.get(entry.key) is entry:
        del _interned[entry.key]


def _arg_key(arg: Any) -> Any:
    """What stands for `arg` in the table: 0.0 and -0.0 and 0 and False differ, a NaN is itself."""
    if isinstance(arg, float):
        return ("f", arg.hex())
    return ("b", arg) if isinstance(arg, bool) else arg


def _device(op: Op, src: tuple[Node, ...], arg: Any) -> str | None:
    if op is Op.BUFFER:
        return str(arg.device)
    if op is Op.COPY:
        return str(arg)
    device: str | None = arg[1] if op is Op.STATE else None
    for s in src:
        if s.device is not None and s.device != device:
            if device is not None:
                raise DeviceError(
                    op.name.lower(),
                    f"operands on {device} and {s.device}",
                    "operands on one device",
                    f'move one with .to("{device}")',
                )
            device = s.device
    return device


def _operand(value: Node | Scalar, like: Node) -> Node:
    return value if isinstance(value, Node) else const(value, like.dtype, like.shape)


# ---- leaves -------------------------------------------------------------------------------------


def const(value: Scalar, dtype: DType, shape: Shape = ()) -> Node:
    """Every element is `value`, rounded or wrapped to `dtype`."""
    return Node.make(Op.CONST, dtype, shape, (), dtype.cast(value))


def index(value: Dim) -> Node:
    """A dimension or an int as a scalar index node."""
    return value if isinstance(value, Node) else const(value, dtypes.index)


def buffer(ref: BufferRef) -> Node:
    """The contents of `ref`, flat: shape (ref.size,)."""
    node = None if ref.node is None else ref.node()
    if node is None:  # the reference is this node's place in the table of nodes
        node = _new(Op.BUFFER, ref.dtype, (ref.size,), (), ref, ref.device)
        ref.node = weakref.ref(node)
    return node


def placeholder(shape: Shape, dtype: DType, device: str | None = None) -> Node:
    """A value that is not known yet, like no other node: a BUFFER that never gets memory.

    A transform of a graph puts one in for each argument, and something else in its place later.
    """
    ref = BufferRef(device or "", numel(shape), dtype)
    node = _new(Op.BUFFER, dtype, (ref.size,), (), ref, device)
    ref.node = weakref.ref(node)
    whole = reshape(node, static(shape))
    return whole if whole.shape == shape else shrink(whole, [(0, d) for d in shape])


def iota(n: Dim, dtype: DType = dtypes.index) -> Node:
    """0, 1 .. n-1 in shape (n,)."""
    if not dtype.is_int:
        raise DTypeError("iota", dtype.name, "an integer dtype")
    return Node.make(Op.IOTA, dtype, (n,))


def variable(name: str, least: int, largest: int) -> Node:
    """A scalar index known when the program runs, within [least, largest]."""
    if least > largest:
        raise ArgumentError("variable", f"{name} in [{least}, {largest}]", "least <= largest")
    return Node.make(Op.VARIABLE, dtypes.index, (), (), (name, least, largest))


def param(number: int, dtype: DType, size: int) -> Node:
    """Kernel: the memory of argument `number`, `size` elements."""
    return Node.make(Op.PARAM, dtype, (size,), (), number)


def local(number: int, dtype: DType, size: int) -> Node:
    """Kernel: memory of one work-group (of one thread on a CPU), undefined before a STORE."""
    return Node.make(Op.LOCAL, dtype, (size,), (), number)


def loop_range(extent: Dim, number: int, kind: AxisKind = AxisKind.LOOP) -> Node:
    """Kernel: a loop counter running over [0, extent)."""
    return Node.make(Op.RANGE, dtypes.index, (), (index(extent),), (number, kind))


# ---- instructions -------------------------------------------------------------------------------


def alu(op: Op, *src: Node) -> Node:
    """An elementwise instruction on sources of one shape and one dtype (WHERE's first is bool).

    Arithmetic of float8 is float32's, rounded: no such instruction has to be translated.
    """
    info = OPS[op]
    if op not in ELEMENTWISE or not info.arity[0] <= len(src) <= info.arity[1]:
        raise ArgumentError(op.name, f"{len(src)} sources", f"{info.arity[0]} of them")
    dtype, shape = src[-1].dtype, src[0].shape
    wanted = dtypes.bool if op is Op.WHERE else dtype  # of the first source
    for s in src:
        if s.dtype is not wanted:
            raise DTypeError(op.name.lower(), ", ".join(s.dtype.name for s in src), "equal dtypes")
        wanted = dtype
    if info.dtypes != "*" and dtype.kind not in info.dtypes:
        raise DTypeError(op.name.lower(), dtype.name, f"a dtype of kind {'/'.join(info.dtypes)}")
    for s in src:
        if s.shape != shape:
            shapes = " and ".join(str(s.shape) for s in src)
            raise ShapeError(op.name.lower(), shapes, "equal shapes")
    if dtype in FLOAT8 and op is not Op.WHERE:
        wide = alu(op, *(cast(s, dtypes.float32) for s in src))
        return wide if info.result == "bool" else cast(wide, dtype)
    return Node.make(op, dtypes.bool if info.result == "bool" else dtype, shape, src)


def cast(x: Node, dtype: DType) -> Node:
    """`x` converted to `dtype`; x itself if it has it already."""
    return x if x.dtype is dtype else Node.make(Op.CAST, dtype, x.shape, (x,))


def bitcast(x: Node, dtype: DType) -> Node:
    """The bytes of `x` read as `dtype`; a different size rescales the last axis."""
    if x.dtype is dtype:
        return x
    if x.dtype.is_bool or dtype.is_bool:
        raise DTypeError("bitcast", f"{x.dtype.name} to {dtype.name}", "dtypes other than bool")
    shape = x.shape
    if x.dtype.itemsize != dtype.itemsize:
        nbytes = shape[-1] * x.dtype.itemsize if shape and isinstance(shape[-1], int) else -1
        if nbytes < 0 or nbytes % dtype.itemsize:
            raise ShapeError(
                "bitcast",
                f"{x.dtype.name} of shape {shape} to {dtype.name}",
                "a last axis whose bytes are a multiple of the new size",
            )
        shape = (*shape[:-1], nbytes // dtype.itemsize)
    return Node.make(Op.BITCAST, dtype, shape, (x,))


def logical_not(x: Node) -> Node:
    """not x, of a bool."""
    return alu(Op.XOR, x, const(True, dtypes.bool, x.shape))


def where(condition: Node, a: Node, b: Node) -> Node:
    """a where condition holds, else b."""
    return alu(Op.WHERE, condition, a, b)


def load(source: Node, idx: Node, valid: Node | None = None) -> Node:
    """source[idx] on axis 0: shape idx.shape + source.shape[1:]. In a kernel source is flat."""
    if source.ndim == 0:
        raise ShapeError("load", "a scalar source", "a source with at least one axis")
    _check_index("load", idx, valid)
    src = (source, idx) if valid is None else (source, idx, valid)
    return Node.make(Op.LOAD, source.dtype, idx.shape + source.shape[1:], src)


def store(base: Node, idx: Node, value: Node, valid: Node | None = None, mode: str = "set") -> Node:
    """base with base[idx] = value: a new version of base.

    In the modes of COMBINE what was there is combined with value: += value for "add".
    """
    if base.ndim == 0 or value.shape != idx.shape + base.shape[1:]:
        raise ShapeError(
            "store", f"value {value.shape}, index {idx.shape}, base {base.shape}",
            "value.shape == index.shape + base.shape[1:]",
        )  # fmt: skip
    if value.dtype is not base.dtype:
        raise DTypeError("store", f"{value.dtype.name} into {base.dtype.name}", "equal dtypes")
    if mode != "set" and mode not in COMBINE:
        raise ArgumentError("store", f"mode {mode!r}", "'set' or one of " + ", ".join(COMBINE))
    _check_index("store", idx, valid)
    if mode != "set" and base.dtype in FLOAT8:
        wide, operand = cast(base, dtypes.float32), cast(value, dtypes.float32)
        return cast(store(wide, idx, operand, valid, mode), base.dtype)
    src = (base, idx, value) if valid is None else (base, idx, value, valid)
    return Node.make(Op.STORE, base.dtype, base.shape, src, mode)


def _check_index(name: str, idx: Node, valid: Node | None) -> None:
    if not idx.dtype.is_int:
        raise DTypeError(name, f"an index of {idx.dtype.name}", "an integer index")
    if valid is not None and (valid.shape != idx.shape or not valid.dtype.is_bool):
        raise ShapeError(name, f"valid {valid!r}", f"a bool of the index's shape {idx.shape}")


# ---- movement -----------------------------------------------------------------------------------


def reshape(x: Node, shape: Shape) -> Node:
    """The same elements in row-major order in `shape`, of which no axis is -1."""
    if shape == x.shape:
        return x
    if not same_size(x.shape, shape):
        raise ShapeError(
            "reshape", f"{x.shape} to {shape}", f"a shape of {math.prod(static(x.shape))} elements"
        )
    return Node.make(Op.RESHAPE, x.dtype, shape, (x,), shape)


def permute(x: Node, order: Sequence[int]) -> Node:
    """Axis i of the result is axis order[i] of x."""
    order = tuple(order)
    if sorted(order) != list(range(x.ndim)):
        raise AxisError("permute", f"{order} of {x.ndim} axes", "each axis once")
    if order == tuple(range(x.ndim)):
        return x
    return Node.make(Op.PERMUTE, x.dtype, tuple(x.shape[i] for i in order), (x,), order)


def expand(x: Node, shape: Shape) -> Node:
    """Axes of size 1 repeated to the sizes in `shape`, which has as many axes as x."""
    if len(shape) != x.ndim or any(a != b and a != 1 for a, b in zip(x.shape, shape, strict=False)):
        raise ShapeError("expand", f"{x.shape} to {shape}", "sizes that differ only where one is 1")
    return x if shape == x.shape else Node.make(Op.EXPAND, x.dtype, shape, (x,), shape)


def pad(x: Node, padding: Sequence[tuple[Dim, Dim]]) -> Node:
    """padding[i] = (before, after): how many zeros on each side of axis i."""
    padding = tuple((b, a) for b, a in padding)
    flat = [p for pair in padding for p in pair]
    if len(padding) != x.ndim or any(isinstance(p, int) and p < 0 for p in flat):
        raise ShapeError("pad", f"{padding} for shape {x.shape}", "a pair >= 0 for each axis")
    if all(p == 0 for p in flat):
        return x
    shape = tuple(dim_add(dim_add(s, b), a) for s, (b, a) in zip(x.shape, padding, strict=True))
    return Node.make(Op.PAD, x.dtype, shape, (x,), padding)


def shrink(x: Node, bounds: Sequence[tuple[Dim, Dim]]) -> Node:
    """bounds[i] = (begin, end): the part of axis i that remains."""
    bounds = tuple((b, e) for b, e in bounds)
    bad = len(bounds) != x.ndim or any(
        isinstance(b, int) and isinstance(e, int) and isinstance(s, int) and not 0 <= b <= e <= s
        for (b, e), s in zip(bounds, x.shape, strict=False)
    )
    if bad:
        raise ShapeError("shrink", f"{bounds} of shape {x.shape}", "0 <= begin <= end <= size")
    if all(b == 0 and e == s for (b, e), s in zip(bounds, x.shape, strict=True)):
        return x
    shape = tuple(dim_sub(e, b) for b, e in bounds)
    return Node.make(Op.SHRINK, x.dtype, shape, (x,), bounds)


def flip(x: Node, axes: Iterable[int]) -> Node:
    """These axes in reverse."""
    axes = tuple(sorted(set(axes)))
    if any(not 0 <= a < x.ndim for a in axes):
        raise AxisError("flip", f"axes {axes} of {x.ndim}", "axes that x has")
    return Node.make(Op.FLIP, x.dtype, x.shape, (x,), axes) if axes else x


def shear(x: Node, axis: int, by: int, step: int, size: Dim) -> Node:
    """out[.., n, .., k, ..] = x[.., n + step * k, .., k, ..] for n < size, 0 outside of x.

    n runs along `axis`, k along `by`. With x repeated along `by` this is a sliding window of
    dilation `step`; its transpose is the shear by -step back to x's size.
    """
    if axis == by or not (0 <= axis < x.ndim and 0 <= by < x.ndim):
        raise AxisError("shear", f"axes {axis} and {by} of {x.ndim}", "two axes that x has")
    shape = (*x.shape[:axis], size, *x.shape[axis + 1 :])
    return Node.make(Op.SHEAR, x.dtype, shape, (x,), (axis, by, step, size))


# ---- reduction ----------------------------------------------------------------------------------


def reduce(x: Node, op: Op, axes: Iterable[int]) -> Node:
    """Sum (ADD), product (MUL) or maximum (MAX) over `axes`, which disappear.

    Over nothing: 0, 1 and the dtype's least value.
    """
    axes = tuple(sorted(set(axes)))
    if op not in REDUCERS:
        raise ArgumentError("reduce", op.name, "ADD, MUL or MAX")
    if any(not 0 <= a < x.ndim for a in axes):
        raise AxisError("reduce", f"axes {axes} of {x.ndim}", "axes that x has")
    if not axes:
        return x
    if x.dtype in FLOAT8:
        return cast(reduce(cast(x, dtypes.float32), op, axes), x.dtype)
    shape = tuple(s for i, s in enumerate(x.shape) if i not in axes)
    return Node.make(Op.REDUCE, x.dtype, shape, (x,), (op, axes))


def reduce_ranges(value: Node, op: Op, ranges: Sequence[Node]) -> Node:
    """Kernel: the scalar `value` summed (ADD), multiplied (MUL), maximised (MAX) over `ranges`."""
    if value.dtype in FLOAT8 and ranges:
        return cast(reduce_ranges(cast(value, dtypes.float32), op, ranges), value.dtype)
    return Node.make(Op.REDUCE, value.dtype, (), (value, *ranges), (op, ())) if ranges else value


def identity(op: Op, dtype: DType) -> Scalar:
    """What a reduction by `op` over nothing gives."""
    return {Op.ADD: 0, Op.MUL: 1}.get(op, dtype.min)


# ---- marks --------------------------------------------------------------------------------------


_marks = itertools.count()


def detach(x: Node, unique: bool = False) -> Node:
    """x, with no gradient behind it; `unique` makes a node that is like no other: a leaf."""
    if unique:  # nobody will look for it: it need not be interned
        return _new(Op.DETACH, x.dtype, x.shape, (x,), next(_marks), x.device)
    return Node.make(Op.DETACH, x.dtype, x.shape, (x,))


def contiguous(x: Node, unique: bool = False) -> Node:
    """x in memory of its own; `unique` makes a node that is like no other."""
    return Node.make(Op.CONTIGUOUS, x.dtype, x.shape, (x,), next(_marks) if unique else None)


def state(k: int, like: Node, shape: Shape | None = None) -> Node:
    """Within the steps of a REPEAT: state k, `like` what it is at first, as a step has left it."""
    shape = like.shape if shape is None else shape
    return Node.make(Op.STATE, like.dtype, shape, (), (k, like.device))


def repeat(count: int, k: int, first: Sequence[Node], following: Sequence[Node]) -> Node:
    """State k after `count` steps from the states `first`.

    A step makes `following`, written in terms of `state(0, ..)`, `state(1, ..)` and any nodes that
    do not change. Raises ShapeError or DTypeError if it changes the type of a state.
    """
    for old, new in zip(first, following, strict=True):
        if old.dtype is not new.dtype:
            raise DTypeError("repeat", f"{new.dtype.name} after a step", old.dtype.name)
        if old.shape != new.shape:
            raise ShapeError("repeat", f"shape {new.shape} after a step", str(old.shape))
    src = (*first, *following)
    return Node.make(Op.REPEAT, first[k].dtype, first[k].shape, src, (count, k))


def copy(x: Node, device: str) -> Node:
    """x on another device."""
    return Node.make(Op.COPY, x.dtype, x.shape, (x,), device)


def barrier(stored: Node, ranges: Sequence[Node]) -> Node:
    """Kernel: the STORE `stored` carried out for all of `ranges`; a LOAD from this reads it."""
    return Node.make(Op.BARRIER, stored.dtype, stored.shape, (stored, *ranges))


def kernel(name: str, ranges: Sequence[Node], stores: Sequence[Node]) -> Node:
    """A kernel: loops in nest order, outermost first, and the STOREs they contain.

    A STORE stands in the loops of the ranges that it depends on. REDUCE and BARRIER bring their
    own ranges, which are not among `ranges`. GRID ranges come first and every STORE depends on
    each of them.
    """
    return Node.make(Op.KERNEL, dtypes.bool, (), (*ranges, *stores), name)


# ---- shapes -------------------------------------------------------------------------------------


def dim_add(a: Dim, b: Dim) -> Dim:
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    return _dim(index(a) + index(b))


def dim_sub(a: Dim, b: Dim) -> Dim:
    if isinstance(a, int) and isinstance(b, int):
        return a - b
    return _dim(index(a) - index(b))


def dim_mul(a: Dim, b: Dim) -> Dim:
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    return _dim(index(a) * index(b))


def _dim(expression: Node) -> Dim:
    from smelt.ir.simplify import simplify  # that module builds on this one

    result = simplify(expression)
    return int(result.arg) if result.op is Op.CONST else result


def largest(dim: Dim) -> int:
    """The largest value that a dimension can have: what memory is allocated for."""
    if isinstance(dim, int):
        return dim
    from smelt.ir.symbolic import bounds  # that module builds on this one

    return bounds(dim)[1]


def is_static(shape: Shape) -> bool:
    """Whether a shape depends on no Variable."""
    return _INTS.issuperset(map(type, shape))


_INTS = frozenset([int, bool])


def static(shape: Shape) -> tuple[int, ...]:
    """The largest sizes that a shape can have."""
    if is_static(shape):
        return shape  # type: ignore[return-value]  # it has no Nodes
    return tuple(largest(d) for d in shape)


def numel(shape: Shape) -> int:
    """How many elements a shape has at most."""
    return math.prod(static(shape))


def same_size(a: Shape, b: Shape) -> bool:
    """Whether two shapes have equally many elements, whatever the Variables in them are."""
    if is_static(a) and is_static(b):
        return bool(math.prod(a) == math.prod(b))
    symbolic_a = sorted(id(d) for d in a if isinstance(d, Node))
    symbolic_b = sorted(id(d) for d in b if isinstance(d, Node))
    size_a = math.prod(d for d in a if isinstance(d, int))
    size_b = math.prod(d for d in b if isinstance(d, int))
    if symbolic_a == symbolic_b:
        return size_a == size_b
    total_a: Dim = 1
    total_b: Dim = 1
    for d in a:
        total_a = dim_mul(total_a, d)
    for d in b:
        total_b = dim_mul(total_b, d)
    return total_a == total_b


# ---- walking ------------------------------------------------------------------------------------


def toposort(roots: Iterable[Node], stop: Callable[[Node], bool] | None = None) -> list[Node]:
    """All nodes below `roots`, sources before users, without recursion.

    The sources of a node for which `stop` holds are not entered.
    """
    seen: set[Node] = set()
    order: list[Node] = []
    for root in roots:
        stack: list[Node | None] = [root]
        while stack:
            node = stack.pop()
            if node is None:  # all below the next one is in order
                order.append(stack.pop())  # type: ignore[arg-type]  # a mark stands above a node
            elif node not in seen:
                seen.add(node)
                if node.src and (stop is None or not stop(node)):
                    stack += (node, None, *node.src[::-1])
                else:
                    order.append(node)
    return order


def substitute(roots: Sequence[Node], mapping: Mapping[Node, Node]) -> list[Node]:
    """`roots` with nodes replaced. A replacement is final: it is not searched again."""
    new = dict(mapping)
    for node in toposort(roots, stop=lambda n: n in mapping):
        if node not in new:
            new[node] = node.with_src(tuple(new[s] for s in node.src))
    return [new[r] for r in roots]


_MOVEMENTS: dict[Op, Callable[[Node, Any], Node]] = {
    Op.RESHAPE: reshape,
    Op.PERMUTE: permute,
    Op.EXPAND: expand,
    Op.PAD: pad,
    Op.SHRINK: shrink,
    Op.FLIP: flip,
    Op.SHEAR: lambda x, arg: shear(x, *arg),
}


def remake(node: Node, src: tuple[Node, ...], arg: Any = None) -> Node:
    """A node of the same operation on other sources (and another arg, unless None), checked."""
    op = node.op
    arg = node.arg if arg is None else arg
    if op in _MOVEMENTS:
        return _MOVEMENTS[op](src[0], arg)
    if op is Op.CAST:
        return cast(src[0], node.dtype)
    if op is Op.BITCAST:
        return bitcast(src[0], node.dtype)
    if op in ELEMENTWISE:
        return alu(op, *src)
    if op is Op.LOAD:
        return load(*src)
    if op is Op.STORE:
        return store(src[0], src[1], src[2], src[3] if len(src) == 4 else None, arg)
    if op is Op.REDUCE:
        reducer, axes = arg
        return (
            reduce_ranges(src[0], reducer, src[1:]) if not axes else reduce(src[0], reducer, axes)
        )
    if op is Op.RANGE:
        return Node.make(op, node.dtype, (), src, arg)
    if op is Op.REPEAT:
        half = len(src) // 2
        count, k = arg
        return repeat(count, k, src[:half], src[half:])
    shape = src[0].shape if src and op is not Op.KERNEL else node.shape
    return Node.make(op, node.dtype, shape, src, arg)
