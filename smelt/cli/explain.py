"""`smelt explain script.py`: the kernels that are furthest from the machine's limit, and why."""

from __future__ import annotations

import argparse
import json
import os
import runpy
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from smelt.cli.bench.report import writable
from smelt.engine.explain import Explained, explain, least_seconds, si_seconds
from smelt.engine.watch import Watch, watch
from smelt.util.errors import FileFormatError

WRONG_USAGE, INTERRUPTED = 2, 130
_NAME, _WIDTHS = 32, (8, 10, 10, 9, 8, 10, 10)
_COLUMNS = ("calls", "in all", "each", "GFLOP/s", "GB/s", "of limit", "to win")


@dataclass(frozen=True)
class Ending:
    """How a script ended: the exit status, and the error that ended it."""

    code: int
    error: BaseException | None = None


def run(options: argparse.Namespace) -> int:
    """Run the script, then print what its kernels did; the script's exit status."""
    if not options.module and not Path(options.script).exists():
        print(f"smelt: explain: there is no file {options.script}", file=sys.stderr)
        return WRONG_USAGE
    if options.json and not writable(options.json):
        raise FileFormatError("explain", str(options.json), "a file that can be written")
    started = time.perf_counter()
    with watch() as watched:
        ending = run_script(options.script, options.arguments, options.module)
        _wait_for_threads()
    elapsed_s = time.perf_counter() - started
    sys.stdout.flush()
    if ending.code == INTERRUPTED:
        print("\nsmelt: interrupted", file=sys.stderr)
    elif ending.error is not None:
        _print_error(ending.error)
    try:
        tell(watched, elapsed_s, options.top, options.json)
    except KeyboardInterrupt:
        return INTERRUPTED
    return ending.code


def run_script(script: str, arguments: Sequence[str], is_module: bool = False) -> Ending:
    """Run a file or a module as `python` does: as __main__, with its own arguments and path."""
    sys.argv = [script, *arguments]
    folder = os.getcwd() if is_module else os.path.dirname(os.path.realpath(script))
    sys.path[0] = folder
    try:
        if is_module:
            runpy.run_module(script, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(script, run_name="__main__")
    except SystemExit as leaving:
        return Ending(_exit_code(leaving))
    except KeyboardInterrupt:
        return Ending(INTERRUPTED)
    except BaseException as error:  # noqa: BLE001 -- printed below, behind what ran until then
        return Ending(1, error)
    return Ending(0)


def _exit_code(leaving: SystemExit) -> int:
    """The exit status that Python makes of sys.exit(...), which may be a message."""
    if leaving.code is None or isinstance(leaving.code, int):
        return leaving.code or 0
    print(leaving.code, file=sys.stderr)
    return 1


def _wait_for_threads() -> None:
    """Until those have ended for which Python waits at exit."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _print_error(error: BaseException) -> None:
    """The traceback as Python prints it, without what runs the script here."""
    ours = (__file__, runpy.__file__, "<frozen runpy>")
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in ours:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)
    sys.stderr.flush()


# ---- what is printed -----------------------------------------------------------------------------


def tell(watched: Watch, elapsed_s: float, top: int, path: Path | None) -> None:
    """Print the kernels and the reasons; write them to `path`, too, if there is one."""
    everything = sum(sum(w.seconds) for w in watched.programs)
    found = explain(watched, top)
    print("\n" + summary(len(watched.programs), everything, elapsed_s, len(found)))
    for line in table(found):
        print(line)
    if path is not None:
        report = {
            "elapsed_s": elapsed_s,
            "kernels_s": everything,
            "limits": _limits(found),
            "kernels": [as_json(e) for e in found],
        }
        path.write_text(json.dumps(report, indent=1) + "\n")


def summary(programs: int, kernels_s: float, elapsed_s: float, shown: int) -> str:
    """How much of the time kernels took."""
    if not programs:
        return f"The script ran {si_seconds(elapsed_s)}, and no kernel of smelt."
    return (
        f"Kernels took {si_seconds(kernels_s)} of {si_seconds(elapsed_s)}; the rest is Python,"
        f" compiling and waiting. The {shown} with which most could be won:"
    )


def table(found: Sequence[Explained]) -> Iterator[str]:
    """A line of numbers for each kernel, and under it a line for each reason."""
    if not found:
        return
    yield ""
    yield _line("kernel", _COLUMNS)
    for explained in found:
        calls, row, limits = explained.calls, explained.calls.row, explained.limits
        yield _line(
            calls.name,
            (
                f"{calls.count:,}",
                si_seconds(calls.seconds),
                si_seconds(calls.each_s),
                f"{row.gflops:.2f}",
                f"{row.gbytes:.2f}",
                row.share(limits) if limits else "?",
                si_seconds(explained.won_s) if limits else "?",
            ),
        )
        for finding in explained.findings:
            yield f"  {finding.kind}: {finding.evidence}"
            if finding.way_out:
                yield f"    → {finding.way_out}"
        if not explained.findings:
            yield "  none of the known reasons: DEBUG=3 shows its loops, DEBUG=4 its code"
    yield "\np0, p1 are arguments of a kernel, i0, i1 its loops: DEBUG=3 shows it with them."


def _line(name: str, cells: Sequence[str]) -> str:
    fits = name if len(name) < _NAME else name[: _NAME - 2] + "…"
    row = zip(cells, _WIDTHS, strict=True)
    return f"{fits:<{_NAME}}" + "".join(f"{cell:>{width}}" for cell, width in row)


def as_json(explained: Explained) -> dict[str, Any]:
    """The same as plain data; `limit_s` is the time that all calls take at the limit."""
    calls, limits = explained.calls, explained.limits
    return {
        "name": calls.name,
        "device": calls.device,
        "calls": calls.count,
        "seconds": calls.seconds,
        "first_s": calls.first_s,
        "limit_s": least_seconds(calls.cost, limits) * calls.count if limits else None,
        "flops": calls.cost.flops,
        "bytes_read": calls.cost.bytes_read,
        "bytes_written": calls.cost.bytes_written,
        "findings": [asdict(f) for f in explained.findings],
    }


def _limits(found: Sequence[Explained]) -> dict[str, dict[str, float]]:
    return {e.calls.device: asdict(e.limits) for e in found if e.limits is not None}
