"""Arguments of the wrong type: what Python says deep inside becomes an error that names them.

Nothing is checked as long as all goes well. Where a method raises an error that is not smelt's own,
its arguments are compared with its annotations; what does not fit them is to blame.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from smelt.ir.symbolic import SymInt
from smelt.tensor.base import Base, DTypeLike, Operand
from smelt.util.errors import ArgumentTypeError, SmeltError

C = TypeVar("C", bound=type)

# What an annotation takes besides its own instances, and what to call that.
_TAKEN: dict[Any, tuple[tuple[type, ...], str]] = {
    bool: ((bool, np.bool_), "a bool"),
    int: ((int, np.integer, SymInt), "an int"),
    float: ((int, float, np.number, SymInt), "a number"),
    str: ((str,), "a string"),
    type(None): ((type(None),), "None"),
}
_CONTAINERS = (Sequence, Iterable, list, tuple)
_UNTYPED = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, AssertionError)
# Unions that have a name.
_NAMED: dict[Any, str] = {Operand: "a Tensor or a number", DTypeLike: "a dtype"}


def with_checked_arguments(cls: C) -> C:
    """The class, whose public methods say which argument is of a type that they do not take.

    Those that it inherits from other classes of smelt are replaced there.
    """
    for owner in [c for c in cls.__mro__ if c.__module__.startswith("smelt.")]:
        for name, method in list(vars(owner).items()):
            wrapper = type(method) if isinstance(method, classmethod | staticmethod) else None
            function = method.__func__ if wrapper else method
            is_public = name[0] != "_" or name in ("__init__", "__call__")
            if is_public and isinstance(function, types.FunctionType) and not _is_checked(function):
                guarded = checked(function)
                setattr(owner, name, wrapper(guarded) if wrapper else guarded)
    return cls


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which says which argument is of a type that it does not take."""

    def method(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (SmeltError, *_UNTYPED) as error:
            # An inner method's complaint is the fault of what this one was given, if that is wrong.
            if isinstance(error, SmeltError) and not isinstance(error, ArgumentTypeError):
                raise
            blamed = _misfit(function, args, kwargs)
            if blamed is None:
                raise
        raise blamed

    functools.update_wrapper(method, function)
    method.__dict__["is_checked"] = True
    return method


def _is_checked(function: Callable[..., Any]) -> bool:
    return "is_checked" in function.__dict__


def _misfit(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> ArgumentTypeError | None:
    """The error of the first argument that its annotation does not take, if there is one."""
    signature = inspect.signature(function, eval_str=True)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:  # too many, too few or unknown ones: Python's own message says so
        return None
    for name, given in bound.arguments.items():
        parameter = signature.parameters[name]
        values = [given]
        if parameter.kind is parameter.VAR_POSITIONAL:
            values = list(given)
        elif parameter.kind is parameter.VAR_KEYWORD:
            values = list(given.values())
        for value in values:
            if name != "self" and not fits(value, parameter.annotation):
                got = f"{name}={value!r:.60}" if _is_short(value) else f"{name} of {_kind(value)}"
                return ArgumentTypeError(
                    _name(function, args), got, described(parameter.annotation)
                )
    return None


def _name(function: Callable[..., Any], args: Sequence[Any]) -> str:
    name = function.__name__
    return type(args[0]).__name__ if name in ("__init__", "__call__") else name.lstrip("_")


def _is_short(value: Any) -> bool:
    """Whether its repr computes nothing: a tensor's would."""
    if isinstance(value, list | tuple):
        return all(_is_short(v) for v in value[:8])
    return isinstance(value, str | int | float | type(None))


def _kind(value: Any) -> str:
    return f"a Tensor of {value.dtype.name}" if isinstance(value, Base) else type(value).__name__


def fits(value: Any, annotation: Any) -> bool:
    """Whether an annotation takes a value.

    >>> fits(1, int | None), fits("1", int | None), fits([1, "2"], Sequence[int])
    (True, False, False)
    """
    parts = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if annotation in _TAKEN:
        own = _TAKEN[annotation][0]
        return isinstance(value, own) and (annotation is bool or not isinstance(value, bool))
    if annotation is typing.Self or isinstance(annotation, typing.ForwardRef):  # Operand's "Base"
        return isinstance(value, Base)
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if origin is typing.Literal:
        return value in parts
    kind: Any = origin or annotation
    if not isinstance(kind, type) or kind in (Any, object):
        return True
    if kind is Callable:
        return callable(value)
    if not isinstance(value, kind) or (kind in _CONTAINERS and isinstance(value, str)):
        return False
    if kind not in _CONTAINERS or not parts or not isinstance(value, list | tuple):
        return True
    if kind is tuple and parts[-1] is not Ellipsis:
        return len(value) == len(parts) and all(map(fits, value, parts))
    return all(fits(entry, parts[0]) for entry in value)


def described(annotation: Any) -> str:
    """What an annotation takes, in words.

    >>> described(int | Sequence[int] | None)
    'an int, a sequence of ints or None'
    """
    parts = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if annotation in _TAKEN:
        return _TAKEN[annotation][1]
    if annotation is typing.Self:
        return "a Tensor"
    if origin in (typing.Union, types.UnionType):
        words = []
        for named, word in _NAMED.items():
            own = typing.get_args(named)
            if set(own) <= set(parts):
                words.append(word)
                parts = tuple(part for part in parts if part not in own)
        words += list(dict.fromkeys(map(described, parts)))
        if len(words) == 1:
            return words[0]
        return " or ".join([", ".join(words[:-1]), words[-1]])
    kind: Any = origin or annotation
    if kind is Callable:
        return "a function"
    if isinstance(kind, type) and issubclass(kind, Base):
        return "a Tensor"
    if kind in _CONTAINERS and parts:
        entry = described(parts[0])
        return f"a sequence of {entry.split(' ', 1)[1]}s" if entry[:2] in ("a ", "an") else entry
    return f"a {getattr(kind, '__name__', str(kind))}"
