"""REPEATs: the steps of each are scheduled once, as a graph of their own, then laid out in a row.

Around a REPEAT values have to be in memory: what its states are at first, and what its steps take
from outside. Each state has two memories of its own, and a step reads the one that the step before
has written; but a state that collects rows has one, into which each step writes its row. So the
program stays a plain list of kernels, in which those of a step come back with other memories.

States that nobody wants after the last step are left out, unless others follow from them. And a
REPEAT with the same states as another one and more (those that a gradient needs) is done for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from smelt.ir.node import (
    Node,
    const,
    contiguous,
    placeholder,
    substitute,
    toposort,
)
from smelt.ir.op import MOVEMENT, Op
from smelt.ir.steps import Steps, taken_by_steps
from smelt.schedule.lower import Schedule, ScheduledKernel, schedule_once
from smelt.schedule.products import Multiplier
from smelt.schedule.reasons import Why
from smelt.schedule.regions import leaf

_DATA = frozenset({Op.BUFFER, Op.REDUCE, Op.LOAD, Op.STORE, Op.REPEAT})


class Unrolling:
    """A schedule that grows by one part of the graph after the other."""

    def __init__(self, multiplier: Multiplier) -> None:
        self.multiplier = multiplier
        self.kernels: list[ScheduledKernel] = []
        self.known: dict[Node, Node] = {}  # nodes of the graph, as BUFFERs that stand for them
        self.memories: dict[Node, Node] = {}  # of each of these BUFFERs

    def compute(self, nodes: Sequence[Node], whys: Sequence[Why]) -> list[Node]:
        """Append the kernels that compute `nodes`: the memory of each."""
        part = schedule_once(substitute(nodes, self.known), whys, self.multiplier)
        self.append(part, {})
        return [self.memory(m, {}) for m in part.results]

    def append(self, part: Schedule, memories: dict[Node, Node]) -> None:
        self.kernels += (
            replace(k, memories=tuple(self.memory(m, memories) for m in k.memories))
            for k in part.kernels
        )

    def memory(self, node: Node, memories: dict[Node, Node]) -> Node:
        """The memory that stands behind a node of a part."""
        return memories.get(node) or self.memories.get(node, node)

    def remember(self, node: Node, memory: Node) -> None:
        """From now on `node` is what is in `memory`."""
        flat, self.known[node] = _stand_in(node)
        self.memories[flat] = memory

    def repeat(self, steps: Steps, wanted: Mapping[Node, int]) -> None:
        """Append all steps; `wanted` are nodes, each the value of that state after the last one."""
        live = steps.needed_for(wanted.values())
        stacks = [k for k in live if k in steps.collected]
        carried = [k for k in live if k not in steps.collected]
        following = [steps.following[k] for k in (*carried, *stacks)]
        outside = [n for n in map(_computed, taken_by_steps(following)) if _is_data(n)]
        outside = [n for n in dict.fromkeys(outside) if n not in self.known and not leaf(n)]
        taken = [*(steps.first[k] for k in carried), *outside]
        before = self.compute(taken, [Why.STEPS] * len(taken))
        for node, memory in zip(outside, before[len(carried) :], strict=True):
            self.remember(node, memory)
        now = before[: len(carried)]
        ins = {k: _stand_in(steps.first[k]) for k in (*carried, *stacks)}
        states = {steps.states[k]: node for k, (_, node) in ins.items()}
        made = substitute(following, {**self.known, **states})
        old = [states[steps.states[k]] for k in carried]
        wanted_after = [*_in_memory(made[: len(carried)], old), *made[len(carried) :]]
        step = schedule_once(wanted_after, [Why.STEP] * len(wanted_after), self.multiplier)
        results = step.results[: len(carried)]
        step = _without_copies(step, [ins[k][0] for k in stacks])
        pairs = [[_memory_like(steps.first[k]), _memory_like(steps.first[k])] for k in carried]
        whole = [_memory_like(steps.first[k]) for k in stacks]
        rows = dict(zip(step.results[len(carried) :], whole, strict=True))
        for number in range(steps.count):
            memories = {ins[k][0]: memory for k, memory in zip(carried, now, strict=True)} | rows
            for result, pair in zip(results, pairs, strict=True):
                if result not in memories:  # a state that a step leaves alone stays where it is
                    memories[result] = pair[number % 2]
            self.append(step, memories)
            now = [self.memory(m, memories) for m in results]
        after = dict(zip((*carried, *stacks), (*now, *whole), strict=True))
        for node, k in wanted.items():
            self.remember(node, after[k])


def _in_memory(made: Sequence[Node], now: Sequence[Node]) -> list[Node]:
    """What a step makes of the states `now`, each in memory of its own."""
    return [
        node if node is old or not leaf(_computed(node)) else contiguous(node, unique=True)
        for node, old in zip(made, now, strict=True)
    ]


def _without_copies(step: Schedule, stacks: Sequence[Node]) -> Schedule:
    """A step that writes its rows into what is there, and does not copy that first.

    Nothing reads `stacks` but the copy that a STORE makes of its base.
    """
    copied = set(stacks)
    kernels = tuple(k for k in step.kernels if copied.isdisjoint(k.memories))
    return Schedule(kernels, step.results)


def schedule_with_repeats(
    roots: Sequence[Node], repeats: Sequence[Node], whys: Sequence[Why], multiplier: Multiplier
) -> Schedule:
    """The schedule of a graph with these REPEATs in it, sources first."""
    whole = Unrolling(multiplier)
    found = [Steps.of(node) for node in repeats]
    wanted: dict[Steps, dict[Node, int]] = {}
    for node, steps in zip(repeats, found, strict=True):
        wanted.setdefault(_with_most(steps, found), {})[node] = node.arg[1]
    for steps, nodes in wanted.items():
        whole.repeat(steps, nodes)
    results = whole.compute(roots, whys)
    return Schedule(tuple(whole.kernels), tuple(results))


def _with_most(steps: Steps, found: Sequence[Steps]) -> Steps:
    """Of those found that do what these `steps` do the one with the most states."""
    return max((s for s in found if s.begin_with(steps)), key=lambda s: len(s.first))


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
