"""`smelt tune`: the tuning database, which searches with BEAM fill: list, ship, take in, clear."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from smelt.engine import tuning
from smelt.engine.device import runtime
from smelt.engine.tuning import FIELDS, FORMAT, Entry
from smelt.util.errors import ArgumentError, FileFormatError

KEY = "smelt_tuning"  # of the format's version, in a file
MOST_CHARACTERS = 1 << 28  # of a file: some hundred thousand kernels


def run(arguments: argparse.Namespace) -> int:
    """What the command line asks for; its exit code."""
    {"list": _list, "export": _export, "import": _import, "clear": _clear}[arguments.what](
        arguments
    )
    return 0


def _here() -> str:
    return tuning.machine(runtime("CPU").target)


def _list(arguments: argparse.Namespace) -> None:
    found = tuning.entries()
    here = _here()
    shown = [e for e in found if arguments.all or e.target == here]
    print(f"{tuning.path()}: {_count(shown)} for {'all processors' if arguments.all else here}")
    for entry in shown:
        print(_line(entry) + (f"  [{entry.target}]" if arguments.all else ""))
    if len(shown) < len(found):
        print(f"{_count(found[len(shown) :])} for other processors: --all shows them")


def _count(found: Sequence[object]) -> str:
    return f"{len(found)} kernel{'' if len(found) == 1 else 's'}"


def _line(entry: Entry) -> str:
    from smelt.kernel.candidates import Choice

    times = f"{entry.default_s * 1e6:10.1f} -> {entry.tuned_s * 1e6:10.1f} µs"
    how = "" if entry.beam else "  (interrupted)"
    if entry.plan is None:
        return f"  {entry.name:32} {times}  the default plan{how}"
    try:
        plan = str(Choice.loads(entry.plan))
    except ArgumentError:
        plan = "a plan that this version cannot read"
    return f"  {entry.name:32} {times}  {plan}{how}"


def _export(arguments: argparse.Namespace) -> None:
    found = tuning.entries()
    text = json.dumps({KEY: FORMAT, "entries": [asdict(entry) for entry in found]}, indent=1)
    if str(arguments.file) == "-":
        print(text)
        return
    new = arguments.file.with_name(f".{arguments.file.name}.{os.getpid()}")
    try:
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(arguments.file)
    except OSError as error:
        new.unlink(missing_ok=True)
        got = f"{arguments.file} ({error.strerror})"
        raise ArgumentError("tune export", got, "a file to write") from None
    print(f"{_count(found)} in {arguments.file}")


def _import(arguments: argparse.Namespace) -> None:
    new = read(arguments.file)
    others = Counter(entry.target for entry in new)
    mine = others.pop(_here(), 0)
    try:
        written = tuning.write(new, arguments.replace)
    except OSError as error:
        got = f"{tuning.path()} ({error.strerror})"
        raise ArgumentError("tune import", got, "a cache folder to write to") from None
    print(f"{written} of {_count(new)} taken in, {mine} of the file are for this processor")
    if written < len(new):
        print("what a search found here already has stayed: --replace puts the file's in its place")
    for target, count in sorted(others.items()):
        print(f"{count} for another one, {target}: used only there")


def read(file: Path) -> list[Entry]:
    """The entries of a file. Raises FileFormatError for any other file than an exported one."""
    try:
        if str(file) == "-":
            text = sys.stdin.read(MOST_CHARACTERS + 1)
        else:
            with file.open(encoding="utf-8") as opened:
                text = opened.read(MOST_CHARACTERS + 1)
        document = json.loads(text) if len(text) <= MOST_CHARACTERS else None
    except OSError as error:
        raise _wrong(file, error.strerror or str(error)) from None
    except (ValueError, RecursionError):
        raise _wrong(file, "no JSON") from None
    if not isinstance(document, dict) or KEY not in document:
        raise _wrong(file, "JSON of something else")
    if document[KEY] != FORMAT:
        got = f"format {document[KEY]!r:.40}"
        raise _wrong(file, got, f"format {FORMAT}", "export it with the same version of smelt")
    rows = document.get("entries")
    if not isinstance(rows, list):
        raise _wrong(file, "no list of entries")
    return [_entry(file, number, row) for number, row in enumerate(rows)]


def _entry(file: Path, number: int, row: Any) -> Entry:
    if not isinstance(row, dict) or set(row) != set(FIELDS):
        raise _wrong(file, f"entry {number} that is none", f"an object of {', '.join(FIELDS)}")
    try:
        return Entry(**row).checked()
    except ArgumentError as error:
        raise _wrong(file, f"entry {number} with {error.got}", error.expected) from None


def _wrong(
    file: Path, got: str, expected: str = "a file that `smelt tune export` wrote", way_out: str = ""
) -> FileFormatError:
    return FileFormatError("tune import", f"{file}: {got}", expected, way_out)


def _clear(arguments: argparse.Namespace) -> None:
    place = tuning.path()
    try:
        count = tuning.clear()
    except OSError as error:
        got = f"{place} ({error.strerror})"
        raise ArgumentError("tune clear", got, "a file that may be removed") from None
    print(f"{place}: {count} kernel{'' if count == 1 else 's'} removed")
