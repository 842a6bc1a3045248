"""The order in which a kernel adds up: what two lists of transformations must have in common.

Floating-point sums depend on it. Here it is written down so that it can be compared: into which
loops each loop of a reduction was split, how these are carried out, and which is inside of which.
Loops over the result, copies of operands and how work is shared between threads have no part in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.kernel.loops import trips
from smelt.kernel.transforms import Carry, Keep, Reorder, SetKind, Split, Stage, Transform

Label = tuple[object, ...]


@dataclass
class _Loops:
    """The loops of reductions by number: which reduction each is part of, and how it came about."""

    labels: dict[int, tuple[Label, Label]] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    orders: list[Label] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # transformations that nothing is known of

    def split(self, split: Split) -> None:
        reduction, label = self.labels[split.counter]
        inner = split.inner
        self.labels[inner] = reduction, (*label, split.factor, split.kind.name, "inner")
        self.labels[split.counter] = reduction, (*label, split.factor, split.kind.name)
        self.steps[inner] = split.factor
        self.steps[split.counter] = -(-self.steps[split.counter] // split.factor)

    def reorder(self, counters: Sequence[int]) -> None:
        inside: dict[Label, list[Label]] = {}
        for counter in counters:
            if counter in self.labels:
                reduction, label = self.labels[counter]
                inside.setdefault(reduction, []).append(label)
        self.orders += [(r, *labels) for r, labels in inside.items() if len(labels) > 1]

    def carry(self, carry: Carry) -> None:
        """Each block is a sum of its own, and they are added up one after the other."""
        reduction, label = self.labels[carry.counter]
        inner = [n for n, (r, _) in self.labels.items() if r == reduction and n != carry.counter]
        number = carry.first + 2
        self.labels[number] = (*reduction, "blocks"), (*label, carry.factor)
        steps = self.steps[carry.counter]
        self.steps[number] = steps // min(carry.factor, steps)
        sizes = [min(carry.factor, steps), steps % min(carry.factor, steps)]
        for piece, size in enumerate(s for s in sizes if s):
            number += 1
            part = (*reduction, "block", piece)
            self.labels[number] = part, (*label, carry.factor, "step")
            self.steps[number] = size
            number += len(carry.over)
            for n in inner:
                number += 1
                self.labels[number] = part, self.labels[n][1]
                self.steps[number] = self.steps[n]


def order_of_sums(built: Node, transforms: Sequence[Transform]) -> object:
    """What is equal for two lists just if they add up in the same order, as far as can be told."""
    loops = _Loops()
    reduces = [n for n in toposort([built]) if n.op is Op.REDUCE]
    for reduce in (n for n in reduces if not n.dtype.is_int):  # in any order these are the same
        numbers = tuple(r.arg[0] for r in reduce.src[1:])
        for r in reduce.src[1:]:
            loops.labels.setdefault(r.arg[0], (numbers, (r.arg[0],)))
            loops.steps[r.arg[0]] = trips(r)
    for transform in transforms:
        if isinstance(transform, Split):
            if transform.counter in loops.labels:
                loops.split(transform)
        elif isinstance(transform, SetKind):
            if transform.counter in loops.labels:
                reduction, label = loops.labels[transform.counter]
                loops.labels[transform.counter] = reduction, (*label, transform.kind.name)
        elif isinstance(transform, Reorder):
            loops.reorder(transform.counters)
        elif isinstance(transform, Carry):
            if transform.counter in loops.labels:
                loops.carry(transform)
        elif not isinstance(transform, Stage | Keep):
            loops.others.append(str(transform))
    found = sorted(map(repr, loops.labels.values())), sorted(map(repr, loops.orders))
    return *found, loops.others
