"""What a captured function read from outside of its arguments, and whether that has changed since.

While a function is traced, its instructions and those of the user code that it calls are watched.
Each chain of names, attributes and subscripts that they read (`model.layers[i].scale`, `self.lr`, a
global, a variable of an enclosing function) is noted when it is read, as links from one object to
the next. A Guard is one such link: before a replay it is followed again, and whatever is at its end
has to be what was there. A number or string is compared by type and value, a container by its
entries, an array by its bytes, a tensor or another object by identity.

Guards refer to objects weakly, so that a capture keeps no model alive. What they cannot see is in
docs/capture.md.
"""

from __future__ import annotations

import builtins
import gc
import sys
import types
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite
import ml_dtypes
import numpy as np

from smelt.ir.symbolic import SymInt
from smelt.tensor.base import Base
from smelt.tensor.bytecode import Read, Step, reads_of
from smelt.tensor.checks import PLAIN, Check, check_of
from smelt.tensor.watching import watching
from smelt.util.errors import PACKAGE_ROOT

_MISSING = object()  # there is nothing at the end of a link
_GONE = object()  # the object that a link starts from is no more


# ---- guards -------------------------------------------------------------------------------------

Root = Callable[[], Any]


@dataclass(frozen=True)
class Guard:
    """A link that was read: where it starts, its steps, and what has to be at its end."""

    root: Root
    steps: tuple[Step, ...]
    check: Check
    chain: str  # as the user wrote it
    line: str

    def holds(self) -> bool:
        """Whether there is still at its end what was there when it was read."""
        value = self.root()
        for kind, key in self.steps:
            value = _attribute(value, key) if kind == "attr" else _item(value, key)
        return self.check(value)


class Guards:
    """Many guards, checked together: each attribute that several start with is looked at once."""

    def __init__(self, guards: Sequence[Guard]):
        self.guards = guards
        by_object: dict[int, tuple[Root, dict[str, list[tuple[tuple[Step, ...], Check]]]]] = {}
        self._others: list[Guard] = []
        for guard in guards:
            target = guard.root()
            name = guard.steps[0][1] if guard.steps and isinstance(guard.root, _Object) else None
            own = own_attributes(target)
            if name in own and isinstance(own, dict):
                names = by_object.setdefault(id(target), (guard.root, {}))[1]
                names.setdefault(str(name), []).append((guard.steps[1:], guard.check))
            else:
                self._others.append(guard)
        self._objects = [
            (root, [(name, _widest(entries)) for name, entries in names.items()])
            for root, names in by_object.values()
        ]

    def hold(self) -> bool:
        """Whether all of them do."""
        for root, names in self._objects:
            target = root()
            if target is _GONE:
                return False
            own = target.__dict__
            for name, entries in names:
                value = own.get(name, _MISSING)
                for steps, check in entries:
                    end = value
                    for _, key in steps:
                        end = _item(end, key)
                    if not check(end):
                        return False
        for guard in self._others:  # noqa: SIM110  # faster than all()
            if not guard.holds():
                return False
        return True

    def broken(self) -> Guard | None:
        """The first that does not hold."""
        return next((guard for guard in self.guards if not guard.holds()), None)


def _widest(entries: list[tuple[tuple[Step, ...], Check]]) -> list[tuple[tuple[Step, ...], Check]]:
    """Without those that another one covers: the check of a container is that of its entries."""
    whole = [entry for entry in entries if not entry[0]]
    return whole or entries


def _item(value: Any, key: Any) -> Any:
    """An entry, without running code of users: no __getitem__, no __missing__."""
    if isinstance(value, dict):
        return dict.get(value, key, _MISSING)
    if not isinstance(value, list | tuple) or not isinstance(key, int):
        return _MISSING
    if not -len(value) <= key < len(value):
        return _MISSING
    return (
        list.__getitem__(value, key) if isinstance(value, list) else tuple.__getitem__(value, key)
    )


def own_attributes(value: Any) -> Mapping[str, Any]:
    """What an object has of its own, without running code of users."""
    try:
        return object.__getattribute__(value, "__dict__")  # type: ignore[no-any-return]
    except AttributeError:  # it has slots, or nothing
        return {}


def _attribute(value: Any, name: str) -> Any:
    """An attribute, without running code of users: no properties, no __getattr__."""
    inside = own_attributes(value)
    if name in inside:
        return inside[name]
    for cls in value.__mro__ if isinstance(value, type) else type(value).__mro__:
        if name in cls.__dict__:
            found = cls.__dict__[name]
            if isinstance(found, types.MemberDescriptorType):  # a slot
                return getattr(value, name, _MISSING)
            return found
    return _MISSING


# ---- watching what is read ----------------------------------------------------------------------

