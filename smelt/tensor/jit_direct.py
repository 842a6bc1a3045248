"""The short way for a call that differs from the one before in nothing but its tensors' values.

Such a call needs no key and no lookup: its tensors, and what the function looks at outside, are
compared with what the capture was made for, and the program runs on their memory. That is for
functions of tensors alone that make new tensors and change none; all others take the way of jit.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smelt import engine
from smelt.engine.stats import is_noted, timed
from smelt.ir.node import BufferRef
from smelt.tensor.base import UNBOUND, capturing, grad_enabled
from smelt.tensor.jit_capture import Capture, Made, lock, tensor_in
from smelt.tensor.jit_values import Leaf, put_together
from smelt.tensor.tensor import Tensor
from smelt.util import flags

if TYPE_CHECKING:
    from smelt.engine.executable import Quick

MISSED: Final = object()  # it is another call


class Direct:
    """A capture, ready for tensors like those that it was replayed for."""

    def __init__(self, capture: Capture, quick: Quick, args: Sequence[Tensor]):
        self._run = quick.run
        count = len(args)
        self._looks = bool(capture.guards.guards or capture.had_grad or capture.unchanged)
        self._is_in_order = capture.sources == [*range(count)]
        self._expected = [(a.node.shape, a.node.dtype, a.node.device) for a in args]
        self._made = [(made.root, made.shape) for made in capture.made]
        self._result = capture.result
        self._tensors = [made.number for made in capture.tensors]  # type: ignore[union-attr]  # `direct` has seen that they are Made
        self._is_one = capture.result == Leaf(0)

    def call(self, capture: Capture, args: tuple[Any, ...]) -> Any:
        """What a call with these arguments returns; MISSED where it is no such call.

        The capture that it was made of is given, as that has this: each would keep both alive.
        """
        count = len(args)
        if count != len(self._expected) or (count > 1 and not _are_distinct(args)):
            return MISSED
        given: list[BufferRef] = []
        for value, (shape, dtype, device) in zip(args, self._expected):  # noqa: B905
            if type(value) is not Tensor or value._requires_grad:
                return MISSED
            place = value._place()
            if place is None:
                return MISSED
            ref, its_shape = place
            if its_shape != shape or ref.dtype is not dtype or ref.device != device:
                return MISSED
            given.append(ref)
        if self._looks and not capture.holds(args):
            return MISSED
        if self._is_in_order:
            computed = self._run(given)
        else:
            with lock:  # what it finds outside is of one time
                found = capture.found(given, args)
            if found is None:
                return MISSED
            computed = self._run(found)
        if self._is_one:
            ((root, shape),) = self._made
            return tensor_in(computed[root], shape)
        new = [tensor_in(computed[root], shape) for root, shape in self._made]
        return put_together(self._result, [new[i] for i in self._tensors], UNBOUND)


def direct(capture: Capture, args: Sequence[Any]) -> Direct | None:
    """The short way for a capture that was replayed for these arguments, if there is one."""
    if capture.changes or capture.grads or capture.bindings:
        return None
    made = [t for t in capture.tensors if isinstance(t, Made) and t.kind is Tensor]
    if len(made) < len(capture.tensors) or any(t.requires_grad for t in made):
        return None
    if any(type(a) is not Tensor or a.bindings for a in args) or not _are_distinct(args):
        return None
    quick = getattr(capture.executable, "quick", None)
    return None if quick is None else Direct(capture, quick, args)


def conditions() -> tuple[Any, ...] | None:
    """What decides here and now, beside the arguments, what a call does; None for no short way."""
    if capturing.get() is not None or is_noted():
        return None
    return (*flags.setting(), grad_enabled(), engine.Device.chosen)


@dataclass(frozen=True)
class ShortWay:
    """What the next call tries first, under the same conditions."""

    capture: Capture
    direct: Direct
    conditions: tuple[Any, ...]


def short_way(capture: Capture) -> ShortWay | None:
    """That after a replay of a capture."""
    now = conditions()
    if capture.direct is None or now is None or timed() or flags.SMELT_JIT_VERIFY.value:
        return None
    return ShortWay(capture, capture.direct, now)


def _are_distinct(args: Sequence[Any]) -> bool:
    if len(args) == 2:
        return args[0] is not args[1]
    return len(set(map(id, args))) == len(args)
