"""BEAM=n: a search for a better plan of each kernel, by measuring.

It begins at the default plan and at what the cost model finds best for each vector axis, and keeps
the n fastest. Their neighbours (kernel/candidates.py) are tried next, until all of the n have been
looked around or the time is up. Another process compiles and runs them (search_worker.py): one that
crashes or hangs is dropped. A plan counts only if it gives the default's results bit by bit.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import zip_longest
from time import monotonic
from typing import Any

from smelt.engine import tuning
from smelt.engine.tuning import Entry
from smelt.ir.node import Node
from smelt.kernel.candidates import Choice, Proposer
from smelt.kernel.cost import cost
from smelt.program import Target
from smelt.util import flags
from smelt.util.errors import ArgumentError

# What a worker runs: it looks for modules where this process does.
MAIN = "import sys; sys.path[:] = sys.argv[1:]; from smelt.engine.search_worker import main; main()"
BETTER = 0.97  # of the default's time: less is within what measuring tells apart
PATIENCE_S = 5.0  # with one plan, or half of the time for the kernel where that is shorter
START_S = 10.0  # at least, for a worker to start, compile the default plan and make its inputs
RUNS = 10  # of the default that must be possible in this time
TRIES = 2  # workers that may be lost before a kernel has had one answer

_spent_s = 0.0  # by all searches of this process


def search(serialized: Mapping[Node, bytes], target: Target) -> None:
    """Search for the plans of the kernels that no search this wide has been made for.

    Results are in the database as soon as a kernel is done, and when the search is interrupted.
    """
    global _spent_s
    names = {kernel: tuning.digest(text) for kernel, text in serialized.items()}
    known = tuning.known(list(names.values()), target)
    beam = flags.BEAM.value
    todo = [k for k in serialized if (e := known.get(names[k])) is None or e.beam < beam]
    todo.sort(key=_work, reverse=True)
    started = monotonic()
    team = Worker(target)
    progress = Progress(len(todo))
    try:
        for kernel in todo:
            left_s = flags.BEAM_TOTAL_SECONDS.value - _spent_s - (monotonic() - started)
            if left_s <= 0:
                tuning.note("BEAM_TOTAL_SECONDS are used up: other kernels keep their plans")
                break
            deadline = monotonic() + min(left_s, flags.BEAM_SECONDS.value)
            entry = known.get(names[kernel])
            one = Search(kernel, serialized[kernel], target, team, deadline, progress)
            one.run(beam, entry.plan if entry else None)
    finally:
        _spent_s += monotonic() - started
        team.kill()
        progress.close()


def _work(kernel: Node) -> float:
    """A measure of how long a kernel takes: those that take longest come first."""
    price = cost(kernel)
    return price.flops / 2 + price.bytes_read + price.bytes_written


class Search:
    """The search for one kernel."""

    def __init__(
        self,
        kernel: Node,
        text: bytes,
        target: Target,
        worker: Worker,
        deadline: float,
        progress: Progress,
    ):
        self._kernel, self._text, self._target = kernel, text, target
        self._worker, self._deadline, self._progress = worker, deadline, progress
        self._proposer = Proposer(kernel, target)
        self._shares: dict[Choice, float] = {self._proposer.default: 1.0}  # of the default's time
        self._times: dict[Choice, dict[str, float]] = {}

    def run(self, beam: int, before: str | None) -> None:
        """Search and keep the result; what there is of it if the search is interrupted."""
        try:
            if not any(self._batches(beam, before)) or not self._open():
                return
            for batch in self._batches(beam, before):
                for choice in batch:
                    if self._is_over():
                        break
                    self._measure(choice)
            result = self._confirmed()
            if result is not None:
                self._keep(result, beam)
        except KeyboardInterrupt:
            best = self._best()
            if best is not None:
                self._keep(best, 0)
            raise

    def _batches(self, beam: int, before: str | None) -> Iterator[Iterable[Choice]]:
        """Lists of plans to measure, each after the results of the one before."""
        default = self._proposer.default
        yield [*_parsed(before), *self._proposer.seeds()]
        expanded: set[Choice] = set()
        while not self._is_over():
            best = sorted(self._shares, key=self._shares.__getitem__)[:beam]
            fresh = [c for c in (*best, default) if c not in expanded]
            if not fresh:
                return
            expanded |= set(fresh)
            found = zip_longest(*(self._proposer.neighbours(c) for c in fresh))
            choices = dict.fromkeys(c for some in found for c in some if c is not None)
            yield [c for c in choices if c not in self._shares]

    def _open(self) -> bool:
        """Have the worker take up the kernel; False, with a note, if nothing can be measured."""
        error = self._worker.open(self._text, max(START_S, flags.BEAM_SECONDS.value), self._limit())
        if error:
            tuning.note(f"no search for kernel {self._kernel.arg}: {error}")
        return not error

    def _is_over(self) -> bool:
        return monotonic() >= self._deadline

    def _limit(self) -> float:
        """Seconds to wait for an answer."""
        return min(PATIENCE_S, max(1.0, flags.BEAM_SECONDS.value / 2))

    def _measure(self, choice: Choice) -> None:
        self._shares[choice] = float("inf")  # unless there is an answer
        answer = self._ask(choice)
        if answer is not None:
            self._shares[choice] = answer["share"]
            self._times[choice] = answer
        self._progress.show(str(self._kernel.arg), len(self._shares), min(self._shares.values()))

    def _ask(self, choice: Choice, sure: bool = False) -> dict[str, float] | None:
        """How long it takes; None for one that fails, crashes, hangs or gives another result."""
        if not self._worker.is_open and not self._open():
            self._deadline = monotonic()
            return None
        limit = max(START_S, flags.BEAM_SECONDS.value) if sure else self._limit()
        answer = self._worker.ask({"plan": choice.dumps(), "sure": sure}, limit)
        return answer if answer is not None and "share" in answer else None

    def _best(self) -> Entry | None:
        """The fastest plan so far, if it is faster than the default."""
        choice = min(self._shares, key=self._shares.__getitem__)
        return self._entry(choice, self._times.get(choice))

    def _confirmed(self) -> Entry | None:
        """The fastest plan that is so again, and right, on other inputs; else the default.

        None if nothing could be measured.
        """
        for choice in sorted(self._times, key=self._shares.__getitem__)[:2]:
            if self._shares[choice] < BETTER:
                entry = self._entry(choice, self._ask(choice, sure=True))
                if entry is not None:
                    return entry
        times = [*self._times.values(), self._ask(self._proposer.default)]
        took = min((t["default_s"] for t in times if t is not None), default=None)
        return None if took is None else self._made(None, took, took)

    def _entry(self, choice: Choice, times: Mapping[str, float] | None) -> Entry | None:
        if times is None or times["share"] >= BETTER:
            return None
        return self._made(choice.dumps(), times["default_s"], times["tuned_s"])

    def _made(self, plan: str | None, default_s: float, tuned_s: float) -> Entry:
        name, of = str(self._kernel.arg), tuning.machine(self._target)
        return Entry(tuning.digest(self._text), of, name, plan, default_s, tuned_s, 0)

    def _keep(self, entry: Entry, beam: int) -> None:
        tuning.save(Entry(**(asdict(entry) | {"beam": beam})))
        self._progress.done(entry)


def _parsed(plan: str | None) -> list[Choice]:
    """What an earlier search found, if it can be read."""
    if plan is None:
        return []
    try:
        return [Choice.loads(plan)]
    except ArgumentError:
        return []


class Worker:
    """The process that tries out plans; a new one when it is lost."""

    def __init__(self, target: Target):
        self._target = target
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.is_open = False  # it has a kernel to try plans of

    def open(self, text: bytes, limit_s: float, patience_s: float) -> str:
        """Have it take up a kernel, if runs of that fit into `patience_s`; why not, or ""."""
        request = {"kernel": text.decode(), "target": asdict(self._target)}
        answer = None
        for _ in range(TRIES):
            answer = answer or self.ask(request, limit_s)
        self.is_open = False
        if answer is None:
            return "the process that measures ends or does not answer"
        if "error" in answer:
            return str(answer["error"])
        if answer["default_s"] * RUNS > patience_s:
            return f"it runs for {answer['default_s']:.1f} s, which asks for more BEAM_SECONDS"
        self.is_open = True
        return ""

    def ask(self, request: Mapping[str, Any], limit_s: float) -> dict[str, Any] | None:
        """Its answer; None, and the end of the process, if there is none in time."""
        try:
            if self._process is None:
                self._start()
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=limit_s)
            answer = json.loads(line) if line else None
        except (OSError, ValueError, queue.Empty):
            answer = None
        if not isinstance(answer, dict):
            self.kill()
            return None
        return answer

    def kill(self) -> None:
        """End the process, whatever it does."""
        process, self._process, self.is_open = self._process, None, False
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            process.wait()

    def _start(self) -> None:
        if not sys.executable or getattr(sys, "frozen", False):
            raise OSError("there is no Python to start")
        path = [folder or os.getcwd() for folder in sys.path]
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if flags.DEBUG.value else subprocess.DEVNULL,
            text=True,
            env=flags.for_child(_settings()),
            start_new_session=True,  # Ctrl-C reaches this process, which ends the worker
        )
        answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(process, answers), daemon=True).start()
        self._process, self._answers = process, answers


def _read(process: subprocess.Popen[str], answers: queue.SimpleQueue[str]) -> None:
    """Pass on each line that a process writes, and "" at its end."""
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):  # ValueError: the stream was closed
        for line in process.stdout:
            answers.put(line)
    answers.put("")


def _settings() -> dict[str, str]:
    """The flags of a worker: what holds here, but it searches for nothing itself."""
    quiet = {"BEAM": "0", "TUNED": "1", "DEBUG": "0", "GRAPH": "0", "ORACLE": "0"}
    same = {
        "SMELT_THREADS": str(flags.SMELT_THREADS.value),
        "SMELT_CPU": flags.SMELT_CPU.value,
        "SMELT_CACHE": str(flags.SMELT_CACHE.value),
    }
    return quiet | same


class Progress:
    """A bar on the standard error if somebody sees it; with DEBUG=2 a line for each kernel."""

    WIDTH = 20

    def __init__(self, kernels: int):
        self._kernels, self._done = kernels, 0
        self._is_seen = sys.stderr.isatty()

    def show(self, name: str, plans: int, share: float) -> None:
        """Where the search for the kernel `name` is."""
        if self._is_seen:
            full = self.WIDTH * self._done // max(self._kernels, 1)
            bar = "#" * full + "." * (self.WIDTH - full)
            text = f"{plans} plans, {1 / share:.2f} times as fast"
            line = f"search [{bar}] {self._done}/{self._kernels} {name:.30}: {text}"
            print(f"\r{line}\033[K", end="", file=sys.stderr, flush=True)

    def done(self, entry: Entry) -> None:
        """A kernel is done."""
        self._done += 1
        if flags.DEBUG.value >= 2:
            self.close()
            times = f"{entry.default_s * 1e6:.1f} -> {entry.tuned_s * 1e6:.1f} µs"
            plan = "the default plan" if entry.plan is None else Choice.loads(entry.plan)
            print(f"search {entry.name}: {times}, {plan}")

    def close(self) -> None:
        """Leave no bar behind."""
        if self._is_seen:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
