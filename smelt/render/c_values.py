"""Values in a C-like language: a node is computed once per copy, where its ranges are open."""

from __future__ import annotations

from abc import ABC

from smelt.dtype import DType, Scalar, dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.symbolic import Terms
from smelt.program import Target
from smelt.render import opencl as c
from smelt.render.analysis import Index, memory_size
from smelt.render.c_ops import Ops
from smelt.render.nesting import Block, Nest, Value

_INT32 = (1 << 31) - 1
_DIVISIONS = (Op.IDIV, Op.MOD)


class Values(Nest[Block], ABC):
    """The values of a kernel's nodes, and the code that computes them."""

    def __init__(self, kernel: Node, target: Target):
        super().__init__(kernel, target, Block(0))
        self.ops = Ops(target)
        self.checks = False  # whether anything is written to the status slot
        self._names = 0

    # ---- names and operands ----------------------------------------------------------------------

    def new_name(self, start: str) -> str:
        """A name that nothing else has."""
        self._names += 1
        return f"{start}{self._names - 1}"

    def declare(self, block: Block, type_: str, text: str) -> str:
        """A name for what an expression gives."""
        name = self.new_name("v")
        block.lines.append(f"const {type_} {name} = {text};")
        return name

    def operand(self, node: Node, copy: int, narrow: bool = False) -> str:
        """The value of one copy; an int64 as 32 bits if `narrow`."""
        if node.op is Op.CONST:
            held = dtypes.int32 if narrow and node.dtype is dtypes.index else node.dtype
            return c.literal(node.arg, held)
        value = self.values[node]
        name = value.names[copy]
        if node.dtype is not dtypes.index or narrow is value.narrow:
            return name
        return f"({'int' if narrow else 'long'}){name}"

    # ---- leaves and elementwise ------------------------------------------------------------------

    def literal(self, value: Scalar, dtype: DType) -> str:
        return c.literal(value, dtype)

    def _alu(self, node: Node) -> Value[Block]:
        free, block = self.facts.free[node], self.deepest(node.src)
        narrow = self.facts.narrow(node)
        where = [self.facts.projection(free, self.facts.free[s]) for s in node.src]
        held = dtypes.int32 if narrow and node.dtype is dtypes.index else node.dtype
        names = []
        for copy in range(len(self.facts.copies(free))):
            args = [self.operand(s, w[copy], narrow) for s, w in zip(node.src, where, strict=True)]
            text = self._instruction(node, args, narrow)
            names.append(self.declare(block, c.REGISTER_TYPES[held], text))
        return Value(names, block, narrow=held is not node.dtype)

    def _instruction(self, node: Node, args: list[str], narrow: bool) -> str:
        def held(dtype: DType) -> DType:
            return dtypes.int32 if narrow and dtype is dtypes.index else dtype

        source = node.src[0].dtype
        if node.op is Op.CAST:
            return self.ops.cast(held(source), held(node.dtype), args[0])
        if node.op is Op.BITCAST:
            return self.ops.bitcast(source, node.dtype, args[0])
        dtype = held(node.src[-1].dtype)
        return self.ops.alu(node.op, dtype, args, self._is_plain(node, narrow))

    def _is_plain(self, node: Node, narrow: bool) -> bool:
        """Whether C's own operator means the same: nothing wraps around, floors, or is too wide."""
        if not node.src[-1].dtype.is_int:
            return False
        second = node.src[-1].arg if node.src[-1].op is Op.CONST else None
        if node.op in _DIVISIONS:
            return second is not None and second > 0 and bounds(node.src[0])[0] >= 0
        if node.op in (Op.SHL, Op.SHR):
            return second is not None and 0 <= second < node.dtype.bits
        return narrow

    # ---- addresses -------------------------------------------------------------------------------

    def sums(self, index: Index, mask: int) -> list[str]:
        """An index for each copy: an int where that is enough, else unsigned, to wrap around."""
        narrow = _is_small(index.terms, index.constant)
        result = []
        for copy, constant in enumerate(self.facts.constants(index, mask)):
            text = ""
            for node, factor in (*index.uniform, *index.varied):
                part = self.facts.projection(mask, self.facts.free[node])[copy]
                name = self.operand(node, part, narrow)
                text += _term(name if narrow else f"(ulong){name}", factor, bool(text), narrow)
            if constant or not text:
                text += _term(str(abs(constant)), -1 if constant < 0 else 1, bool(text), narrow)
            result.append(text)
        return result

    # ---- memory ----------------------------------------------------------------------------------

    def conditions(self, node: Node, block: Block, indices: list[str]) -> list[str | None]:
        """For each copy of a LOAD or STORE when it is carried out; None: always."""
        condition, mask = self.facts.condition(node), self.facts.free[node]
        names: list[str | None] = [None] * len(indices)
        if condition is not None:
            where = self.facts.projection(mask, self.facts.free[condition])
            names = [self.operand(condition, w) for w in where]
        if not self.facts.is_checked(node):
            return names
        return [
            self._checked(node, block, copy, valid, index)
            for copy, (valid, index) in enumerate(zip(names, indices, strict=True))
        ]

    def _checked(self, node: Node, block: Block, copy: int, valid: str | None, index: str) -> str:
        """An index that depends on data: where it is outside, the status slot says so."""
        row, bound = self.facts.row(node), memory_size(node.src[0])
        if row is not None:
            part = self.facts.projection(self.facts.free[node], self.facts.free[row[0]])[copy]
            index, bound = self.operand(row[0], part), row[2]
        at = self.declare(block, "long", f"(long)({index})")
        start = f"{valid} && " if valid else ""
        inside = self.declare(block, "bool", f"{start}(ulong){at} < {bound}")
        self.ops.call("report")
        self.checks = True
        line = c.REPORT.format(index=at, bound=bound)
        block.lines.append(f"if ({start}!{inside}) {line}")
        return inside

    def _loaded(self, node: Node, block: Block) -> Value[Block]:
        mask, dtype = self.facts.free[node], node.dtype
        indices = self.sums(self.facts.index(node), mask)
        conditions = self.conditions(node, block, indices)
        names = []
        for root, index, condition in zip(self.roots(node), indices, conditions, strict=True):
            text = self.ops.from_memory(dtype, f"{root}[{index}]")
            if condition is not None:
                text = f"{condition} ? {text} : {c.literal(0, dtype)}"
            names.append(self.declare(block, c.REGISTER_TYPES[dtype], text))
        return Value(names, block)


def _is_small(terms: Terms, constant: int) -> bool:
    """Whether no part of a sum can leave 32 bits, in whatever order it is added up."""
    reach = abs(constant)
    for node, factor in terms.items():
        reach += abs(factor) * max(map(abs, bounds(node)))
    return reach <= _INT32


def _term(name: str, factor: int, follows: bool, narrow: bool) -> str:
    sign = (" - " if factor < 0 else " + ") if follows else ("-" if factor < 0 else "")
    times = "" if abs(factor) == 1 else f" * {abs(factor)}{'' if narrow else 'ul'}"
    return f"{sign}{name}{times}"
