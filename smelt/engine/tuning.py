"""The tuning database: which plan a search found for a kernel, for every process to use.

It is an sqlite file in the cache folder. A row names a kernel by the digest of its expression, the
processor, and the plan as plain text (kernel/candidates.py), which is checked against the kernel
before it is used. So whatever is in the file decides how fast a program is, never what it computes.
Whatever is wrong with the file is said once, and costs the search's results alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from smelt.ir.node import Node
from smelt.program import Target
from smelt.util import flags
from smelt.util.errors import ArgumentError, FileFormatError, SmeltError

if TYPE_CHECKING:
    import sqlite3

FORMAT = 1  # of the database, of what is exported, and of what a plan means
FILE = "tuning.db"
PATIENCE_S = 5.0  # while another process writes
_AT_ONCE = 500  # rows that one query asks for

_CREATE = """
create table if not exists plans (
  kernel text not null, target text not null, name text not null, plan text,
  default_s real not null, tuned_s real not null, beam integer not null,
  primary key (kernel, target)
)
"""
_SAVE = "insert or {} into plans values (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Entry:
    """What a search found for a kernel on a processor."""

    kernel: str  # the digest of its expression
    target: str  # see `machine`
    name: str
    plan: str | None  # a Choice as text; None: the default is as good
    default_s: float  # how long the default took in the search
    tuned_s: float
    beam: int  # how wide the search was; 0: it was interrupted

    def checked(self) -> Entry:
        """The same, if it can be one that a search made. Raises ArgumentError."""
        checks = {
            "kernel": isinstance(self.kernel, str) and re.fullmatch("[0-9a-f]{64}", self.kernel),
            "target": isinstance(self.target, str) and re.fullmatch("[!-~ ]{1,200}", self.target),
            "name": isinstance(self.name, str) and re.fullmatch(r"\w{1,200}", self.name, re.ASCII),
            "plan": self.plan is None or (isinstance(self.plan, str) and len(self.plan) < 2000),
            "default_s": _is_time(self.default_s),
            "tuned_s": _is_time(self.tuned_s),
            "beam": type(self.beam) is int and 0 <= self.beam <= 1000,
        }
        wrong = next((name for name, fine in checks.items() if not fine), None)
        if wrong is not None:
            got = f"{wrong} = {getattr(self, wrong)!r:.80}"
            raise ArgumentError("tune", got, "an entry as a search makes it")
        return self


def _is_time(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value) and value > 0


FIELDS = tuple(f.name for f in fields(Entry))


# ---- keys ----------------------------------------------------------------------------------------


def digest(serialized: bytes) -> str:
    """What a kernel, as `ir.serialize` writes it, is called in the database."""
    return hashlib.sha256(serialized).hexdigest()


def machine(target: Target) -> str:
    """A processor's name, and a digest of all that the code for it depends on."""
    text = repr(replace(target, speed_level=0))
    return f"{target.arch} {target.cpu} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def path() -> Path:
    """Where the database is, or would be."""
    return flags.SMELT_CACHE.value / FILE


# ---- what this process uses ----------------------------------------------------------------------

_plans: WeakKeyDictionary[Node, dict[Target, str]] = WeakKeyDictionary()
_unsaved: dict[tuple[str, str], Entry] = {}  # what the database did not take
_noted: set[str] = set()


def may_tune(target: Target) -> bool:
    """Whether plans are searched for and looked up: not for code that is to be made quickly."""
    return flags.TUNED.value and target.device == "CPU" and target.speed_level > 0


def setting() -> tuple[int, bool]:
    """The flags that decide by which plan a kernel is compiled."""
    return flags.BEAM.value, flags.TUNED.value


def with_plans(serialized: Mapping[Node, bytes], target: Target) -> dict[Node, bytes]:
    """Each kernel, after a tab the plan to compile it by if that is not the default.

    It is searched for where BEAM asks for that, else looked up.
    """
    if may_tune(target):
        if flags.BEAM.value:
            from smelt.engine.search import search

            search(serialized, target)
        _look_up(serialized, target)
    result = dict(serialized)
    for kernel in serialized:
        plan = plan_of(kernel, target)
        result[kernel] += b"" if plan is None else b"\t" + plan.encode()
    return result


def _look_up(serialized: Mapping[Node, bytes], target: Target) -> None:
    if _unsaved or path().exists():
        names = {digest(text): kernel for kernel, text in serialized.items()}
        for name, entry in known(list(names), target).items():
            use(names[name], target, entry.plan)


def use(kernel: Node, target: Target, plan: str | None) -> None:
    """From now on compile `kernel` by this plan; by the default for None."""
    if plan is None:
        _plans.get(kernel, {}).pop(target, None)
    else:
        _plans.setdefault(kernel, {})[target] = plan


