"""A smaller graph that fails too, and a graph as Python text: a row of test_found.py."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

import numpy as np

from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import BufferRef, Node, buffer, substitute, toposort
from smelt.ir.op import ELEMENTWISE, MOVEMENT, Op
from smelt.ir.steps import of_the_steps
from tests.fuzz.cases import HOME, Held
from tests.fuzz.graphs import Array

Graphs = tuple[list[Node], Held]
Fails = Callable[[list[Node], Held], bool]

SHORT = 24  # elements that are printed one by one


def shrink(
    roots: list[Node], held: Held, variables: Mapping[str, int], fails: Fails, limit_s: float
) -> Graphs:
    """The smallest graph for which `fails` still holds that simple cuts lead to."""
    deadline = monotonic() + limit_s
    found = (roots, held)
    going = True
    while going:
        going = False
        for smaller in _smaller(*found, variables):
            if monotonic() > deadline:
                return found
            if fails(*smaller):
                found = (smaller[0], _used(*smaller))
                going = True
                break
    return found


def _used(roots: Sequence[Node], held: Held) -> Held:
    return {n.arg: held[n.arg] for n in toposort(roots) if n.op is Op.BUFFER}


def _smaller(roots: list[Node], held: Held, variables: Mapping[str, int]) -> Iterator[Graphs]:
    """Graphs with one thing less: the boldest cuts first."""
    if len(roots) > 1:
        for root in roots:
            yield [root], held
        for i in range(len(roots)):
            yield [*roots[:i], *roots[i + 1 :]], held
    order = toposort(roots)
    bound = set(of_the_steps(order))
    for root in roots:
        for source in (s for s in root.src if s not in bound):
            yield [source if r is root else r for r in roots], held
    values = {}
    if not variables:
        free = [n for n in order if n not in bound]
        values = dict(zip(free, evaluate_graph(free, held), strict=True))
    for node in reversed(order):
        is_leaf = node.op is Op.BUFFER or (node.op is Op.RESHAPE and node.src[0].op is Op.BUFFER)
        if node in values and not is_leaf and node.op is not Op.CONST:
            ref = BufferRef(HOME, values[node].size, node.dtype)
            leaf = ir.reshape(buffer(ref), values[node].shape)
            yield _replaced(roots, node, leaf), {**held, ref: values[node].reshape(-1)}
    for node in reversed(order):
        for source in node.src:
            if source.shape == node.shape and source.dtype is node.dtype:
                yield _replaced(roots, node, source), held
    for ref, array in _used(roots, held).items():
        for simple in _simpler(array):
            yield roots, {**held, ref: simple}


def _replaced(roots: list[Node], node: Node, other: Node) -> list[Node]:
    return substitute(roots, {node: other})


def _simpler(array: Array) -> Iterator[Array]:
    simple = [np.zeros_like(array), np.ones_like(array)]
    if array.dtype.kind != "b":
        simple.append((np.arange(array.size) % 7).astype(array.dtype))
    simple += [np.resize(array[:5], array.shape)] if array.size > SHORT else []
    for other in simple:
        if other.tobytes() == array.tobytes():
            return  # as simple as that already
        yield other


# ---- text ---------------------------------------------------------------------------------------


def as_text(roots: Sequence[Node], held: Held, name: str, note: str) -> str:
    """A function that builds the graph, as the rows of test_found.py are written."""
    names: dict[Node, str] = {}
    lines = [f"def {name}(stored: Stored) -> Sequence[Node]:", f'    """{note}"""']
    for node in _with_sizes(roots):
        names[node] = f"x{len(names)}"
        lines.append(f"    {names[node]} = {_call(node, names, held)}")
    listed = ", ".join(names[r] for r in roots)
    return "\n".join([*lines, f"    return [{listed}]"]) + "\n"


def _with_sizes(roots: Sequence[Node]) -> list[Node]:
    """All nodes, sources first, with those that sizes are made of."""
    order: dict[Node, None] = {}
    for node in toposort(roots):
        for size in _sizes_in((node.shape, node.arg)):
            order |= dict.fromkeys(toposort([size]))
        order[node] = None
    return list(order)


def _sizes_in(part: Any) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for p in part:
            yield from _sizes_in(p)


def _call(node: Node, names: Mapping[Node, str], held: Held) -> str:
    src, dtype = [names[s] for s in node.src], f"dtypes.{node.dtype.name}"
    arg = _plain(node.arg, names)
    shape = _plain(node.shape, names)
    special = {
        Op.BUFFER: lambda: f'stored({_values(held[node.arg])}, "{node.dtype.name}")',
        Op.CONST: lambda: f"ir.const({_number(node.arg)}, {dtype}, {shape})",
        Op.IOTA: lambda: f"ir.iota({_plain(node.shape[0], names)}, {dtype})",
        Op.VARIABLE: lambda: f"ir.variable{arg}",
        Op.STATE: lambda: (
            f"Node.make(Op.STATE, {dtype}, {shape}, (), ({node.arg[0]}, stored.device))"
        ),
        Op.CAST: lambda: f"ir.cast({src[0]}, {dtype})",
        Op.BITCAST: lambda: f"ir.bitcast({src[0]}, {dtype})",
        Op.SHEAR: lambda: f"ir.shear({src[0]}, *{arg})",
        Op.REDUCE: lambda: f"ir.reduce({src[0]}, {arg[1:-1]})",
        Op.LOAD: lambda: f"ir.load({', '.join(src)})",
        Op.STORE: lambda: f"ir.store({', '.join([*src, *['None'] * (4 - len(src))])}, {arg})",
        Op.CONTIGUOUS: lambda: f"ir.contiguous({src[0]}, unique={node.arg is not None})",
        Op.DETACH: lambda: f"ir.detach({src[0]})",
        Op.REPEAT: lambda: "ir.repeat({}, {}, [{}], [{}])".format(
            *node.arg, ", ".join(src[: len(src) // 2]), ", ".join(src[len(src) // 2 :])
        ),
    }
    if node.op in special:
        return special[node.op]()
    if node.op in ELEMENTWISE:
        return f"ir.alu({', '.join([f'Op.{node.op.name}', *src])})"
    assert node.op in MOVEMENT, f"no text for {node!r}"
    return f"ir.{node.op.name.lower()}({src[0]}, {arg})"


def _plain(part: Any, names: Mapping[Node, str]) -> str:
    if isinstance(part, Node):
        return names[part]
    if isinstance(part, Op):
        return f"Op.{part.name}"
    if isinstance(part, tuple):
        inside = ", ".join(_plain(p, names) for p in part)
        return f"({inside},)" if len(part) == 1 else f"({inside})"
    return repr(part)


def _number(value: Any) -> str:
    is_special = isinstance(value, float) and not math.isfinite(value)
    return f'float("{value}")' if is_special else repr(value)


def _values(array: Array) -> str:
    flat = array.reshape(-1)
    for period in range(1, min(SHORT, flat.size // 2) + 1):
        if np.resize(flat[:period], flat.shape).tobytes() == flat.tobytes():
            return f"np.resize({_list(flat[:period])}, {flat.size})"
    return _list(flat)


def _list(flat: Array) -> str:
    values = flat.astype(np.float64) if flat.dtype.kind not in "biu" else flat
    listed = "[" + ", ".join(_number(v) for v in values.tolist()) + "]"
    return f"np.array({listed}, np.uint64)" if flat.dtype == np.uint64 else listed
