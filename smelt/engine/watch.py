"""Everything that a process runs, added up by program, with the schedule that it was made from."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smelt.program import Program
    from smelt.schedule.lower import ScheduledKernel


@dataclass
class Watched:
    """A program: what its steps were scheduled as, and the seconds that each has taken in all."""

    program: Program
    kernels: tuple[ScheduledKernel, ...]
    calls: int = 0
    alone: int = 0  # calls that ran on one thread
    first_s: tuple[float, ...] = ()  # of the first call
    seconds: list[float] = field(default_factory=list)


class Watch:
    """The programs of a process, of all its threads."""

    def __init__(self) -> None:
        self._programs: dict[int, Watched] = {}  # by id: comparing programs takes long
        self._lock = threading.Lock()

    @property
    def programs(self) -> list[Watched]:
        """Those that have run."""
        return list(self._programs.values())

    def add(
        self,
        program: Program,
        kernels: tuple[ScheduledKernel, ...],
        seconds: Sequence[float],
        threads: int,
    ) -> None:
        """A run of a program, on so many threads."""
        with self._lock:
            found = self._programs.get(id(program))
            if found is None:
                found = self._programs[id(program)] = Watched(program, kernels)
                found.first_s, found.seconds = tuple(seconds), [0.0] * len(seconds)
            found.calls += 1
            found.alone += threads == 1
            found.seconds = [a + b for a, b in zip(found.seconds, seconds, strict=True)]


_current: Watch | None = None  # for all threads, unlike `smelt.profile()`


def watching() -> Watch | None:
    """The watch that is kept now, if any."""
    return _current


@contextmanager
def watch() -> Iterator[Watch]:
    """Keep watch over what is built and run inside; one at a time."""
    global _current
    before, _current = _current, Watch()
    try:
        yield _current
    finally:
        _current = before
