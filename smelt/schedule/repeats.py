"""REPEATs: the steps of each are scheduled once, as a graph of their own, then laid out in a row.

Around a REPEAT values have to be in memory: what its states are at first, and what its steps take
from outside. Each state has two memories of its own, and a step reads the one that the step before
has written. So the program stays a plain list of kernels, in which those of a step come back with
other memories.
"""

from __future__ import annotations

from collections.abc import Sequence

from smelt.ir.node import (
    Node,
    const,
    contiguous,
    placeholder,
    state,
    substitute,
    taken_by_steps,
    toposort,
)
from smelt.ir.op import MOVEMENT, Op
from smelt.schedule.fuse import leaf
from smelt.schedule.lower import Schedule, ScheduledKernel, schedule_once

_DATA = frozenset({Op.BUFFER, Op.REDUCE, Op.LOAD, Op.STORE, Op.REPEAT})


class Unrolling:
    """A schedule that grows by one part of the graph after the other."""

    def __init__(self) -> None:
        self.kernels: list[ScheduledKernel] = []
        self.known: dict[Node, Node] = {}  # nodes of the graph, as BUFFERs that stand for them
        self.memories: dict[Node, Node] = {}  # of each of these BUFFERs

    def compute(self, nodes: Sequence[Node]) -> list[Node]:
        """Append the kernels that compute `nodes`: the memory of each."""
        part = schedule_once(substitute(nodes, self.known))
        self.append(part, {})
        return [self.memory(m, {}) for m in part.results]

    def append(self, part: Schedule, memories: dict[Node, Node]) -> None:
        self.kernels += (
            ScheduledKernel(k.kernel, tuple(self.memory(m, memories) for m in k.memories))
            for k in part.kernels
        )

    def memory(self, node: Node, memories: dict[Node, Node]) -> Node:
        """The memory that stands behind a node of a part."""
        return memories.get(node) or self.memories.get(node, node)

    def remember(self, node: Node, memory: Node) -> None:
        """From now on `node` is what is in `memory`."""
        flat, self.known[node] = _stand_in(node)
        self.memories[flat] = memory

    def repeat(self, siblings: Sequence[Node]) -> None:
        """Append all steps of a REPEAT, whose `siblings` are those states that are wanted."""
        count, _ = siblings[0].arg
        half = len(siblings[0].src) // 2
        first, following = siblings[0].src[:half], siblings[0].src[half:]
        outside = [n for n in map(_computed, taken_by_steps(following)) if _is_data(n)]
        outside = [n for n in dict.fromkeys(outside) if n not in self.known and not leaf(n)]
        before = self.compute([*first, *outside])
        for node, memory in zip(outside, before[half:], strict=True):
            self.remember(node, memory)
        now = before[:half]
        ins = [_stand_in(s) for s in first]
        step = schedule_once(self._step(first, following, [node for _, node in ins]))
        pairs = [[_memory_like(s), _memory_like(s)] for s in first]
        for number in range(count):
            memories = {flat: memory for (flat, _), memory in zip(ins, now, strict=True)}
            for result, pair in zip(step.results, pairs, strict=True):
                if result not in memories:  # a state that a step leaves alone stays where it is
                    memories[result] = pair[number % 2]
            self.append(step, memories)
            now = [self.memory(m, memories) for m in step.results]
        for node in siblings:
            self.remember(node, now[node.arg[1]])

    def _step(
        self, first: Sequence[Node], following: Sequence[Node], now: Sequence[Node]
    ) -> list[Node]:
        """What a step makes of the states `now`, each in memory of its own."""
        states = {state(k, s): n for k, (s, n) in enumerate(zip(first, now, strict=True))}
        made = substitute(following, {**self.known, **states})
        return [
            node if node is old or not leaf(_computed(node)) else contiguous(node, unique=True)
            for node, old in zip(made, now, strict=True)
        ]


def schedule_with_repeats(roots: Sequence[Node], repeats: Sequence[Node]) -> Schedule:
    """The schedule of a graph with these REPEATs in it, sources first."""
    whole = Unrolling()
    siblings: dict[tuple[tuple[Node, ...], int], list[Node]] = {}
    for node in repeats:
        siblings.setdefault((node.src, node.arg[0]), []).append(node)
    for group in siblings.values():
        whole.repeat(group)
    results = whole.compute(roots)
    return Schedule(tuple(whole.kernels), tuple(results))


def _computed(node: Node) -> Node:
    """Below movement, which costs nothing, what has to be computed."""
    while not leaf(node) and node.op in MOVEMENT:
        node = node.src[0]
    return node


def _is_data(node: Node) -> bool:
    """Whether computing a node takes more than counting."""
    return any(n.op in _DATA or leaf(n) for n in toposort([node], stop=leaf))


def _stand_in(node: Node) -> tuple[Node, Node]:
    """A BUFFER for the value of a node: flat, and in the node's shape."""
    whole = placeholder(node.shape, node.dtype, node.device)
    return _computed(whole), whole


def _memory_like(node: Node) -> Node:
    """What stands for memory of a node's size that nothing else has."""
    return contiguous(const(0, node.dtype, node.shape), unique=True)
