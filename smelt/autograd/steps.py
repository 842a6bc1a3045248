"""The gradient of a REPEAT: another REPEAT, over the steps in reverse.

Forward, each state is collected as every step finds it. That makes all steps known at once, so that
what does not depend on the adjoints is done for all of them together, as a batch: before, the
sums and products that the way back needs of each step; afterwards, the gradients of what the steps
take from outside. What remains to be done step by step is the way of the adjoints of the states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from smelt.autograd.batching import batch, spread
from smelt.autograd.rewriting import substitute, taken
from smelt.autograd.rules import is_zero, wide, zeros_like
from smelt.dtype import dtypes
from smelt.ir.node import (
    Node,
    cast,
    const,
    expand,
    iota,
    load,
    pad,
    placeholder,
    reduce,
    reshape,
    shrink,
    state,
    store,
    toposort,
    where,
)
from smelt.ir.op import MOVEMENT, Op
from smelt.ir.steps import ZERO, Steps

# Of what a step makes before the way back, these are done for all steps together.
DEAR = frozenset({Op.REDUCE, Op.STORE})

PullBack = Callable[
    [Sequence[Node], Sequence[Node], Sequence[Node]], "list[Node | None]"
]  # `backward.pull_back`, which is made of this


def reached_by(node: Node) -> list[Node]:
    """The sources of a REPEAT that the cotangent of one of its states may be passed on to."""
    steps = Steps.of(node)
    first = (s for k, s in enumerate(steps.first) if k not in steps.collected)
    return [n for n in dict.fromkeys((*first, *taken(steps))) if _is_reached(n)]


def _is_reached(node: Node) -> bool:
    return node.dtype.is_float and node.op is not Op.CONST


def through_steps(
    cotangents: Mapping[Node, Node], wanted: Iterable[Node], pull_back: PullBack
) -> dict[Node, Node]:
    """What REPEATs of the same steps, with their cotangents, add to the cotangents of `wanted`.

    The adjoint of a state that nobody uses after the last step is zeros there, not nothing: where a
    derivative of that step is infinite it makes NaN.
    """
    steps = Steps.of(next(iter(cotangents)))
    given = {node.arg[1]: cotangent for node, cotangent in cotangents.items()}
    return _Way(steps, given, set(wanted), pull_back).parts()


class _Way:
    """One way back. A step is written in terms of stand-ins, and of nothing outside of it."""

    def __init__(
        self, steps: Steps, given: Mapping[int, Node], wanted: set[Node], pull_back: PullBack
    ):
        self.steps = steps
        self.given = given
        self.wanted = wanted
        self.pull_back = pull_back
        self.now = [_stand_in(s) for s in steps.first]
        outside = {u: _stand_in(u) if _is_reached(u) else u for u in taken(steps)}
        self.outside = {mark: u for u, mark in outside.items()}
        ends = [steps.collected.get(k, end) for k, end in enumerate(steps.following)]
        self.ends = substitute(ends, outside | dict(zip(steps.states, self.now, strict=True)))
        self.marks = {k: _stand_in(end) for k, end in enumerate(self.ends)}  # of cotangents
        self.adjoint, self.gradients = self._one_step(outside)
        self.way_back = set(self.marks.values())  # what depends on the cotangents
        self.stacks: dict[Node, Node] = {}  # of what a step has, what all of them have
        self._stack_what_is_read()

    def parts(self) -> dict[Node, Node]:
        """What is added to the cotangent of each node wanted."""
        found: dict[Node, Node] = {}
        back = self._steps_back()
        for i, k in enumerate(self.adjoint):
            source = self.steps.first[k]
            if source in self.wanted:
                part = back.after(i)
                found[source] = found[source] + part if source in found else part
        for source, gradient in self.gradients.items():
            part = self._of_all_steps(gradient)
            found[source] = found[source] + part if source in found else part
        return found

    # ---- one step ------------------------------------------------------------------------------

    def _one_step(self, outside: Mapping[Node, Node]) -> tuple[dict[int, Node], dict[Node, Node]]:
        """The adjoint before a step of each state that has one, and the gradients of what it takes.

        A state has one if cotangents flow to it, from after the last step or from another state.
        """
        sources = [u for u in outside if u in self.wanted]
        targets = [*self.now, *(outside[u] for u in sources)]
        n = len(self.now)
        reached = set(self.given)
        while True:
            roots = sorted(reached)
            found = self.pull_back(
                [self.ends[k] for k in roots], [self.marks[k] for k in roots], targets
            )
            more = {k for k, g in enumerate(found[:n]) if g is not None} - reached
            if not more:
                break
            reached |= more
        adjoint = {
            k: found[k] or zeros_like(self.now[k]) for k in roots if k not in self.steps.collected
        }
        pairs = zip(sources, found[n:], strict=True)
        return adjoint, {u: g for u, g in pairs if g is not None}

    # ---- all steps together --------------------------------------------------------------------

    def _stack_what_is_read(self) -> None:
        """Fill `stacks` with what the gradients of one step are made of."""
        roots = [*self.adjoint.values(), *self.gradients.values()]
        moving = set(self.now)
        dear: set[Node] = set()
        for node in toposort(roots):
            if any(s in self.way_back for s in node.src):
                self.way_back.add(node)
            elif any(s in moving for s in node.src):
                moving.add(node)
                if node.op in DEAR:
                    dear.add(node)
        kept = [n for n in toposort(roots, stop=dear.__contains__) if n in dear]
        number = self.steps.number
        recorded, places = _recorded(self.steps)
        for node in toposort(roots):
            if node in self.now:
                k = self.now.index(node)
                self.stacks[node] = _as_found(recorded, k, places)
            elif number is not None and self._is_row(node, self.now[number]):
                rest = [(0, d) for d in node.shape]
                rows = self.outside[node.src[0]]
                self.stacks[node] = shrink(rows, [(0, self.steps.count), *rest])
        self.stacks |= dict(zip(kept, self._batched(kept), strict=True))

    def _is_row(self, node: Node, number: Node) -> bool:
        """Whether each step takes the row of its number from something outside."""
        if node.op is not Op.LOAD or node.src[1:] != (number,) or node.src[0] not in self.outside:
            return False
        rows = node.src[0].shape[0]
        return isinstance(rows, int) and rows >= self.steps.count

    def _batched(self, nodes: Sequence[Node]) -> list[Node]:
        """Nodes of one step as those of all steps, the number of the step in front."""
        made = batch(nodes, self.stacks, self.steps.count)
        return substitute(made, self.outside | {v: v for v in self.stacks.values()})

    def _of_all_steps(self, gradient: Node) -> Node:
        """The sum of a gradient over the steps.

        Where a step adds to a few rows only, all of them do so at once.
        """
        total: Node | None = None
        terms = [gradient]
        while terms:
            term = terms.pop()
            if term.op is Op.ADD and term not in self.stacks:
                terms += term.src
                continue
            rows = term.src[0] if term.op is Op.CAST else term
            adds = rows.op is Op.STORE and rows.arg == "add" and is_zero(rows.src[0])
            if adds and rows not in self.stacks:
                part = cast(self._added_rows(rows), term.dtype)
            else:
                (whole,) = self._batched([term])
                part = cast(reduce(wide(whole), Op.ADD, [0]), term.dtype)
            total = part if total is None else total + part
        assert total is not None
        return total

    def _added_rows(self, rows: Node) -> Node:
        """A STORE that adds to zeros, done for all steps."""
        base, idx, *_ = rows.src
        all_idx, value, *valid = self._batched(rows.src[1:])
        number = self.steps.number
        each = number is not None and idx is self.now[number] and not valid
        if each and isinstance(base.shape[0], int) and base.shape[0] >= self.steps.count:
            behind = base.shape[0] - self.steps.count
            return pad(value, [(0, behind), *((0, 0) for _ in base.shape[1:])])
        return store(base, all_idx, value, valid[0] if valid else None, "add")

    # ---- one step after the other --------------------------------------------------------------

    def _steps_back(self) -> Steps:
        """The steps in reverse. Their states: the adjoints, and the number of the step.

        What they compute of the gradients that are summed up later is collected, and put among
        the `stacks`.
        """
        count, number = self.steps.count, self.steps.number
        first = [self.given.get(k) or zeros_like(self.now[k]) for k in self.adjoint]
        down = number is None or self.steps.counts_up
        start = const(count - 1, dtypes.index) if down else ZERO
        now = state(len(first), start)
        given = {self.marks[k]: self.given[k] for k in self.steps.collected if k in self.given}
        stacks = {n: s for n, s in self.stacks.items() if n.op is not Op.LOAD} | given
        known = self.outside | {n: load(s, now) for n, s in stacks.items()}
        if number is not None:
            known[self.now[number]] = now
        known |= {
            self.marks[k]: state(i, s)
            for i, (k, s) in enumerate(zip(self.adjoint, first, strict=True))
        }
        kept = self._wanted_of_the_way_back(set(given))
        made = substitute([*self.adjoint.values(), *kept], known)
        back = Steps(count, (*first, start), (*made[: len(first)], now - 1 if down else now + 1))
        for node, value in zip(kept, made[len(first) :], strict=True):
            back = back.collecting(value)
            self.stacks[node] = back.after(len(back.first) - 1)
        self.stacks |= given
        return back

    def _wanted_of_the_way_back(self, given: set[Node]) -> list[Node]:
        """What the gradients are made of that the adjoints are made of as well."""
        on_the_way = self.way_back.intersection(toposort(list(self.adjoint.values())))
        marks = set(self.marks.values())
        met = {n for n in on_the_way if n.op not in MOVEMENT and n.op is not Op.CAST} | marks
        order = toposort(list(self.gradients.values()), stop=met.__contains__)
        return [n for n in order if n in met and n not in given]


def _stand_in(node: Node) -> Node:
    return placeholder(node.shape, node.dtype, node.device)


def _recorded(steps: Steps) -> tuple[Steps, dict[Node, int]]:
    """The steps that also collect every state, and which state has the stack of a value.

    Always all of them, so that two gradients of the same steps need the same steps; what nobody
    reads is not computed.
    """
    steps = steps.with_number()
    number, before = steps.number, steps.following
    places = {value: k for k, value in steps.collected.items()}
    for k, (now, end) in enumerate(zip(steps.states, before, strict=True)):
        if k != number and end is not now and k not in places.values() and end not in places:
            places[end] = len(steps.first)
            steps = steps.collecting(end)
    return steps, places


def _as_found(steps: Steps, k: int, places: Mapping[Node, int]) -> Node:
    """State k as each of the steps finds it, the number of the step in front."""
    first, end, count = steps.first[k], steps.following[k], steps.count
    if k == steps.number:
        return iota(count)
    if end is steps.states[k] or count < 2:
        return spread(first, count)
    rows, whole = [(0, d) for d in first.shape], (count, *first.shape)
    up = steps.counts_up
    found = shrink(steps.after(places[end]), [(0, count - 1) if up else (1, count), *rows])
    found = pad(found, [(1, 0) if up else (0, 1), *((0, 0) for _ in rows)])
    begins = iota(count) < 1 if up else iota(count) > count - 2
    begins = expand(reshape(begins, (count, *(1 for _ in rows))), whole)
    return where(begins, spread(first, count), found)
