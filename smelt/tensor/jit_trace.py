"""Tracing: a function run once on stand-ins, and the Capture that comes out of it.

Reading of values is forbidden inside, so a trace ends with one graph: the results, and the new
values of every tensor that the function changed. What the graph reads besides the arguments is
either a tensor that exists outside (state: its present value is looked up at each replay) or memory
that nobody refers to any more (constants).
"""

from __future__ import annotations

import gc
import types
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import smelt.ir.node as ir
from smelt import engine
from smelt.engine.memory import bind, memory_of
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import Op
from smelt.tensor.base import UNBOUND, Base, Recorder, capturing, read_guard, take_pending
from smelt.tensor.checks import PLAIN
from smelt.tensor.guards import own_attributes, watch
from smelt.tensor.jit_capture import (
    Capture,
    Change,
    Gradient,
    Made,
    Place,
    Source,
    State,
    memory_leaf,
    stored,
)
from smelt.tensor.jit_values import Arguments, taken_apart, unbound
from smelt.tensor.tensor import Tensor
from smelt.util.errors import CaptureError

_LARGE = 1 << 30  # bytes: what is larger is not computed before somebody needs it


@dataclass(frozen=True)
class Traced:
    """A capture, and what its first run needs.

    A later call may not replay it if the function made tensors that stay alive outside of it (the
    moments that an optimizer makes at its first step) or changed numbers that it reads itself: that
    call will be another one.
    """

    capture: Capture
    settled: bool  # whether a later call may replay it
    inputs: Sequence[BufferRef]
    returned: Sequence[Tensor]  # kept alive until they have been handed out


def trace(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    given: Arguments,
    again: bool = False,
) -> Traced:
    """Run `function` on stand-ins; what comes out of it."""
    reachable = _reachable_tensors([function, args, kwargs])
    lazy = [t for t in reachable if _is_worth_computing(t)]
    _compute([*given.tensors, *take_pending(), *lazy])
    _separate(reachable)
    if given.bindings:
        args, kwargs = unbound(args), unbound(kwargs)
    recorder = Recorder()
    with _recording(recorder):
        stand_ins = _put_stand_ins(given.tensors)
        first_buffer = next(BufferRef._numbers)
        with watch() as noted:
            result = function(*args, **kwargs)
        found: list[Tensor] = []
        structure = taken_apart(result, found)
        del result
        noted.forget_the_dead()
        outcome = _Outcome(recorder, stand_ins, found, given.tensors, first_buffer)
        graph = _Graph(outcome.roots, [memory_leaf(n) for n in stand_ins.values()])
    new = set(map(id, (*outcome.returned, *outcome.escaped)))
    outside = _live_tensors(new | stand_ins.keys())
    lazy = [] if again else graph.computed_outside(outside, outcome.changed)
    if lazy:
        # State has to be in memory, or the graph would compute its first value at each replay.
        del outcome, graph, outside, found, structure, recorder, noted, stand_ins
        _compute(lazy)
        return trace(function, args, kwargs, given, again=True)
    from smelt.engine.across import executable_across  # the compiler: not part of `import smelt`

    roots, originals = graph.without_memos(outside)
    built, refs = executable_across(roots, engine.Device.DEFAULT)
    sources = _Sources(outside, given.tensors, graph.placeholders)
    guards = noted.guards()
    capture = Capture(
        executable=built,
        sources=[sources.of(originals.get(ref, ref)) for ref in refs],
        guards=guards,
        unchanged=graph.constants_outside(outside),
        had_grad=[(outcome.place(t), had) for t, had in recorder.had_grad.values()],
        bindings=outcome.bindings,
        result=structure,
        tensors=[outcome.made_or_place(t) for t in found],
        made=outcome.made,
        changes=outcome.changes,
        grads=[
            (outcome.place(t), None if g is None else outcome.made_or_place(g))
            for t, g in outcome.grads
        ],
    )
    settled = not outcome.escaped and not noted.reads_its_counters and guards.hold()
    return Traced(capture, settled, [originals.get(ref, ref) for ref in refs], found)


# ---- around the function ------------------------------------------------------------------------


def _forbidden(method: str) -> None:
    raise CaptureError(
        method, "a value that does not exist while a step is captured",
        "no reading of values inside of a captured function",
        "return the tensor and read it outside",
    )  # fmt: skip


@contextmanager
def _recording(recorder: Recorder) -> Iterator[None]:
    """Reading is forbidden and changes are noted; afterwards all tensors are what they were."""
    tokens = (read_guard.set(_forbidden), capturing.set(recorder))
    try:
        yield
    finally:
        read_guard.reset(tokens[0])
        capturing.reset(tokens[1])
        for before in recorder.changed.values():
            before.restore()


