"""A KERNEL as text of a C-like language: OpenCL C.

GRID ranges are work-groups, LOCAL and WARP ranges the work-items of one, LOOP ranges loops, UNROLL
and VECTOR ranges copies of the code. A value is computed once for each combination of the ranges
that it depends on, in the outermost loop that has these open. A REDUCE keeps an accumulator for
every copy of its result at once, which is what makes a tile of them. The LOCAL memory behind a
BARRIER that no work-item has for itself is shared by the group, which fills it together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smelt.dtype import dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node, identity, loop_range, substitute, toposort
from smelt.ir.op import COMBINE, AxisKind, Op
from smelt.ir.ranges import own_ranges
from smelt.program import KernelSource, Target
from smelt.render import opencl as c
from smelt.render.analysis import kernel_variables, memory_size, wide_indices
from smelt.render.c_scopes import Block
from smelt.render.c_values import Value, Values
from smelt.render.decompose import decompose
from smelt.render.share import share_loops
from smelt.util.errors import DTypeError, VerifyError

LONG_SUM = 128  # terms: the rounding errors of shorter sums do not matter
_ITEMS = (AxisKind.LOCAL, AxisKind.WARP)
_COPIES = (AxisKind.UNROLL, AxisKind.VECTOR)
_AXES = 3  # of the index space of work-groups, and of that of work-items


@dataclass(frozen=True)
class Rendered:
    """A kernel's text, and how it is to be started."""

    source: KernelSource
    variables: tuple[str, ...]
    grid: tuple[int, ...]  # work-groups along each axis
    group: tuple[int, ...]  # work-items of a group along each axis
    local_nbytes: int
    checks: bool  # whether it takes the status slot


def render(kernel: Node, target: Target) -> Rendered:
    """The text of `kernel` for a device of work-groups.

    Equal kernels give equal text. Raises DTypeError for a dtype that the device cannot do,
    VerifyError for a kernel that breaks the rules.

    >>> from smelt.ir.node import kernel, load, loop_range, param, store
    >>> i, x = loop_range(8, 0, AxisKind.GRID), param(1, dtypes.float32, 8)
    >>> double = store(param(0, dtypes.float32, 8), i, load(x, i) + load(x, i))
    >>> made = render(kernel("double", [i], [double]), Target("CL", "", "", "", 4, 32))
    >>> made.grid, made.source.text.splitlines()[-2]
    ((8, 1, 1), '  p0[r0] = v1;')
    """
    _check_dtypes(kernel, target)
    prepared = share_loops(wide_indices(decompose(kernel, target)), target)
    return Renderer(_without_vectors(prepared), target).rendered()


def _check_dtypes(kernel: Node, target: Target) -> None:
    if target.has_float64:
        return
    for node in toposort([kernel]):
        if node.dtype is dtypes.float64:
            raise DTypeError(
                f"kernel {kernel.arg}", f"float64 on {target.device} ({target.cpu})",
                "a dtype that the device computes in", "cast to float32",
            )  # fmt: skip


def _without_vectors(kernel: Node) -> Node:
    """VECTOR ranges as UNROLL: lanes are what work-items are for."""
    ranges = [n for n in toposort([kernel]) if n.op is Op.RANGE]
    copies = {
        r: loop_range(r.src[0], r.arg[0], AxisKind.UNROLL)
        for r in ranges
        if r.arg[1] is AxisKind.VECTOR
    }
    return substitute([kernel], copies)[0] if copies else kernel


@dataclass(frozen=True)
class Tile:
    """The accumulators of a REDUCE."""

    node: Node
    mask: int  # the UNROLL ranges that the accumulators are spread over
    copies: int


