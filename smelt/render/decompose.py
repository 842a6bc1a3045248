"""Instructions that few targets have, rewritten in a kernel as expressions of those that all have.

EXP2, LOG2 and SIN become polynomials and bit arithmetic (see transcendental.py), conversions of
float8 arithmetic of their bits (see float8.py). FMA becomes a product and a sum where the target
has none. Where the target multiplies by powers of two (`has_scale`), EXP2 of integers is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smelt.dtype import dtypes
from smelt.ir.node import Node, alu, cast, toposort
from smelt.ir.op import Op
from smelt.program import Target
from smelt.render import float8, transcendental

Rules = Mapping[Op, Callable[[Node], Node]]


def _by_function(function: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """The rule for a function of one float; those of 16 bits go through float32."""

    def rule(node: Node) -> Node:
        x = node.src[0]
        wide = dtypes.float32 if x.dtype.itemsize < 4 else x.dtype
        return cast(function(cast(x, wide)), x.dtype)

    return rule


def _multiply_add(node: Node) -> Node:
    a, b, c = node.src
    return alu(Op.ADD, alu(Op.MUL, a, b), c)


_FUNCTIONS: Rules = {
    Op.EXP2: _by_function(transcendental.exp2),
    Op.LOG2: _by_function(transcendental.log2),
    Op.SIN: _by_function(transcendental.sin),
}
_WITH_SCALE: Rules = {**_FUNCTIONS, Op.EXP2: _by_function(transcendental.scaled_exp2)}
_WITHOUT_FLOAT64: Rules = {Op.SIN: _by_function(transcendental.sin_single)}
_WITHOUT_SCALE: Rules = {Op.MUL: transcendental.times_exp2, Op.WHERE: transcendental.times_zero}
_WITHOUT_FMA: Rules = {Op.FMA: _multiply_add}


def decompose(kernel: Node, target: Target) -> Node:
    """`kernel` without EXP2, LOG2, SIN and float8, and without FMA if the target has none.

    Everything else stays the same node. Works for any node, not only a KERNEL.

    >>> from smelt.ir.node import alu, param, load, index
    >>> cpu = Target("CPU", "x86_64", "x86-64", "", 16, 16, has_fma=False)
    >>> x = load(param(0, dtypes.float32, 1), index(0))
    >>> ops = {node.op for node in toposort([decompose(alu(Op.EXP2, x), cpu)])}
    >>> Op.EXP2 in ops, Op.FMA in ops
    (False, False)
    """
    kernel = float8.as_bytes(kernel)
    if not target.has_float64:
        kernel = _apply(_WITHOUT_FLOAT64, kernel)
    if not target.has_scale and any(node.op is Op.EXP2 for node in toposort([kernel])):
        kernel = _apply(_WITHOUT_SCALE, kernel)
    kernel = _apply(_WITH_SCALE if target.has_scale else _FUNCTIONS, kernel)
    return kernel if target.has_fma else _apply(_WITHOUT_FMA, kernel)


def _apply(rules: Rules, root: Node) -> Node:
    """`root` with each operation that has a rule replaced by what the rule makes of it."""
    order = toposort([root])
    if not any(node.op in rules for node in order):
        return root
    new: dict[Node, Node] = {}
    for node in order:
        node_now = node.with_src(tuple(new[s] for s in node.src))
        rule = rules.get(node.op)
        new[node] = node_now if rule is None else rule(node_now)
    return new[root]
