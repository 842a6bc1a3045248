"""Graphs and kernels as text. Equal structures print alike: nothing here shows an identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from smelt.ir.node import Dim, Node, identity, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.ranges import LoopNest, own_ranges

LONGEST_INLINE = 72  # characters: a longer expression gets a name
LONGEST_REPEATED = 24  # of index arithmetic that is written out wherever it is used

# operator and how tightly it binds, as in Python
_INFIX: dict[Op, tuple[str, int]] = {
    Op.NE: ("!=", 1),
    Op.LT: ("<", 1),
    Op.OR: ("|", 2),
    Op.XOR: ("^", 3),
    Op.AND: ("&", 4),
    Op.SHL: ("<<", 5),
    Op.SHR: (">>", 5),
    Op.ADD: ("+", 6),
    Op.SUB: ("-", 6),
    Op.MUL: ("*", 7),
    Op.FDIV: ("/", 7),
    Op.IDIV: ("//", 7),
    Op.MOD: ("%", 7),
}
_ATOM = 9
_UNARY = 8
_LEAVES = frozenset({Op.CONST, Op.VARIABLE, Op.RANGE, Op.PARAM, Op.LOCAL})
_LETTERS = {
    AxisKind.GRID: "g",
    AxisKind.LOCAL: "l",
    AxisKind.WARP: "w",
    AxisKind.LOOP: "i",
    AxisKind.UNROLL: "u",
    AxisKind.VECTOR: "v",
    AxisKind.MATRIX: "x",
}

Text = tuple[str, int]  # an expression and how tightly its outermost operator binds


# ---- expressions --------------------------------------------------------------------------------


def _scalar(value: Any) -> str:
    return repr(value)


def _inside(text: Text, binds: int) -> str:
    return text[0] if text[1] >= binds else f"({text[0]})"


def _instruction(node: Node, src: Sequence[Text]) -> Text:
    """An elementwise instruction on the texts of its sources."""
    if node.op in _INFIX:
        sign, binds = _INFIX[node.op]
        last = node.src[1]
        if last.op is Op.CONST and node.op is Op.XOR and last.arg is True:
            return f"not {_inside(src[0], _UNARY)}", _UNARY
        if last.op is Op.CONST and node.op is Op.ADD and last.dtype.is_int and last.arg < 0:
            return f"{_inside(src[0], binds)} - {-last.arg}", binds
        space = "" if binds == _INFIX[Op.MUL][1] else " "
        # all of these are left-associative: the right side is bracketed at equal strength
        left, right = _inside(src[0], binds), _inside(src[1], binds + 1)
        return f"{left}{space}{sign}{space}{right}", binds
    name = {Op.CAST: node.dtype.name, Op.BITCAST: f"bits_as_{node.dtype.name}"}.get(
        node.op, node.op.name.lower()
    )
    return f"{name}({', '.join(text for text, _ in src)})", _ATOM


def _leaf(node: Node) -> Text:
    if node.op is Op.VARIABLE:
        return str(node.arg[0]), _ATOM
    text = _scalar(node.arg)
    return text, _UNARY if text.startswith("-") else _ATOM


def format_dim(dim: Dim) -> str:
    """A dimension as text: 16, or `pos + 1`.

    >>> from smelt.ir.node import variable
    >>> format_dim((variable("pos", 0, 7) + 1) * 2)
    '(pos + 1)*2'
    """
    if isinstance(dim, int):
        return str(dim)
    texts: dict[Node, Text] = {}
    for node in toposort([dim]):
        src = [texts[s] for s in node.src]
        texts[node] = _instruction(node, src) if src else _leaf(node)
    return texts[dim][0]


# ---- tensor graphs ------------------------------------------------------------------------------


def format_graph(roots: Sequence[Node]) -> str:
    """One line for each node, sources before users, then what is returned.

    >>> from smelt.ir.node import iota, reduce
    >>> print(format_graph([reduce(iota(4), Op.ADD, [0])]))
    %0 = iota int64[4]
    %1 = reduce int64[] %0 (add, (0))
    return %1
    """
    number: dict[Node, int] = {}
    memory: dict[Node, int] = {}  # BUFFERs in order of appearance
    lines = []
    for node in toposort(roots):
        number[node] = len(number)
        shape = ", ".join(format_dim(d) for d in node.shape)
        parts = [f"%{number[node]} = {node.op.name.lower()} {node.dtype.name}[{shape}]"]
        parts += [f"%{number[s]}" for s in node.src]
        if node.op is Op.BUFFER:
            parts += [f"b{memory.setdefault(node, len(memory))}", node.arg.device]
        elif node.op is Op.CONTIGUOUS:
            parts += ["unique"] if node.arg is not None else []
        elif node.op not in (Op.RESHAPE, Op.EXPAND) and node.arg is not None:
            parts.append(_arg(node.arg))
        if node.buffer is not None:
            parts.append(f"in b{memory.setdefault(node.buffer, len(memory))}")
        lines.append(" ".join(parts))
    lines.append("return " + ", ".join(f"%{number[r]}" for r in roots))
    return "\n".join(lines)


def _arg(arg: Any) -> str:
    """An arg as text; args are only a few levels deep."""
    if isinstance(arg, tuple):
        return f"({', '.join(_arg(a) for a in arg)})"
    if isinstance(arg, Node):
        return format_dim(arg)
    if isinstance(arg, (Op, AxisKind)):
        return arg.name.lower()
    return arg if isinstance(arg, str) else _scalar(arg)


# ---- kernels ------------------------------------------------------------------------------------


def format_kernel(kernel: Node) -> str:
    """A KERNEL as a nest of loops in pseudo-code.

    >>> from smelt.dtype import dtypes
    >>> from smelt.ir import node as n
    >>> i, k = n.loop_range(4, 0, AxisKind.GRID), n.loop_range(8, 1)
    >>> x, out = n.param(1, dtypes.float32, 32), n.param(0, dtypes.float32, 4)
    >>> total = n.reduce_ranges(n.load(x, i * 8 + k), Op.ADD, [k])
    >>> print(format_kernel(n.kernel("row_sums", [i], [n.store(out, i, total)])))
    kernel row_sums(p0: float32[4], p1: float32[32]):
      for g0 in grid(4):
        s0 = 0.0
        for i0 in loop(8):
          s0 += p1[g0*8 + i0]
        p0[g0] = s0
    """
    return _KernelText(LoopNest(kernel)).format()


class _KernelText:
    """Collects the lines of one kernel. Statements stand in the loops they need, no deeper."""

    def __init__(self, nest: LoopNest):
        self.nest = nest
        self.lines: list[str] = []
        self.texts: dict[Node, Text] = {}
        self.counts: Counter[str] = Counter()  # names given so far, for each first letter
        self.users = Counter(s for n in nest.order for s in n.src)
        for node in nest.order:
            if node.op in (Op.PARAM, Op.LOCAL):
                self.texts[node] = (f"{'p' if node.op is Op.PARAM else 'm'}{node.arg}", _ATOM)
            elif node.op in (Op.CONST, Op.VARIABLE):
                self.texts[node] = _leaf(node)

    def _name(self, letter: str) -> str:
        self.counts[letter] += 1
        return f"{letter}{self.counts[letter] - 1}"

    def format(self) -> str:
        memory: Mapping[Op, list[Node]] = {
            op: sorted((n for n in self.nest.order if n.op is op), key=lambda n: n.arg)
            for op in (Op.PARAM, Op.LOCAL, Op.VARIABLE)
        }
        declared = [f"{self.texts[p][0]}: {_type(p)}" for p in memory[Op.PARAM]]
        declared += [f"{n} in [{lo}, {hi}]" for n, lo, hi in (v.arg for v in memory[Op.VARIABLE])]
        self.lines.append(f"kernel {self.nest.kernel.arg}({', '.join(declared)}):")
        self.lines += [f"  local {self.texts[m][0]}: {_type(m)}" for m in memory[Op.LOCAL]]
        self._block(self.nest.kernel, 1)
        return "\n".join(self.lines)

    def _block(self, owner: Node, indent: int) -> None:
        """The loops of `owner`, each with what depends on it but on no loop further in.

        Recursion is as deep as loops are nested.
        """
        ranges = own_ranges(owner)
        for r in ranges:
            self.texts[r] = (self._name(_LETTERS[r.arg[1]]), _ATOM)
        place = {r: depth + 1 for depth, r in enumerate(ranges)}
        inside: list[list[Node]] = [[] for _ in range(len(ranges) + 1)]
        for node in (*self.nest.blocks[owner], *self._effects(owner)):
            axes = self.nest.axes[node] if node is not owner else ranges
            inside[max((place.get(r, 0) for r in axes), default=0)].append(node)
        for depth, nodes in enumerate(inside):
            if depth > 0:
                r = ranges[depth - 1]
                head = f"for {self.texts[r][0]} in {r.arg[1].name.lower()}"
                self._line(indent + depth - 1, f"{head}({format_dim(r.src[0])}):")
            for node in nodes:
                self._statement(node, owner, indent + depth)

    def _effects(self, owner: Node) -> tuple[Node, ...]:
        """What `owner` does at the end of its loops' bodies."""
        return self.nest.stores if owner.op is Op.KERNEL else (owner,)

    def _statement(self, node: Node, owner: Node, indent: int) -> None:
        if node is owner and owner.op is Op.REDUCE:
            total, value = self.texts[owner][0], self.texts[owner.src[0]]
            update = {
                Op.ADD: f"{total} += {value[0]}",
                Op.MUL: f"{total} *= {_inside(value, _UNARY)}",
                Op.MAX: f"{total} = max({total}, {value[0]})",
            }
            self._line(indent, update[owner.arg[0]])
        elif node is owner:
            self._store(owner.src[0], indent, ())
        elif node.op is Op.STORE:
            self._store(node, indent, self.nest.ranges)
        elif node.op is Op.REDUCE:
            self.texts[node] = (self._name("s"), _ATOM)
            start = _scalar(node.dtype.cast(identity(node.arg[0], node.dtype)))
            self._line(indent, f"{self.texts[node][0]} = {start}")
            self._block(node, indent)
        elif node.op is Op.BARRIER:
            self.texts[node] = self.texts[node.src[0].src[0]]
            self._block(node, indent)
            self._line(indent, "barrier")
        elif node.op not in _LEAVES:
            self._value(node, indent)

    def _value(self, node: Node, indent: int) -> None:
        """An instruction: as part of the expressions that use it, or under a name of its own."""
        src = [self.texts[s] for s in node.src]
        if node.op is Op.LOAD:
            text = (f"{src[0][0]}[{src[1][0]}]", _ATOM)
            if len(src) == 3:
                text = (f"({text[0]} if {src[2][0]} else 0)", _ATOM)
        else:
            text = _instruction(node, src)
        is_index = node.dtype.is_int or node.dtype.is_bool
        short = LONGEST_REPEATED if is_index and node.op is not Op.LOAD else 0
        if len(text[0]) > (LONGEST_INLINE if self.users[node] == 1 else short):
            name = self._name("t")
            self._line(indent, f"{name} = {text[0]}")
            text = (name, _ATOM)
        self.texts[node] = text

    def _store(self, node: Node, indent: int, ranges: Sequence[Node]) -> None:
        base, index, value, *valid = (self.texts[s][0] for s in node.src)
        axes = self.nest.axes[node]
        outside = ranges[: max((ranges.index(r) for r in axes if r in ranges), default=0)]
        # it is printed inside of loops that it does not depend on, but happens only once in them
        conditions = [f"{self.texts[r][0]} == 0" for r in outside if r not in axes] + valid
        prefix = f"if {' and '.join(conditions)}: " if conditions else ""
        update = {
            "set": f"= {value}",
            "add": f"+= {value}",
            "mul": f"*= {value}",
            "max": f"= max({base}[{index}], {value})",
        }
        self._line(indent, f"{prefix}{base}[{index}] {update[node.arg]}")

    def _line(self, indent: int, text: str) -> None:
        self.lines.append("  " * indent + text)


def _type(memory: Node) -> str:
    return f"{memory.dtype.name}[{format_dim(memory.shape[0])}]"
