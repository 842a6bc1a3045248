"""Measures one row: everybody's result is checked, then they take turns.

Threads of a library that spin after its call would take a core from whoever is next. So a turn
begins when this process has come to rest (`settle`), goes on with calls that are not counted, until
threads are awake and caches filled, and then has several calls in a row that are: everybody is
seen at their own best.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from smelt.cli.bench.ceilings import Limits
from smelt.cli.bench.peers import Call, Peer, Unsupported
from smelt.cli.bench.rows import Row
from smelt.program import Cost

Array = np.ndarray[Any, np.dtype[Any]]

ROUNDS = 5
MAX_CALLS = 300  # in one turn
WARM_S = 0.003  # of calls that are not counted, at least one
# At rest: hardly any processor time in a stretch of this length. Of a thread that does not stop,
# the system learns what it has used at a tick of its clock, every 10 ms at worst.
REST_S = 0.025
MAX_SETTLE_S = 0.5

# The largest error, as a share of the largest value: room for another order of summation, for
# Winograd's convolutions, and in 16 bits for some roundings on the way.
TOLERANCES = {"float32": 1e-4, "bfloat16": 1e-2, "float16": 2e-3, "uint8": 0.0}


@dataclass
class Score:
    """What a peer did on a row: its calls, or why there are none."""

    rounds: list[list[float]] = field(default_factory=list)  # seconds of each call
    status: str = "ok"  # or "wrong", "failed", "unsupported"
    reason: str = ""
    settle_s: float = 0.0  # how long this process took to come to rest afterwards, at most

    @property
    def best_s(self) -> float:
        return min((min(calls) for calls in self.rounds), default=math.nan)

    @property
    def median_s(self) -> float:
        calls = [call for calls in self.rounds for call in calls]
        return statistics.median(calls) if calls else math.nan


@dataclass
class Outcome:
    """A row and what everybody did on it."""

    row: Row
    cost: Cost
    scores: dict[str, Score]

    def fastest_peer(self) -> str | None:
        """The peer with the best call, smelt aside."""
        others = [n for n, score in self.scores.items() if n != "smelt" and score.rounds]
        return min(others, key=lambda name: self.scores[name].best_s, default=None)

    def ratio(self) -> float:
        """The fastest peer's best call over smelt's: above 1, smelt is ahead."""
        peer = self.fastest_peer()
        smelt = self.scores.get("smelt")
        if peer is None or smelt is None or not smelt.rounds:
            return math.nan
        return self.scores[peer].best_s / smelt.best_s

    def round_ratio(self) -> float:
        """The same as the median over rounds of the ratio of their medians: steadier."""
        smelt = self.scores.get("smelt")
        peers = [s for name, s in self.scores.items() if name != "smelt" and s.rounds]
        if smelt is None or not smelt.rounds or not peers:
            return math.nan
        ratios = []
        for i, calls in enumerate(smelt.rounds):
            medians = [statistics.median(s.rounds[min(i, len(s.rounds) - 1)]) for s in peers]
            ratios.append(min(medians) / statistics.median(calls))
        return statistics.median(ratios)

    def share(self, limits: Limits, name: str = "smelt") -> float:
        """Of the machine's limit: the least possible time over the best call's."""
        score = self.scores.get(name)
        return limits.seconds(self.row.dtype, self.cost) / score.best_s if score else math.nan


# ---- checking -----------------------------------------------------------------------------------


def error_of(results: Sequence[Array], reference: Sequence[Array], tolerance: float) -> str:
    """What is wrong with `results`; empty if nothing is."""
    if len(results) != len(reference):
        return f"{len(results)} results, expected {len(reference)}"
    for number, (got, right) in enumerate(zip(results, reference, strict=True)):
        of = f"result {number + 1} of {len(reference)}: " if len(reference) > 1 else ""
        if got.shape != right.shape:
            return f"{of}shape {got.shape}, expected {right.shape}"
        error = np.abs(np.nan_to_num(got.astype(np.float64) - right, nan=math.inf))
        # places are exact whatever the values' tolerance is
        room = 0.0 if right.dtype.kind in "iu" else tolerance * float(np.abs(right).max())
        if error.max() > room:
            worst = np.unravel_index(int(error.argmax()), error.shape)
            place = [int(i) for i in worst]
            return f"{of}{got[worst]} at {place}, expected {right[worst]}"
    return ""


def _results(peer: Peer, result: Any) -> list[Array]:
    several = result if isinstance(result, list | tuple) else [result]
    return [peer.to_numpy(one) for one in several]


def _enter(peer: Peer, row: Row, arrays: list[Array], reference: Sequence[Array]) -> Score | Call:
    """The checked call of a peer, or a score that says why there is none."""
    try:
        call = peer.prepare(row, arrays)
        results = _results(peer, call())
    except Unsupported as reason:
        return Score(status="unsupported", reason=str(reason))
    except peer.errors as error:
        lines = str(error).strip().splitlines()
        return Score(status="failed", reason=f"{type(error).__name__}: {(lines or [''])[0]}")
    wrong = error_of(results, reference, TOLERANCES[row.dtype])
    return Score(status="wrong", reason=wrong) if wrong else call


# ---- timing -------------------------------------------------------------------------------------


def settle() -> float:
    """Sleep until no thread of this process spins any more; returns how long that took, in s."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < MAX_SETTLE_S:
        used = time.process_time()
        time.sleep(REST_S)
        if time.process_time() - used < 0.1 * REST_S:
            break
    return time.perf_counter() - begin


