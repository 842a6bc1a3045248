"""A KERNEL as text of a C-like language: OpenCL C.

GRID ranges are work-groups, LOCAL and WARP ranges the work-items of one, LOOP ranges loops, UNROLL
and VECTOR ranges copies of the code. Where a value is computed `Nest` decides. A REDUCE keeps an
accumulator for every copy of its result at once, which is what makes a tile of them. The LOCAL
memory behind a BARRIER that no work-item has for itself is shared by the group, which fills it
together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from smelt.dtype import dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node, identity, loop_range, substitute, toposort
from smelt.ir.op import COMBINE, AxisKind, Op
from smelt.ir.ranges import own_ranges
from smelt.program import KernelSource, Target
from smelt.render import opencl as c
from smelt.render.analysis import kernel_name, kernel_variables, memory_size, wide_indices
from smelt.render.c_values import Values
from smelt.render.decompose import decompose
from smelt.render.nesting import Block, Tile, Value, is_empty
from smelt.render.share import share_loops
from smelt.util.errors import DTypeError, VerifyError

_ITEMS = (AxisKind.LOCAL, AxisKind.WARP)
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


class Renderer(Values):
    """One kernel being written."""

    def __init__(self, kernel: Node, target: Target):
        super().__init__(kernel, target)
        self.nest_ranges = own_ranges(kernel)
        self.items = [r for r in self.nest_ranges if r.arg[1] in _ITEMS]
        self.group = self._group()
        self.item_mask = self.facts.mask(tuple(self.items))  # ranges that work-items have open
        # Which work-items do the same: those that differ in one of these (a mask, a name) only.
        self.team = [(self.facts.mask((r,)), f"r{r.arg[0]}") for r in self.items]
        if not self.items and math.prod(self.group) > 1:
            self.team = [(0, "item")]
        self.local_nbytes = 0
        self._declared: list[str] = []

    # ---- the kernel ------------------------------------------------------------------------------

    def rendered(self) -> Rendered:
        name = kernel_name(self.kernel)
        variables = kernel_variables(self.kernel)
        for node in self.facts.order:
            if node.op is Op.PARAM:
                self.values[node] = Value([f"p{node.arg}"], self.scopes[0])
            elif node.op is Op.VARIABLE:
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
            self.values[r] = Value([name], entry, narrow=narrow)
            if r.src[0].op is not Op.CONST and not shared:
                entry.lines.append(f"if ({name} >= {extent}) return;")
        return self._shape(ranges)

    # ---- loops and stores ------------------------------------------------------------------------

    @contextmanager
    def body(self, opening: str, mask: int, may_be_empty: bool = False) -> Iterator[None]:
        """What is written inside stands in braces, behind the line `opening`."""
        self.enter(Block(len(self.scopes), may_be_empty), mask)
        yield
        inner = self.leave()
        self.scopes[-1].lines += [opening, *(f"  {line}" for line in inner.lines), "}"]

    @contextmanager
    def loop(self, r: Node) -> Iterator[None]:
        name, type_, narrow = self._counter(r)
        opening = f"for ({type_} {name} = 0; {name} < {self._extent(r)}; ++{name}) {{"
        with self.body(opening, self.facts.mask((r,)), bounds(r.src[0])[0] < 1):
            self.values[r] = Value([name], self.scopes[-1], narrow=narrow)
            yield

    def _counter(self, r: Node) -> tuple[str, str, bool]:
        """Name and type of a range's counter, and whether 32 bits are enough for it."""
        narrow = bounds(r.src[0])[1] < 1 << 31
        return f"r{r.arg[0]}", "int" if narrow else "long", narrow

    def _extent(self, r: Node) -> str:
        self.emit(r.src)
        return self.operand(r.src[0], 0, self._counter(r)[2])

    def _stores(self, stores: Sequence[Node]) -> None:
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

    def _is_shared(self, node: Node) -> bool:
        """Whether the memory of a BARRIER is the group's: no work-item has its own."""
        return not self.facts.free[node] & self.item_mask

    def _fill(self, node: Node) -> None:
        """Memory that is shared is filled by all work-items together.

        They have to be done with what a loop left there, and to wait for what the others write.
        """
        block, together = self.scopes[-1], self._is_shared(node) and math.prod(self.group) > 1
        items = _own_items(node) if together else []
        if together and block.depth > 0 and block.lines[-1:] != [c.BARRIER]:
            block.lines.append(c.BARRIER)
        team, mask = self.team, self.item_mask
        self.team = [(self.facts.mask((r,)), f"r{r.arg[0]}") for r in items]
        if together and not items:
            self.team = [(0, "item")]
        self.item_mask |= self.facts.mask(tuple(items))
        with self._shared_out(items) if items else nullcontext():
            self.nest([r for r in node.src[1:] if r not in items], [node.src[0]])
        self.team, self.item_mask = team, mask
        if together:
            block.lines.append(c.BARRIER)

    @contextmanager
    def _shared_out(self, items: Sequence[Node]) -> Iterator[None]:
        """Each work-item of the group does what is written inside for some points of `items`."""
        count, size = math.prod(r.src[0].arg for r in items), math.prod(self.group)
        opening = f"for (int t = item; t < {count}; t += {size}) {{"
        opening = "{ const int t = item;" if count == size else opening
        with self.body(opening, self.facts.mask(tuple(items))):
            rest = "t"
            for r in reversed(items):
                text = rest if r is items[0] else f"{rest} % {r.src[0].arg}"
                rest = f"{rest} / {r.src[0].arg}"
                self.scopes[-1].lines.append(f"const int r{r.arg[0]} = {text};")
                self.values[r] = Value([f"r{r.arg[0]}"], self.scopes[-1], narrow=True)
            yield

    def _allocate(self, node: Node) -> str:
        memory, shared = node.src[0].src[0], self._is_shared(node)
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

    def _reduce_group(self, group: list[Node]) -> list[Value[Block]]:
        ranges, tiles = group[0].src[1:], [self._tile(m) for m in group]
        names = self._accumulators(tiles)
        if not any(is_empty(r) for r in ranges):
            inner = self._loops(ranges)
            cascade, parts = self._cascades(tiles, inner), names
            with ExitStack() as loops:
                for r in inner:
                    if cascade and r is inner[-1]:
                        parts = self._accumulators(tiles)
                        loops.callback(self._together, tiles, names, parts)
                    loops.enter_context(self.loop(r))
                self._accumulate(tiles, parts)
        return self._finish(tiles, names)

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

    def _together(self, tiles: list[Tile], totals: list[str], parts: list[str]) -> None:
        """What the inner loop has summed, added to the accumulators of the loop around it."""
        owners = [t.node for t in tiles for _ in range(t.copies)]
        for node, total, part in zip(owners, totals, parts, strict=True):
            text = self.ops.alu(Op.ADD, node.dtype, [total, part])
            self.scopes[-1].lines.append(f"{total} = {text};")

    def _accumulate(self, tiles: list[Tile], names: list[str]) -> None:
        """The body of the loops."""
        parts = [self._factors(t.node.arg[0], t.node.src[0]) for t in tiles]
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

    def _combined(self, tile: Tile, a: str, b: str) -> str:
        op, dtype = tile.node.arg[0], tile.node.dtype
        text = self.ops.alu(op, dtype, [a, b])
        return self.declare(self.scopes[-1], c.REGISTER_TYPES[dtype], text)


def _own_items(node: Node) -> list[Node]:
    """The ranges of a BARRIER that a group shares out."""
    return [r for r in node.src[1:] if r.arg[1] in _ITEMS and r.src[0].op is Op.CONST]
