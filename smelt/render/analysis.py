"""What a renderer has to know of a kernel before it writes code.

Above all: which RANGEs each node depends on, as a bit mask. A node is computed once for each value
of these, and never again for the others.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from smelt.dtype import dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node, cast, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.simplify import simplify_given
from smelt.ir.symbolic import Terms, from_linear, linear, linear_bounds, plus
from smelt.util.errors import VerifyError

_INT32 = (-(1 << 31), (1 << 31) - 1)


@dataclass(frozen=True)
class Index:
    """The index of a LOAD or STORE, sorted by what it varies with.

    It is constant + sum of copies (UNROLL ranges, each times a factor) + sum of uniform + sum of
    varied (differs between the copies of the code) + what varies with the lane, which is
    step * lane or, where step is None, the sum of lanes. MATRIX ranges are left to an instruction.
    """

    constant: int
    copies: list[tuple[Node, int]]
    uniform: list[tuple[Node, int]]
    varied: list[tuple[Node, int]]
    step: int | None
    lanes: list[tuple[Node, int]]
    terms: Terms

    @property
    def nodes(self) -> Iterator[Node]:
        """The nodes whose values are needed."""
        for part in (self.uniform, self.varied, self.lanes):
            for node, _ in part:
                yield node


@dataclass
class Analysis:
    """Facts on the nodes of one kernel."""

    kernel: Node
    order: list[Node] = field(init=False)
    number: dict[Node, int] = field(init=False)  # a position in `order`: what names depend on
    ranges: list[Node] = field(default_factory=list)
    free: dict[Node, int] = field(default_factory=dict)  # the ranges it depends on, a bit each
    level: dict[Node, int] = field(default_factory=dict)  # how many REDUCEs stand behind each other
    reads: set[Node] = field(default_factory=set)  # it depends on something loaded
    unproven: set[Node] = field(default_factory=set)  # it loads where the bounds are no proof
    unroll_mask: int = 0
    vector_mask: int = 0
    matrix_mask: int = 0
    loop_mask: int = 0
    may_be_empty: bool = False  # some loop has an extent that can be 0

    def __post_init__(self) -> None:
        self.order = toposort([self.kernel])
        self.number = {n: i for i, n in enumerate(self.order)}
        self._bit: dict[Node, int] = {}
        self._copies: dict[int, list[tuple[int, ...]]] = {}
        self._projections: dict[tuple[int, int], list[int]] = {}
        self._indices: dict[Node, Index] = {}
        self._tails: dict[Node, Index | None] = {}
        for node in self.order:
            if node.op is Op.RANGE:
                self._add_range(node)
            self._add(node)

    def _add_range(self, node: Node) -> None:
        bit = 1 << len(self.ranges)
        self._bit[node] = bit
        self.ranges.append(node)
        kind, extent = node.arg[1], node.src[0]
        if kind in (AxisKind.UNROLL, AxisKind.VECTOR):
            if extent.op is not Op.CONST:
                raise VerifyError("render", f"{kind.name} range of extent {extent!r}", "a constant")
            # One lane is no vector: it is a copy of the code like any other.
            if kind is AxisKind.VECTOR and extent.arg != 1:
                self.vector_mask |= bit
            else:
                self.unroll_mask |= bit
        elif kind is AxisKind.MATRIX:
            self.matrix_mask |= bit
        else:
            self.loop_mask |= bit
            self.may_be_empty |= bounds(extent)[0] < 1

    def _add(self, node: Node) -> None:
        free, level = self._bit.get(node, 0), 0
        for s in node.src:
            free |= self.free[s]
            level = max(level, self.level[s])
            if s in self.reads:
                self.reads.add(node)
            if s in self.unproven:
                self.unproven.add(node)
        if node.op in (Op.REDUCE, Op.BARRIER):
            if node.op is Op.BARRIER and node.src[0].arg == "add":  # each iteration adds once more
                self.free[node.src[0]] |= self.mask(node.src[1:])
            free &= ~self.mask(node.src[1:])
            level += node.op is Op.REDUCE
        elif node.op is Op.LOAD:
            self.reads.add(node)
            if not self.inside(node):
                self.unproven.add(node)
        self.free[node], self.level[node] = free, level

    def mask(self, ranges: tuple[Node, ...]) -> int:
        """The bits of these ranges."""
        return sum(self._bit[r] for r in ranges)

    def inside(self, node: Node) -> bool:
        """Whether the bounds alone prove that a LOAD or STORE stays in its memory."""
        low, high = bounds(node.src[1])
        return low >= 0 and high < memory_size(node.src[0])

    def width(self, mask: int) -> int:
        """How many lanes what depends on `mask` has."""
        bits = mask & self.vector_mask
        if not bits:
            return 1
        if bits & (bits - 1):
            names = [r for r in self.ranges if self._bit[r] & bits]
            raise VerifyError("render", f"an expression over {names}", "at most one VECTOR range")
        return int(self.ranges[bits.bit_length() - 1].src[0].arg)

    def copies(self, mask: int) -> list[tuple[int, ...]]:
        """The values of the UNROLL ranges in `mask`, in order of the ranges: one per copy."""
        mask &= self.unroll_mask
        if mask not in self._copies:
            extents = [int(r.src[0].arg) for r in self._unrolled(mask)]
            self._copies[mask] = list(itertools.product(*(range(n) for n in extents)))
        return self._copies[mask]

    def _unrolled(self, mask: int) -> list[Node]:
        return [r for r in self.ranges if self._bit[r] & mask & self.unroll_mask]

    def projection(self, mask: int, part: int) -> list[int]:
        """For each copy of what depends on `mask`: which copy it is of what depends on `part`."""
        key = (mask & self.unroll_mask, part & self.unroll_mask)
        found = self._projections.get(key)
        if found is None:
            outer, inner = self._unrolled(mask), self._unrolled(part)
            missing = [r for r in inner if r not in outer]
            if missing:
                raise VerifyError(
                    "render", f"{missing[0]!r} used outside of its loop", "a closed scope"
                )
            where = [outer.index(r) for r in inner]
            position = {c: i for i, c in enumerate(self.copies(part))}
            found = [position[tuple(c[w] for w in where)] for c in self.copies(mask)]
            self._projections[key] = found
        return found

    def index(self, node: Node) -> Index:
        """The index of the LOAD or STORE `node`."""
        if node not in self._indices:
            terms, constant = linear(node.src[1])
            self._indices[node] = self.sorted_sum(terms, constant)
        return self._indices[node]

    def sorted_sum(self, terms: Terms, constant: int) -> Index:
        """A sum sorted by what its terms vary with."""
        copies, uniform, varied, lanes = [], [], [], []
        step: int | None = 0
        for term in sorted(terms, key=self.number.__getitem__):
            part = (term, terms[term])
            free = self.free[term]
            if free & self.matrix_mask:
                continue
            if free & self.vector_mask:
                lanes.append(part)
                step = terms[term] if term.op is Op.RANGE and len(lanes) == 1 else None
            elif not free & self.unroll_mask:
                uniform.append(part)
            elif term.op is Op.RANGE:
                copies.append(part)
            else:
                varied.append(part)
        return Index(constant, copies, uniform, varied, step, [] if step else lanes, terms)

    def tail(self, node: Node) -> Index | None:
        """For `a < b` of which one side moves with the lane by 1: the sum a - b, else None."""
        if node.op is not Op.LT or node.src[0].dtype is not dtypes.index:
            return None
        if not self.free[node] & self.vector_mask:
            return None
        if node not in self._tails:
            self._tails[node] = self._tail(node)
        return self._tails[node]

    def _tail(self, node: Node) -> Index | None:
        a, b = (linear(s) for s in node.src)
        terms, constant = plus(a, b, -1)
        quarter = 1 << 61  # no sum of two of these wraps around
        if any(abs(e) > quarter for side in (a, b) for e in linear_bounds(side)):
            return None
        index = self.sorted_sum(terms, constant)
        return index if index.step in (1, -1) else None

    def row(self, node: Node) -> tuple[Node, int, int] | None:
        """For a data-dependent index `row * length + rest`: (row, length, number of rows).

        With rest in [0, length), and memory of whole rows, the index is inside just when the row
        is, which is cheaper to check and says more.
        """
        index = self.index(node)
        loaded = [(n, f) for n, f in index.terms.items() if n in self.reads]
        size = memory_size(node.src[0])
        if len(loaded) != 1:
            return None
        row, length = loaded[0]
        rest = {n: f for n, f in index.terms.items() if n is not row}
        if length < 1 or size % length or not self._within(node, rest, index.constant, length):
            return None
        return row, length, size // length

    def condition(self, node: Node) -> Node | None:
        """When a LOAD or STORE is carried out; None: always."""
        given = node.src[2 if node.op is Op.LOAD else 3 :]
        return given[0] if given and not (given[0].op is Op.CONST and given[0].arg) else None

    def is_checked(self, node: Node) -> bool:
        """Whether the index of a LOAD or STORE depends on data, and may be outside."""
        return node.src[1] in self.reads and not self.inside(node)

    def constants(self, index: Index, mask: int) -> list[int]:
        """The constant part of an index for each copy of what depends on `mask`."""
        result = [index.constant] * len(self.copies(mask))
        for r, factor in index.copies:
            for copy, i in enumerate(self.projection(mask, self.free[r])):
                result[copy] += factor * i
        return result

    def _within(self, node: Node, rest: Terms, constant: int, length: int) -> bool:
        """Whether the rest of an index lies in [0, length) wherever the access is carried out."""
        low, high = linear_bounds((rest, constant))
        if low < 0 or high < length:
            return low >= 0
        valid = node.src[2 if node.op is Op.LOAD else 3 :]
        if not valid:
            return False
        below = simplify_given(from_linear(rest, constant) < length, valid[0])
        return below.op is Op.CONST and bool(below.arg)

    def narrow(self, node: Node) -> bool:
        """Whether 32 bits suffice to compute this int64 operation on vectors."""
        integers = [s for s in (*node.src, node) if s.dtype is dtypes.index]
        return bool(integers) and all(_in_int32(bounds(s)) for s in integers)

    def fits_int32(self, parts: list[tuple[Node, int]]) -> bool:
        """Whether 32 bits suffice for a sum."""
        return _in_int32(linear_bounds((dict(parts), 0)))


def _in_int32(interval: tuple[int, int]) -> bool:
    return _INT32[0] <= interval[0] and interval[1] <= _INT32[1]


def memory_size(memory: Node) -> int:
    """The number of elements of a PARAM, a LOCAL, or a LOCAL behind a BARRIER."""
    size = memory.shape[0]
    if not isinstance(size, int):
        raise VerifyError("render", f"memory of size {size!r}", "a constant size")
    return size


def kernel_name(kernel: Node) -> str:
    """The name of a kernel. Raises VerifyError unless a function can be called that."""
    name = str(kernel.arg)
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise VerifyError("render", f"kernel name {name!r}", "letters, digits and _")
    return name


def kernel_variables(kernel: Node) -> tuple[str, ...]:
    """The names of a kernel's VARIABLEs, in the order in which its entry takes their values."""
    return tuple(sorted({n.arg[0] for n in toposort([kernel]) if n.op is Op.VARIABLE}))


def wide_indices(kernel: Node) -> Node:
    """Indices of other integer dtypes as int64, in which addresses are computed."""
    changed = {}
    for node in toposort([kernel]):
        if node.op in (Op.LOAD, Op.STORE) and node.src[1].dtype is not dtypes.index:
            changed[node.src[1]] = cast(node.src[1], dtypes.index)
    if not changed:
        return kernel
    new: dict[Node, Node] = {}
    for node in toposort([kernel]):
        src = tuple(new[s] for s in node.src)
        if node.op in (Op.LOAD, Op.STORE):
            src = (src[0], cast(src[1], dtypes.index), *src[2:])
        new[node] = node.with_src(src)
    return new[kernel]
