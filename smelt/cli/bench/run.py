"""`smelt bench` and, with more peers, `python -m benchmarks`: progress and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from smelt.cli.bench import report
from smelt.cli.bench.ceilings import measure_limits
from smelt.cli.bench.contest import Outcome, measure
from smelt.cli.bench.peers import Numpy, Peer, Smelt
from smelt.cli.bench.rows import ROWS, Row, select
from smelt.util.errors import ArgumentError, FileFormatError

Peers = Mapping[str, Callable[[], Peer]]  # those that raise ImportError are left out

OWN: Peers = {"smelt": Smelt, "numpy": Numpy}
WRONG_USAGE, INTERRUPTED = 2, 130


def run(arguments: argparse.Namespace, peers: Peers = OWN, rows: Mapping[str, Row] = ROWS) -> int:
    """Measure what the options ask for; the exit code."""
    wanted = choose(arguments, peers, rows)
    if isinstance(wanted, int):
        return wanted
    names, contestants = wanted
    return _run([rows[name] for name in names], contestants, arguments.seconds, arguments.json)


def choose(
    arguments: argparse.Namespace, peers: Peers, rows: Iterable[str], what: str = "row"
) -> tuple[list[str], list[Peer]] | int:
    """The names and the peers that the options choose; the exit code if nothing is to be measured.

    Raises FileFormatError if the file for what will be measured cannot be written.
    """
    try:
        names = select(arguments.rows, rows, what)
        chosen = named(arguments.peers, peers)
    except ArgumentError as error:
        print(f"smelt: {error}", file=sys.stderr)
        return WRONG_USAGE
    if arguments.list:
        print("\n".join(names))
        return 0
    if arguments.json and not report.writable(arguments.json):
        raise FileFormatError("bench", str(arguments.json), "a file that can be written")
    return names, present(chosen, peers)


def named(text: str, peers: Peers) -> list[str]:
    """smelt, and the peers that `--peers` names. Raises ArgumentError for an unknown one."""
    return select(["smelt", *text.split(",")], peers, "peer")


def present(names: Sequence[str], peers: Peers) -> list[Peer]:
    """The peers that are installed; a line on stderr for each that is not."""
    found = []
    for name in names:
        try:
            found.append(peers[name]())
        except ImportError as error:
            absent = isinstance(error, ModuleNotFoundError)
            way_out = "; pip install 'smelt[bench]'" if absent else ""
            print(f"{name} is left out: {error}{way_out}", file=sys.stderr)
    return found


def _run(rows: Sequence[Row], peers: Sequence[Peer], seconds: float, path: Path | None) -> int:
    load, note = os.getloadavg()[0], report.busy_note()
    limits = measure_limits()
    outcomes: list[Outcome] = []
    interrupted = False
    progress = Progress(len(rows))
    try:
        for row in rows:
            progress.begin(row.name)
            outcomes.append(measure(row, peers, seconds, progress.tell))
            limits = limits.best(measure_limits())
            progress.end(outcomes[-1])
    except KeyboardInterrupt:
        progress.clear()
        interrupted = True
    if note:
        print(f"note: {note}")
    print(report.machine_line(limits))
    report.print_table(outcomes, [peer.name for peer in peers], limits)
    print(report.LEGEND)
    if path is not None:
        report.write_json(path, outcomes, peers, limits, load)
    if interrupted:
        print(f"smelt: interrupted after {len(outcomes)} of {len(rows)} rows", file=sys.stderr)
        return INTERRUPTED
    bad = [outcome for outcome in outcomes if outcome.scores["smelt"].status != "ok"]
    return 1 if bad else 0


class Progress:
    """What is going on, on stderr: a line for each row, and on a terminal what it is at."""

    def __init__(self, count: int):
        self.count = count
        self.done = 0
        self.row = ""
        self.changes = sys.stderr.isatty()

    def begin(self, row: str) -> None:
        self.row = row

    def tell(self, what: str) -> None:
        if self.changes:
            self.clear()
            print(f"[{self.done + 1}/{self.count}] {self.row}: {what}", end="", file=sys.stderr)
            sys.stderr.flush()

    def clear(self) -> None:
        if self.changes:
            print("\r\x1b[K", end="", file=sys.stderr)

    def end(self, outcome: Outcome) -> None:
        self.clear()
        self.done += 1
        times = [
            f"{name} {score.best_s * 1e3:.3g} ms" if score.rounds else f"{name} {score.status}"
            for name, score in outcome.scores.items()
        ]
        head = f"[{self.done}/{self.count}] {self.row}"
        print(f"{head}: {', '.join(times)}", file=sys.stderr, flush=True)