def plan_of(kernel: Node, target: Target) -> str | None:
    """The plan to compile `kernel` by; None for the default."""
    return _plans.get(kernel, {}).get(target) if flags.TUNED.value else None


def reject(kernel: Node, target: Target, error: SmeltError) -> bool:
    """Go back to the default for a plan that was no good; False if it was none."""
    plan = plan_of(kernel, target)
    if plan is None:
        return False
    use(kernel, target, None)
    note(f"the tuned plan of kernel {kernel.arg} does not fit and is ignored ({error})")
    return True


def known(kernels: Sequence[str], target: Target) -> dict[str, Entry]:
    """What the database has on these kernels, by digest. What is wrong with it is only said."""
    of = machine(target)
    found = {k: _unsaved[k, of] for k in kernels if (k, of) in _unsaved}
    if not path().exists():
        return found
    try:
        with _open() as database:
            for first in range(0, len(kernels), _AT_ONCE):
                some = kernels[first : first + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                query = f"select * from plans where target = ? and kernel in ({marks})"
                rows = database.execute(query, (of, *some))
                found |= {entry.kernel: entry for entry in _entries(rows)}
    except (SmeltError, OSError) as error:
        note(f"going on without tuned plans: {error}")
    return found


def save(entry: Entry) -> None:
    """Keep what a search found; for this process alone, with a note, where that is not possible."""
    try:
        write([entry])
    except (SmeltError, OSError) as error:
        _unsaved[entry.kernel, entry.target] = entry
        note(f"what the search finds is not kept: {error}")


def note(text: str) -> None:
    if text not in _noted:
        _noted.add(text)
        print(f"smelt: {text}", file=sys.stderr)


# ---- the file ------------------------------------------------------------------------------------


def entries() -> list[Entry]:
    """All that is in the database, in the order of names. Raises FileFormatError."""
    if not path().exists():
        return []
    with _open() as database:
        return list(_entries(database.execute("select * from plans order by target, name, kernel")))


def write(new: Sequence[Entry], replacing: bool = True) -> int:
    """Write entries, in place of those for the same kernels if `replacing`; how many were written.

    Raises FileFormatError for a database that is damaged, OSError for a folder that cannot be used.
    """
    path().parent.mkdir(parents=True, exist_ok=True)
    with _open() as database, database:
        before = database.total_changes
        statement = _SAVE.format("replace" if replacing else "ignore")
        database.executemany(statement, [astuple(entry) for entry in new])
        return int(database.total_changes - before)


def clear() -> int:
    """Remove the database, damaged or not; how many entries there were, as far as can be told."""
    count = 0
    with contextlib.suppress(SmeltError):
        count = len(entries())
    for end in ("", "-wal", "-shm"):
        path().with_name(FILE + end).unlink(missing_ok=True)
    return count


@contextlib.contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    """A connection to the database, made if there is none. Raises FileFormatError."""
    import sqlite3

    place = path()
    try:
        with contextlib.closing(_connected(place)) as database:
            (version,) = database.execute("pragma user_version").fetchone()
            if version not in (0, FORMAT):
                raise FileFormatError(
                    "tune", f"{place} of format {version}", f"format {FORMAT}",
                    "`smelt tune clear` removes it, another SMELT_CACHE leaves it alone",
                )  # fmt: skip
            if version == 0:
                database.execute(_CREATE)
                database.execute(f"pragma user_version = {FORMAT}")
                database.commit()
            yield database
    except sqlite3.Error as error:
        raise FileFormatError(
            "tune", f"{place} ({error})", "a tuning database that can be read and written",
            "`smelt tune clear` removes it, TUNED=0 leaves it alone",
        ) from None  # fmt: skip


def _connected(place: Path) -> sqlite3.Connection:
    import sqlite3

    database = sqlite3.connect(place, timeout=PATIENCE_S)
    try:
        database.execute("pragma journal_mode = wal")  # readers and a writer at the same time
    except sqlite3.OperationalError:
        if os.access(place.parent, os.W_OK):  # another process is just about to do it
            return database
        database.close()  # nobody can write here, so nothing will change
        return sqlite3.connect(f"{place.resolve().as_uri()}?immutable=1", uri=True)
    return database


def _entries(rows: Iterator[Sequence[object]] | sqlite3.Cursor) -> Iterator[Entry]:
    """Rows as entries; what no search wrote is left out, with a note."""
    for row in rows:
        try:
            yield Entry(*row).checked()
        except (ArgumentError, TypeError) as error:
            note(f"an entry of the tuning database is ignored ({error})")
