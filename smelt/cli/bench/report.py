"""What was measured, as a table and as JSON."""

from __future__ import annotations

import json
import math
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smelt.cli.bench.ceilings import Limits
from smelt.cli.bench.contest import Outcome, Score
from smelt.cli.bench.peers import Peer
from smelt.util import flags

BUSY = 0.5  # processes, on average of the last minute: beyond, the numbers are not smelt's
MARKS = {"unsupported": "-", "failed": "failed", "wrong": "WRONG"}


def _number(value: float) -> str:
    """Three digits: 0.0123, 1.23, 123.

    >>> [_number(x) for x in (0.01234, 1.234, 1234.0)]
    ['0.0123', '1.23', '1234']
    """
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0}f}"


def _ratio(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"


def _times(score: Score) -> str:
    if not score.rounds:
        return MARKS[score.status]
    return f"{_number(score.best_s * 1e3)} / {_number(score.median_s * 1e3)}"


def _rate(outcome: Outcome, limits: Limits) -> tuple[str, str]:
    """What smelt reaches, GFLOP/s or GB/s, and its share of that limit."""
    score = outcome.scores.get("smelt")
    if score is None or not score.rounds:
        return "", ""
    cost = outcome.cost
    arithmetic = limits.is_arithmetic(outcome.row.dtype, cost)
    work = cost.flops if arithmetic else cost.bytes_read + cost.bytes_written
    unit = "GFLOP/s" if arithmetic else "GB/s"
    return f"{_number(work / score.best_s / 1e9)} {unit}", f"{outcome.share(limits):.0%}"


def header(names: Sequence[str]) -> list[str]:
    """The names of the columns."""
    times = [f"{name}, ms" for name in names]
    return ["row", *times, "ratio", "by rounds", "fastest peer", "smelt's rate", "of limit"]


def cells(outcome: Outcome, names: Sequence[str], limits: Limits) -> list[str]:
    """The texts of a row's columns."""
    return [
        outcome.row.name,
        *(_times(outcome.scores[name]) for name in names),
        _ratio(outcome.ratio()),
        _ratio(outcome.round_ratio()),
        outcome.fastest_peer() or "",
        *_rate(outcome, limits),
    ]


def notes(outcomes: Sequence[Outcome]) -> list[str]:
    """Why results are missing, one line each."""
    return [
        f"{outcome.row.name}: {name} {score.status}: {score.reason}"
        for outcome in outcomes
        for name, score in outcome.scores.items()
        if score.status in ("wrong", "failed")
    ]


def print_table(outcomes: Sequence[Outcome], names: Sequence[str], limits: Limits) -> None:
    """The table on stdout: drawn by rich on a terminal that is wide enough, else aligned text."""
    lines = [header(names), *(cells(outcome, names, limits) for outcome in outcomes)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    fits = sum(widths) + 3 * len(widths) < shutil.get_terminal_size().columns
    if not (fits and sys.stdout.isatty() and _print_rich(lines)):
        for name, *rest in lines:
            aligned = [f"{text:>{width}}" for text, width in zip(rest, widths[1:], strict=True)]
            print("  ".join([f"{name:<{widths[0]}}", *aligned]).rstrip())
    for note in notes(outcomes):
        print(note)


def _print_rich(lines: Sequence[Sequence[str]]) -> bool:
    """False if rich is not installed."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        return False
    head, *body = lines
    table = Table(*head[:1])
    for name in head[1:]:
        table.add_column(name, justify="right")
    for line in body:
        table.add_row(*line)
    Console().print(table)
    return True


LEGEND = (
    "times: best / median of the calls; ratio: the fastest peer's best over smelt's, above 1 smelt"
    " is ahead; by rounds: the median over rounds of the ratio of medians; of limit: the least time"
    " that the ceilings of this run allow over smelt's best"
)


def busy_note() -> str:
    """What to know where others use the cores; empty on an idle machine."""
    load = os.getloadavg()[0]
    return f"other processes keep this machine busy (load {load:.1f})" if load > BUSY else ""


def machine_line(limits: Limits) -> str:
    """The machine and its ceilings."""
    peaks = limits.peaks
    arithmetic = {"float32": peaks.gflops, **peaks.dots}
    rates = ", ".join(f"{dtype} {gflops:.0f}" for dtype, gflops in arithmetic.items())
    far = f", {limits.far_gbytes:.1f} read beyond the caches" if limits.far_gbytes else ""
    return (
        f"{peaks.cpu}, {peaks.threads} threads; GFLOP/s: {rates};"
        f" GB/s: {peaks.read_gbytes:.1f} read, {peaks.copy_gbytes:.1f} copied{far}"
    )


# ---- JSON ---------------------------------------------------------------------------------------


def write_json(
    path: Path, outcomes: Sequence[Outcome], peers: Sequence[Peer], limits: Limits, load: float
) -> None:
    """Write `as_json` of these into a file."""
    path.write_text(json.dumps(as_json(outcomes, peers, limits, load), indent=1) + "\n")


def as_json(
    outcomes: Sequence[Outcome], peers: Sequence[Peer], limits: Limits, load: float
) -> dict[str, Any]:
    """Everything that was measured; times in seconds, None where there is no number."""
    return {
        "machine": {
            "cpu": limits.peaks.cpu,
            "platform": platform.platform(),
            "cores": flags.usable_cores(),
            "threads": limits.peaks.threads,
            "load_at_start": load,
        },
        "versions": {"python": platform.python_version(), **{p.name: p.version() for p in peers}},
        "ceilings": {
            "gflops": {"float32": limits.peaks.gflops, **limits.peaks.dots},
            "gflops_one_thread": limits.peaks.gflops_one_thread,
            "read_gbytes": limits.peaks.read_gbytes,
            "copy_gbytes": limits.peaks.copy_gbytes,
            "far_gbytes": limits.far_gbytes,
        },
        "rows": {outcome.row.name: _outcome_json(outcome, limits) for outcome in outcomes},
    }


def _outcome_json(outcome: Outcome, limits: Limits) -> dict[str, Any]:
    row, cost = outcome.row, outcome.cost
    return {
        "operation": row.operation.name,
        "inputs": [[x.dtype, list(x.shape)] for x in row.inputs],
        "settings": row.settings,
        "flops": cost.flops,
        "bytes_read": cost.bytes_read,
        "bytes_written": cost.bytes_written,
        "least_s": limits.seconds(row.dtype, cost),
        "fastest_peer": outcome.fastest_peer(),
        "ratio": _finite(outcome.ratio()),
        "round_ratio": _finite(outcome.round_ratio()),
        "share_of_limit": _finite(outcome.share(limits)),
        "peers": {
            name: {
                "status": score.status,
                "reason": score.reason,
                "best_s": _finite(score.best_s),
                "median_s": _finite(score.median_s),
                "settle_s": score.settle_s,
                "rounds_s": score.rounds,
            }
            for name, score in outcome.scores.items()
        },
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def writable(path: Path) -> bool:
    """Whether the file can be written: looked at before minutes are spent on its contents."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a"):
            return True
    except OSError:
        return False
