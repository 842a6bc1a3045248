"""Captured steps: a function of tensors traced once, then replayed as one static program.

A trace runs the function on stand-ins for its arguments, with reading of values forbidden, and so
ends with one graph: the results, and the new values of every tensor that the function assigned to.
The engine turns that graph into an Executable; a replay binds memory to it and runs it. What the
graph read besides the arguments is either a tensor that exists outside (state: its present value is
looked up at each replay) or memory that nothing refers to any more (constants).
"""

from __future__ import annotations

import functools
import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

import smelt.ir.node as ir
from smelt import engine
from smelt.dtype import DType
from smelt.engine.executable import Executable, executable
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import Op
from smelt.ir.symbolic import SymInt, merge_bindings
from smelt.tensor.base import (
    capturing,
    forget_pending,
    grad_enabled,
    read_guard,
    take_pending,
)
from smelt.tensor.guards import Guard, watch
from smelt.tensor.tensor import Tensor
from smelt.util import flags
from smelt.util.errors import CaptureError

P = ParamSpec("P")
R = TypeVar("R")

MAX_CAPTURES = 64  # of one function; the oldest is dropped
MAX_UNSETTLED = 3  # traces in a row that leave new tensors behind before a note is printed

_lock = threading.RLock()  # a trace moves the nodes of tensors that all threads see


# ---- arguments and results ----------------------------------------------------------------------


@dataclass(frozen=True)
class Container:
    """The structure of nested lists, tuples and dicts, with a mark for each leaf."""

    kind: type
    keys: tuple[Any, ...]
    items: tuple[Any, ...]


@dataclass(frozen=True)
class Leaf:
    """The place of a tensor: its position among the distinct tensors of the structure."""

    position: int


@dataclass(frozen=True)
class Static:
    """A value that is no tensor: part of what selects a capture."""

    value: Any


def flatten(value: Any, tensors: dict[int, Tensor], dims: list[SymInt]) -> Any:
    """The structure of `value`; its distinct tensors and bound Variables are collected."""
    if isinstance(value, Tensor):
        tensors.setdefault(id(value), value)
        return Leaf(list(tensors).index(id(value)))
    if isinstance(value, SymInt):
        dims.append(value)
        return Static(("symbolic", value.node))
    if isinstance(value, dict):
        items = tuple(flatten(v, tensors, dims) for v in value.values())
        return Container(type(value), tuple(value), items)
    if isinstance(value, list | tuple):
        items = tuple(flatten(v, tensors, dims) for v in value)
        return Container(type(value), (), items)
    return Static(value)


def unflatten(structure: Any, tensors: Sequence[Tensor]) -> Any:
    """The structure with these tensors in place."""
    if isinstance(structure, Leaf):
        return tensors[structure.position]
    if isinstance(structure, Container):
        items = [unflatten(i, tensors) for i in structure.items]
        if issubclass(structure.kind, dict):
            return structure.kind(zip(structure.keys, items, strict=True))
        named = hasattr(structure.kind, "_fields")
        return structure.kind(*items) if named else structure.kind(items)
    return structure.value


def selector(structure: Any) -> Any:
    """What selects a capture in a structure of arguments: hashable, 1 and 1.0 and True differ."""
    if isinstance(structure, Container):
        return (structure.kind, structure.keys, *(selector(i) for i in structure.items))
    if isinstance(structure, Static):
        value = structure.value
        if isinstance(value, float):
            return ("float", value.hex())
        if isinstance(value, bool | int | str | bytes | type(None) | DType | type | tuple):
            return (type(value), value)
        if type(value).__module__ == "numpy":
            raise CaptureError(
                "jit", f"an argument of type {type(value).__name__}", "tensors and plain values",
                "pass Tensor(array): an array's values would be frozen into the capture",
            )  # fmt: skip
        return ("object", id(value))
    return structure


# ---- a capture ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """A tensor outside of the function that it reads: looked up anew at each replay."""

    tensor: weakref.ref[Tensor]
    shape: ir.Shape
    dtype: DType


