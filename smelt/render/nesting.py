"""What all renderers do alike: where in the loops of a kernel each value is computed.

A value is computed once for each combination of the ranges that it depends on, in the outermost
loop that has these open, and once for each copy of the code that its UNROLL ranges ask for. What a
loop, a load or an accumulator looks like is for the renderer of a language to say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from smelt.dtype import DType, Scalar, dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.program import Target
from smelt.render.analysis import Analysis, memory_size
from smelt.util.errors import VerifyError

_LONG_SUM = 128  # terms: the rounding errors of shorter sums do not matter


class Block:
    """The body of a loop, or of the kernel, up to where it has been written.

    An outer Block can grow while an inner one is being written: the loop around the inner one is
    only added to the outer when it is closed. So whatever does not depend on a loop is put in front
    of it, at the moment when it is first needed.
    """

    def __init__(self, depth: int, may_be_empty: bool = False):
        self.depth = depth
        self.may_be_empty = may_be_empty  # the loop: its body need not be carried out at all
        self.lines: list[str] = []


B = TypeVar("B", bound=Block)


@dataclass(frozen=True)
class Value(Generic[B]):
    """The results of a node: one name for each copy, in the order of `Analysis.copies`."""

    names: list[str]
    block: B
    vector: bool = False
    narrow: bool = False  # an int64 held in 32 bits


@dataclass(frozen=True)
class Tile:
    """The accumulators of a REDUCE: `copies` registers of `width` lanes."""

    node: Node
    mask: int  # the UNROLL and VECTOR ranges that the accumulators are spread over
    copies: int
    width: int
    across: bool  # whether the lanes are reduced too


class Nest(ABC, Generic[B]):
    """A kernel being written: its open Blocks, and the values that they hold."""

    def __init__(self, kernel: Node, target: Target, entry: B):
        self.kernel = kernel
        self.target = target
        self.facts = Analysis(kernel)
        self.scopes = [entry]  # the open Blocks, outermost first
        self._masks = [0]  # the ranges that each of them opened
        self.values: dict[Node, Value[B]] = {}
        self.handlers: dict[Op, Callable[[Node], Value[B]]] = {
            Op.CONST: self._const,
            Op.RANGE: self._range,
            Op.LOAD: self._load,
            Op.REDUCE: self._reduce,
            Op.BARRIER: self._barrier,
        }
        # STORE into a LOCAL -> its memory by copy, and which copies that has
        self._locals: dict[Node, tuple[list[str], int]] = {}
        self._families: dict[tuple[tuple[Node, ...], int], list[Node]] = {}
        for node in self.facts.order:
            if node.op is Op.REDUCE:
                key = (node.src[1:], self.facts.level[node])
                self._families.setdefault(key, []).append(node)

    # ---- open blocks -----------------------------------------------------------------------------

    @property
    def opened(self) -> int:
        """The ranges whose loops are open."""
        return sum(self._masks)

    def enter(self, block: B, mask: int) -> None:
        """Open a Block, which opens the ranges of `mask`."""
        self.scopes.append(block)
        self._masks.append(mask)

    def leave(self) -> B:
        """The innermost Block, which is open no more."""
        self._masks.pop()
        return self.scopes.pop()

    def add_ranges(self, mask: int) -> None:
        """The innermost Block opens these ranges too."""
        self._masks[-1] |= mask

    @contextmanager
    def at(self, block: B) -> Iterator[None]:
        """Write into `block`, as if the loops inside of it were not open."""
        scopes, masks = self.scopes[block.depth + 1 :], self._masks[block.depth + 1 :]
        del self.scopes[block.depth + 1 :], self._masks[block.depth + 1 :]
        yield
        self.scopes += scopes
        self._masks += masks

    def is_open(self, block: B) -> bool:
        return block.depth < len(self.scopes) and self.scopes[block.depth] is block

    def deepest(self, nodes: Iterable[Node]) -> B:
        """The innermost of the Blocks that hold these values: where their user can stand."""
        depth = max((self.values[n].block.depth for n in nodes), default=0)
        return self.scopes[depth]

    def _home(self, node: Node) -> B:
        """Where a REDUCE or BARRIER stands: where all that it depends on is open."""
        mask = self.facts.free[node] & self.facts.loop_mask
        if mask & ~self.opened:
            raise VerifyError("render", f"{node!r} outside of its loops", "open loops")
        depth = max((d for d, m in enumerate(self._masks) if m & mask), default=0)
        return self._guarded(node, self.scopes[depth])

    def _guarded(self, node: Node, block: B) -> B:
        """`block`, or for what may read outside of memory the last loop in it that can be empty."""
        inner = self.scopes[: block.depth : -1] if node in self.facts.unproven else []
        return next((b for b in inner if b.may_be_empty), block)

    # ---- values on demand ------------------------------------------------------------------------

    def available(self, node: Node) -> bool:
        """Whether the node has a value that can be used here."""
        value = self.values.get(node)
        return value is not None and self.is_open(value.block)

    def emit(self, roots: Iterable[Node]) -> None:
        """Write whatever is needed for the values of `roots`, sources before users."""
        stack = [(r, False) for r in reversed(list(roots))]
        while stack:
            node, ready = stack.pop()
            if self.available(node):
                continue
            if ready:
                self.values[node] = self.handlers.get(node.op, self._alu)(node)
                continue
            stack.append((node, True))
            stack.extend((s, False) for s in reversed(self._needs(node)))

    def _needs(self, node: Node) -> list[Node]:
        """Whose values have to be there before that of `node`."""
        if node.op is Op.LOAD:
            staged = [node.src[0]] if node.src[0].op is Op.BARRIER else []
            return [*self.facts.index(node).nodes, *node.src[2:], *staged]
        if node.op in (Op.REDUCE, Op.BARRIER, Op.RANGE):
            return []
        tail = self.facts.tail(node)
        return list(node.src) if tail is None else list(tail.nodes)

    @abstractmethod
    def literal(self, value: Scalar, dtype: DType) -> str:
        """A constant in a register."""

    @abstractmethod
    def _alu(self, node: Node) -> Value[B]:
        """An operation on the values of its sources."""

    def _const(self, node: Node) -> Value[B]:
        return Value([self.literal(node.arg, node.dtype)], self.scopes[0])

    def _range(self, node: Node) -> Value[B]:
        """The counter of an open loop has its value already: here come copies."""
        if self.facts.mask((node,)) & self.facts.loop_mask:
            raise VerifyError("render", f"{node!r} used outside of its loop", "an open loop")
        return Value([str(i) for i in range(node.src[0].arg)], self.scopes[0], narrow=True)

    # ---- loops and stores ------------------------------------------------------------------------

    @abstractmethod
    def loop(self, r: Node) -> AbstractContextManager[None]:
        """Carry out what is written inside for each value of a range from 0 to its extent."""

    @abstractmethod
    def _stores(self, stores: Sequence[Node]) -> None:
        """First everything is loaded and computed, then stored: outputs may lie over inputs."""

    def nest(self, ranges: Sequence[Node], stores: Sequence[Node]) -> None:
        """The stores, in order, each in the loops of the ranges that it depends on."""
        rest = [s for s in stores if not self._never(s, ranges)]
        while rest:
            outermost = self._next_loop(ranges, rest[0])
            run = 1
            while run < len(rest) and self._next_loop(ranges, rest[run]) is outermost:
                run += 1
            together, rest = rest[:run], rest[run:]
            if outermost is None:
                self._stores(together)
            else:
                with self.loop(outermost):
                    self.nest(ranges, together)

    def _next_loop(self, ranges: Sequence[Node], node: Node) -> Node | None:
        wanted = self.facts.free[node] & self.facts.loop_mask & ~self.opened
        return next((r for r in ranges if self.facts.mask((r,)) & wanted), None)

    def _never(self, node: Node, ranges: Sequence[Node]) -> bool:
        free = self.facts.free[node]
        return any(is_empty(r) for r in ranges if self.facts.mask((r,)) & free)

    # ---- memory ----------------------------------------------------------------------------------

    @abstractmethod
    def _loaded(self, node: Node, block: B) -> Value[B]:
        """A LOAD in `block`, where its index and its condition have values."""

    @abstractmethod
    def _allocate(self, node: Node) -> str:
        """Memory for one copy of a BARRIER."""

    @abstractmethod
    def _fill(self, node: Node) -> None:
        """The loops of a BARRIER around its STORE, in the innermost Block."""

    def _load(self, node: Node) -> Value[B]:
        memory, valid = node.src[0], node.src[2:]
        if memory_size(memory) == 0 or (valid and valid[0].op is Op.CONST and not valid[0].arg):
            copies = len(self.facts.copies(self.facts.free[node]))
            return Value([self.literal(0, node.dtype)] * copies, self.scopes[0])
        return self._loaded(node, self._guarded(node, self.deepest(self._needs(node))))

    def _barrier(self, node: Node) -> Value[B]:
        """Memory that a BARRIER has filled; each copy of the code around it has its own."""
        block, free = self._home(node), self.facts.free[node]
        fills = [node]  # what is added to memory comes after what was stored there first
        while fills[0].src[0].op is Op.STORE and fills[0].src[0].src[0].op is Op.BARRIER:
            fills.insert(0, fills[0].src[0].src[0])
        stored = fills[0].src[0]
        if stored.op is not Op.STORE or stored.src[0].op is not Op.LOCAL:
            raise VerifyError("render", f"BARRIER of {stored!r}", "a STORE into a LOCAL")
        if len(fills) > 1 and len(self.facts.copies(free)) > 1:
            raise VerifyError("render", f"copies of {node!r}", "one sum in LOCAL memory")
        if stored not in self._locals:
            names = [self._allocate(fills[0]) for _ in self.facts.copies(free)]
            self._locals.update({fill.src[0]: (names, free) for fill in fills})
        with self.at(block):
            for fill in fills:
                self._fill(fill)
        return Value(self._locals[stored][0], block)

    def roots(self, node: Node) -> list[str]:
        """For each copy of a LOAD or STORE the begin of its memory."""
        memory = node.src[0]
        if memory.op is Op.PARAM or (node.op is Op.LOAD and memory.op is Op.BARRIER):
            names, part = self.values[memory].names, self.facts.free[memory]
        elif node in self._locals:
            names, part = self._locals[node]
        else:
            raise VerifyError(
                "render", f"{node.op.name} of {memory!r}", "a PARAM, or LOCAL behind a BARRIER"
            )
        return [names[p] for p in self.facts.projection(self.facts.free[node], part)]

    # ---- reductions ------------------------------------------------------------------------------

    @abstractmethod
    def _reduce_group(self, group: list[Node]) -> list[Value[B]]:
        """One nest of loops for REDUCEs over the same ranges."""

    @abstractmethod
    def _combined(self, tile: Tile, a: str, b: str) -> str:
        """Two accumulators of a REDUCE as one."""

    def _across(self, tile: Tile, name: str) -> str:
        """What the lanes of an accumulator come to; without lanes it is itself."""
        return name

    def _reduce(self, node: Node) -> Value[B]:
        """With it all REDUCEs over the same ranges that can be done in the same place."""
        block = self._home(node)
        family = self._families[node.src[1:], self.facts.level[node]]
        group = [m for m in family if m is node or self._joins(m, block)]
        with self.at(block):
            results = self._reduce_group(group)
        self.values.update(zip(group, results, strict=True))
        return self.values[node]

    def _joins(self, node: Node, block: B) -> bool:
        mask = self.facts.free[node] & self.facts.loop_mask
        if self.available(node) or mask & ~self.opened or self._home(node) is not block:
            return False
        return not (self.facts.may_be_empty and node in self.facts.unproven)

    def _tile(self, node: Node) -> Tile:
        own, free = self.facts.mask(node.src[1:]), self.facts.free[node]
        mask = (free | own) & (self.facts.unroll_mask | self.facts.vector_mask)
        across = bool(own & self.facts.vector_mask)
        return Tile(node, mask, len(self.facts.copies(mask)), self.facts.width(mask), across)

    def _loops(self, ranges: Sequence[Node]) -> list[Node]:
        """Those of the ranges of a REDUCE that are loops."""
        return [r for r in ranges if self.facts.mask((r,)) & self.facts.loop_mask]

    def _cascades(self, tiles: Sequence[Tile], loops: Sequence[Node]) -> bool:
        """Whether the innermost loop sums from zero, for the loop around it to add up.

        Rounding errors then grow with the lengths of the two loops, not with their product. It
        takes twice the registers, so it is not for the tiles of a matrix product.
        """
        floats = all(t.node.dtype.is_float and t.node.arg[0] is Op.ADD for t in tiles)
        few = sum(t.copies for t in tiles) <= self.target.vector_registers // 4
        return floats and few and len(loops) > 1 and bounds(loops[-1].src[0])[1] >= _LONG_SUM

    def _factors(self, op: Op, value: Node) -> tuple[Node, ...]:
        """What is accumulated: a value, or the two factors of a product where there is an FMA."""
        fused = op is Op.ADD and value.op is Op.MUL and self.target.has_fma
        return value.src if fused and value.dtype in (dtypes.float32, dtypes.float64) else (value,)

    def _finish(self, tiles: Sequence[Tile], names: Iterable[str]) -> list[Value[B]]:
        """The values of REDUCEs, whose accumulators are `names`, one tile after the other."""
        rest = iter(names)
        return [self._finish_one(t, list(islice(rest, t.copies))) for t in tiles]

    def _finish_one(self, tile: Tile, names: list[str]) -> Value[B]:
        """The accumulators that the REDUCE's own copies and lanes had, combined as a fixed tree."""
        free = self.facts.free[tile.node]
        copies: list[list[str]] = [[] for _ in self.facts.copies(free)]
        for name, result in zip(names, self.facts.projection(tile.mask, free), strict=True):
            copies[result].append(name)
        results = []
        for group in copies:
            while len(group) > 1:
                pairs = [group[i : i + 2] for i in range(0, len(group), 2)]
                group = [p[0] if len(p) == 1 else self._combined(tile, *p) for p in pairs]
            results.append(self._across(tile, group[0]))
        return Value(results, self.scopes[-1], tile.width > 1 and not tile.across)


def is_empty(r: Node) -> bool:
    """Whether a range has no values at all."""
    return r.src[0].op is Op.CONST and r.src[0].arg == 0