# Parts of smelt that read nothing of the user's; what stands above them (nn, models) does.
_CORE = (
    "util", "ir", "autograd", "schedule", "kernel", "render", "runtime", "engine", "tensor",
    "transforms",
)  # fmt: skip
_CORE_FILES = tuple(str(Path(PACKAGE_ROOT) / name) + "/" for name in _CORE)
_CORE_FILES += tuple(str(Path(PACKAGE_ROOT) / name) for name in ("dtype.py", "program.py"))
_TRACER = str(Path(__file__).with_name("jit_trace.py"))  # runs the function that is watched
_STANDARD = str(Path(types.__file__).parent) + "/"
_PACKAGES = ("/site-packages/", "/dist-packages/")
_OURS = tuple(str(Path(str(m.__file__)).parent) + "/" for m in (np, ml_dtypes, llvmlite))
_LIBRARIES = {*sys.stdlib_module_names, "smelt", "numpy", "ml_dtypes", "llvmlite"}

# Methods of lists and dicts after which all of the entries may have been read. What others do
# (append, update) is no reading.
_READERS = ("get", "items", "values", "keys", "copy", "index", "count")
_METHODS = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, property,
    types.WrapperDescriptorType, types.GetSetDescriptorType, classmethod, staticmethod,
)  # fmt: skip
_ENDS = (*PLAIN, Base, SymInt, list, tuple, dict)  # beyond these no chain is followed


def _is_watched(filename: str) -> bool:
    if filename.startswith((*_CORE_FILES, *_OURS, "<frozen")):
        return False
    return not filename.startswith(_STANDARD) or any(p in filename for p in _PACKAGES)


def _is_library(value: Any) -> bool:
    """Whether a module, class or function is of a library, whose parts nobody changes."""
    if isinstance(value, types.ModuleType):
        name = value.__name__
    elif isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        name = value.__module__ or "builtins"
    else:
        return False
    return name.split(".")[0] in _LIBRARIES


def _is_method(value: Any, name: str) -> bool:
    """Whether an attribute is code that all objects of the class share."""
    if name in own_attributes(value):
        return False
    return isinstance(_attribute(value, name), _METHODS)


def _is_container_method(value: Any, step: Step) -> bool:
    """Whether a step is a method of a list or dict that does not read its entries."""
    kinds = [kind for kind in (list, dict, set) if isinstance(value, kind)]
    return (
        bool(kinds) and step[0] == "attr" and hasattr(kinds[0], step[1]) and step[1] not in _READERS
    )


def _into(value: Any, steps: Sequence[Step]) -> tuple[Any, tuple[Step, ...], Sequence[Step]]:
    """Into containers as far as the steps lead: what is there, the steps taken and the others."""
    taken: list[Step] = []
    for kind, key in steps:
        found = _item(value, key) if kind == "item" else _MISSING
        if found is _MISSING:
            break
        taken.append((kind, key))
        value = found
    return value, tuple(taken), steps[len(taken) :]


@dataclass(frozen=True)
class _Place:
    """Where something is read."""

    frame: types.FrameType
    read: Read

    def names(self) -> tuple[str, str]:
        """The chain as the user wrote it, and its line."""
        return str(self.read.chain), f"{self.frame.f_code.co_filename}:{self.read.line}"

    def is_an_import(self) -> bool:
        """Whether this runs because a module is imported, maybe by smelt: it does so only once."""
        frame: types.FrameType | None = self.frame
        while frame is not None and frame.f_code.co_filename != _TRACER:
            if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
                return True
            frame = frame.f_back
        return False