@dataclass
class Capture:
    """One trace of a function, ready to be replayed."""

    executable: Executable
    sources: list[int | State | BufferRef]  # of each BUFFER: an argument, a state, a constant
    guards: list[Guard]
    result: Any  # structure of what the function returned
    kept: list[Tensor | int | None]  # per tensor of it: an outer tensor, an argument, None for new
    fresh: list[int]  # position among the roots of each new result
    shapes: list[Node]  # of each root: a node of its shape and dtype
    assigned: list[tuple[weakref.ref[Tensor] | int, int]]  # (tensor or argument, root)
    grads: list[tuple[weakref.ref[Tensor] | int, int]]
    had_grad: list[tuple[weakref.ref[Tensor], bool]]
    objects: Any  # keeps alive what the selector knows by identity

    def broken(self) -> str | None:
        """Why it must not be replayed; None if it may."""
        for guard in self.guards:
            if not guard.holds:
                return f"{guard.chain}, read at {guard.line}, has changed"
        for reference, had in self.had_grad:
            tensor = reference()
            if tensor is not None and (tensor.grad is not None) != had:
                return "a gradient was there at the trace and is not now, or the other way round"
        for source in self.sources:
            if isinstance(source, State):
                tensor = source.tensor()
                if tensor is None:
                    return "a tensor that it read is gone"
                if (tensor.node.shape, tensor.dtype) != (source.shape, source.dtype):
                    return "a tensor that it read has another shape or dtype"
        return None

    def replay(self, arguments: Sequence[Tensor], variables: Mapping[str, int]) -> Any:
        """Run the program on these arguments and hand out what it computed."""
        refs = self.memories(arguments)
        made = self.executable.run(refs, variables)
        tensors = {root: self._result(root, made[root], variables) for root in self.fresh}
        for where, root in self.assigned:
            target = arguments[where] if isinstance(where, int) else where()
            if target is not None:
                target._settle(engine.as_leaf(self.shapes[root], made[root]))
        for where, root in self.grads:
            target = arguments[where] if isinstance(where, int) else where()
            if target is not None:
                target.grad = self._result(root, made[root], variables)
        fresh = iter(self.fresh)
        leaves = [
            arguments[k] if isinstance(k, int) else tensors[next(fresh)] if k is None else k
            for k in self.kept
        ]
        return unflatten(self.result, leaves)

    def memories(self, arguments: Sequence[Tensor]) -> list[BufferRef]:
        """The BUFFERs to run on, in the order of the graph's."""
        stored = _stored(arguments)
        result = []
        for source in self.sources:
            if isinstance(source, BufferRef):
                result.append(source)
            elif isinstance(source, int):
                result.append(stored[source])
            else:
                tensor = source.tensor()
                assert tensor is not None  # `broken` has looked
                result += _stored([tensor])
        return result

    def _result(self, root: int, stored: Node, variables: Mapping[str, int]) -> Tensor:
        like = self.shapes[root]
        return Tensor._make(engine.as_leaf(like, stored), variables if _symbolic(like) else {})


def _symbolic(node: Node) -> bool:
    return any(isinstance(d, Node) for d in node.shape)


def memory_leaf(node: Node) -> Node | None:
    """The BUFFER that holds exactly the elements of `node`; None if it has to be computed."""
    while node.op in (Op.RESHAPE, Op.DETACH) and node.buffer is None:
        node = node.src[0]
    return node if node.op is Op.BUFFER else node.buffer


def _compute(tensors: Sequence[Any]) -> None:
    if tensors:
        tensors[0].realize(*tensors[1:])


def _stored(tensors: Sequence[Tensor]) -> list[BufferRef]:
    """The BUFFERs of tensors, computed first where they are not in memory yet."""
    _compute([t for t in tensors if memory_leaf(t.node) is None])
    found = [memory_leaf(t.node) for t in tensors]
    return [leaf.arg for leaf in found if leaf is not None]


# ---- tracing ------------------------------------------------------------------------------------


def _forbidden(method: str) -> None:
    raise CaptureError(
        method, "a value that does not exist while a step is captured",
        "no reading of values inside of a captured function",
        "return the tensor and read it outside",
    )  # fmt: skip


def _live_tensors() -> dict[int, Tensor]:
    return {id(o): o for o in gc.get_objects() if issubclass(type(o), Tensor)}


@dataclass(frozen=True)
class Before:
    """A tensor as it was when a trace began."""

    tensor: Tensor
    node: Node
    bindings: Mapping[str, int]
    requires_grad: bool
    grad: Tensor | None

    def restore(self) -> None:
        self.tensor.node = self.node
        self.tensor.bindings = self.bindings
        self.tensor.grad = self.grad
        self.tensor._requires_grad = self.requires_grad
        forget_pending(id(self.tensor))


