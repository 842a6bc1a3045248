"""Pickles read without running what they ask for.

A pickle is a program for a small machine whose GLOBAL instruction names any function in Python.
This machine has the instructions of the table below, and GLOBAL looks a name up in a table that the
caller gives: nothing is ever imported. Everything else is a FileFormatError.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from typing import IO, Any, Protocol

import numpy as np

from smelt.util.errors import FileFormatError

Array = np.ndarray[Any, np.dtype[Any]]
Name = tuple[str, str]  # module and name
Globals = Mapping[Name, Callable[..., Any]]


class Buildable(Protocol):
    """What BUILD may be asked for."""

    def build(self, state: Any) -> None:
        """Take the state that the pickle has for the object."""


class _Mark:
    """Where on the stack a container's elements begin."""


_MARK = _Mark()

# Instructions whose argument is the value that they push.
_VALUES = {
    *("INT", "LONG", "LONG1", "LONG4", "BININT", "BININT1", "BININT2", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}

_MAKERS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
    "MARK": lambda: _MARK,
}

# Instructions that make a container of what is above the mark.
_GATHERERS: dict[str, Callable[[list[Any]], Any]] = {
    "LIST": list,
    "TUPLE": tuple,
    "FROZENSET": frozenset,
    "DICT": lambda items: dict(zip(items[::2], items[1::2], strict=True)),
}

_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_NOTHING = ("PROTO", "FRAME")
_GETS = ("GET", "BINGET", "LONG_BINGET")
_PUTS = ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE")


class _Global:
    """A name that the pickle gave, and what stands for it here."""

    def __init__(self, name: Name, value: Callable[..., Any]):
        self.name = name
        self.value = value


