"""Captured steps: a function of tensors traced once, then replayed as one static program.

docs/capture.md has the rules. jit_trace.py makes a Capture of a call, jit_capture.py replays it.
"""

from __future__ import annotations

import functools
import sys
import types
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, ParamSpec, TypeVar

from smelt import engine
from smelt.ir.node import BufferRef
from smelt.ir.symbolic import merge_bindings
from smelt.tensor.base import UNBOUND, capturing, grad_enabled
from smelt.tensor.jit_capture import Capture, lock
from smelt.tensor.jit_direct import MISSED, ShortWay, conditions, direct, short_way
from smelt.tensor.jit_trace import Traced, trace
from smelt.tensor.jit_values import Arguments
from smelt.util import flags

P = ParamSpec("P")
R = TypeVar("R")

MAX_CAPTURES = 64  # of one function; the oldest is dropped
MAX_UNSETTLED = 3  # traces in a row that cannot be replayed before a note is printed


class Captured(Generic[P, R]):
    """A function that is traced at its first call and replayed at later ones: see `jit`."""

    def __init__(self, function: Callable[P, R]):
        functools.update_wrapper(self, function)
        self.function = function
        self.captures: dict[Any, Capture] = {}
        self._objects: dict[Any, list[Any]] = {}  # those that a key knows by identity
        self._unsettled = 0
        self._last: ShortWay | None = None  # of the last call

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def reset(self) -> None:
        """Forget all captures."""
        self.captures.clear()
        self._objects.clear()
        self._last = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        last = self._last
        if last is not None and not kwargs and conditions() == last.conditions:
            result = last.direct.call(last.capture, args)
            if result is not MISSED:
                return result  # type: ignore[no-any-return]
        if capturing.get() is not None or not flags.SMELT_JIT.value or flags.ORACLE.value:
            return self.function(*args, **kwargs)
        given = Arguments()
        for value in args:
            given.add(value)
        for name in sorted(kwargs) if len(kwargs) > 1 else kwargs:
            given.key.append(name)
            given.add(kwargs[name])
        given.key += (flags.TRAINING.value, grad_enabled(), engine.Device.DEFAULT)
        key = tuple(given.key)
        variables = merge_bindings(*given.bindings) if given.bindings else UNBOUND
        with lock:
            return self._run(key, given, args, kwargs, variables)  # type: ignore[no-any-return]

    def _run(
        self,
        key: Any,
        given: Arguments,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        variables: Mapping[str, int],
    ) -> Any:
        capture = self.captures.get(key)
        inputs: Sequence[BufferRef] | None = (
            None if capture is None else capture.inputs(given.tensors)
        )
        if capture is None or inputs is None:
            traced = trace(self.function, args, kwargs, given)
            capture, inputs = traced.capture, traced.inputs
            capture.direct = None if kwargs else direct(capture, args)
            self._keep(key, traced, given.objects)
        if flags.SMELT_JIT_VERIFY.value:
            from smelt.tensor.jit_verify import verify

            verify(self.function, args, kwargs, given, capture, inputs, variables)
        result = capture.replay(inputs, given.tensors, variables)
        self._last = short_way(capture) if key in self.captures else None
        return result

    def _keep(self, key: Any, traced: Traced, objects: Sequence[Any]) -> None:
        """Keep a capture for later calls, if it is of use for them."""
        self._forget(key)
        if traced.settled:
            while len(self.captures) >= MAX_CAPTURES:
                self._forget(next(iter(self.captures)))
            self.captures[key] = traced.capture
            self._objects[key] = [self._watched(key, value) for value in objects]
            self._unsettled = 0
            return
        self._unsettled += 1
        if self._unsettled == MAX_UNSETTLED:
            name = getattr(self.function, "__qualname__", "a captured function")
            print(
                f"smelt: {name} is traced anew at every call, because it makes tensors that outlive"
                " the call or changes numbers that it reads; return them, or keep them in tensors"
                " that it assigns to",
                file=sys.stderr,
            )

    def _watched(self, key: Any, value: Any) -> Any:
        """A reference to an argument with which its capture goes; the argument if it has none."""
        captured = weakref.ref(self)

        def gone(_: Any) -> None:
            this = captured()
            if this is not None:
                this._forget(key)

        try:
            return weakref.ref(value, gone)
        except TypeError:
            return value

    def _forget(self, key: Any) -> None:
        self._last = None
        self.captures.pop(key, None)
        self._objects.pop(key, None)


def jit(function: Callable[P, R]) -> Captured[P, R]:
    """Capture a function of tensors at its first call and replay it as one program afterwards.

    Arguments and results may be nested lists, tuples and dicts. Tensors among the arguments are
    inputs; every other value selects a capture, as do shapes, dtypes and devices; the values of
    bound Variables do not. Tensors that the function assigns to keep their new values. Reading a
    value inside (`item`, `numpy`, `if tensor`) raises CaptureError with the line. A number or
    tensor outside that the function read and that has changed leads to a new capture. Results have
    no history: compute gradients inside.

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