@contextmanager
def _tracing(arguments: Sequence[Tensor]) -> Iterator[tuple[dict[int, Before], list[BufferRef]]]:
    """Stand-ins in place of the arguments' values, and reading forbidden; all is put back after."""
    before = {
        i: Before(t, t.node, t.bindings, t.requires_grad, t.grad)
        for i, t in _live_tensors().items()
    }
    tokens = (read_guard.set(_forbidden), capturing.set(True))
    try:
        placeholders = [BufferRef(a.device, ir.numel(a.node.shape), a.dtype) for a in arguments]
        for argument, ref in zip(arguments, placeholders, strict=True):
            bindings = argument.bindings
            argument._settle(engine.as_leaf(argument.node, ir.buffer(ref)))
            argument.bindings = bindings
        yield before, placeholders
    finally:
        read_guard.reset(tokens[0])
        capturing.reset(tokens[1])
        for was in before.values():
            was.restore()


class Captured(Generic[P, R]):
    """A function that is traced at its first call and replayed at later ones: see `jit`."""

    def __init__(self, function: Callable[P, R]):
        functools.update_wrapper(self, function)
        self.function = function
        self.captures: dict[Any, Capture] = {}
        self._unsettled = 0

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def reset(self) -> None:
        """Forget all captures."""
        self.captures.clear()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if not flags.SMELT_JIT.value or capturing.get():
            return self.function(*args, **kwargs)
        tensors: dict[int, Tensor] = {}
        dims: list[SymInt] = []
        structure = flatten((args, kwargs), tensors, dims)
        arguments = list(tensors.values())
        bound = [d.bindings for d in dims] + [a.bindings for a in arguments if a.bindings]
        variables = merge_bindings(*bound) if bound else {}
        key = (selector(structure), tuple(_kind(a) for a in arguments), _setting())
        with _lock:
            capture = self.captures.get(key)
            if capture is None or capture.broken():
                capture = self._capture(structure, arguments, key)
            else:
                self._unsettled = 0
            if flags.SMELT_JIT_VERIFY.value:
                from smelt.tensor.jit_verify import verified_replay

                return verified_replay(self.function, capture, structure, arguments, variables)  # type: ignore[no-any-return]
            return capture.replay(arguments, variables)  # type: ignore[no-any-return]

    def _capture(self, structure: Any, arguments: list[Tensor], key: Any) -> Capture:
        capture, settled = trace(self.function, structure, arguments)
        if settled:
            while len(self.captures) >= MAX_CAPTURES:
                self.captures.pop(next(iter(self.captures)))
            self.captures[key] = capture
        else:
            self.captures.pop(key, None)
            self._unsettled += 1
            if self._unsettled == MAX_UNSETTLED:
                name = getattr(self.function, "__qualname__", "a captured function")
                print(
                    f"smelt: {name} makes tensors that outlive each call, so it is traced anew"
                    " every time; return them, or make them before the first call",
                    file=sys.stderr,
                )
        return capture


def _kind(tensor: Tensor) -> tuple[Any, ...]:
    if tensor.requires_grad and not tensor.is_leaf:
        raise CaptureError(
            "jit", "an argument with a history of operations", "a leaf or a tensor without history",
            "detach it, or compute it inside of the captured function",
        )  # fmt: skip
    return (tensor.dtype, tensor.node.shape, tensor.device, tensor.requires_grad)


def _setting() -> tuple[Any, ...]:
    return (flags.TRAINING.value, grad_enabled(), str(engine.Device.DEFAULT))


