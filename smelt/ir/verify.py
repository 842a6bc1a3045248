"""The invariants of graphs and kernels, checked between passes in debug runs.

What is found here is a bug in smelt: VerifyError, naming the node.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smelt.dtype import dtypes
from smelt.ir.node import BufferRef, Node, numel, remake, toposort
from smelt.ir.op import ELEMENTWISE, MOVEMENT, OPS, REDUCERS, AxisKind, Op
from smelt.ir.ranges import OWNERS, dependencies, own_ranges
from smelt.util.errors import SmeltError, VerifyError

_MARKS = frozenset({Op.DETACH, Op.CONTIGUOUS, Op.COPY})
_GRAPH_LEAVES = frozenset({Op.CONST, Op.BUFFER, Op.IOTA, Op.VARIABLE, Op.STATE})
_MEMORY = frozenset({Op.LOAD, Op.STORE})
GRAPH_OPS = ELEMENTWISE | MOVEMENT | _MEMORY | _MARKS | _GRAPH_LEAVES | {Op.REDUCE, Op.REPEAT}
SCALAR_OPS = ELEMENTWISE | {Op.LOAD, Op.REDUCE, Op.CONST, Op.VARIABLE, Op.RANGE}
KERNEL_OPS = SCALAR_OPS | {Op.STORE, Op.PARAM, Op.LOCAL, Op.BARRIER, Op.KERNEL}
EXTENT_OPS = ELEMENTWISE | {Op.CONST, Op.VARIABLE}
LANES = frozenset({AxisKind.UNROLL, AxisKind.VECTOR, AxisKind.MATRIX})


def verify_graph(roots: Sequence[Node]) -> None:
    """Check a tensor graph: its operations, arities, dtypes, shapes and args."""
    for node in toposort(roots):
        _require(node.op in GRAPH_OPS, node, "an operation of the tensor graph")
        _verify_type(node)
        if node.op is Op.REDUCE:
            op, axes = node.arg
            one = len(node.src) == 1 and bool(axes)
            _require(op in REDUCERS and one, node, "one source, an operation and axes")
        if node.buffer is not None:
            _verify_buffer(node, node.buffer)


def verify_kernel(kernel: Node) -> None:
    """Check a KERNEL: the above, and where its RANGEs, PARAMs, LOADs and STOREs may stand."""
    _require(kernel.op is Op.KERNEL, kernel, "a KERNEL")
    order = toposort([kernel])
    for node in order:
        _require(node.op in KERNEL_OPS, node, "an operation of kernels")
        _require(node.op is not Op.KERNEL or node is kernel, node, "one KERNEL")
        _verify_type(node)
        if node.op in SCALAR_OPS:
            _require(node.shape == (), node, "a scalar")
        if node.op is Op.RANGE:
            _verify_range(node)
        for place, s in enumerate(node.src):
            _require(_may_use(node, place, s), s, f"another use than in {node!r}")
    _verify_params(order)
    _verify_scopes(kernel, order)


def _require(holds: bool, node: Node, expected: str) -> None:
    if not holds:
        raise VerifyError("verify", repr(node), expected)


# ---- types --------------------------------------------------------------------------------------


def _verify_type(node: Node) -> None:
    """Arity, and the dtype and shape that the rules of node.py give for these sources and arg."""
    info = OPS[node.op]
    least, most = info.arity
    _require(least <= len(node.src) <= most, node, f"{least} to {most} sources")
    if not node.src:
        _verify_leaf(node)
        return
    if node.op in MOVEMENT or node.op in _MARKS or node.op is Op.REDUCE:
        _require(node.dtype is node.src[0].dtype, node, f"dtype {node.src[0].dtype.name}")
    try:
        again = remake(node, node.src)
    except SmeltError as error:
        raise VerifyError("verify", repr(node), f"a node that can be made ({error})") from error
    same = again.dtype is node.dtype and again.shape == node.shape
    _require(same, node, f"{again.dtype.name} of shape {again.shape}")


def _verify_leaf(node: Node) -> None:
    for dim in node.shape:
        if isinstance(dim, Node):
            _require(dim.shape == () and dim.dtype is dtypes.index, dim, "a scalar index")
        else:
            _require(dim >= 0, node, "sizes that are not negative")
    if node.op is Op.CONST:
        exact = type(node.arg) is type(node.dtype.cast(0))
        rounded = exact and (node.arg != node.arg or node.dtype.cast(node.arg) == node.arg)
        _require(rounded, node, f"a value of {node.dtype.name}")
    elif node.op is Op.BUFFER:
        ref = node.arg
        fits = isinstance(ref, BufferRef) and ref.dtype is node.dtype and node.shape == (ref.size,)
        _require(fits, node, "the dtype and size of its BufferRef")
    elif node.op is Op.VARIABLE:
        _, least, most = node.arg
        _require(node.dtype is dtypes.index and least <= most, node, "an index with limits")
    elif node.op in (Op.PARAM, Op.LOCAL):
        flat = node.ndim == 1 and isinstance(node.shape[0], int)
        _require(flat and node.arg >= 0, node, "flat memory of a constant size")
    elif node.op is Op.IOTA:
        _require(node.ndim == 1 and node.dtype.is_int, node, "integers on one axis")


def _verify_buffer(node: Node, memory: Node) -> None:
    fits = (
        memory.op is Op.BUFFER
        and memory.dtype is node.dtype
        and memory.arg.size >= numel(node.shape)
    )
    _require(fits, node, f"a buffer that can hold it, not {memory!r}")


# ---- kernels ------------------------------------------------------------------------------------


def _verify_range(node: Node) -> None:
    number, kind = node.arg
    extent = node.src[0]
    _require(isinstance(number, int) and isinstance(kind, AxisKind), node, "a number and a kind")
    _require(node.dtype is dtypes.index and extent.shape == (), node, "a scalar index")
    _require(extent.op is not Op.CONST or extent.arg >= 0, node, "an extent of at least 0")
    for below in toposort([extent]):
        _require(below.op in EXTENT_OPS, node, "an extent of constants and VARIABLEs")
    _require(kind not in LANES or extent.op is Op.CONST, node, "a constant number of lanes")


def _may_use(user: Node, place: int, source: Node) -> bool:
    """Whether `source` may be the source at `place` of `user`."""
    if user.op is Op.LOAD and place == 0:
        return source.op in (Op.PARAM, Op.BARRIER)
    if user.op is Op.STORE and place == 0:
        return source.op in (Op.PARAM, Op.LOCAL, Op.BARRIER)
    if user.op is Op.BARRIER and place == 0:
        return source.op is Op.STORE and source.src[0].op in (Op.LOCAL, Op.BARRIER)
    if user.op is Op.KERNEL:
        is_store = source.op is Op.STORE and source.src[0].op is Op.PARAM
        return is_store or source.op is Op.RANGE
    if user.op in OWNERS and place > 0:
        return source.op is Op.RANGE
    return source.op in SCALAR_OPS


def _verify_params(order: Iterable[Node]) -> None:
    """PARAM numbers are dense from 0 and have one dtype and size each."""
    params = [n for n in order if n.op is Op.PARAM]
    numbers = sorted(n.arg for n in params)
    for node in params:
        _require(numbers.count(node.arg) == 1, node, "one dtype and size for each PARAM")
    if numbers and numbers != list(range(len(numbers))):
        raise VerifyError("verify", f"PARAMs {numbers}", "numbers 0, 1, ..")


def _verify_scopes(kernel: Node, order: Sequence[Node]) -> None:
    """Each RANGE belongs to one KERNEL, REDUCE or BARRIER and is used only inside of it."""
    owner: dict[Node, Node] = {}
    for node in order:
        for r in own_ranges(node):
            _require(r not in owner, r, f"one owner, not {owner.get(r)!r} and {node!r}")
            owner[r] = node
    nest = own_ranges(kernel)
    stores = kernel.src[len(nest) :]
    _require(all(s.op is Op.STORE for s in stores), kernel, "RANGEs first, then STOREs")
    _require(bool(stores), kernel, "at least one STORE")
    grid = [r for r in nest if r.arg[1] is AxisKind.GRID]
    _require(list(nest[: len(grid)]) == grid, kernel, "GRID ranges first")
    deps = dependencies(order)
    for r in set().union(*(deps[s] for s in stores)).difference(nest):
        belongs = f"used inside of {owner[r]!r} only" if r in owner else "owned by a node"
        _require(False, r, belongs)
    for store in stores:
        for r in grid:
            _require(r in deps[store], store, f"dependent on the GRID range {r!r}")
