"""What programs written for tinygrad import from `tinygrad.helpers`.

Nothing in smelt uses it: new programs find the same in the standard library, numpy and tqdm.
"""

from __future__ import annotations

import contextlib
import cProfile
import functools
import itertools
import operator
import platform
import pstats
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from smelt.dtype import DType as DType
from smelt.dtype import dtypes as dtypes
from smelt.engine import GlobalCounters as GlobalCounters
from smelt.util import flags
from smelt.util.errors import ArgumentError, MissingDependencyError
from smelt.util.flags import Context as Context

if TYPE_CHECKING:
    import os

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

OSX = platform.system() == "Darwin"

_COLORS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ESCAPE = re.compile(r"\x1b\[(K|.*?m)")


# ---- the environment -----------------------------------------------------------------------------


def getenv(key: str, default: Any = 0) -> Any:
    """A variable of the environment, as a value of default's type. Raises FlagError if it is none.

    >>> getenv("THE_NUMBER_OF_LAYERS", 3)
    3
    """
    return flags.of_user(key, default)


@functools.total_ordering
class ContextVar:
    """A flag as it stands when it is looked at: `DEBUG >= 2`. `with Context(DEBUG=2)` changes it.

    >>> with Context(DEBUG=2):
    ...     (DEBUG >= 2, DEBUG.value)
    (True, 2)
    """

    def __init__(self, key: str):
        self.key = key

    @property
    def value(self) -> Any:
        """What it is now."""
        return flags.find(self.key).value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == other)

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < other)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"ContextVar({self.key!r}, {self.value!r})"


DEBUG, GRAPH, TRAINING, DEV = map(ContextVar, ("DEBUG", "GRAPH", "TRAINING", "DEV"))
CI = getenv("CI", "") != ""


# ---- sequences and numbers -----------------------------------------------------------------------


def prod(x: Iterable[T]) -> T | int:
    """The product of numbers; 1 of none.

    >>> prod((2, 3, 4))
    24
    """
    return functools.reduce(operator.mul, x, 1)


def argfix(*x: Any) -> tuple[Any, ...]:
    """Sizes given one by one or as one sequence, as a tuple.

    >>> argfix(2, 3) == argfix([2, 3]) == (2, 3)
    True
    """
    if x and isinstance(x[0], tuple | list):
        if len(x) != 1:
            raise ArgumentError("argfix", f"{len(x)} arguments", "one sequence, or no sequence")
        return tuple(x[0])
    return x


def make_tuple(x: int | Sequence[int], cnt: int) -> tuple[int, ...]:
    """One number for each of cnt axes.

    >>> make_tuple(3, 2), make_tuple([1, 2], 2)
    ((3, 3), (1, 2))
    """
    return (x,) * cnt if isinstance(x, int) else tuple(x)


def argsort(x: Sequence[Any]) -> Sequence[int]:
    """The positions of the elements in ascending order.

    >>> argsort((30, 10, 20))
    (1, 2, 0)
    """
    order = sorted(range(len(x)), key=x.__getitem__)
    return tuple(order) if isinstance(x, tuple) else order


def all_same(items: Sequence[Any]) -> bool:
    """Whether all are equal."""
    return all(item == items[0] for item in items)


def all_int(t: Sequence[Any]) -> bool:
    """Whether all are ints, and none depends on a Variable."""
    return all(isinstance(s, int) for s in t)


def dedup(x: Iterable[T]) -> list[T]:
    """Each once, in the order in which they came first.

    >>> dedup([3, 1, 3, 2, 1])
    [3, 1, 2]
    """
    return list(dict.fromkeys(x))


def flatten(x: Iterable[Iterable[T]]) -> list[T]:
    """The elements of the elements.

    >>> flatten([[1, 2], [3]])
    [1, 2, 3]
    """
    return list(itertools.chain.from_iterable(x))


def fully_flatten(x: Any) -> list[Any]:
    """The elements of nested lists and tuples.

    >>> fully_flatten([1, [2, (3, [4])]])
    [1, 2, 3, 4]
    """
    if isinstance(x, list | tuple):
        return flatten(fully_flatten(entry) for entry in x)
    return [x]


