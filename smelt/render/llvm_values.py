"""Values in LLVM IR: a node is computed once per copy, in the outermost loop that allows it."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import replace

from smelt.dtype import DType, Scalar, dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.program import Target
from smelt.render.ahead import fetched_ahead
from smelt.render.analysis import Index, memory_size
from smelt.render.llvm_loops import Loops
from smelt.render.llvm_memory import Access, branch, fetch, load
from smelt.render.llvm_ops import Facts, Ops
from smelt.render.llvm_scale import scaled
from smelt.render.llvm_text import (
    Block,
    iota,
    is_literal,
    literal,
    memory_type,
    register_type,
    splat,
    vector,
)
from smelt.render.nesting import Value

# int64 operations that give the same in 32 bits wherever operands and result fit in these
_NARROW = frozenset(
    {Op.ADD, Op.SUB, Op.MUL, Op.IDIV, Op.MOD, Op.MAX, Op.LT, Op.NE, Op.AND, Op.OR, Op.XOR}
    | {Op.WHERE, Op.CAST}
)


class Values(Loops, ABC):
    """The values of a kernel's nodes, and the code that computes them."""

    def __init__(self, kernel: Node, target: Target):
        super().__init__(kernel, target)
        self.status = ""  # the pointer to the status slot
        self.ahead = fetched_ahead(self.facts, target.cache_nbytes)
        self._variants: dict[tuple[str, str], str] = {}
        self._pointers: dict[tuple[str, str, str], str] = {}
        self._sums: dict[tuple[tuple[int, int], ...], tuple[str, Block]] = {}

    # ---- operands --------------------------------------------------------------------------------

    def scalar(self, node: Node) -> str:
        """The value of a node that has only one."""
        self.emit([node])
        return self.values[node].names[0]

    def operand(self, node: Node, copy: int, width: int, narrow: bool = False) -> str:
        """The value of one copy, in `width` lanes; an int64 in 32 bits if `narrow`."""
        value = self.values[node]
        name, block = value.names[copy], value.block
        element = "i32" if narrow else register_type(node.dtype)
        if value.vector and node.op is Op.RANGE:
            return iota(element, width)
        if is_literal(name):  # of one number, or of the lanes' own
            return name if name.startswith("<") else splat(element, name, width)
        if narrow is not value.narrow:
            ops = Ops(block, self.target, width if value.vector else 1)
            how, old, new = ("trunc", "i64", "i32") if narrow else ("sext", "i32", "i64")
            name = self._variant(name, how, lambda: ops.convert(how, old, name, new))
        if width == 1 or value.vector:
            return name
        kind = f"splat {width}"
        return self._variant(name, kind, lambda: block.splat(element, name, width))

    def _variant(self, name: str, kind: str, make: Callable[[], str]) -> str:
        """Another form of a value, made once and in the same place."""
        key = (name, kind)
        if key not in self._variants:
            self._variants[key] = make()
        return self._variants[key]

    # ---- leaves and elementwise ------------------------------------------------------------------

    def literal(self, value: Scalar, dtype: DType) -> str:
        return literal(value, dtype)

    def _range(self, node: Node) -> Value[Block]:
        if self.facts.mask((node,)) & self.facts.vector_mask:
            return Value(["<lanes>"], self.scopes[0], vector=True, narrow=True)
        return super()._range(node)

    def _alu(self, node: Node) -> Value[Block]:
        tail = self.facts.tail(node)
        if tail is not None:
            return self._tail(node, tail)
        free = self.facts.free[node]
        block = self.deepest(node.src)
        width = self.facts.width(free) if any(self.values[s].vector for s in node.src) else 1
        narrow = width > 1 and node.op in _NARROW and self.facts.narrow(node)
        ops = Ops(block, self.target, width)
        sources = self._scaling(node, block) or node.src
        where = [self.facts.projection(free, self.facts.free[s]) for s in sources]
        names = []
        for copy in range(len(self.facts.copies(free))):
            args = [
                self.operand(s, w[copy], 1 if self._is_choice(node, place) else width,
                             narrow and s.dtype is dtypes.index)
                for place, (s, w) in enumerate(zip(sources, where, strict=True))
            ]  # fmt: skip
            if sources is not node.src:
                names.append(scaled(block, node.dtype, width, args[0], args[1]))
            else:
                names.append(self._instruction(ops, node, args, narrow))
        return Value(names, block, width > 1, narrow and node.dtype is dtypes.index)

    def _scaling(self, node: Node, block: Block) -> tuple[Node, ...] | None:
        """y and n if the node is y * EXP2(n), both of this place: they are one instruction."""
        if node.op is Op.MUL:
            for power, y in (node.src, node.src[::-1]):
                if power.op is Op.EXP2 and self.values[power].block is block:
                    return y, power.src[0]
        return None

    def _is_choice(self, node: Node, place: int) -> bool:
        """Whether the source at `place` decides a WHERE for all lanes at once."""
        return node.op is Op.WHERE and place == 0 and not self.values[node.src[0]].vector

    def _instruction(self, ops: Ops, node: Node, args: list[str], narrow: bool) -> str:
        def held(dtype: DType) -> DType:
            return dtypes.int32 if narrow and dtype is dtypes.index else dtype

        if node.op is Op.EXP2:  # of an integer
            return scaled(ops.block, node.dtype, ops.width, None, args[0])
        if node.op is Op.CAST:
            return ops.cast(held(node.src[0].dtype), held(node.dtype), args[0])
        if node.op is Op.BITCAST:
            return ops.bitcast(node.src[0].dtype, node.dtype, args[0])
        if node.op is Op.WHERE:
            lanes = ops.width if self.values[node.src[0]].vector else 1
            type_ = register_type(held(node.dtype), ops.width)
            condition, a, b = args
            return ops.block.value(
                f"select {vector('i1', lanes)} {condition}, {type_} {a}, {type_} {b}"
            )
        facts = None
        if node.op in (Op.IDIV, Op.MOD, Op.SHL, Op.SHR):
            second = node.src[1].arg if node.src[1].op is Op.CONST else None
            facts = Facts(bounds(node.src[0])[0] >= 0, second)
        return ops.alu(node.op, held(node.src[0].dtype), args, facts)

    def _tail(self, node: Node, index: Index) -> Value[Block]:
        """a < b, where a - b is the lane (or minus it) plus a scalar: compared with one number.

        That number is first clamped to the lanes, so that 32 bits suffice for the comparison.
        """
        free = self.facts.free[node]
        width = self.facts.width(free)
        type_, lanes = vector("i32", width), iota("i32", width)
        sums, block = self.sums(index, free)
        names = []
        for name, constant in sums:
            if index.step == 1:  # lane + sum < 0 where lane < -sum
                limit, least, most = block.value(f"sub i64 {-constant}, {name}"), 0, width
            else:  # sum - lane < 0 where sum < lane
                limit, least, most = block.value(f"add i64 {name}, {constant}"), -1, width - 1
            limit = block.call("smax", "i64", 1, limit, str(least))
            limit = block.call("smin", "i64", 1, limit, str(most))
            if is_literal(name):
                total = constant + int(name)
                if (-total if index.step == 1 else width - 1 - total) == 1:
                    # LLVM 22 makes one store of one lane of a masked store, but of a lane that is
                    # still to be narrowed a wide one: it must not see that the mask has one lane.
                    limit = block.value(f'call i64 asm "", "=r,0"(i64 {limit})')
            edge = block.splat("i32", block.value(f"trunc i64 {limit} to i32"), width)
            pair = f"{lanes}, {edge}" if index.step == 1 else f"{edge}, {lanes}"
            names.append(block.value(f"icmp slt {type_} {pair}"))
        return Value(names, block, vector=True)

    # ---- sums: the arithmetic of addresses -------------------------------------------------------

    def sums(self, index: Index, mask: int) -> tuple[list[tuple[str, int]], Block]:
        """The scalar part of an index for each copy: (name, constant to be added), and where."""
        name, block = self._uniform_sum(index.uniform)
        constants = self.facts.constants(index, mask)
        names = [name] * len(constants)
        for node, factor in index.varied:
            value = self.values[node]
            block = max(block, value.block, key=lambda b: b.depth)
            for copy, part in enumerate(self.facts.projection(mask, self.facts.free[node])):
                term = self._times(value.names[part], factor, value.block)
                names[copy] = self._plus(block, names[copy], term)
        return list(zip(names, constants, strict=True)), block

    def _uniform_sum(self, parts: list[tuple[Node, int]]) -> tuple[str, Block]:
        """Summed from the outermost loop inwards, so that most of it is done outside."""
        name, block = "0", self.scopes[0]
        key: tuple[tuple[int, int], ...] = ()
        for node, factor in sorted(parts, key=lambda p: self.values[p[0]].block.depth):
            key += ((self.facts.number[node], factor),)
            found = self._sums.get(key)
            if found is None or not self.is_open(found[1]):
                value = self.values[node]
                block = max(block, value.block, key=lambda b: b.depth)
                term = self._times(value.names[0], factor, value.block)
                found = (self._plus(block, name, term), block)
                self._sums[key] = found
            name, block = found
        return name, block

    def _times(self, name: str, factor: int, block: Block) -> str:
        if factor == 1:
            return name
        return self._variant(name, f"* {factor}", lambda: block.value(f"mul i64 {name}, {factor}"))

    def _plus(self, block: Block, a: str, b: str) -> str:
        return b if a == "0" else block.value(f"add i64 {a}, {b}")

    # ---- memory ----------------------------------------------------------------------------------

    def accesses(self, node: Node, block: Block, width: int) -> list[Access]:
        """Where each copy of a LOAD or STORE goes, and whether it may."""
        memory, index, mask = node.src[0], self.facts.index(node), self.facts.free[node]
        valids, many = self._validity(node, block, width)
        roots = self.roots(node)
        result = []
        for copy, pointer in enumerate(self.places(node)):
            lanes = self._lane_offsets(index, mask, copy, width, block)
            result.append(Access(
                node.dtype, width, roots[copy], memory_size(memory), pointer, index.step, lanes,
                valids[copy], many,
            ))  # fmt: skip
        return result

    def places(self, node: Node) -> list[str]:
        """Where each copy of a LOAD or STORE begins.

        What the innermost loop adds comes last: of one sum, LLVM would do all within the loop.
        """
        index, mask = self.facts.index(node), self.facts.free[node]
        element = memory_type(node.dtype)
        outer, inner = self._split(index)
        sums, home = self.sums(outer, mask)
        moves, block = self.sums(inner, mask)
        block = max(home, block, key=lambda b: b.depth)
        names = []
        for root, (name, constant), (move, _) in zip(self.roots(node), sums, moves, strict=True):
            pointer = self._pointer(home, root, element, name)
            pointer = self._pointer(block, pointer, element, move)
            names.append(self._pointer(block, pointer, element, str(constant)))
        return names

    def _split(self, index: Index) -> tuple[Index, Index]:
        """An index without and with just what is known in the innermost of its loops."""
        depth = max(
            (self.values[n].block.depth for n, _ in index.uniform + index.varied), default=0
        )

        def part(of: list[tuple[Node, int]], is_inner: bool) -> list[tuple[Node, int]]:
            return [(n, f) for n, f in of if (self.values[n].block.depth == depth) is is_inner]

        outer, inner = (
            replace(index, uniform=part(index.uniform, i), varied=part(index.varied, i))
            for i in (False, True)
        )
        return outer, inner

    def _pointer(self, block: Block, base: str, element: str, offset: str) -> str:
        if offset == "0":
            return base
        key = (base, offset, element)
        if key not in self._pointers:
            text = f"getelementptr {element}, ptr {base}, i64 {offset}"
            self._pointers[key] = block.value(text)
        return self._pointers[key]

    def _lane_offsets(
        self, index: Index, mask: int, copy: int, width: int, block: Block
    ) -> tuple[str, str]:
        """Element type and name of what an index adds for each lane, unless it is step * lane."""
        if index.step is not None:
            return "", ""
        narrow = self.facts.fits_int32(index.lanes) and all(
            self.values[n].narrow for n, _ in index.lanes
        )
        element = "i32" if narrow else "i64"
        type_, total = vector(element, width), ""
        for node, factor in index.lanes:
            part = self.facts.projection(mask, self.facts.free[node])[copy]
            term = self.operand(node, part, width, narrow)
            if factor != 1:
                term = block.value(f"mul {type_} {term}, {splat(element, str(factor), width)}")
            total = block.value(f"add {type_} {total}, {term}") if total else term
        return element, total

    def _validity(self, node: Node, block: Block, width: int) -> tuple[list[str | None], bool]:
        """For each copy the condition of a LOAD or STORE (None: always), and whether per lane."""
        condition, mask = self.facts.condition(node), self.facts.free[node]
        names: list[str | None] = [None] * len(self.facts.copies(mask))
        many = False
        if condition is not None:
            many = self.values[condition].vector
            where = self.facts.projection(mask, self.facts.free[condition])
            names = [self.operand(condition, w, width if many else 1) for w in where]
        if not self.facts.is_checked(node):
            return names, many
        return self._checked(node, block, width, names, many)

    def _checked(
        self, node: Node, block: Block, width: int, valids: list[str | None], many: bool
    ) -> tuple[list[str | None], bool]:
        """An index that depends on data: where it is outside, the status slot says so."""
        found, lanes, bound = self._checked_index(node, block, width)
        both = width if many or lanes > 1 else 1
        type_ = vector("i64", lanes)
        result: list[str | None] = []
        for name, valid in zip(found, valids, strict=True):
            outside = block.value(f"icmp uge {type_} {name}, {splat('i64', str(bound), lanes)}")
            inside = block.value(
                f"xor {vector('i1', lanes)} {outside}, {splat('i1', 'true', lanes)}"
            )
            if both > lanes:
                outside, inside = (block.splat("i1", n, both) for n in (outside, inside))
            if valid is not None:
                if both > 1 and not many:
                    valid = block.splat("i1", valid, both)
                bits = vector("i1", both)
                outside = block.value(f"and {bits} {valid}, {outside}")
                inside = block.value(f"and {bits} {valid}, {inside}")
            self._report(block, outside, both, name, lanes, bound)
            result.append(inside)
        return result, both > 1

    def _checked_index(self, node: Node, block: Block, width: int) -> tuple[list[str], int, int]:
        """What to compare for each copy, in how many lanes, and with which bound."""
        mask = self.facts.free[node]
        row = self.facts.row(node)
        if row is not None:
            lanes = width if self.values[row[0]].vector else 1
            where = self.facts.projection(mask, self.facts.free[row[0]])
            return [self.operand(row[0], w, lanes) for w in where], lanes, row[2]
        index = self.facts.index(node)
        lanes = 1 if index.step == 0 else width
        type_, names = vector("i64", lanes), []
        for copy, (name, constant) in enumerate(self.sums(index, mask)[0]):
            name = block.splat("i64", block.value(f"add i64 {name}, {constant}"), lanes)
            if lanes > 1:
                element, offsets = self._lane_offsets(index, mask, copy, width, block)
                if index.step is not None:
                    offsets = iota("i64", lanes, index.step)
                elif element == "i32":
                    offsets = Ops(block, self.target, lanes).convert("sext", "i32", offsets, "i64")
                name = block.value(f"add {type_} {name}, {offsets}")
            names.append(name)
        return names, lanes, memory_size(node.src[0])

    def _report(
        self, block: Block, outside: str, width: int, name: str, lanes: int, bound: int
    ) -> None:
        """Write {1, index, bound} of the first lane outside into the status slot."""
        with branch(block, block.any(outside, width), unlikely=True):
            if lanes > 1:
                bits = block.value(f"bitcast <{lanes} x i1> {outside} to i{lanes}")
                first = block.value(f"call i{lanes} @llvm.cttz.i{lanes}(i{lanes} {bits}, i1 true)")
                name = block.value(f"extractelement <{lanes} x i64> {name}, i{lanes} {first}")
            for slot, value in enumerate(("1", name, str(bound))):
                where = block.value(f"getelementptr i64, ptr {self.status}, i64 {slot}")
                block.do(f"store i64 {value}, ptr {where}, align 8")

    def _loaded(self, node: Node, block: Block) -> Value[Block]:
        index = self.facts.index(node)
        lanes = index.step != 0 or any(self.values[v].vector for v in node.src[2:])
        width = self.facts.width(self.facts.free[node]) if lanes else 1
        accesses = self.accesses(node, block, width)
        names = [load(block, self.target, a) for a in accesses]
        if node in self.ahead:
            for a in accesses:
                fetch(block, self._pointer(block, a.pointer, a.element_type, str(self.ahead[node])))
        return Value(names, block, width > 1)