def _put_stand_ins(arguments: Sequence[Tensor]) -> dict[int, Node]:
    """A BUFFER of its own in place of each argument's, with the same memory; by id of the tensor.

    So two arguments that share memory now may be different at the next call.
    """
    result = {}
    for argument, ref in zip(arguments, stored(arguments), strict=True):
        argument._settle(engine.as_leaf(argument.node, _another_name(ref)))
        argument.bindings = UNBOUND
        result[id(argument)] = argument.node
    return result


def _separate(tensors: Sequence[Tensor]) -> None:
    """Give tensors that are one BUFFER one each, so that the graph tells which of them it reads."""
    taken: set[BufferRef] = set()
    for tensor in tensors:
        node = tensor.node
        leaf = memory_leaf(node)
        if leaf is not None and leaf.arg in taken and tensor.is_leaf:
            tensor._settle(engine.as_leaf(node, _another_name(leaf.arg)))
        elif leaf is not None:
            taken.add(leaf.arg)


def _another_name(ref: BufferRef) -> Node:
    """Another BUFFER that is the same memory, which nobody writes to while it is in use."""
    alias = BufferRef(ref.device, ref.size, ref.dtype)
    bind(alias, memory_of(ref))
    return ir.buffer(alias)


def _compute(tensors: Sequence[Any]) -> None:
    if tensors:
        tensors[0].realize(*tensors[1:])


def _reachable_tensors(roots: Sequence[Any]) -> list[Tensor]:
    """The tensors that a function can get at, starting from these values."""
    found: list[Tensor] = []
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        value = stack.pop()
        if isinstance(value, PLAIN) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Tensor):
            found.append(value)
        else:
            stack += _parts(value)
    return found


def _is_worth_computing(tensor: Tensor) -> bool:
    """Whether it is not in memory, as new weights are not, but had better be when it is state."""
    lazy = tensor.node.op is not Op.CONST and memory_leaf(tensor.node) is None
    return lazy and tensor.is_leaf and tensor.nbytes() <= _LARGE


def _parts(value: Any) -> Sequence[Any]:
    """What a function's code can get at, starting from a value."""
    if isinstance(value, list | tuple | set):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, types.FunctionType):
        cells = [c for c in value.__closure__ or () if c != types.CellType()]
        names = [n for n in value.__code__.co_names if n in value.__globals__]
        return [c.cell_contents for c in cells] + [value.__globals__[n] for n in names]
    if isinstance(value, types.ModuleType | type):
        return []
    members = [member for cls in type(value).__mro__ for member in vars(cls).values()]
    methods = [m for m in members if isinstance(m, types.FunctionType)]
    return [*own_attributes(value).values(), *methods]


def _live_tensors(without: set[int]) -> list[Tensor]:
    # not isinstance: it asks __class__, which runs code in other packages' lazy objects
    return [o for o in gc.get_objects() if issubclass(type(o), Tensor) and id(o) not in without]


# ---- what a trace comes to ----------------------------------------------------------------------


class _Outcome:
    """The tensors that a trace made or changed. Looked at while the changes are still there."""

    def __init__(
        self,
        recorder: Recorder,
        stand_ins: Mapping[int, Node],
        found: Sequence[Tensor],
        arguments: Sequence[Tensor],
        first_buffer: int,
    ):
        self._made = recorder.made
        self._position = {id(a): i for i, a in enumerate(arguments)}
        before = recorder.changed
        self.changed = [
            b.tensor for i, b in before.items() if b.tensor.node is not stand_ins.get(i, b.node)
        ]
        self.grads = [
            (t, t._grad) for i, t in recorder.graded.items() if t._grad is not before[i].grad
        ]
        grads = [g for _, g in self.grads if g is not None]
        of_call = [t for t in (*found, *grads) if isinstance(t, Tensor)]
        self.returned = [t for t in of_call if self._is_made(t)]
        self.escaped = self._find_escaped(first_buffer)
        all_of_them = (*self.returned, *self.changed, *self.escaped)
        tensors = list({id(t): t for t in all_of_them}.values())
        self._root = {id(t): i for i, t in enumerate(tensors)}
        self.roots = [t.node for t in tensors]
        self.bindings = {n: v for t in tensors for n, v in t.bindings.items()}
        self.changes = [
            Change(self.place(t), self._root[id(t)], t.node.shape, t._requires_grad and t.is_leaf)
            for t in (*self.changed, *self.escaped)
        ]
        self._new = {
            id(t): Made(type(t), i, self._root[id(t)], t.node.shape, t._requires_grad and t.is_leaf)
            for i, t in enumerate({id(t): t for t in self.returned}.values())
        }
        self.made = list(self._new.values())

    def _is_made(self, tensor: Base) -> bool:
        return id(tensor) in self._made

    def _find_escaped(self, first_buffer: int) -> list[Tensor]:
        """New tensors that outlive the call and that the next call would make anew."""
        if self._alive(first_buffer):
            gc.collect()  # some may only be waiting for that
        return self._alive(first_buffer)

    def _alive(self, first_buffer: int) -> list[Tensor]:
        returned = set(map(id, self.returned))
        alive = [t for r in self._made.values() if isinstance(t := r(), Tensor)]
        return [t for t in alive if id(t) not in returned and not _is_data(t.node, first_buffer)]

    def place(self, tensor: Any) -> Place:
        """An argument's position, or a reference to a tensor from outside."""
        return self._position[id(tensor)] if id(tensor) in self._position else weakref.ref(tensor)

    def made_or_place(self, tensor: Any) -> Made | Place:
        """How a replay gets the tensor."""
        return self._new[id(tensor)] if self._is_made(tensor) else self.place(tensor)