class Renderer(Values):
    """One kernel being written."""

    def __init__(self, kernel: Node, target: Target):
        super().__init__(kernel, target)
        self.kernel = kernel
        self.handlers |= {Op.REDUCE: self._reduce, Op.BARRIER: self._barrier}
        self.nest_ranges = own_ranges(kernel)
        self.items = [r for r in self.nest_ranges if r.arg[1] in _ITEMS]
        self.group = self._group()
        self.item_mask = self.facts.mask(tuple(self.items))  # ranges that work-items have open
        # Which work-items do the same: those that differ in one of these (a mask, a name) only.
        self.team = [(self.facts.mask((r,)), f"r{r.arg[0]}") for r in self.items]
        if not self.items and math.prod(self.group) > 1:
            self.team = [(0, "item")]
        self.local_nbytes = 0
        self._locals: dict[Node, list[str]] = {}  # STORE into a LOCAL -> its memory, by copy
        self._declared: list[str] = []
        self._families: dict[tuple[tuple[Node, ...], int], list[Node]] = {}
        for node in self.facts.order:
            if node.op is Op.REDUCE:
                key = (node.src[1:], self.facts.level[node])
                self._families.setdefault(key, []).append(node)

    # ---- the kernel ------------------------------------------------------------------------------

    def rendered(self) -> Rendered:
        name = str(self.kernel.arg)
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise VerifyError("render", f"kernel name {name!r}", "letters, digits and _")
        variables = kernel_variables(self.kernel)
        for node in self.facts.order:
            if node.op is Op.VARIABLE:
                self.values[node] = Value([f"n_{node.arg[0]}"], self.scopes[0])
        grid = self._place([r for r in self.nest_ranges if r.arg[1] is AxisKind.GRID], c.group_id)
        self._place(self.items, c.local_id)
        if any(n.op is Op.BARRIER for n in self.facts.order) and math.prod(self.group) > 1:
            x, y, z = (c.local_id(axis) for axis in range(_AXES))
            wide, high, _ = self.group
            self.scopes[0].lines.append(f"const int item = {x} + {wide} * ({y} + {high} * {z});")
        stores = [n for n in self.kernel.src if n.op is Op.STORE]
        self.nest(self.nest_ranges, stores)
        text = c.text(
            f"smelt_{name}", list(self.ops.functions.values()), self._params(),
            [f"n_{v}" for v in variables], self.group,
            [*self._declared, *self.scopes[0].lines], self.checks,
        )  # fmt: skip
        source = KernelSource(f"smelt_{name}", "opencl", text)
        return Rendered(source, variables, grid, self.group, self.local_nbytes, self.checks)

    def _params(self) -> list[str]:
        """The type of each argument; "" for one that the kernel has no use for."""
        found = {n.arg: c.MEMORY_TYPES[n.dtype] for n in self.facts.order if n.op is Op.PARAM}
        return [found.get(i, "") for i in range(max(found, default=-1) + 1)]

    def _group(self) -> tuple[int, ...]:
        """Work-items of a group: those of the nest, else those that fill LOCAL memory together."""
        if self.items:
            return self._shape(self.items)
        barriers = [n for n in self.facts.order if n.op is Op.BARRIER]
        sizes = [math.prod(self._shape(_own_items(b))) for b in barriers]
        return (min(max(sizes, default=1), max(1, self.target.group_size)), 1, 1)

    def _shape(self, ranges: Sequence[Node]) -> tuple[int, ...]:
        """How many points an index space for these ranges has along each axis, at most."""
        sizes = [max(1, bounds(r.src[0])[1]) for r in reversed(ranges)]
        return (*sizes[:2], *[1] * (2 - len(sizes)), math.prod(sizes[2:]))

    def _place(self, ranges: Sequence[Node], ids: Callable[[int], str]) -> tuple[int, ...]:
        """Each range is an axis of an index space, the innermost the first; the third has the rest.

        An index space is as large as ranges can get: groups beyond have nothing to do.
        """
        entry = self.scopes[0]
        self.add_ranges(self.facts.mask(tuple(ranges)))
        rest = ""
        for axis, r in enumerate(reversed(ranges)):
            (name, type_, narrow), last = self._counter(r), axis == len(ranges) - 1
            extent = self._extent(r)
            source = ids(min(axis, _AXES - 1)) if axis < _AXES else rest
            shared = axis >= _AXES - 1 and not last  # with the ranges around it
            text = f"{source} % {extent}" if shared else source
            rest = f"({source} / {extent})" if shared else ""
            entry.lines.append(f"const {type_} {name} = {text};")
            self.values[r] = Value([name], entry, narrow)
            if r.src[0].op is not Op.CONST and not shared:
                entry.lines.append(f"if ({name} >= {extent}) return;")
        return self._shape(ranges)

    # ---- loops and stores ------------------------------------------------------------------------

    def open_range(self, r: Node) -> None:
        """Start the loop of a range from 0 to its extent."""
        name, type_, narrow = self._counter(r)
        opening = f"for ({type_} {name} = 0; {name} < {self._extent(r)}; ++{name}) {{"
        self.open_block(opening, self.facts.mask((r,)), bounds(r.src[0])[0] < 1)
        self.values[r] = Value([name], self.scopes[-1], narrow)

    def _counter(self, r: Node) -> tuple[str, str, bool]:
        """Name and type of a range's counter, and whether 32 bits are enough for it."""
        narrow = bounds(r.src[0])[1] < 1 << 31
        return f"r{r.arg[0]}", "int" if narrow else "long", narrow

    def _extent(self, r: Node) -> str:
        self.emit(r.src)
        return self.operand(r.src[0], 0, self._counter(r)[2])

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
                self.open_range(outermost)
                self.nest(ranges, together)
                self.close_block()

    def _next_loop(self, ranges: Sequence[Node], node: Node) -> Node | None:
        wanted = self.facts.free[node] & self.facts.loop_mask & ~self.opened
        return next((r for r in ranges if self.facts.mask((r,)) & wanted), None)

    def _never(self, node: Node, ranges: Sequence[Node]) -> bool:
        free = self.facts.free[node]
        return any(_is_empty(r) for r in ranges if self.facts.mask((r,)) & free)

    def _stores(self, stores: Sequence[Node]) -> None:
        """First everything is loaded and computed, then stored: outputs may lie over inputs."""
        block = self.scopes[-1]
        self.emit(n for s in stores for n in (*self.facts.index(s).nodes, *s.src[2:]))
        lines: list[str] = []
        for node in stores:
            mask = self.facts.free[node]
            if memory_size(node.src[0]) == 0:
                continue
            # Of work-items that would all store the same, the first does.
            first = [f"{name} == 0" for bit, name in self.team if not bit & mask]
            where = self.facts.projection(mask, self.facts.free[node.src[2]])
            indices = self.sums(self.facts.index(node), mask)
            conditions = self.conditions(node, block, indices)
            for copy, root in enumerate(self.roots(node)):
                value, place = self.operand(node.src[2], where[copy]), f"{root}[{indices[copy]}]"
                if node.arg in COMBINE:
                    before = self.ops.from_memory(node.dtype, place)
                    value = self.ops.alu(COMBINE[node.arg], node.dtype, [before, value])
                valid = conditions[copy]
                test = " && ".join([*first, *([valid] if valid else [])])
                line = f"{place} = {self.ops.to_memory(node.dtype, value)};"
                lines.append(f"if ({test}) {line}" if test else line)
        block.lines += lines

    # ---- memory ----------------------------------------------------------------------------------

    def roots(self, node: Node) -> list[str]:
        memory, free = node.src[0], self.facts.free[node]
        if memory.op is Op.PARAM:
            return [f"p{memory.arg}"] * len(self.facts.copies(free))
        if node.op is Op.STORE and memory.op is Op.LOCAL and node in self._locals:
            names, part = self._locals[node], self._outside(node)
        elif node.op is Op.LOAD and memory.op is Op.BARRIER:
            names, part = self.values[memory].names, self.facts.free[memory]
        else:
            raise VerifyError(
                "render", f"{node.op.name} of {memory!r}", "a PARAM, or LOCAL behind a BARRIER"
            )
        return [names[p] for p in self.facts.projection(free, part)]

    def _outside(self, stored: Node) -> int:
        """What the BARRIER of a STORE into LOCAL memory depends on."""
        barrier = next(n for n in self.facts.order if n.op is Op.BARRIER and n.src[0] is stored)
        return self.facts.free[barrier]

    def _barrier(self, node: Node) -> Value:
        """Memory filled by the ranges of a BARRIER: the group's, unless each work-item has its own.

        Everyone has to be done with what a loop left there, and to wait for what the others write.
        """
        stored, block, free = node.src[0], self._home(node), self.facts.free[node]
        if stored.op is not Op.STORE or stored.src[0].op is not Op.LOCAL:
            raise VerifyError("render", f"BARRIER of {stored!r}", "a STORE into a LOCAL")
        shared = not free & self.item_mask
        if stored not in self._locals:
            self._locals[stored] = [
                self._allocate(stored.src[0], shared) for _ in self.facts.copies(free)
            ]
        together = shared and math.prod(self.group) > 1
        with self.at(block):
            if together and block.depth > 0 and block.lines[-1:] != [c.BARRIER]:
                block.lines.append(c.BARRIER)
            self._fill(node, together)
            if together:
                block.lines.append(c.BARRIER)
        return Value(self._locals[stored], block)

    def _fill(self, node: Node, together: bool) -> None:
        """The STORE of a BARRIER; `together`: its LOCAL ranges are shared out in the group."""
        items = _own_items(node) if together else []
        loops = [r for r in node.src[1:] if r not in items]
        team, mask = self.team, self.item_mask
        self.team = [(self.facts.mask((r,)), f"r{r.arg[0]}") for r in items]
        if not items:
            self.team = [(0, "item")] if together else []
        count, size = math.prod(r.src[0].arg for r in items), math.prod(self.group)
        if items:
            self.item_mask |= self.facts.mask(tuple(items))
            opening = f"for (int t = item; t < {count}; t += {size}) {{"
            opening = "{ const int t = item;" if count == size else opening
            self.open_block(opening, self.facts.mask(tuple(items)))
            rest = "t"
            for r in reversed(items):
                text = rest if r is items[0] else f"{rest} % {r.src[0].arg}"
                rest = f"{rest} / {r.src[0].arg}"
                self.scopes[-1].lines.append(f"const int r{r.arg[0]} = {text};")
                self.values[r] = Value([f"r{r.arg[0]}"], self.scopes[-1], narrow=True)
        self.nest(loops, [node.src[0]])
        if items:
            self.close_block()
        self.team, self.item_mask = team, mask

    def _allocate(self, memory: Node, shared: bool) -> str:
        size = max(1, memory_size(memory))
        name = self.new_name("local")
        self.local_nbytes += size * memory.dtype.itemsize if shared else 0
        if self.local_nbytes > self.target.local_nbytes:
            raise VerifyError(
                "render", f"{self.local_nbytes} bytes of LOCAL",
                f"at most {self.target.local_nbytes}",
            )  # fmt: skip
        where = c.LOCAL if shared else ""
        self._declared.append(f"{where}{c.MEMORY_TYPES[memory.dtype]} {name}[{size}];")
        return name

    # ---- reductions ------------------------------------------------------------------------------

    def _home(self, node: Node) -> Block:
        """Where a REDUCE or BARRIER stands: where all that it depends on is open."""
        mask = self.facts.free[node] & self.facts.loop_mask
        if mask & ~self.opened:
            raise VerifyError("render", f"{node!r} outside of its loops", "open loops")
        block = self.home(mask)
        return self.not_above_empty(block) if node in self.facts.unproven else block

    def _reduce(self, node: Node) -> Value:
        """With it all REDUCEs over the same ranges that can be done in the same place."""
        block = self._home(node)
        family = self._families[node.src[1:], self.facts.level[node]]
        group = [m for m in family if m is node or self._joins(m, block)]
        with self.at(block):
            results = self._reduce_group(group)
        self.values.update(zip(group, results, strict=True))
        return self.values[node]

    def _joins(self, node: Node, block: Block) -> bool:
        mask = self.facts.free[node] & self.facts.loop_mask
        if self.available(node) or mask & ~self.opened or self._home(node) is not block:
            return False
        return not (self.facts.may_be_empty and node in self.facts.unproven)

    def _tile(self, node: Node) -> Tile:
        own = self.facts.mask(node.src[1:]) & self.facts.unroll_mask
        mask = self.facts.free[node] & self.facts.unroll_mask | own
        return Tile(node, mask, len(self.facts.copies(mask)))

    def _reduce_group(self, group: list[Node]) -> list[Value]:
        """One nest of loops for REDUCEs over the same ranges."""
        ranges, tiles = group[0].src[1:], [self._tile(m) for m in group]
        names = self._accumulators(tiles)
        if not any(_is_empty(r) for r in ranges):
            inner = [r for r in ranges if self.facts.mask((r,)) & self.facts.loop_mask]
            cascade = self._cascades(tiles, inner)
            parts = names
            for r in inner:
                if cascade and r is inner[-1]:
                    parts = self._accumulators(tiles)
                self.open_range(r)
            self._accumulate(tiles, parts)
            for r in reversed(inner):
                self.close_block()
                if cascade and r is inner[-1]:
                    self._together(tiles, names, parts)
        values, done = [], 0
        for t in tiles:
            values.append(self._finish(t, names[done : done + t.copies]))
            done += t.copies
        return values

    def _accumulators(self, tiles: list[Tile]) -> list[str]:
        """Variables that begin with what a reduction over nothing gives."""
        names = []
        for tile in tiles:
            op, dtype = tile.node.arg[0], tile.node.dtype
            start = c.literal(identity(op, dtype), dtype)
            for _ in range(tile.copies):
                names.append(self.new_name("a"))
                line = f"{c.REGISTER_TYPES[dtype]} {names[-1]} = {start};"
                self.scopes[-1].lines.append(line)
        return names

    def _cascades(self, tiles: list[Tile], loops: list[Node]) -> bool:
        """Whether the innermost loop sums from zero, for the loop around it to add up.

        Rounding errors then grow with the lengths of the two loops, not with their product.
        """
        floats = all(t.node.dtype.is_float and t.node.arg[0] is Op.ADD for t in tiles)
        few = sum(t.copies for t in tiles) <= self.target.vector_registers // 4
        return floats and few and len(loops) > 1 and bounds(loops[-1].src[0])[1] >= LONG_SUM

    def _together(self, tiles: list[Tile], totals: list[str], parts: list[str]) -> None:
        """What the inner loop has summed, added to the accumulators of the loop around it."""
        owners = [t.node for t in tiles for _ in range(t.copies)]
        for node, total, part in zip(owners, totals, parts, strict=True):
            text = self.ops.alu(Op.ADD, node.dtype, [total, part])
            self.scopes[-1].lines.append(f"{total} = {text};")

    def _factors(self, node: Node) -> tuple[Node, ...]:
        """What is accumulated: a value, or the two factors of a product where there is an FMA."""
        value = node.src[0]
        fused = node.arg[0] is Op.ADD and value.op is Op.MUL and self.target.has_fma
        return value.src if fused and value.dtype in (dtypes.float32, dtypes.float64) else (value,)

    def _accumulate(self, tiles: list[Tile], names: list[str]) -> None:
        """The body of the loops."""
        parts = [self._factors(t.node) for t in tiles]
        self.emit(n for p in parts for n in p)
        done = iter(names)
        for tile, sources in zip(tiles, parts, strict=True):
            where = [self.facts.projection(tile.mask, self.facts.free[s]) for s in sources]
            for copy in range(tile.copies):
                args = [self.operand(s, w[copy]) for s, w in zip(sources, where, strict=True)]
                name = next(done)
                op = Op.FMA if len(args) == 2 else tile.node.arg[0]
                # the accumulator comes last, as FMA has it; the others are commutative
                text = self.ops.alu(op, tile.node.dtype, [*args, name])
                self.scopes[-1].lines.append(f"{name} = {text};")

    def _finish(self, tile: Tile, names: list[str]) -> Value:
        """The accumulators that the REDUCE's own copies had, combined as a fixed tree."""
        free, block = self.facts.free[tile.node], self.scopes[-1]
        copies: list[list[str]] = [[] for _ in self.facts.copies(free)]
        for name, result in zip(names, self.facts.projection(tile.mask, free), strict=True):
            copies[result].append(name)
        op, dtype = tile.node.arg[0], tile.node.dtype
        results = []
        for group in copies:
            while len(group) > 1:
                pairs = [group[i : i + 2] for i in range(0, len(group), 2)]
                group = [
                    p[0] if len(p) == 1 else
                    self.declare(block, c.REGISTER_TYPES[dtype], self.ops.alu(op, dtype, p))
                    for p in pairs
                ]  # fmt: skip
            results.append(group[0])
        return Value(results, block)


def _own_items(node: Node) -> list[Node]:
    """The ranges of a BARRIER that a group shares out."""
    return [r for r in node.src[1:] if r.arg[1] in _ITEMS and r.src[0].op is Op.CONST]


def _is_empty(r: Node) -> bool:
    return r.src[0].op is Op.CONST and r.src[0].arg == 0
