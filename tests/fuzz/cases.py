"""A random graph for each seed: as it grew, or its gradient, a batch of it, steps of a REPEAT."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from smelt.autograd.backward import pull_back
from smelt.autograd.batching import batch
from smelt.dtype import all_dtypes, dtypes
from smelt.ir import node as ir
from smelt.ir.node import BufferRef, Node, toposort
from smelt.ir.op import Op
from smelt.util.errors import GradientError
from tests.fuzz.graphs import Array, Graph, Number
from tests.fuzz.products import Products
from tests.fuzz.symbolic import LARGEST, Symbolic

Held = Mapping[BufferRef, Array]

INTEGERS = [d for d in all_dtypes() if not d.is_float]
FLOATS = [d for d in all_dtypes() if d.is_float or d is dtypes.bool or d is dtypes.int32]
WITH_GRADIENTS = [dtypes.float32] * 3 + [dtypes.float64, dtypes.float16, dtypes.int32]
HOME = "PYTHON"  # where a graph grows: nothing is computed there


@dataclass
class Case:
    """Roots, the contents of their BUFFERs, and what each of them means.

    The meaning of a root is a graph that the oracle evaluates, or several: those of its rows.
    """

    kind: str
    roots: list[Node]
    held: Held
    meaning: list[Node | tuple[Node, ...]] = field(default_factory=list)
    variables: tuple[dict[str, int], ...] = ({},)

    def __post_init__(self) -> None:
        self.meaning = self.meaning or [*unrolled(self.roots)]


def make(seed: int) -> Case:
    """The case of a seed."""
    rng = random.Random(seed)
    names = list(KINDS)
    kind = rng.choices(names, [KINDS[n][0] for n in names])[0]
    return KINDS[kind][1](kind, rng.randint)


# ---- graphs as they grow ------------------------------------------------------------------------


def grown(number: Number, steps: int, device: str = HOME, **options: object) -> Graph:
    """A graph of some operations."""
    graph = Graph(number, device, **options)  # type: ignore[arg-type]
    graph.pool.append(graph.leaf(graph.shape()))
    graph.grow(number(1, steps))
    return graph


def some(graph: Graph) -> list[Node]:
    """The newest node and perhaps others."""
    roots = [graph.pool[-1]]
    while len(roots) < 4 and graph.number(0, 2) == 2:
        roots.append(graph.any())
    return roots


def _plain(**options: object) -> Callable[[str, Number], Case]:
    def make_one(kind: str, number: Number) -> Case:
        graph = grown(number, 12, **options)
        return Case(kind, some(graph), graph.held)

    return make_one


def _products(kind: str, number: Number) -> Case:
    graph = Products(number, HOME)
    graph.grow(number(1, 2))
    return Case(kind, graph.pool[-number(1, len(graph.pool)) :], graph.held)


def _symbolic(kind: str, number: Number) -> Case:
    graph = Symbolic(number, HOME)
    shape = tuple(graph.one_of([LARGEST, 3, 12, 1]) for _ in range(number(1, 3)))
    rng = np.random.default_rng(number(0, 1 << 16))
    x = graph.stored(rng.integers(-8, 9, shape).astype(np.float64))
    for _ in range(number(1, 6)):
        x = graph.step(x)
    sizes = tuple({"n": n} for n in (1, 4, LARGEST))
    return Case(kind, [x], graph.held, variables=sizes)


# ---- transforms of graphs -----------------------------------------------------------------------


def _gradient(kind: str, number: Number) -> Case:
    graph = grown(number, 8, dtypes=WITH_GRADIENTS)
    floats = [n for n in graph.pool if n.dtype.is_float]
    if not floats:
        return Case("all dtypes", some(graph), graph.held)
    root = floats[-1]
    below = toposort([root])
    targets = [n for n in graph.pool if n in below and n.dtype.is_float][:3]
    cotangent = graph.leaf(ir.static(root.shape), root.dtype)
    try:
        found = pull_back([root], [cotangent], targets)
    except GradientError:  # of what has none, such as a maximum that is stored
        return Case("all dtypes", [root], graph.held)
    return Case(kind, [root, *(g for g in found if g is not None)], graph.held)


def _gradient_of_product(kind: str, number: Number) -> Case:
    graph = Products(number, HOME)
    graph.grow(1)
    root = graph.pool[-1]
    leaves = [n for n in toposort([root]) if n.op is Op.BUFFER and n.dtype.is_float]
    if not root.dtype.is_float or not leaves:
        return Case("products", [root], graph.held)
    cotangent = graph.whole(ir.static(root.shape), root.dtype)
    found = pull_back([root], [cotangent], leaves[:2])
    return Case(kind, [g for g in found if g is not None] or [root], graph.held)


def _batched(kind: str, number: Number) -> Case:
    """Some leaves get a batch axis; each row is the graph with that row of them."""
    graph = grown(number, 8)
    roots, size = some(graph), number(1, 4)
    leaves = [n for n in graph.pool if n.op in (Op.BUFFER, Op.RESHAPE)]
    leaves = [n for n in leaves if n.op is Op.BUFFER or n.src[0].op is Op.BUFFER]
    wide: dict[Node, Node] = {}
    for leaf in leaves[: number(1, 2)]:
        flat = graph.held[(leaf if leaf.op is Op.BUFFER else leaf.src[0]).arg]
        rows = np.stack([np.roll(flat, i) for i in range(size)])
        wide[leaf] = ir.reshape(graph.stored(rows), (size, *leaf.shape))
    meaning = [
        tuple(ir.substitute(roots, {x: _row(xs, i) for x, xs in wide.items()}))
        for i in range(size)
    ]  # fmt: skip
    return Case(kind, batch(roots, wide, size), graph.held, [*zip(*meaning, strict=True)])


def _row(x: Node, i: int) -> Node:
    rest = [(0, n) for n in x.shape[1:]]
    return ir.reshape(ir.shrink(x, [(i, i + 1), *rest]), x.shape[1:])


def _repeated(kind: str, number: Number) -> Case:
    """Steps that make states of the same shapes, and what follows them."""
    graph = grown(number, 3, most_elements=600)
    first = [graph.any() for _ in range(number(1, 2))]
    if any(n.device is None for n in first):  # a state lives somewhere
        first = [graph.leaf(graph.shape()) for _ in first]
    outside = list(graph.pool)
    graph.pool += [ir.state(k, x) for k, x in enumerate(first)]
    graph.grow(number(1, 6))
    following = [
        graph.cast(graph.reshaped(graph.pool[-1 - k], ir.static(x.shape)), x.dtype)
        for k, x in enumerate(first)
    ]
    count = number(1, 5)
    made = [ir.repeat(count, k, first, following) for k in range(len(first))]
    graph.pool = outside + made
    graph.grow(number(0, 3))
    return Case(kind, [graph.pool[-1], *made], graph.held)


def unrolled(roots: Sequence[Node]) -> list[Node]:
    """`roots` with the steps of each REPEAT one after the other."""
    new: dict[Node, Node] = {}
    for node in toposort(roots, stop=lambda n: n.op is Op.REPEAT):
        if node.op is Op.REPEAT:
            count, k = node.arg
            half = len(node.src) // 2
            first, following = node.src[:half], node.src[half:]
            states = unrolled(first)
            for _ in range(count):
                now = [ir.state(i, x) for i, x in enumerate(first)]
                states = ir.substitute(following, dict(zip(now, states, strict=True)))
            new[node] = states[k]
    return ir.substitute(roots, new)


KINDS: dict[str, tuple[int, Callable[[str, Number], Case]]] = {  # how often, and how it is made
    "all dtypes": (8, _plain()),
    "integers": (3, _plain(dtypes=INTEGERS)),
    "floats": (4, _plain(dtypes=FLOATS)),
    "large": (2, _plain(most_elements=40_000)),
    "products": (8, _products),
    "symbolic": (5, _symbolic),
    "gradient": (3, _gradient),
    "gradient of a product": (2, _gradient_of_product),
    "batched": (3, _batched),
    "repeated": (3, _repeated),
}