def _is_data(node: Node, first_buffer: int) -> bool:
    """Whether a value depends on nothing outside: a constant, or numbers given in the function."""
    while node.op in (Op.RESHAPE, Op.DETACH):
        node = node.src[0]
    return node.op is Op.CONST or (node.op is Op.BUFFER and node.arg.number >= first_buffer)


class _Graph:
    """The graph of everything that a trace came to."""

    def __init__(self, roots: Sequence[Node], stand_ins: Sequence[Node | None]):
        self.roots = roots
        self.placeholders = [leaf.arg for leaf in stand_ins if leaf is not None]
        self.order = ir.toposort(roots, stop=lambda n: n.buffer is not None)
        self.nodes = set(self.order)

    def computed_outside(self, outside: Sequence[Tensor], changed: Sequence[Any]) -> list[Tensor]:
        """Tensors from outside that the graph computes instead of reading their memory."""
        changes = set(map(id, changed))
        return [
            t
            for t in outside
            if t.node in self.nodes
            and memory_leaf(t.node) is None
            and (t.node.op is not Op.CONST or id(t) in changes)
        ]

    def constants_outside(
        self, outside: Sequence[Tensor]
    ) -> list[tuple[weakref.ref[Tensor], Node]]:
        """Tensors from outside, each with its node, that the graph has by value."""
        return [
            (weakref.ref(t), t.node)
            for t in outside
            if t.node in self.nodes and memory_leaf(t.node) is None
        ]

    def without_memos(
        self, outside: Sequence[Tensor]
    ) -> tuple[list[Node], dict[BufferRef, BufferRef]]:
        """The roots, computing anew what somebody happens to have computed from state before.

        Such a node remembers its value (Node.buffer), which is that of the state as it is now.
        The node of a tensor that is alive stays: that value is what the tensor is. Gives the
        BUFFERs that the new graph reads in place of those of the old one too.
        """
        kept = {t.node for t in outside}
        remembered = [n for n in self.order if _is_memo(n) and n not in kept]
        if not remembered:
            return list(self.roots), {}
        order = ir.toposort(self.roots, stop=lambda n: _is_memo(n) and n in kept)
        fresh: dict[Node, Node] = {}
        originals: dict[BufferRef, BufferRef] = {}
        for node in order:
            leaf = memory_leaf(node) if _is_memo(node) and node in kept else node
            if leaf is not None and leaf.op is Op.BUFFER:
                ref = BufferRef(leaf.arg.device, leaf.arg.size, leaf.arg.dtype)
                fresh[node] = engine.as_leaf(node, ir.buffer(ref))
                originals[ref] = leaf.arg
        return ir.substitute(self.roots, fresh), originals


def _is_memo(node: Node) -> bool:
    return node.buffer is not None and node.op is not Op.BUFFER


class _Sources:
    """Where the BUFFERs of a graph are found again."""

    def __init__(
        self,
        outside: Sequence[Tensor],
        arguments: Sequence[Tensor],
        placeholders: Sequence[BufferRef],
    ):
        self._placeholders = {ref: i for i, ref in enumerate(placeholders)}
        self._owners: dict[BufferRef, list[Tensor]] = {}
        self._gradient_of: dict[int, Place] = {}
        position = {id(a): i for i, a in enumerate(arguments)}
        for tensor in (*outside, *arguments):
            if tensor._grad is not None:
                owner = position[id(tensor)] if id(tensor) in position else weakref.ref(tensor)
                self._gradient_of[id(tensor._grad)] = owner
        for tensor in outside:
            leaf = memory_leaf(tensor.node)
            if leaf is not None:
                self._owners.setdefault(leaf.arg, []).append(tensor)

    def of(self, ref: BufferRef) -> Source:
        """An argument, state, a gradient; or the BUFFER itself, whose value is a constant."""
        if ref in self._placeholders:
            return self._placeholders[ref]
        owners = self._owners.get(ref)
        if not owners:
            return ref
        first = owners[0]
        place = self._gradient_of.get(id(first))
        if len(owners) == 1 and place is not None:
            return Gradient(place, first.node.shape)
        references = tuple(weakref.ref(t) for t in owners)
        kinds = tuple((t.node.shape, t._requires_grad) for t in owners)
        return State(references, kinds, first.dtype)