def partition(itr: Iterable[T], fxn: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    """Those for which fxn holds, and the others.

    >>> partition(range(5), lambda x: x > 2)
    ([3, 4], [0, 1, 2])
    """
    parts: tuple[list[T], list[T]] = ([], [])
    for entry in itr:
        parts[not fxn(entry)].append(entry)
    return parts


def merge_dicts(ds: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """All entries. Raises ArgumentError if two have different values.

    >>> merge_dicts([{"a": 1}, {"b": 2, "a": 1}])
    {'a': 1, 'b': 2}
    """
    merged: dict[K, V] = {}
    for key, value in flatten(d.items() for d in ds):
        if merged.setdefault(key, value) != value:
            raise ArgumentError(
                "merge_dicts", f"{merged[key]!r} and {value!r} of {key!r}", "equal values"
            )
    return merged


def ceildiv(num: int, amt: int) -> int:
    """num / amt, rounded up.

    >>> ceildiv(7, 2)
    4
    """
    return -(num // -amt)


def round_up(num: int, amt: int) -> int:
    """The smallest multiple of amt that is not below num.

    >>> round_up(7, 4)
    8
    """
    return ceildiv(num, amt) * amt


def next_power2(x: int) -> int:
    """The smallest power of 2 that is not below x.

    >>> next_power2(5)
    8
    """
    return 1 << (x - 1).bit_length() if x > 0 else 1


def unwrap(x: T | None) -> T:
    """x, which is not None."""
    assert x is not None
    return x


def get_child(obj: Any, key: str) -> Any:
    """What a dotted name, as in a state dict, leads to.

    >>> get_child({"layers": [{"weight": 3}]}, "layers.0.weight")
    3
    """
    for part in key.split("."):
        if isinstance(obj, Mapping):
            obj = obj[part]
        else:
            obj = obj[int(part)] if part.isnumeric() else getattr(obj, part)
    return obj


# ---- text ----------------------------------------------------------------------------------------


def colored(st: str, color: str | None, background: bool = False) -> str:
    """A text in a color, or on a `background` of it; in capitals it is the bright one.

    >>> colored("x", "red")
    '\\x1b[31mx\\x1b[0m'
    """
    if color is None:
        return st
    if color.lower() not in _COLORS:
        raise ArgumentError("colored", f"{color!r}", f"one of {', '.join(_COLORS)}")
    code = 30 + 10 * background + 60 * color.isupper() + _COLORS.index(color.lower())
    return f"\x1b[{code}m{st}\x1b[0m"


def ansistrip(s: str) -> str:
    """A text without its colors.

    >>> ansistrip(colored("x", "red"))
    'x'
    """
    return _ESCAPE.sub("", s)


def ansilen(s: str) -> int:
    """How many characters of a text are seen."""
    return len(ansistrip(s))


def pluralize(st: str, cnt: int) -> str:
    """A count and a word.

    >>> pluralize("kernel", 2)
    '2 kernels'
    """
    return f"{cnt} {st}" + ("" if cnt == 1 else "s")


def time_to_str(t: float, w: int = 8) -> str:
    """Seconds as s, ms or us, in w characters.

    >>> time_to_str(0.0123)
    '   12.30ms'
    """
    for scale, unit in ((1, "s "), (1e3, "ms")):
        if t * scale > 10:
            return f"{t * scale:{w}.2f}{unit}"
    return f"{t * 1e6:{w}.2f}us"


# ---- time, progress and files --------------------------------------------------------------------


class Timing(contextlib.ContextDecorator):
    """Prints how long what is inside took: prefix, milliseconds, and on_exit(nanoseconds).

    >>> with Timing("loading: ", lambda ns: f", {ns > 0}"):  # doctest: +ELLIPSIS
    ...     pass
    loading: ... ms, True
    """

    def __init__(
        self, prefix: str = "", on_exit: Callable[[int], str] | None = None, enabled: bool = True
    ):
        self.prefix = prefix
        self.on_exit = on_exit
        self.enabled = enabled

    def __enter__(self) -> None:
        self.start = time.perf_counter_ns()

    def __exit__(self, *_: object) -> None:
        self.et = time.perf_counter_ns() - self.start
        if self.enabled:
            more = self.on_exit(self.et) if self.on_exit is not None else ""
            print(f"{self.prefix}{self.et * 1e-6:6.2f} ms{more}")


class Profiling(contextlib.ContextDecorator):
    """Prints the Python functions that took the longest inside; `fn` is a file to write it to.

    `frac` is the share of them that is shown, `sort` a column of the module pstats.
    """

    def __init__(
        self, enabled: bool = True, sort: str = "cumtime", frac: float = 0.2, fn: str | None = None
    ):
        self.enabled = enabled
        self.sort = sort
        self.frac = frac
        self.fn = fn

    def __enter__(self) -> None:
        self.profile = cProfile.Profile()
        if self.enabled:
            self.profile.enable()

    def __exit__(self, *_: object) -> None:
        if not self.enabled:
            return
        self.profile.disable()
        if self.fn is not None:
            self.profile.dump_stats(self.fn)
        pstats.Stats(self.profile).strip_dirs().sort_stats(self.sort).print_stats(self.frac)


def tqdm(iterable: Iterable[T] | None = None, desc: str = "", **options: Any) -> Any:
    """The progress bar of the package tqdm. Raises MissingDependencyError if it is not installed.

    >>> list(tqdm([1, 2], disable=True))
    [1, 2]
    """
    try:
        import tqdm as package
    except ImportError:
        raise MissingDependencyError(
            "tqdm", "no package tqdm", "it installed", "pip install tqdm"
        ) from None
    return package.tqdm(iterable, desc or None, **options)


def trange(n: int, **options: Any) -> Iterator[int]:
    """`tqdm(range(n))`."""
    return tqdm(range(n), **options)  # type: ignore[no-any-return]


def temp(x: str) -> str:
    """The path of a file of that name in the folder for temporary files."""
    return str(Path(tempfile.gettempdir()) / x)


def fetch(
    url: str | os.PathLike[str],
    name: str | os.PathLike[str] | None = None,
    subdir: str | None = None,
    gunzip: bool = False,
) -> Path:
    """The path of a file from the web, which is fetched once; a path is that path.

    `name`, in the folder `subdir`, says where in smelt's cache it is kept. Raises FileFormatError
    if it can neither be fetched nor is there.

    >>> fetch("/tmp/weights.safetensors").name
    'weights.safetensors'
    """
    from smelt.util.download import fetched_path  # what fetches takes long to import

    text = str(url)
    if text.startswith(("/", ".")):
        return Path(text)
    return fetched_path(text, Path(subdir or "") / name if name else None, gunzip)