def trace(
    function: Callable[..., Any], structure: Any, arguments: list[Tensor]
) -> tuple[Capture, bool]:
    """Run `function` on stand-ins; the capture, and whether a later call may replay it.

    It may not if the function made tensors that stay alive outside of it (the moments that an
    optimizer makes at its first step): they exist at the next call, so that traces differently.
    """
    _compute([*arguments, *take_pending()])
    gc.collect()
    with _tracing(arguments) as (before, placeholders):
        stand_ins = {id(a): a.node for a in arguments}
        with watch() as watching:
            args, kwargs = unflatten(structure, arguments)
            result = function(*args, **kwargs)
        found: dict[int, Tensor] = {}
        shape_of_result = flatten(result, found, [])
        guards = watching.guards(before)
        del result, args, kwargs, watching  # they hold tensors that would seem to stay alive
        made = _Made(before, stand_ins, found)
        built, refs = executable(made.roots, _device(arguments, made.roots))
    position = {id(a): i for i, a in enumerate(arguments)}

    def where(tensor: Tensor) -> weakref.ref[Tensor] | int:
        return position[id(tensor)] if id(tensor) in position else weakref.ref(tensor)

    owners = _owners(before, made.changed)
    sources: list[int | State | BufferRef] = []
    for ref in refs:
        owner = owners.get(ir.buffer(ref))
        if ref in placeholders:
            sources.append(placeholders.index(ref))
        elif owner is not None and id(owner) not in position:
            sources.append(State(weakref.ref(owner), owner.node.shape, owner.dtype))
        else:
            sources.append(ref)
    root = {id(t): i for i, t in enumerate(made.tensors)}
    capture = Capture(
        executable=built,
        sources=sources,
        guards=guards,
        result=shape_of_result,
        kept=[_kept(t, before, position) for t in found.values()],
        fresh=[root[id(t)] for t in made.fresh],
        shapes=made.roots,
        assigned=[(where(t), root[id(t)]) for t in (*made.changed, *made.escaped)],
        grads=[(where(t), root[id(g)]) for t, g in made.graded],
        had_grad=[(weakref.ref(o), o.grad is not None) for o in owners.values() if o.requires_grad],
        objects=structure,
    )
    return capture, not made.escaped


class _Made:
    """The tensors that a trace made or changed, and the graph of all of their values."""

    def __init__(
        self,
        before: Mapping[int, Before],
        stand_ins: Mapping[int, Node],
        found: Mapping[int, Tensor],
    ):
        was = before.values()
        self.changed = [
            b.tensor for b in was if b.tensor.node is not stand_ins.get(id(b.tensor), b.node)
        ]
        self.graded = [
            (b.tensor, b.tensor.grad)
            for b in was
            if b.tensor.grad is not None and b.tensor.grad is not b.grad
        ]
        self.fresh = [t for i, t in found.items() if i not in before]
        grads = [g for _, g in self.graded]
        known = {*before, *found, *map(id, grads)}
        self.escaped = [
            t for i, t in _live_tensors().items() if i not in known and _is_computed(t.node)
        ]
        distinct = {id(t): t for t in (*self.fresh, *self.changed, *grads, *self.escaped)}
        self.tensors = list(distinct.values())
        self.roots = [t.node for t in self.tensors]


def _owners(before: Mapping[int, Before], changed: Sequence[Tensor]) -> dict[Node, Tensor]:
    """Whose value each BUFFER is; of several tensors the one that the step changes."""
    owners: dict[Node, Tensor] = {}
    first = {id(t) for t in changed}
    for _, was in sorted(before.items(), key=lambda item: item[0] in first):
        leaf = memory_leaf(was.node)
        if leaf is not None:
            owners[leaf] = was.tensor
    return owners


def _kept(
    tensor: Tensor, before: Mapping[int, Any], position: Mapping[int, int]
) -> Tensor | int | None:
    if id(tensor) in position:
        return position[id(tensor)]
    return tensor if id(tensor) in before else None


def _is_computed(node: Node) -> bool:
    """Whether a tensor that outlives the trace holds something that is still to be computed."""
    return memory_leaf(node) is None and node.op is not Op.CONST


def _device(arguments: Sequence[Tensor], nodes: Sequence[Node]) -> str:
    places = [n.device for n in nodes if n.device] + [a.device for a in arguments]
    return places[0] if places else str(engine.Device.DEFAULT)


def jit(function: Callable[P, R]) -> Captured[P, R]:
    """Capture a function of tensors at its first call and replay it as one program afterwards.

    Arguments and results may be nested lists, tuples and dicts. Tensors among the arguments are
    inputs; every other value selects a capture, as do shapes, dtypes and devices; the values of
    bound Variables do not. Tensors that the function assigns to keep their new values. Reading a
    value inside (`item`, `numpy`, `if tensor`) raises CaptureError with the line. A number or
    tensor outside that the function read and that has changed leads to a new capture.

    >>> from smelt import Tensor, jit
    >>> @jit
    ... def step(x):
    ...     return (x * 2).sum()
    >>> step(Tensor([1.0, 2.0])).item(), step(Tensor([3.0, 4.0])).item()
    (6.0, 14.0)
    """
    return Captured(function)


TinyJit = jit
__all__ = ["Captured", "TinyJit", "jit"]
