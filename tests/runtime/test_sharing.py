"""One thread or several: what the last runs of a program took decides."""

from __future__ import annotations

import os
import time
from collections import Counter

import pytest

from smelt.runtime import cpu
from smelt.runtime.cpu import LOOK_AGAIN_S, Sharing
from smelt.runtime.pool import Pool


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, as the test has it."""
    clock = [1.0]
    monkeypatch.setattr(cpu, "perf_counter", lambda: clock[0])
    return clock


def run(
    sharing: Sharing, clock: list[float], runs: int, took: dict[bool, float], wake: float = 0.0
) -> Counter[bool]:
    """How often it was shared, when a run takes so long: `wake` more after one that was not."""
    counted: Counter[bool] = Counter()
    last = False
    for _ in range(runs):
        shared = sharing.wanted()
        seconds = took[shared] + (wake if shared and not last else 0.0)
        clock[0] += seconds
        sharing.note(shared, seconds)
        counted[shared] += 1
        last = shared
    return counted


@pytest.mark.parametrize("faster", [False, True])
def test_the_faster_way_is_found_and_kept(now: list[float], faster: bool) -> None:
    sharing = Sharing()
    run(sharing, now, 5, {faster: 1e-4, not faster: 3e-4})
    counted = run(sharing, now, 10_000, {faster: 1e-4, not faster: 3e-4})
    assert counted[not faster] < 200, "tried now and then"


def test_waking_up_does_not_count(now: list[float]) -> None:
    sharing = Sharing()
    took = {True: 1.3e-4, False: 2.5e-4}
    counted = run(sharing, now, 5_000, took, wake=4e-4)
    assert counted[True] > 4_800
    run(sharing, now, 2_000, {True: 1e-3, False: 2.5e-4}, wake=4e-4)  # someone needs the other core
    counted = run(sharing, now, 5_000, took, wake=4e-4)  # and has gone
    assert counted[True] > 4_000, "it is found again, although threads slept"


def test_a_hopeless_way_is_tried_for_one_run(now: list[float]) -> None:
    sharing = Sharing()
    slow = {True: 4e-3, False: 1e-4}
    run(sharing, now, 10, slow)
    start = now[0]
    counted = run(sharing, now, 20_000, slow)
    assert counted[True] <= (now[0] - start) / LOOK_AGAIN_S
    assert counted[True] * slow[True] < 0.05 * (now[0] - start)


def test_long_runs_are_always_shared(now: list[float]) -> None:
    sharing = Sharing()
    run(sharing, now, 5, {True: 2e-2, False: 1e-2})
    assert run(sharing, now, 100, {True: 2e-2, False: 1e-2})[False] == 0


def test_long_runs_are_hardly_ever_tried_alone(now: list[float]) -> None:
    assert run(Sharing(), now, 60, {True: 6e-2, False: 12e-2})[False] == 0
    assert run(Sharing(), now, 1_000, {True: 6e-2, False: 12e-2})[False] == 1
    assert run(Sharing(), now, 1_000, {True: 6e-3, False: 12e-3})[False] == 1


def test_where_all_cores_are_taken_that_is_found_out(now: list[float]) -> None:
    """Twenty steps, in each of which a thread waits for its turn."""
    sharing = Sharing()
    run(sharing, now, 120, {True: 8e-2, False: 2e-3})
    assert run(sharing, now, 1_000, {True: 8e-2, False: 2e-3})[True] < 10


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core")
def test_a_worker_that_sleeps_wakes_up_on_another_core_than_the_caller() -> None:
    team = Pool()
    try:
        team.grow(2)
        (worker,) = team._workers
        assert worker.native_id is not None
        while not team._asleep.value:
            time.sleep(0.001)
        team.place()
        cores = os.sched_getaffinity(worker.native_id)
        assert cores and len(cores) == len(os.sched_getaffinity(0)) - 1
    finally:
        team.close()


def test_one_slow_run_decides_nothing() -> None:
    sharing = Sharing()
    for _ in range(5):
        shared = sharing.wanted()
        sharing.note(shared, 0.001 if shared else 0.0018)
    sharing.note(True, 0.01)
    assert sharing.wanted()
    for _ in range(10):
        sharing.note(True, 0.002)
    assert not sharing.wanted()
