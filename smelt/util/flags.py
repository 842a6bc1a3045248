"""Every environment variable that smelt reads: one typed registry, and `Context` to override them.

`flags.DEBUG.value` is what holds here and now: the innermost `Context` of this thread, else the
environment (read once), else the default. Nothing else in smelt reads `os.environ`.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, ParamSpec, Self, TypeVar

from smelt.util.errors import FlagError

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_overrides: ContextVar[Mapping[str, Any]] = ContextVar("smelt_flags", default={})  # noqa: B039
_environment: dict[str, Any] = {}  # what was read from os.environ, by name
_changes = 0  # how often something else was set


@dataclass(frozen=True, eq=False)
class Flag(Generic[T]):
    """One variable: its name in the environment and in `Context`, and how its text is read."""

    name: str
    default: T
    expected: str  # the values it takes, in words
    help: str
    read: Callable[[Any], T]  # text of the environment or value of a Context; ValueError if bad

    @property
    def value(self) -> T:
        """The value that holds in this thread now. Raises FlagError if it cannot be read."""
        name = self.name
        here = _overrides.get()
        if here and name in here:
            return here[name]  # type: ignore[no-any-return]
        try:
            return _environment[name]  # type: ignore[no-any-return]
        except KeyError:
            text = os.environ.get(name)
            return _environment.setdefault(name, self.default if text is None else self.check(text))  # type: ignore[no-any-return]

    def check(self, value: object) -> T:
        """`value` as this flag's type. Raises FlagError naming the flag, the value, the range."""
        try:
            return self.read(value)
        except (ValueError, TypeError):
            way_out = f"unset it for the default, {self.show(self.default)}"
            raise FlagError(self.name, repr(value), self.expected, way_out) from None

    def set(self, value: object) -> None:
        """Let `value` hold from now on, in all threads, wherever no `Context` says otherwise."""
        global _changes
        _environment[self.name] = self.check(value)
        _changes += 1

    def show(self, value: T) -> str:
        """`value` as one writes it in the environment."""
        if isinstance(value, bool | float) and value == int(value):
            return str(int(value))
        return str(value) or "(empty)"


def setting() -> tuple[Any, ...]:
    """What the values of all flags here and now depend on: equal as long as they stay."""
    return _overrides.get(), _changes


FLAGS: dict[str, Flag[Any]] = {}


def _register(flag: Flag[T]) -> Flag[T]:
    FLAGS[flag.name] = flag
    return flag


def _number(name: str, default: int, least: int, largest: int, help: str) -> Flag[int]:
    def read(value: Any) -> int:
        number = int(value)
        if not least <= number <= largest or (isinstance(value, float) and value != number):
            raise ValueError
        return number

    return _register(Flag(name, default, f"an integer from {least} to {largest}", help, read))


def _seconds(name: str, default: float, help: str) -> Flag[float]:
    def read(value: Any) -> float:
        number = float(value)
        if not 0 <= number < math.inf:
            raise ValueError
        return number

    return _register(Flag(name, default, "seconds, from 0", help, read))


_SWITCH = {"0": False, "false": False, "off": False, "no": False, "": False}
_SWITCH |= {"1": True, "true": True, "on": True, "yes": True}


def _switch(name: str, default: bool, help: str) -> Flag[bool]:
    def read(value: Any) -> bool:
        text = str(value).strip().lower()
        if text not in _SWITCH:
            raise ValueError
        return _SWITCH[text]

    return _register(Flag(name, default, "0 or 1", help, read))


