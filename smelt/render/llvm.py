"""A KERNEL as LLVM IR text: loops, lanes and registers are decided here, not by LLVM.

GRID and LOOP ranges become loops, UNROLL ranges copies of the code, a VECTOR range the lanes of a
register. Where a value is computed `Nest` decides. A REDUCE keeps an accumulator in a register for
every copy and lane of its result at once, which is what makes a tile of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from smelt.ir.intervals import bounds
from smelt.ir.node import Node, identity
from smelt.ir.op import AxisKind, Op
from smelt.program import KernelSource, Target
from smelt.render.ahead import is_far, is_vector
from smelt.render.analysis import kernel_name, kernel_variables, memory_size, wide_indices
from smelt.render.decompose import decompose
from smelt.render.llvm_loops import Loop
from smelt.render.llvm_matrix import TILE_CONSTANT, Matrices
from smelt.render.llvm_memory import Access, branch, fetch, store
from smelt.render.llvm_ops import Ops
from smelt.render.llvm_text import Block, literal, memory_type, register_type, splat
from smelt.render.nesting import Tile, Value, is_empty
from smelt.render.share import share_loops
from smelt.util.errors import VerifyError

STREAMED_BYTES = 1 << 25  # of a result that leaves no room in the caches for anything else
KEPT_BYTES = 1 << 20  # of a part of it that a thread may read again before it goes on to the next
MOST_LOCAL_BYTES = 4 << 20  # LOCAL memory is on a thread's stack


def render(kernel: Node, target: Target) -> KernelSource:
    """LLVM IR for `kernel`: `void NAME(ptr args, ptr variables, i64 thread, i64 threads)`.

    Equal kernels give equal text. Raises VerifyError for a kernel that breaks the rules: a range
    used outside of its loop, two VECTOR ranges in one expression.

    >>> from smelt.ir.node import kernel, load, loop_range, param, store
    >>> from smelt.dtype import dtypes
    >>> i, x = loop_range(8, 0, AxisKind.GRID), param(1, dtypes.float32, 8)
    >>> double = store(param(0, dtypes.float32, 8), i, load(x, i) + load(x, i))
    >>> target = Target("CPU", "x86_64", "x86-64-v2", "", 16, 16)
    >>> "fadd float" in render(kernel("double", [i], [double]), target).text
    True
    """
    prepared = share_loops(wide_indices(decompose(kernel, target)), target)
    return Renderer(prepared, target).source()


class Renderer(Matrices):
    """One kernel being written."""

    def __init__(self, kernel: Node, target: Target):
        super().__init__(kernel, target)
        self._local_lines: list[str] = []
        self._local_nbytes = 0
        self._streamed: dict[Node, str] = {}  # PARAM -> whether it begins at a whole vector

    # ---- the function ----------------------------------------------------------------------------

    def source(self) -> KernelSource:
        name = kernel_name(self.kernel)
        self._arguments()
        ranges = [n for n in self.kernel.src if n.op is Op.RANGE]
        stores = [n for n in self.kernel.src if n.op is Op.STORE]
        loops = self._open_grid([r for r in ranges if r.arg[1] is AxisKind.GRID])
        self.nest(ranges, stores)
        for loop in reversed(loops):
            self.close_loop(loop, [])
        bits = self.target.vector_bytes * 8
        lines = [
            *([TILE_CONSTANT] if self.uses_tiles else []),
            f"define void @{name}(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {{",
            "entry:",
            *self._local_lines,
            *(["  call void @llvm.x86.ldtilecfg(ptr @tiles)"] if self.uses_tiles else []),
            *self.scopes[0].lines,
            "  br label %end",
            "end:",
            # others may read what went past the caches as soon as they see that this thread is done
            *(["  call void @llvm.x86.sse.sfence()"] if self._streamed else []),
            *(["  call void @llvm.x86.tilerelease()"] if self.uses_tiles else []),
            "  ret void",
            "}",
            # without builtins no loop is taken for a memset, which would be an external symbol
            f'attributes #0 = {{ nounwind "no-builtins" "prefer-vector-width"="{bits}" '
            f'"min-legal-vector-width"="{bits}" }}',
            '!0 = !{!"branch_weights", i32 1, i32 1048576}',
            *(["!1 = !{i32 1}"] if self._streamed else []),
        ]
        return KernelSource(name, "llvm", "\n".join(lines) + "\n")

    def _arguments(self) -> None:
        """Pointers and Variables are read once, on entry."""
        entry, variables = self.scopes[0], kernel_variables(self.kernel)
        params = [n for n in self.facts.order if n.op is Op.PARAM]
        for node in params:
            self.values[node] = Value([self._argument(entry, node.arg)], entry)
        self.status = self._argument(entry, max((n.arg + 1 for n in params), default=0))
        for node in self.facts.order:
            if node.op is Op.VARIABLE:
                at = variables.index(node.arg[0])
                where = entry.value(f"getelementptr i64, ptr %variables, i64 {at}")
                self.values[node] = Value([entry.value(f"load i64, ptr {where}, align 8")], entry)

    def _argument(self, entry: Block, number: int) -> str:
        where = entry.value(f"getelementptr ptr, ptr %args, i64 {number}")
        return entry.value(f"load ptr, ptr {where}, align 8")

    def _open_grid(self, grid: Sequence[Node]) -> list[Loop]:
        """This thread's piece of the grid: nested loops from its first point to its last.

        A loop starts at 0 unless all of those around it are at their start, and so for the end.
        """
        entry = self.scopes[0]
        extents = [self.scalar(r.src[0]) for r in grid]
        total = "1"
        for e in extents:
            total = e if total == "1" else entry.value(f"mul i64 {total}, {e}")
        edges = []
        for part in ("%thread", entry.value("add i64 %thread, 1")):
            product = entry.value(f"mul i64 {total}, {part}")
            edges.append(entry.value(f"udiv i64 {product}, %threads"))
        body = self.names.label()
        some = entry.value(f"icmp slt i64 {edges[0]}, {edges[1]}")
        entry.do(f"br i1 {some}, label %{body}, label %end")
        entry.start(body)
        last = entry.value(f"sub i64 {edges[1]}, 1")
        starts, lasts = self._digits(edges[0], extents), self._digits(last, extents)
        loops: list[Loop] = []
        at_start = at_end = "true"
        for r, extent, start, end in zip(grid, extents, starts, lasts, strict=True):
            block = self.scopes[-1]
            stop = block.value(f"add i64 {end}, 1")
            if loops:
                at_start = self._still(loops[-1], at_start, starts[len(loops) - 1])
                at_end = self._still(loops[-1], at_end, lasts[len(loops) - 1])
                start = block.value(f"select i1 {at_start}, i64 {start}, i64 0")
                stop = block.value(f"select i1 {at_end}, i64 {stop}, i64 {extent}")
            loops.append(self._open(r, start, stop, False, []))
        return loops

    def _digits(self, name: str, extents: Sequence[str]) -> list[str]:
        """A linear index as one per range."""
        entry, digits = self.scopes[0], []
        for e in reversed(extents[1:]):
            digits.append(entry.value(f"urem i64 {name}, {e}"))
            name = entry.value(f"udiv i64 {name}, {e}")
        return [name, *reversed(digits)][: len(extents)]

    def _still(self, loop: Loop, flag: str, digit: str) -> str:
        """Whether this loop is at `digit` and those around it hold `flag`."""
        here = loop.block.value(f"icmp eq i64 {loop.counter}, {digit}")
        return here if flag == "true" else loop.block.value(f"and i1 {flag}, {here}")

    # ---- loops and stores ------------------------------------------------------------------------

    def _open(
        self, r: Node, begin: str, end: str, may_be_empty: bool, carried: list[tuple[str, str]]
    ) -> Loop:
        loop = self.open_loop(self.facts.mask((r,)), begin, end, may_be_empty, carried)
        self.values[r] = Value([loop.counter], loop.block)
        return loop

    def range_loop(self, r: Node, carried: list[tuple[str, str]]) -> Loop:
        """Start the loop of a range from 0 to its extent."""
        may_be_empty = bounds(r.src[0])[0] < 1
        return self._open(r, "0", self.scalar(r.src[0]), may_be_empty, carried)

    @contextmanager
    def loop(self, r: Node) -> Iterator[None]:
        opened = self.range_loop(r, [])
        yield
        self.close_loop(opened, [])

    def _stores(self, stores: Sequence[Node]) -> None:
        if self.facts.free[stores[0]] & self.facts.matrix_mask:
            self.matrix(stores[0])
            return
        block = self.scopes[-1]
        self._fetch(stores)
        self.emit(n for s in stores for n in self._store_needs(s))
        jobs: list[tuple[str | None, Access, str, str]] = []
        for node in stores:
            mask = self.facts.free[node]
            width = self.facts.width(mask)
            if memory_size(node.src[0]) == 0 or self.store_shuffled(node, block, width):
                continue
            if self.store_in_turns(node, block, width, self._streams(node, width)):
                continue
            where = self.facts.projection(mask, self.facts.free[node.src[2]])
            streams = self._streams(node, width)
            for copy, access in enumerate(self.accesses(node, block, width)):
                access = replace(access, streams=streams)
                value = self.operand(node.src[2], where[copy], width)
                scalar = None if access.valid_is_vector else access.valid
                jobs.append((scalar, access.unconditional() if scalar else access, value, node.arg))
        done = 0
        while done < len(jobs):
            condition = jobs[done][0]
            run = done + 1
            while run < len(jobs) and jobs[run][0] == condition:
                run += 1
            self._write(block, condition, jobs[done:run])
            done = run

    def _fetch(self, stores: Sequence[Node]) -> None:
        """Have far lines of results sent while sums are made: a core would wait to write."""
        for node in stores:
            mask, memory = self.facts.free[node], node.src[0]
            if (
                is_far(memory, self.target.cache_nbytes)
                and is_vector(self.facts, node)
                and not self._streams(node, self.facts.width(mask))
                and any(n.op is Op.REDUCE and self.facts.free[n] == mask for n in self.facts.order)
            ):
                self.emit(self.facts.index(node).nodes)
                for place in self.places(node):
                    fetch(self.scopes[-1], place)

    def _write(
        self, block: Block, condition: str | None, jobs: list[tuple[str | None, Access, str, str]]
    ) -> None:
        """Stores under one condition. Nothing else may be written inside of the branch."""
        if condition is not None:
            with branch(block, condition):
                self._write(block, None, jobs)
            return
        for _, access, value, mode in jobs:
            store(block, self.target, access, value, mode)

    def _streams(self, node: Node, width: int) -> str:
        """Whether a STORE goes past the caches: a bit that says so, or nothing if it never does.

        What is larger than they are is not in them when it is read again, unless that is done part
        by part (a chain). It has to be whole vectors, at places that are aligned if the memory is:
        that, and how many parts there are, only the caller knows.
        """
        memory, index = node.src[0], self.facts.index(node)
        step = index.step or 0  # more than 1: copies take turns within it
        vector = width * node.dtype.itemsize == self.target.vector_bytes and step > 0
        outer = [
            f for t, f in index.terms.items()
            if not self.facts.free[t] & self.facts.vector_mask and not 0 < f < step
        ]  # fmt: skip
        nbytes = memory_size(memory) * node.dtype.itemsize
        large = nbytes >= STREAMED_BYTES
        if self.target.arch != "x86_64" or memory.op is not Op.PARAM or not (vector and large):
            return ""
        if node.arg != "set" or any(f % width for f in (index.constant, *outer)):
            return ""
        if memory not in self._streamed:
            entry = self.scopes[0]
            address = entry.value(f"ptrtoint ptr {self.values[memory].names[0]} to i64")
            rest = entry.value(f"and i64 {address}, {self.target.vector_bytes - 1}")
            aligned = entry.value(f"icmp eq i64 {rest}, 0")
            few = entry.value(f"icmp ule i64 %threads, {nbytes // KEPT_BYTES}")
            self._streamed[memory] = entry.value(f"and i1 {aligned}, {few}")
        return self._streamed[memory]

    def _store_needs(self, node: Node) -> list[Node]:
        return [*self.facts.index(node).nodes, *node.src[2:]]

    # ---- memory ----------------------------------------------------------------------------------

    def _fill(self, node: Node) -> None:
        """LOCAL memory belongs to one thread, so nobody has to be waited for."""
        if self.facts.free[node] & self.facts.vector_mask:
            raise VerifyError(
                "render", "a BARRIER inside of a VECTOR range", "memory for each lane"
            )
        self.nest(node.src[1:], [node.src[0]])

    def _allocate(self, node: Node) -> str:
        memory = node.src[0].src[0]
        size = max(1, memory_size(memory))
        self._local_nbytes += size * memory.dtype.itemsize
        if self._local_nbytes > MOST_LOCAL_BYTES:
            raise VerifyError(
                "render", f"{self._local_nbytes} bytes of LOCAL", f"at most {MOST_LOCAL_BYTES}"
            )
        name = self.names.value()
        text = f"  {name} = alloca {memory_type(memory.dtype)}, i64 {size}, align 64"
        self._local_lines.append(text)
        return name

    # ---- reductions ------------------------------------------------------------------------------

    def _reduce_group(self, group: list[Node]) -> list[Value[Block]]:
        ranges = group[0].src[1:]
        tiles = [self._tile(m) for m in group]
        first = [start for t in tiles for start in [self._start(t)] * t.copies]
        if any(is_empty(r) for r in ranges):
            return self._finish(tiles, [name for _, name in first])
        types = [type_ for type_, _ in first]
        inner = self._loops(ranges)
        cascade = self._cascades(tiles, inner)
        loops: list[Loop] = []
        carried = first
        for r in inner:
            carried = first if cascade and r is inner[-1] else carried
            loops.append(self.range_loop(r, carried))
            carried = list(zip(types, loops[-1].carried, strict=True))
        names = self._accumulate(tiles, [name for _, name in carried] if loops else None)
        for loop in reversed(loops):
            names = self.close_loop(loop, names)
            if cascade and loop is loops[-1]:
                names = self._together(tiles, loops[-2].carried, names)
        return self._finish(tiles, names)

    def _together(self, tiles: list[Tile], outer: list[str], inner: list[str]) -> list[str]:
        """What the inner loop has summed, added to the accumulators of the loop around it."""
        owners = [t for t in tiles for _ in range(t.copies)]
        return [
            Ops(self.scopes[-1], self.target, t.width).alu(Op.ADD, t.node.dtype, [a, b])
            for t, a, b in zip(owners, outer, inner, strict=True)
        ]

    def _start(self, tile: Tile) -> tuple[str, str]:
        """Type and initial value of an accumulator."""
        dtype = tile.node.dtype
        text = literal(identity(tile.node.arg[0], dtype), dtype)
        return register_type(dtype, tile.width), splat(register_type(dtype), text, tile.width)

    def _summand(self, node: Node) -> tuple[Node, ...]:
        """What is accumulated: a value, or the two factors of a product on FMA hardware.

        A condition that comes last says whether it is accumulated at all: `c ? x : identity`.
        """
        value = node.src[0]
        condition: tuple[Node, ...] = ()
        if value.op is Op.WHERE and _is_identity(value.src[2], node.arg[0]):
            condition, value = value.src[:1], value.src[1]
        return (*self._factors(node.arg[0], value), *condition)

    def _accumulate(self, tiles: list[Tile], before: list[str] | None) -> list[str]:
        """The body of the loops: the next value of each accumulator. Without loops the first."""
        parts = [self._summand(t.node) if before else t.node.src[:1] for t in tiles]
        self.emit(n for p in parts for n in p)
        names: list[str] = []
        for tile, sources in zip(tiles, parts, strict=True):
            where = [self.facts.projection(tile.mask, self.facts.free[s]) for s in sources]
            for copy in range(tile.copies):
                args = [
                    self.operand(s, w[copy], tile.width)
                    for s, w in zip(sources, where, strict=True)
                ]
                names.append(self._added(tile, sources, args, before[len(names)] if before else ""))
        return names

    def _added(self, tile: Tile, sources: tuple[Node, ...], args: list[str], before: str) -> str:
        """An accumulator's next value: a select of a sum is one masked instruction."""
        if not before:
            return args[0]
        ops, dtype = Ops(self.scopes[-1], self.target, tile.width), tile.node.dtype
        condition = args.pop() if len(sources) > 1 and sources[-1].dtype.is_bool else None
        op = Op.FMA if len(args) == 2 else tile.node.arg[0]
        # the accumulator comes last, as FMA has it; the others are commutative
        after = ops.alu(op, dtype, [*args, before])
        if condition is None:
            return after
        return ops.select(register_type(dtype, tile.width), condition, after, before)

    def _combined(self, tile: Tile, a: str, b: str) -> str:
        ops = Ops(self.scopes[-1], self.target, tile.width)
        return ops.alu(tile.node.arg[0], tile.node.dtype, [a, b])

    def _across(self, tile: Tile, name: str) -> str:
        if not tile.across:
            return name
        ops = Ops(self.scopes[-1], self.target, tile.width)
        return ops.across(tile.node.arg[0], tile.node.dtype, name)


def _is_identity(node: Node, op: Op) -> bool:
    """Whether accumulating `node` changes nothing."""
    return node.op is Op.CONST and node.arg == identity(op, node.dtype)
