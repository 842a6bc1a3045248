"""What a captured function read from outside of its arguments, and whether that has changed since.

While a function is traced, every Python function that runs is noted with its frame. Its bytecode
tells which chains of names, attributes and constant subscripts it reads (`model.layers[0].scale`,
`self.lr`, a global, a variable of an enclosing function). A chain is followed again before each
replay: a number, string or tensor at its end that is another one now means a new capture.

What this cannot see: values reached by a call (`getattr(x, name)`, `dict.get`), by iteration over
something else than a list, tuple or dict, through a subscript that is computed, or read by C code.
"""

from __future__ import annotations

import dis
import sys
import types
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from smelt.tensor.base import Base
from smelt.util.errors import PACKAGE_ROOT

_SKIPPED = (str(Path(dis.__file__).parent), "<frozen")  # the standard library
_USER_LAYERS = (
    str(Path(PACKAGE_ROOT) / "nn"),
)  # smelt's own modules that read attributes of users
_DEPTH = 3  # levels of containers that are compared
_LENGTH = 4096  # entries of a container that are compared
_MISSING = object()

Step = tuple[str, Any]  # ("attr", name) or ("item", key)


@dataclass(frozen=True)
class Chain:
    """Where a value was read: a root and the attributes and subscripts from there."""

    root: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        parts = (f".{v}" if kind == "attr" else f"[{v!r}]" for kind, v in self.steps)
        return self.root + "".join(parts)


@dataclass(frozen=True)
class Guard:
    """A chain, how to follow it again, what was at its end, and where it was read."""

    chain: Chain
    start: Callable[[], Any]
    seen: Any
    line: str

    def now(self) -> Any:
        """What is at the end of the chain now, as something to compare."""
        return signature(_follow(self.start(), self.chain.steps))

    @property
    def holds(self) -> bool:
        return bool(self.now() == self.seen)


@dataclass
class Watch:
    """The functions that ran while it was on."""

    frames: dict[tuple[int, ...], tuple[types.CodeType, Mapping[str, Callable[[], Any]]]] = field(
        default_factory=dict
    )

    def guards(self, known: Container[int]) -> list[Guard]:
        """A guard for every chain that these functions read and that ends at a value.

        Tensors whose id is not `known` were made by the functions themselves: not guarded.
        """
        found: dict[tuple[Any, ...], Guard] = {}
        for code, roots in self.frames.values():
            for chain, line in chains_of(code):
                start = roots.get(chain.root)
                if start is None:
                    continue
                seen = signature(_follow(start(), chain.steps))
                if seen is not None and _existed(seen, known):
                    where = f"{code.co_filename}:{line}"
                    key = (id(code), chain, id(start()) if chain.steps else 0)
                    found.setdefault(key, Guard(chain, start, seen, where))
        return list(found.values())

    def note(self, frame: types.FrameType) -> None:
        """Remember a function that is about to run, and how to find its names later."""
        code = frame.f_code
        if not _is_watched(code.co_filename):
            return
        roots: dict[str, Callable[[], Any]] = {}
        local = frame.f_locals
        for name in code.co_varnames[: code.co_argcount]:
            if name in local and not isinstance(local[name], _PLAIN):
                roots[name] = _constant(local[name])
        cells = _cells(frame)
        for name in code.co_freevars:
            if name in cells:
                roots[name] = _cell(cells[name])
        for name in code.co_names:
            if name not in roots and name in frame.f_globals:
                roots[name] = _entry(frame.f_globals, name)
        key = (id(code), *(id(local.get(n)) for n in code.co_varnames[: code.co_argcount]))
        self.frames.setdefault(key, (code, roots))


@contextmanager
def watch() -> Iterator[Watch]:
    """Note every function that runs inside, in this thread."""
    watching = Watch()
    before = sys.getprofile()

    def hook(frame: types.FrameType, event: str, arg: Any) -> None:
        if event == "call":
            watching.note(frame)

    sys.setprofile(hook)
    try:
        yield watching
    finally:
        sys.setprofile(before)


_PLAIN = (bool, int, float, str, bytes, type(None), Base)


def _is_watched(filename: str) -> bool:
    if filename.startswith(PACKAGE_ROOT):
        return filename.startswith(_USER_LAYERS)
    return not filename.startswith(_SKIPPED)