class _Machine:
    def __init__(self, known: Globals, persistent: Callable[[Any], Any] | None):
        self.known = known
        self.persistent = persistent
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self, file: IO[bytes]) -> Any:
        """Execute instructions up to STOP; the value that is left."""
        for code, argument, _ in pickletools.genops(file):
            if code.name == "STOP":
                return self._unwrapped(self.stack.pop())
            self._do(code.name, argument)
        raise ValueError("no end")

    def _do(self, name: str, argument: Any) -> None:
        push = self.stack.append
        if name in _VALUES:
            push(argument)
        elif name in _MAKERS:
            push(_MAKERS[name]())
        elif name in _GATHERERS:
            push(_GATHERERS[name](self._above_mark()))
        elif name in _TUPLES:
            push(tuple(self._pop(_TUPLES[name])))
        elif name in _GETS:
            push(self.memo[int(argument)])
        elif name in _PUTS:
            self.memo[len(self.memo) if argument is None else int(argument)] = self.stack[-1]
        elif name == "POP":
            self.stack.pop()
        elif name == "POP_MARK":
            self._above_mark()
        elif name == "DUP":
            push(self.stack[-1])
        elif name == "GLOBAL":
            module, _, attribute = argument.partition(" ")
            push(self._global(module, attribute))
        elif name == "STACK_GLOBAL":
            push(self._global(*self._pop(2)))
        elif name in ("REDUCE", "NEWOBJ"):
            function, arguments = self._pop(2)
            push(self._call(function, arguments))
        elif name in _CHANGES:
            self._change(name)
        elif name == "BINPERSID" and self.persistent is not None:
            push(self.persistent(self._values(self.stack.pop())))
        elif name not in _NOTHING:
            raise ValueError(f"the instruction {name}")

    def _change(self, name: str) -> None:
        """Add to a container, or give an object its state."""
        if name in ("APPENDS", "SETITEMS", "ADDITEMS"):
            values = self._above_mark()
        else:
            values = self._pop(2 if name == "SETITEM" else 1)
        target = self.stack[-1]
        if name == "BUILD":
            if not isinstance(target, dict):  # whose attributes are of no use here
                target.build(self._values(values[0]))
        elif name in ("APPEND", "APPENDS"):
            target.extend(values)
        elif name == "ADDITEMS":
            target.update(values)
        else:
            target.update(zip(values[::2], values[1::2], strict=True))

    def _above_mark(self) -> list[Any]:
        found = []
        while (value := self.stack.pop()) is not _MARK:
            found.append(value)
        return found[::-1]

    def _pop(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise IndexError("an empty stack")
        found = self.stack[-count:]
        del self.stack[-count:]
        return found

    def _global(self, module: Any, name: Any) -> _Global:
        if (module, name) not in self.known:
            raise _Forbidden(f"{module}.{name}")
        return _Global((module, name), self.known[module, name])

    def _call(self, function: Any, arguments: Any) -> Any:
        if not isinstance(function, _Global):
            raise ValueError(f"a call of a {type(function).__name__}")
        return function.value(*self._values(arguments))

    def _unwrapped(self, value: Any) -> Any:
        return value.value if isinstance(value, _Global) else value

    def _values(self, value: Any) -> Any:
        """A tuple's elements, names replaced by what stands for them."""
        if isinstance(value, tuple):
            return tuple(self._unwrapped(v) for v in value)
        return self._unwrapped(value)


_CHANGES = ("APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "BUILD")


class _Forbidden(Exception):
    """A name that is not in the table."""


def load(
    file: IO[bytes],
    known: Globals,
    path: object,
    operation: str,
    persistent: Callable[[Any], Any] | None = None,
) -> Any:
    """The value of the pickle that starts at the file's position.

    `known` says what stands for each name, `persistent` for what the pickle refers to outside.

    Raises:
        FileFormatError: the pickle is damaged, or names something that is not in `known`.
    """
    try:
        return _Machine(known, persistent).run(file)
    except _Forbidden as error:
        raise FileFormatError(
            operation,
            f"{path}: a pickle that asks for {error}",
            "tensors, numbers, texts and containers",
            "save a state dict (names and tensors) instead of objects",
        ) from None
    except FileFormatError:
        raise
    except (
        ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError,
        ArithmeticError, EOFError,
    ) as error:  # fmt: skip
        raise FileFormatError(
            operation, f"{path}: a damaged pickle ({error!r:.120})", "a whole one", "fetch it again"
        ) from None


# ---- arrays and other plain values ---------------------------------------------------------------


class PickledArray:
    """A numpy array, which pickles make empty and then give its state."""

    def __init__(self) -> None:
        self.array: Array = np.zeros(0)

    def build(self, state: Any) -> None:
        """(version, shape, dtype, whether in Fortran's order, bytes)."""
        _, shape, dtype, fortran, data = state
        raw = data.encode("latin-1") if isinstance(data, str) else data
        flat = np.frombuffer(raw, dtype.dtype)
        self.array = flat.reshape(shape, order="F" if fortran else "C")


class PickledDType:
    """A numpy dtype of numbers, and its byte order, which is its state."""

    def __init__(self, name: str, *_: Any):
        self.dtype = np.dtype(name)
        if self.dtype.kind not in "biuf":
            raise ValueError(f"the dtype {name}")

    def build(self, state: Any) -> None:
        """(version, byte order, ...)."""
        if state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


def _scalar(dtype: PickledDType, data: bytes | str) -> Any:
    raw = data.encode("latin-1") if isinstance(data, str) else data
    return np.frombuffer(raw, dtype.dtype)[0].item()


def _encode(text: str, encoding: str = "latin1") -> bytes:
    if encoding not in ("latin1", "latin-1"):
        raise ValueError(f"the encoding {encoding}")
    return text.encode("latin-1")


def _marker(*_: Any) -> None:
    raise ValueError("a call of numpy.ndarray")


PLAIN: dict[Name, Callable[..., Any]] = {
    ("collections", "OrderedDict"): dict,
    ("_codecs", "encode"): _encode,
    **{(m, "set"): set for m in ("builtins", "__builtin__")},
    **{(m, "frozenset"): frozenset for m in ("builtins", "__builtin__")},
    ("numpy", "dtype"): PickledDType,
    ("numpy", "ndarray"): _marker,
    **{
        (f"numpy.{core}.multiarray", name): function
        for core in ("core", "_core")
        for name, function in (("scalar", _scalar), ("_reconstruct", lambda *_: PickledArray()))
    },
}