def _text(
    name: str, default: str, expected: str, help: str, form: Callable[[str], str] = str.strip
) -> Flag[str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError
        return form(value)

    return _register(Flag(name, default, expected, help, read))


def _folder(name: str, default: Path, help: str) -> Flag[Path]:
    def read(value: Any) -> Path:
        if not str(value).strip():
            raise ValueError
        return Path(value).expanduser()

    return _register(Flag(name, default, "the path of a folder", help, read))


def usable_cores() -> int:
    """The cores that this process may use: its affinity, and a container's limit where one is."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, max(1, math.ceil(int(quota) / int(period))))  # "max": ValueError
    return cores


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "smelt"


DEV = _text(
    "DEV", "CPU", "the name of a device: CPU, CL or PYTHON", "the default device", str.upper
)  # fmt: skip
DEBUG = _number(
    "DEBUG", 0, 0, 5,
    "prints 1: the devices, 2: a line for each kernel that runs, 3: the schedule,"
    " 4: the generated code, 5: the graph",
)  # fmt: skip
GRAPH = _switch("GRAPH", False, "writes smelt_graph.svg, the kernels that ran, at exit")
TRAINING = _switch("TRAINING", False, "dropout drops and batch norm uses the batch's statistics")

SMELT_THREADS = _number(
    "SMELT_THREADS", usable_cores(), 1, 1024,
    "threads of the CPU device; results never depend on them",
)  # fmt: skip
SMELT_CPU = _text(
    "SMELT_CPU", "", "LLVM's name of a processor, such as x86-64-v3",
    "the processor to generate code for; empty: this machine's",
)  # fmt: skip
SMELT_CL = _text(
    "SMELT_CL", "", "a part of the name of an OpenCL device or platform",
    "which one the CL device is; empty: a GPU if there is one",
)  # fmt: skip
SMELT_CACHE = _folder("SMELT_CACHE", _cache_folder(), "where compiled kernels are kept")
NOCACHE = _switch("NOCACHE", False, "neither reads nor writes compiled kernels on disk")

BEAM = _number(
    "BEAM", 0, 0, 1000,
    "how many plans of each kernel a search by measuring goes on from; 0: no search",
)  # fmt: skip
BEAM_SECONDS = _seconds("BEAM_SECONDS", 10.0, "how long a search may take for one kernel")
BEAM_TOTAL_SECONDS = _seconds(
    "BEAM_TOTAL_SECONDS", 600.0, "how long all searches of a process may take"
)
TUNED = _switch("TUNED", True, "0 uses nothing that a search has found, and searches for nothing")

SMELT_JIT = _switch("SMELT_JIT", True, "0 runs functions under @smelt.jit uncaptured")
SMELT_JIT_VERIFY = _switch(
    "SMELT_JIT_VERIFY", False, "compares each replay of a captured step with the uncaptured run"
)
WINO = _switch("WINO", True, "0 does no convolution by 3×3 with Winograd's algorithm")
VERIFY = _switch("VERIFY", False, "checks every graph and kernel after each pass")
ORACLE = _switch("ORACLE", False, "computes through the graph interpreter instead of kernels")


class Context:
    """Overrides flags within a `with` block or a decorated function, in this thread only.

    Raises FlagError for a name that is no flag and for a value that the flag does not take.

    >>> with Context(DEBUG=2, TRAINING=1):
    ...     (DEBUG.value, TRAINING.value)
    (2, True)
    """

    def __init__(self, **values: object):
        self._values = {name: find(name).check(value) for name, value in values.items()}
        self._tokens: list[Token[Mapping[str, Any]]] = []

    def __enter__(self) -> Self:
        self._tokens.append(_overrides.set({**_overrides.get(), **self._values}))
        return self

    def __exit__(self, *_exception: object) -> None:
        _overrides.reset(self._tokens.pop())

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            with Context(**self._values):  # its own, so that threads and recursion do not share it
                return function(*args, **kwargs)

        return wrapped


def find(name: str) -> Flag[Any]:
    """The flag of that name. Raises FlagError, with the names that come close."""
    if name in FLAGS:
        return FLAGS[name]
    near = _near(name.upper(), 3)
    way_out = f"did you mean {' or '.join(near)}?" if near else "`smelt doctor --flags` lists them"
    raise FlagError("flags", repr(name), "the name of a flag", way_out)


def _near(name: str, count: int) -> list[str]:
    import difflib  # only a mistake needs it, every import of smelt would pay for it

    return difflib.get_close_matches(name, FLAGS, n=count)


def misspelt() -> Iterator[tuple[str, str]]:
    """Each SMELT_* variable of the environment that is no flag, and the flag closest to it."""
    for name in sorted(os.environ):
        if name.startswith("SMELT_") and name not in FLAGS:
            yield name, next(iter(_near(name, 1)), "")


def set_default(name: str, value: str) -> None:
    """Set a variable of the environment that another library reads, unless it is set."""
    os.environ.setdefault(name, value)


def for_child(values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process to start: this one's, but for `values`."""
    return {**os.environ, **values}


def of_user(name: str, default: T) -> T:
    """A variable that is the user's own, as default's type. Raises FlagError if it cannot be."""
    text = os.environ.get(name)
    try:
        return default if text is None else type(default)(text)  # type: ignore[call-arg]
    except ValueError:
        raise FlagError(name, repr(text), f"what {type(default).__name__}() takes") from None


def overrides() -> Mapping[str, Any]:
    """What the Contexts of this thread override now, by name."""
    return dict(_overrides.get())


def reread() -> None:
    """Forget what was read from the environment, for a test that changes it."""
    _environment.clear()
