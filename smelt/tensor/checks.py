"""Is a value still what it was? Checks that are quick as long as nothing has changed."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from operator import is_
from typing import Any

import numpy as np

from smelt.ir.symbolic import SymInt

_DEPTH = 8  # levels of containers that are compared; deeper ones by identity

PLAIN = (bool, int, float, complex, str, bytes, type(None))
Check = Callable[[Any], bool]


def check_of(value: Any, depth: int = _DEPTH) -> Check:
    """A function that says whether a value is still what `value` is now.

    >>> still = check_of([1, 2.0])
    >>> still([1, 2.0]), still([1, 2])
    (True, False)
    """
    if isinstance(value, PLAIN):
        return _check_plain(value)
    if isinstance(value, SymInt):
        node, bindings = value.node, dict(value.bindings)
        return lambda now: isinstance(now, SymInt) and now.node is node and now.bindings == bindings
    if depth and isinstance(value, list | tuple):
        return _check_items(value, depth)
    if depth and isinstance(value, dict):
        return _check_dict(value, depth)
    if isinstance(value, set | frozenset) and all(isinstance(v, PLAIN) for v in value):
        entries = {(type(v), v) for v in value}
        return lambda now: (
            isinstance(now, set | frozenset) and {(type(v), v) for v in now} == entries
        )
    if isinstance(value, np.ndarray | np.generic):
        return _check_array(value)
    try:
        reference = weakref.ref(value)
    except TypeError:
        return lambda now: now is value
    return lambda now: now is reference()


def _check_plain(value: Any) -> Check:
    kind = type(value)
    if kind is float or kind is complex:  # 0.0 and -0.0 differ, a NaN is itself
        text = repr(value)
        return lambda now: now is value or (type(now) is kind and repr(now) == text)
    return lambda now: now is value or (type(now) is kind and bool(now == value))


def _check_items(value: Sequence[Any], depth: int) -> Check:
    kind, count = type(value), len(value)
    if all(isinstance(v, PLAIN) for v in value):
        same = tuple(value)
        slow = [_check_plain(v) for v in value]
        return lambda now: (
            type(now) is kind
            and len(now) == count
            and (all(map(is_, now, same)) or all(c(v) for c, v in zip(slow, now, strict=True)))
        )
    checks = [check_of(v, depth - 1) for v in value]

    def check(now: Any) -> bool:
        if type(now) is not kind or len(now) != count:
            return False
        for still, entry in zip(checks, now, strict=False):  # noqa: SIM110  # faster than all()
            if not still(entry):
                return False
        return True

    return check


def _check_dict(value: Mapping[Any, Any], depth: int) -> Check:
    kind = type(value)
    keys = _check_items(tuple(value), depth)
    values = _check_items(tuple(value.values()), depth)
    return lambda now: type(now) is kind and keys(tuple(now)) and values(tuple(now.values()))


def _check_array(value: Any) -> Check:
    kind, shape, dtype, data = type(value), value.shape, value.dtype, value.tobytes()
    return lambda now: (
        type(now) is kind
        and now.shape == shape
        and now.dtype == dtype
        and bool(now.tobytes() == data)
    )
