"""REPEATs taken apart: what their steps take, which states count, and which collect rows.

Two kinds of states are known by how they follow from themselves. The *number* of the step grows
from 0 by 1, or falls to 0, as on the way back of a gradient. A state *collects* when each step
stores one row of it, at the number of the step, and nothing else reads it: after the last step it
is the stack of what the steps have made, whatever it was at first. So a schedule keeps it in one
memory, and a derivative reads it row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from smelt.dtype import dtypes
from smelt.ir.node import Facts, Node, const, repeat, state, store, toposort
from smelt.ir.op import Op


def of_the_steps(nodes: Sequence[Node]) -> list[Node]:
    """Those of `nodes`, sources first, that steps of a REPEAT compute: they depend on STATEs."""
    inside: dict[Node, None] = {}
    for node in nodes:
        bound = node.op is Op.REPEAT
        if node.op is Op.STATE or (not bound and any(s in inside for s in node.src)):
            inside[node] = None
    return list(inside)


def taken_by_steps(following: Sequence[Node]) -> list[Node]:
    """What the steps of a REPEAT take from outside: it does not depend on a STATE."""
    return _taken(following, inside_steps(following))


def inside_steps(following: Sequence[Node]) -> list[Node]:
    """What a step of a REPEAT computes, sources first."""
    return of_the_steps(toposort(following, stop=_is_repeat))


def _taken(following: Sequence[Node], inside: Sequence[Node]) -> list[Node]:
    bound = set(inside)
    used = (s for n in inside for s in n.src)
    return list(dict.fromkeys(n for n in (*used, *following) if n not in bound))


def _is_repeat(node: Node) -> bool:
    return node.op is Op.REPEAT  # its steps are written in terms of STATEs of their own


@dataclass(frozen=True)
class Steps:
    """A number of steps: what each state is at first, and what a step makes of the STATEs."""

    count: int
    first: tuple[Node, ...]
    following: tuple[Node, ...]

    @staticmethod
    def of(node: Node) -> Steps:
        """The steps of a REPEAT."""
        known = _STEPS.get(node)
        if known is None:
            half = len(node.src) // 2
            known = _STEPS[node] = Steps(node.arg[0], node.src[:half], node.src[half:])
        return known

    def after(self, k: int) -> Node:
        """State k after all steps."""
        return repeat(self.count, k, self.first, self.following)

    def begin_with(self, other: Steps) -> bool:
        """Whether the states are those of `other`, and perhaps more."""
        n = len(other.first)
        mine = (self.count, self.first[:n], self.following[:n])
        return mine == (other.count, other.first, other.following)

    @cached_property
    def states(self) -> tuple[Node, ...]:
        """The STATEs in terms of which a step is written."""
        return tuple(state(k, s) for k, s in enumerate(self.first))

    @cached_property
    def inside(self) -> list[Node]:
        """What a step computes, sources first."""
        return inside_steps(self.following)

    @cached_property
    def taken(self) -> list[Node]:
        """What the steps take from outside."""
        return _taken(self.following, self.inside)

    @cached_property
    def number(self) -> int | None:
        """Which state is the number of the step, if one is: from 0 up, or down to 0."""
        for k, (first, now) in enumerate(zip(self.first, self.states, strict=True)):
            value = first.src[0] if first.op is Op.COPY else first
            following = self.following[k]
            if (value is ZERO and following is now + 1) or (
                value is const(self.count - 1, dtypes.index) and following is now - 1
            ):
                return k
        return None

    @property
    def counts_up(self) -> bool:
        """Whether the number of the step, which there is, grows."""
        assert self.number is not None
        return self.following[self.number].op is Op.ADD

    @cached_property
    def collected(self) -> dict[int, Node]:
        """For each state that collects what a step makes of its row."""
        if self.number is None:
            return {}
        number = self.states[self.number]
        readers = Counter(s for n in self.inside for s in n.src)
        readers.update(self.following)
        return {
            k: new.src[2]
            for k, (now, new) in enumerate(zip(self.states, self.following, strict=True))
            if new.op is Op.STORE
            and (new.arg, new.src[:2], len(new.src)) == ("set", (now, number), 3)
            and (new.shape[0], readers[now], readers[new]) == (self.count, 1, 1)
        }

    def needed_for(self, wanted: Iterable[int]) -> list[int]:
        """The states that those `wanted` follow from, directly or not."""
        position = {s: k for k, s in enumerate(self.states)}
        bound = set(self.inside)
        found = set(wanted)
        new = found
        while new:
            below = toposort([self.following[k] for k in new], stop=lambda n: n not in bound)
            new = {position[n] for n in below if n in position} - found
            found |= new
        return sorted(found)

    def only(self, wanted: Iterable[int]) -> Steps:
        """These steps, in which states that those `wanted` do not need are zeros and stay so."""
        needed = set(self.needed_for(wanted))
        first, following = list(self.first), list(self.following)
        for k, old in enumerate(self.first):
            if k not in needed:
                first[k] = const(0, old.dtype, old.shape)
                following[k] = state(k, first[k])
        return Steps(self.count, tuple(first), tuple(following))

    def with_number(self) -> Steps:
        """These steps with a state that is the number of the step."""
        if self.number is not None:
            return self
        number = state(len(self.first), ZERO)
        return Steps(self.count, (*self.first, ZERO), (*self.following, number + 1))

    def collecting(self, value: Node) -> Steps:
        """These steps, which have a number, with one more state: it collects `value`."""
        assert self.number is not None
        stack = const(0, value.dtype, (self.count, *value.shape))
        new = store(state(len(self.first), stack), self.states[self.number], value)
        return Steps(self.count, (*self.first, stack), (*self.following, new))


ZERO = const(0, dtypes.index)

_STEPS: Facts[Steps] = Facts()