def _cells(frame: types.FrameType) -> Mapping[str, types.CellType]:
    """The cells of the variables of enclosing functions: of the function that this frame runs."""
    import gc

    code = frame.f_code
    if not code.co_freevars:
        return {}
    for function in gc.get_referrers(code):
        if isinstance(function, types.FunctionType) and function.__code__ is code:
            closure = function.__closure__ or ()
            values = frame.f_locals
            pairs = list(zip(code.co_freevars, closure, strict=True))
            if all(_content(cell) is values.get(name, _MISSING) for name, cell in pairs):
                return dict(pairs)
    return {}


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return _MISSING


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


def _cell(cell: types.CellType) -> Callable[[], Any]:
    return lambda: _content(cell)


def _entry(names: Mapping[str, Any], name: str) -> Callable[[], Any]:
    return lambda: names.get(name, _MISSING)


# ---- chains -------------------------------------------------------------------------------------

_ROOTS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FAST")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")
_CONSTANTS = ("LOAD_CONST", "LOAD_SMALL_INT")
_NEUTRAL = ("CACHE", "PUSH_NULL", "NOP", "EXTENDED_ARG", "COPY_FREE_VARS")


@lru_cache(maxsize=4096)
def chains_of(code: types.CodeType) -> tuple[tuple[Chain, int], ...]:
    """The chains that a function's bytecode reads, with their lines; prefixes are not repeated.

    >>> chains_of((lambda model: model.layers[0].scale).__code__)[0][0]
    Chain(root='model', steps=(('attr', 'layers'), ('item', 0), ('attr', 'scale')))
    """
    found: dict[Chain, int] = {}
    current: Chain | None = None
    key: Any = _MISSING
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        name = instruction.opname
        line = instruction.positions.lineno or line if instruction.positions else line
        if name in _NEUTRAL:
            continue
        if name in _ATTRIBUTES and current is not None and key is _MISSING:
            current = Chain(current.root, (*current.steps, ("attr", instruction.argval)))
        elif name in _CONSTANTS and current is not None and key is _MISSING:
            key = instruction.argval
            found.setdefault(current, line)  # in case the constant is not a subscript
        elif _is_subscript(instruction) and current is not None and key is not _MISSING:
            found.pop(current, None)
            current = Chain(current.root, (*current.steps, ("item", key)))
            key = _MISSING
        else:
            if current is not None:
                found.setdefault(current, line)
            current, key = None, _MISSING
            if name.startswith(_ROOTS):
                names = instruction.argval
                current = Chain(names[-1] if isinstance(names, tuple) else names, ())
                if isinstance(names, tuple):
                    for other in names[:-1]:
                        found.setdefault(Chain(other, ()), line)
    return tuple(found.items())


def _is_subscript(instruction: dis.Instruction) -> bool:
    return instruction.opname == "BINARY_SUBSCR" or (
        instruction.opname == "BINARY_OP" and instruction.argrepr == "[]"
    )


def _follow(value: Any, steps: tuple[Step, ...]) -> Any:
    """What is at the end of a chain, without running code of users: no properties, no methods."""
    for kind, key in steps:
        if value is _MISSING:
            return _MISSING
        if kind == "attr":
            value = _attribute(value, key)
        elif isinstance(value, list | tuple | dict):
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return _MISSING
        else:
            return _MISSING
    return value


def _attribute(value: Any, name: str) -> Any:
    inside = getattr(value, "__dict__", None)
    if inside is not None and name in inside:
        return inside[name]
    for cls in type(value).__mro__:
        if name in cls.__dict__:
            found = cls.__dict__[name]
            if isinstance(found, types.MemberDescriptorType):  # a slot
                return getattr(value, name, _MISSING)
            return found
    return _MISSING


def _existed(seen: Any, known: Container[int]) -> bool:
    """Whether all tensors in a signature are known."""
    if not isinstance(seen, tuple):
        return True
    if seen[:1] == ("tensor",):
        return seen[1] in known
    return all(_existed(part, known) for part in seen)


def signature(value: Any, depth: int = _DEPTH) -> Any:
    """Something to compare a value by: None for what no guard is kept of.

    Numbers and strings by type and value (a NaN is itself), tensors by identity, containers by
    their entries.
    """
    if isinstance(value, float):
        return ("float", value.hex())
    if isinstance(value, bool | int | str | bytes):
        return (type(value).__name__, value)
    if value is None or value is _MISSING:
        return ("none", value is None)
    if isinstance(value, Base):
        return ("tensor", id(value))
    if depth and isinstance(value, list | tuple) and len(value) <= _LENGTH:
        return ("items", *(signature(v, depth - 1) for v in value))
    if depth and isinstance(value, dict) and len(value) <= _LENGTH:
        return ("items", *((str(k), signature(v, depth - 1)) for k, v in value.items()))
    return None
