"""A captured step: one program, where its inputs are, and what becomes of what it computes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import smelt.ir.node as ir
from smelt.dtype import DType
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import Op
from smelt.tensor.base import UNBOUND
from smelt.tensor.guards import Guards
from smelt.tensor.jit_values import put_together
from smelt.tensor.tensor import Tensor

if TYPE_CHECKING:
    from smelt.engine.across import Relay
    from smelt.engine.executable import Executable
    from smelt.tensor.jit_direct import Direct

lock = threading.RLock()  # captured steps change tensors that all threads see

Place = int | weakref.ref[Tensor]  # an argument, or a tensor from outside


@dataclass(frozen=True)
class State:
    """Tensors from outside that were one BUFFER at the trace: looked up anew at each replay."""

    tensors: tuple[weakref.ref[Tensor], ...]
    kinds: tuple[tuple[ir.Shape, bool], ...]  # of each: shape, requires_grad
    dtype: DType

    def find(self) -> BufferRef | None:
        """The BUFFER that they are now; None if they no longer are one and the same."""
        found: BufferRef | None = None
        for reference, (shape, requires_grad) in zip(self.tensors, self.kinds, strict=True):
            tensor = reference()
            if tensor is None:
                continue
            ref = memory_in_shape(tensor, shape)
            if ref is None or tensor._requires_grad is not requires_grad:
                return None
            if ref.dtype is not self.dtype or (found is not None and ref is not found):
                return None
            found = ref
        return found


@dataclass(frozen=True)
class Gradient:
    """The gradient of a tensor, whichever tensor that is at the time."""

    of: Place
    shape: ir.Shape

    def find(self, arguments: Sequence[Tensor]) -> BufferRef | None:
        """The BUFFER that it is now; None if there is none."""
        tensor = at(self.of, arguments)
        grad = None if tensor is None else tensor._grad
        return None if grad is None else memory_in_shape(grad, self.shape)


Source = int | State | Gradient | BufferRef  # an argument, ..., or a constant


@dataclass(frozen=True)
class Made:
    """A tensor that each replay makes."""

    kind: type[Tensor]  # or a class that is derived from it
    number: int  # its position among the tensors that are made
    root: int  # and that of its value among the results of the program
    shape: ir.Shape
    requires_grad: bool


@dataclass(frozen=True)
class Change:
    """A tensor from outside that gets a new value."""

    target: Place
    root: int
    shape: ir.Shape
    requires_grad: bool


@dataclass
class Capture:
    """One trace of a function, ready to be replayed."""

    executable: Executable | Relay
    sources: list[Source]  # of each BUFFER of the graph
    guards: Guards
    unchanged: list[tuple[weakref.ref[Tensor], Node]]  # constants at the trace
    had_grad: list[tuple[Place, bool]]  # gradients whose being there was looked at
    bindings: Mapping[str, int]  # of Variables that were bound outside
    result: Any  # the structure of what the function returned
    tensors: list[Made | Place]  # in it
    made: list[Made]  # each once
    changes: list[Change]
    grads: list[tuple[Place, Made | Place | None]]  # None takes the gradient away
    direct: Direct | None = None  # the short way to replay it, if there is one

    def inputs(self, arguments: Sequence[Tensor]) -> list[BufferRef] | None:
        """The BUFFERs to run on; None if something has changed that the trace relied on."""
        if not self.holds(arguments):
            return None
        return self.found(stored(arguments), arguments)

    def holds(self, arguments: Sequence[Tensor]) -> bool:
        """Whether all that the function looked at, beside its tensors' values, is as it was."""
        if not self.guards.hold():
            return False
        for place, had in self.had_grad:
            tensor = at(place, arguments)
            if tensor is None or (tensor._grad is not None) is not had:
                return False
        for reference, node in self.unchanged:
            tensor = reference()
            if tensor is not None and tensor.node is not node:
                return False
        kept = [t for t in self.tensors if isinstance(t, weakref.ref)]
        return not any(reference() is None for reference in kept)

    def found(
        self, given: Sequence[BufferRef], arguments: Sequence[Tensor]
    ) -> list[BufferRef] | None:
        """The BUFFERs to run on, of which `given` are the arguments'; None as for `inputs`."""
        found: list[BufferRef] = []
        for source in self.sources:
            if isinstance(source, int):
                ref: BufferRef | None = given[source]
            elif isinstance(source, BufferRef):
                ref = source
            elif isinstance(source, State):
                ref = source.find()
            else:
                ref = source.find(arguments)
            if ref is None:
                return None
            found.append(ref)
        return found

    def replay(
        self, inputs: Sequence[BufferRef], arguments: Sequence[Tensor], variables: Mapping[str, int]
    ) -> Any:
        """Run the program and hand out what it computed."""
        if self.bindings:
            variables = {**variables, **self.bindings}
        computed = self.executable.run(inputs, variables)
        new = [_new(made, computed[made.root], variables) for made in self.made]
        for change in self.changes:
            target = at(change.target, arguments)
            if target is not None:
                target._take(computed[change.root], change.shape, change.requires_grad)
        for place, grad in self.grads:
            target = at(place, arguments)
            if target is not None:
                target._grad = (
                    new[grad.number]
                    if isinstance(grad, Made)
                    else (None if grad is None else at(grad, arguments))
                )
        tensors = [new[t.number] if isinstance(t, Made) else at(t, arguments) for t in self.tensors]
        return put_together(self.result, tensors, variables)  # type: ignore[arg-type]  # `inputs` has seen that they are there