def _elapsed_s(call: Call) -> float:
    begin = time.perf_counter()
    result = call()
    elapsed_s = time.perf_counter() - begin
    del result  # giving back its memory is not timed
    return elapsed_s


def _turn(call: Call, seconds: float) -> list[float]:
    """The times of several calls in a row, for about `seconds`, at least one."""
    begin = time.perf_counter()
    _elapsed_s(call)
    while time.perf_counter() - begin < WARM_S:
        _elapsed_s(call)
    times = [_elapsed_s(call)]
    while time.perf_counter() - begin + times[-1] < seconds and len(times) < MAX_CALLS:
        times.append(_elapsed_s(call))
    return times


def _take_turns(calls: dict[str, Call], scores: dict[str, Score], seconds: float) -> Iterator[str]:
    """Fill in the scores. Who cannot do a turn in the time has fewer of them, at least one."""
    turn_s = seconds / ROUNDS / max(1, len(calls))
    spent = dict.fromkeys(calls, 0.0)
    for number in range(ROUNDS):
        for name, call in calls.items():
            if number and spent[name] > seconds / len(calls):
                continue
            yield f"{name}, round {number + 1}"
            begin = time.perf_counter()
            scores[name].rounds.append(_turn(call, turn_s))
            spent[name] += time.perf_counter() - begin
            scores[name].settle_s = max(scores[name].settle_s, settle())


def measure(
    row: Row, peers: Sequence[Peer], seconds: float, tell: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Check and time a row, in about `seconds` of calls; `tell` hears what is going on."""
    tell("reference")
    arrays = row.arrays()
    reference = row.reference(arrays)
    scores: dict[str, Score] = {}
    calls: dict[str, Call] = {}
    for peer in peers:
        tell(f"checking {peer.name}")
        entered = _enter(peer, row, arrays, reference)
        if isinstance(entered, Score):
            scores[peer.name] = entered
        else:
            scores[peer.name], calls[peer.name] = Score(), entered
    cost = Cost(row.flops, row.operation.nbytes_read(*arrays), _nbytes_written(row, reference))
    del arrays, reference
    settle()
    for what in _take_turns(calls, scores, seconds):
        tell(what)
    return Outcome(row, cost, scores)


def _nbytes_written(row: Row, reference: Sequence[Array]) -> int:
    itemsize = 2 if row.dtype in ("bfloat16", "float16") else 4
    return sum(x.size * (8 if x.dtype.kind in "iu" else itemsize) for x in reference)