class Watch:
    """The links that were read while it was on."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], Guard] = {}
        self._counters: set[tuple[Any, ...]] = set()
        # Objects without weak references are only held if they were there before the trace: others
        # would seem to outlive it. All of them are kept until it ends, as an id is given again.
        self._before = gc.get_objects()
        self._from_before = set(map(id, self._before))
        # What Python calls when it collects garbage, whoever runs at that moment: not watched.
        collecting = [getattr(callback, "__code__", None) for callback in gc.callbacks]
        self._tables: dict[int, tuple[types.CodeType, dict[int, tuple[Read, ...]]]] = {
            id(code): (code, {}) for code in collecting if code is not None
        }
        self._functions: dict[int, list[weakref.ref[types.FunctionType]]] = {}

    def end(self) -> None:
        """Let go of what was only kept while functions were watched."""
        self._before.clear()
        self._from_before.clear()

    def guards(self) -> Guards:
        """A guard for each link."""
        return Guards(list(self._found.values()))

    def forget_the_dead(self) -> None:
        """Drop the links that start from objects that are gone: the function made them itself."""
        dead = [key for key, guard in self._found.items() if guard.root() is _GONE]
        for key in dead:
            del self._found[key]

    @property
    def reads_its_counters(self) -> bool:
        """Whether something was read that the functions count up at each call."""
        return not self._counters.isdisjoint(self._found)

    def offsets(self, code: types.CodeType) -> dict[int, tuple[Read, ...]]:
        """Where a function reads what; nothing for one that is not watched."""
        table = self._tables.get(id(code))
        if table is None:
            reads = reads_of(code) if _is_watched(code.co_filename) else {}
            table = self._tables[id(code)] = (code, reads)
        return table[1]

    def reached(self, frame: types.FrameType, offset: int) -> None:
        """Note what a function reads at this place."""
        local = frame.f_locals
        for read in self.offsets(frame.f_code)[offset]:
            steps = [self._step(frame, local, step) for step in read.chain.steps]
            name = read.chain.root
            place = _Place(frame, read)
            if name in frame.f_code.co_freevars:
                for root in self._cells(frame, local, name):
                    self._note(root, (), steps, place)
            elif name in local:
                self._from(local[name], steps, place)
            elif name in frame.f_code.co_varnames:  # not assigned yet
                continue
            elif name in frame.f_globals or not hasattr(builtins, name):
                self._note(_Entry(frame.f_globals, name), (), steps, place)

    def _step(self, frame: types.FrameType, local: Mapping[str, Any], step: Step) -> Step:
        """A step whose key stands in a variable, with that key."""
        kind, key = step
        if kind == "name":
            key = local[key] if key in local else frame.f_globals.get(key, _MISSING)
            kind = "item"
        parts = key if isinstance(key, tuple) else (key,)
        return (kind, key if all(isinstance(p, PLAIN) for p in parts) else _MISSING)

    def _note(self, root: Root, taken: Sequence[Step], rest: Sequence[Step], place: _Place) -> None:
        """Note a link: from `root` over the steps `taken` and as many of `rest` as it spans."""
        value = root()
        for _, name in taken:
            value = _attribute(value, name)
        value, entries, rest = _into(value, rest)
        taken = (*taken, *entries)
        if _is_library(value) or (rest and _is_container_method(value, rest[0])):
            return
        key = (root, taken)
        if place.read.is_counter and not rest:
            self._counters.add(key)
            return
        if key not in self._found:
            if place.is_an_import():
                return
            self._found[key] = Guard(root, taken, check_of(value), *place.names())
        self._from(value, rest, place)

    def _from(self, value: Any, rest: Sequence[Step], place: _Place) -> None:
        """Go on from an object in the middle of a chain."""
        value, _, rest = _into(value, rest)
        if not rest or isinstance(value, _ENDS) or _is_library(value):
            return
        kind, name = rest[0]
        lasts = type(value).__weakrefoffset__ or id(value) in self._from_before
        if lasts and kind == "attr" and not _is_method(value, name):
            self._note(_Object(value), rest[:1], rest[1:], place)

    def _cells(self, frame: types.FrameType, local: Mapping[str, Any], name: str) -> list[Root]:
        """The variable of an enclosing function, in each function that this frame may be running.

        A frame does not tell which function it runs: it is one with its code and these values.
        """
        code = frame.f_code
        position = code.co_freevars.index(name)
        for fresh in (False, True):
            if fresh or id(code) not in self._functions:
                self._functions[id(code)] = [
                    weakref.ref(f)
                    for f in gc.get_referrers(code)
                    if isinstance(f, types.FunctionType) and f.__code__ is code
                ]
            alive = [f for r in self._functions[id(code)] if (f := r()) is not None]
            fitting: list[Root] = [
                _Cell(f, position)
                for f in alive
                if all(
                    _content(c) is local.get(v, _MISSING)
                    for v, c in zip(code.co_freevars, f.__closure__ or (), strict=True)
                )
            ]
            if fitting:
                return fitting
        return []


@contextmanager
def watch() -> Iterator[Watch]:
    """Note what the functions that are called inside read, in this thread."""
    noted = Watch()
    try:
        with watching(noted.offsets, noted.reached):
            yield noted
    finally:
        noted.end()


# ---- where links start --------------------------------------------------------------------------


class _Entry:
    """A global name."""

    __slots__ = ("name", "names")

    def __init__(self, names: Mapping[str, Any], name: str):
        self.names = names
        self.name = name

    def __call__(self) -> Any:
        return self.names.get(self.name, _MISSING)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Entry):
            return False
        return self.names is other.names and self.name == other.name

    def __hash__(self) -> int:
        return hash((id(self.names), self.name))


class _Object:
    """An object, as long as there is somebody else who has it."""

    __slots__ = ("number", "reference")

    def __init__(self, value: Any):
        weak = type(value).__weakrefoffset__ != 0
        self.reference: Root = weakref.ref(value) if weak else lambda: value
        self.number = id(value)

    def __call__(self) -> Any:
        value = self.reference()
        return _GONE if value is None else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Object) and self.reference() is other.reference()

    def __hash__(self) -> int:
        return self.number


class _Cell:
    """A variable of the function that encloses another one, as long as there is that one."""

    __slots__ = ("function", "number", "position")

    def __init__(self, function: types.FunctionType, position: int):
        self.function = weakref.ref(function)
        self.number = id(function)
        self.position = position

    def __call__(self) -> Any:
        function = self.function()
        return _GONE if function is None else _content((function.__closure__ or ())[self.position])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Cell)
            and self.function() is other.function()
            and self.position == other.position
        )

    def __hash__(self) -> int:
        return hash((self.number, self.position))


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return _MISSING