def tensor_in(
    ref: BufferRef, shape: ir.Shape, kind: type[Tensor] = Tensor, requires_grad: bool = False
) -> Tensor:
    """A new leaf with the value in `ref`, whose node is made when somebody looks at it."""
    tensor = object.__new__(kind)
    tensor._grad = None
    tensor._stored = ref, shape
    tensor.bindings = UNBOUND
    tensor._requires_grad = requires_grad
    return tensor


def _new(what: Made, computed: BufferRef, variables: Mapping[str, int]) -> Tensor:
    tensor = tensor_in(computed, what.shape, what.kind, what.requires_grad)
    if variables and not ir.is_static(what.shape):
        tensor.bindings = variables
    return tensor


def at(place: Place, arguments: Sequence[Tensor]) -> Tensor | None:
    """The tensor in that place, if it is still there."""
    return arguments[place] if isinstance(place, int) else place()


def memory_leaf(node: Node) -> Node | None:
    """The BUFFER that holds exactly the elements of `node`; None if it has to be computed."""
    while node.buffer is None and node.op in _SAME_MEMORY:
        source = node.src[0]
        if node.op is Op.SHRINK and (
            ir.static(node.shape) != source.shape or any(b != 0 for b, _ in node.arg)
        ):
            return None
        node = source
    return node if node.op is Op.BUFFER else node.buffer


# A tensor whose shape depends on Variables has memory for its largest shape: a SHRINK of all of it.
_SAME_MEMORY = (Op.RESHAPE, Op.DETACH, Op.SHRINK)


def memory_in_shape(tensor: Tensor, shape: ir.Shape) -> BufferRef | None:
    """The BUFFER of a tensor, computed if need be; None if the tensor has another shape."""
    if tensor._stored is not None:  # as a replay has left it
        ref, its_shape = tensor._stored
        return ref if its_shape == shape else None
    return stored([tensor])[0] if tensor.node.shape == shape else None


def stored(tensors: Sequence[Tensor]) -> list[BufferRef]:
    """The BUFFERs of tensors, computed first where they are not in memory yet."""
    leaves = [memory_leaf(t.node) for t in tensors]
    if None in leaves:
        tensors[0].realize(*tensors[1:])
        leaves = [memory_leaf(t.node) for t in tensors]
    return [leaf.arg for leaf in leaves if leaf is not None]
