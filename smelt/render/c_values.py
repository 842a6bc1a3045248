"""Values in a C-like language: a node is computed once per copy, where its ranges are open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smelt.dtype import DType, dtypes
from smelt.ir.intervals import bounds
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.symbolic import Terms
from smelt.program import Target
from smelt.render import opencl as c
from smelt.render.analysis import Analysis, Index, memory_size
from smelt.render.c_ops import Ops
from smelt.render.c_scopes import Block, Scopes
from smelt.util.errors import VerifyError

_INT32 = (1 << 31) - 1
_DIVISIONS = (Op.IDIV, Op.MOD)


@dataclass(frozen=True)
class Value:
    """The results of a node: one name for each copy, in the order of `Analysis.copies`."""

    names: list[str]
    block: Block
    narrow: bool = False  # an int64 held in 32 bits


class Values(Scopes, ABC):
    """The values of a kernel's nodes, and the code that computes them."""

    def __init__(self, kernel: Node, target: Target):
        super().__init__()
        self.target = target
        self.facts = Analysis(kernel)
        self.ops = Ops(target)
        self.values: dict[Node, Value] = {}
        self.handlers: dict[Op, Callable[[Node], Value]] = {
            Op.CONST: self._const,
            Op.RANGE: self._range,
            Op.LOAD: self._load,
        }
        self.checks = False  # whether anything is written to the status slot

    # ---- on demand -------------------------------------------------------------------------------

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
        return [] if node.op in (Op.REDUCE, Op.BARRIER, Op.RANGE) else list(node.src)

    def deepest(self, nodes: Iterable[Node]) -> Block:
        """The innermost of the blocks that hold these values: where their user can stand."""
        depth = max((self.values[n].block.depth for n in nodes), default=0)
        return self.scopes[depth]

    def scalar(self, node: Node) -> str:
        """The value of a node that has only one."""
        self.emit([node])
        return self.values[node].names[0]

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

    def _const(self, node: Node) -> Value:
        return Value([c.literal(node.arg, node.dtype)], self.scopes[0])

    def _range(self, node: Node) -> Value:
        """The counter of an open loop has its value already: here come copies."""
        if self.facts.mask((node,)) & self.facts.loop_mask:
            raise VerifyError("render", f"{node!r} used outside of its loop", "an open loop")
        return Value([str(i) for i in range(node.src[0].arg)], self.scopes[0], narrow=True)

    def _alu(self, node: Node) -> Value:
        free, block = self.facts.free[node], self.deepest(node.src)
        narrow = self.facts.narrow(node)
        where = [self.facts.projection(free, self.facts.free[s]) for s in node.src]
        held = dtypes.int32 if narrow and node.dtype is dtypes.index else node.dtype
        names = []
        for copy in range(len(self.facts.copies(free))):
            args = [self.operand(s, w[copy], narrow) for s, w in zip(node.src, where, strict=True)]
            text = self._instruction(node, args, narrow)
            names.append(self.declare(block, c.REGISTER_TYPES[held], text))
        return Value(names, block, held is not node.dtype)

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
        constants = [index.constant] * len(self.facts.copies(mask))
        for r, factor in index.copies:
            for copy, i in enumerate(self.facts.projection(mask, self.facts.free[r])):
                constants[copy] += factor * i
        result = []
        for copy, constant in enumerate(constants):
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

    def element(self, root: str, index: str) -> str:
        return f"{root}[{index}]"

    def conditions(self, node: Node, block: Block, indices: list[str]) -> list[str | None]:
        """For each copy of a LOAD or STORE when it is carried out; None: always."""
        given = node.src[2 if node.op is Op.LOAD else 3 :]
        mask = self.facts.free[node]
        names: list[str | None] = [None] * len(indices)
        if given and not (given[0].op is Op.CONST and given[0].arg):
            where = self.facts.projection(mask, self.facts.free[given[0]])
            names = [self.operand(given[0], w) for w in where]
        if node.src[1] not in self.facts.reads or self.facts.inside(node):
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

    def _load(self, node: Node) -> Value:
        memory, valid, dtype = node.src[0], node.src[2:], node.dtype
        mask = self.facts.free[node]
        if memory_size(memory) == 0 or (valid and valid[0].op is Op.CONST and not valid[0].arg):
            return Value([c.literal(0, dtype)] * len(self.facts.copies(mask)), self.scopes[0])
        block = self.deepest(self._needs(node))
        if node in self.facts.unproven:
            block = self.not_above_empty(block)
        indices = self.sums(self.facts.index(node), mask)
        conditions = self.conditions(node, block, indices)
        names = []
        for root, index, condition in zip(self.roots(node), indices, conditions, strict=True):
            text = self.ops.from_memory(dtype, self.element(root, index))
            if condition is not None:
                text = f"{condition} ? {text} : {c.literal(0, dtype)}"
            names.append(self.declare(block, c.REGISTER_TYPES[dtype], text))
        return Value(names, block)

    @abstractmethod
    def roots(self, node: Node) -> list[str]:
        """For each copy of a LOAD or STORE the begin of its memory."""


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
