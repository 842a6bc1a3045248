"""A graph on several devices, made ready to run: a program for each run of steps on one of them.

A node's stage is the number of copies between devices that stand one behind the other below it.
What a device computes in a stage is one program; between stages values are copied. A value that a
later stage needs too is kept, unless it is only another view of one that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from smelt.engine.executable import Executable, executable
from smelt.engine.memory import contents, from_numpy
from smelt.engine.realize import as_leaf
from smelt.ir.node import BufferRef, Node, buffer, numel, substitute, toposort
from smelt.ir.op import MOVEMENT, Op
from smelt.ir.serialize import structural_key
from smelt.schedule.reasons import Why

_VIEWS = MOVEMENT | {Op.CONST, Op.IOTA, Op.VARIABLE, Op.DETACH, Op.BUFFER}


@dataclass(frozen=True)
class Part:
    """What one device computes in one go. Values of the whole run are known by number."""

    executable: Executable
    reads: tuple[int, ...]  # for each BUFFER of its graph
    makes: tuple[int, ...]  # for each root of its graph

    def run(self, values: dict[int, BufferRef], variables: Mapping[str, int]) -> None:
        made = self.executable.run([values[n] for n in self.reads], variables)
        values.update(zip(self.makes, made, strict=True))


@dataclass(frozen=True)
class Transfer:
    """A value brought to another device."""

    source: int
    target: int
    device: str

    def run(self, values: dict[int, BufferRef], variables: Mapping[str, int]) -> None:
        copied = from_numpy(contents(values[self.source]), self.device)
        values[self.target] = copied.arg


@dataclass(frozen=True)
class Relay:
    """Programs and copies in running order. It is called as an Executable is."""

    steps: tuple[Part | Transfer, ...]
    results: tuple[int, ...]

    def run(self, refs: Sequence[BufferRef], variables: Mapping[str, int]) -> list[BufferRef]:
        """Run on the memory of `refs` (the graph's BUFFERs in order): the memory of each root."""
        values = dict(enumerate(refs))
        for step in self.steps:
            step.run(values, variables)
        return [values[n] for n in self.results]


def executable_across(
    roots: Sequence[Node], default: str
) -> tuple[Executable | Relay, list[BufferRef]]:
    """What computes `roots`, each on its device or on `default`, and the BUFFERs to run it on."""
    order = toposort(roots, stop=lambda n: n.buffer is not None)
    places = list(dict.fromkeys(n.device for n in order if n.device is not None)) or [default]
    if len(places) == 1:
        return executable(roots, places[0])
    _, refs = structural_key(roots)
    planner = _Planner(roots, order, default, refs)
    steps = tuple(planner.steps())
    return Relay(steps, tuple(planner.number(root) for root in roots)), refs


class _Planner:
    """Works out the steps of a Relay."""

    def __init__(
        self, roots: Sequence[Node], order: list[Node], default: str, refs: Sequence[BufferRef]
    ):
        self._roots = roots
        self._default = default
        self._order = order
        self._numbers: dict[BufferRef, int] = {ref: i for i, ref in enumerate(refs)}
        self._stage = self._stages()
        self._kept = self._find_kept()
        # What stands for a node in the graphs of later steps: memory.
        self._leaf = {n: n for n in order if n.buffer is not None or n.op is Op.BUFFER}

    def _stages(self) -> dict[Node, int]:
        stage: dict[Node, int] = {}
        for node in self._order:
            entered = node.src if node.buffer is None else ()
            below = max((stage[s] for s in entered), default=0)
            stage[node] = below + _crosses(node)
        return stage

    def _find_kept(self) -> list[Node]:
        """The roots, what is copied, and what later stages need of a stage."""
        kept = set(self._roots)
        needed: dict[Node, set[int]] = {n: {self._stage[n]} for n in self._roots}
        for node in reversed(self._order):
            stages, own = needed.get(node, set()), self._stage[node]
            if node.buffer is not None or not stages:
                continue
            if _crosses(node):
                kept.add(node.src[0])
                stages = {self._stage[node.src[0]]}
            elif node.op not in _VIEWS:
                if max(stages) > own:
                    kept.add(node)
                stages = {own}
            for source in node.src:
                needed.setdefault(source, set()).update(stages)
        return [n for n in self._order if n in kept]

    def steps(self) -> Iterator[Part | Transfer]:
        """Stage by stage: its programs, then the copies that the next one needs."""
        for stage in range(max(self._stage.values()) + 1):
            yield from self._transfers(stage)
            mine = [n for n in self._kept if self._stage[n] == stage and n not in self._leaf]
            by_place: dict[str, list[Node]] = {}
            for node in mine:
                by_place.setdefault(node.device or self._default, []).append(node)
            for place, nodes in by_place.items():
                yield self._part(nodes, place)

    def _part(self, nodes: list[Node], place: str) -> Part:
        asked = set(self._roots)
        whys = [Why.RESULT if n in asked else Why.DEVICE for n in nodes]
        ready, refs = executable(substitute(nodes, self._leaf), place, whys=whys)
        reads = tuple(self._numbers[ref] for ref in refs)
        return Part(ready, reads, tuple(self._remember(node, place) for node in nodes))

    def _transfers(self, stage: int) -> Iterator[Transfer]:
        for node in self._order:
            if self._stage[node] == stage and _crosses(node):
                source = self.number(node.src[0])
                yield Transfer(source, self._remember(node, node.arg), node.arg)

    def _remember(self, node: Node, place: str) -> int:
        """From now on the node is memory; its number."""
        ref = BufferRef(place, numel(node.shape), node.dtype)
        self._leaf[node] = as_leaf(node, buffer(ref))
        return self._numbers.setdefault(ref, len(self._numbers))

    def number(self, node: Node) -> int:
        """The number of a value that is in memory."""
        stored = node.buffer or self._leaf[node]
        while stored.op is not Op.BUFFER:  # a view of all of it
            stored = stored.src[0]
        return self._numbers[stored.arg]


def _crosses(node: Node) -> bool:
    """Whether it is a copy from one device to another that has yet to be made."""
    if node.op is not Op.COPY or node.buffer is not None:
        return False
    return node.src[0].device not in (None, node.arg)
