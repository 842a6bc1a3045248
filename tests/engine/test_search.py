from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import smelt
from smelt import Context, Tensor
from smelt.engine import compile_parallel, search, tuning
from smelt.engine.compile import compile_kept, transformed
from smelt.engine.device import runtime
from smelt.engine.search_worker import answers
from smelt.engine.tuning import Entry
from smelt.ir.serialize import dumps
from smelt.kernel import plans
from smelt.kernel.candidates import Choice, Proposer
from smelt.kernel.optimize import optimize
from smelt.schedule.lower import schedule

ROOT = Path(__file__).parent.parent.parent
TARGET = runtime("CPU").target
START = "import sys; sys.path[:] = sys.argv[1:]\n"
# The planner of a worker that knows no tiles; what has some takes half of the time.
BAD_DEFAULT = START + (
    "from smelt.engine import search_worker\n"
    "from smelt.kernel import plans\n"
    "plans.TILES = (1,)\n"
    "real = search_worker.Trial.try_out\n"
    "def try_out(self, plan, sure):\n"
    "    share = 0.5 if '\"tiles\":[[' in plan else 1.0\n"
    "    return real(self, plan, sure) | {'default_s': 2.0, 'tuned_s': 2 * share, 'share': share}\n"
    "search_worker.Trial.try_out = try_out\n"
    "search_worker.main()"
)


def data(*shape: int) -> Tensor:
    return Tensor(np.zeros(shape, "float32")).contiguous().realize()


def product(rows: int):
    """The kernel of a product; other tests have other numbers of rows."""
    return schedule([(data(rows, 90) @ data(90, 70)).node]).kernels[0].kernel


def look(kernel) -> None:
    search.search({kernel: dumps([kernel])}, TARGET)


def entry_of(kernel) -> Entry:
    name = tuning.digest(dumps([kernel]))
    return tuning.known([name], TARGET)[name]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty cache folder, and a process that has searched for nothing yet."""
    monkeypatch.setattr(tuning, "_unsaved", {})
    monkeypatch.setattr(tuning, "_noted", set())
    monkeypatch.setattr(search, "_spent_s", 0.0)
    with Context(SMELT_CACHE=tmp_path / "cache", BEAM=2, BEAM_SECONDS=60):
        yield tmp_path / "cache"
    tuning._plans.clear()


# ---- which plans are tried and kept --------------------------------------------------------------


class FakeWorker:
    """Answers by a rule instead of running anything."""

    is_open = True

    def __init__(self, share):
        self.share = share  # of the default's time: of a choice, and whether it is to be sure
        self.asked: list[Choice] = []

    def __call__(self, target) -> FakeWorker:
        return self

    def open(self, text, limit_s, patience_s) -> str:
        return ""

    def ask(self, request, limit_s):
        choice = Choice.loads(request["plan"])
        self.asked.append(choice)
        share = self.share(choice, request["sure"])
        return share and {"default_s": 1.0, "tuned_s": share, "share": share}

    def kill(self) -> None:
        pass


def fake(monkeypatch, share) -> FakeWorker:
    worker = FakeWorker(share)
    monkeypatch.setattr(search, "Worker", worker)
    return worker


GOAL = Choice(vector=1, tiles=((0, 2), (1, 2)), copies=(2,))


def distance(choice: Choice, sure: bool = False) -> float:
    """Falls with each step towards GOAL."""
    factors = dict(choice.tiles)
    far = abs(factors.get(0, 1) - 2) + abs(factors.get(1, 1) - 2)
    others = (choice.copies != (2,)) + (choice.nest != ()) + (choice.block * choice.rows > 1)
    return 0.5 + 0.01 * far + 0.02 * others


def test_a_search_goes_on_as_long_as_it_gets_better(monkeypatch):
    kernel = product(41)
    worker = fake(monkeypatch, distance)
    look(kernel)
    found = entry_of(kernel)
    assert Choice.loads(found.plan) == GOAL
    assert (found.default_s, found.tuned_s, found.beam) == (1.0, 0.5, 2)
    assert worker.asked[-1] == GOAL  # to be sure
    assert len(set(worker.asked)) == len(worker.asked) - 1  # nothing else was tried twice
    assert Proposer(kernel, TARGET).default not in worker.asked


def test_what_measuring_does_not_tell_apart_is_the_default(monkeypatch):
    kernel = product(42)
    fake(monkeypatch, lambda choice, sure: 0.98)
    look(kernel)
    assert entry_of(kernel).plan is None


def test_the_fastest_counts_only_if_it_is_so_again(monkeypatch):
    kernel = product(43)
    fake(monkeypatch, lambda choice, sure: 1.1 if sure and choice == GOAL else distance(choice))
    look(kernel)
    found = Choice.loads(entry_of(kernel).plan)
    assert found != GOAL
    assert distance(found) < 0.53


def test_plans_that_give_no_answer_are_dropped(monkeypatch):
    kernel = product(44)
    fake(monkeypatch, lambda choice, sure: None if choice == GOAL else distance(choice))
    look(kernel)
    assert Choice.loads(entry_of(kernel).plan) != GOAL


def test_an_interrupted_search_keeps_what_it_has_and_goes_on_there(monkeypatch):
    kernel = product(45)

    def interrupted(choice, sure):
        if len(worker.asked) == 12:
            raise KeyboardInterrupt
        return distance(choice)

    worker = fake(monkeypatch, interrupted)
    with pytest.raises(KeyboardInterrupt):
        look(kernel)
    found = entry_of(kernel)
    best = min(worker.asked[:11], key=distance)
    assert (Choice.loads(found.plan), found.beam) == (best, 0)
    again = fake(monkeypatch, distance)
    look(kernel)
    assert again.asked[0] == best
    assert Choice.loads(entry_of(kernel).plan) == GOAL


def test_a_kernel_is_searched_once_unless_a_wider_search_is_asked_for(monkeypatch):
    kernel = product(46)
    worker = fake(monkeypatch, distance)
    look(kernel)
    tried = len(worker.asked)
    look(kernel)
    assert len(worker.asked) == tried
    with Context(BEAM=3):
        look(kernel)
    assert len(worker.asked) > tried
    assert entry_of(kernel).beam == 3


def test_time_for_a_kernel_and_in_all(monkeypatch, capsys):
    kernel = product(47)
    clock = iter(range(10_000))
    monkeypatch.setattr(search, "monotonic", lambda: float(next(clock)))
    worker = fake(monkeypatch, distance)
    with Context(BEAM_SECONDS=20):
        look(kernel)
    assert 3 < len(worker.asked) < 21
    asked = len(worker.asked)
    with Context(BEAM_TOTAL_SECONDS=20):  # as long as the first one took
        look(product(48))
    assert len(worker.asked) == asked
    assert "BEAM_TOTAL_SECONDS are used up" in capsys.readouterr().err


def test_a_bar_where_somebody_sees_it(monkeypatch, capsys):
    fake(monkeypatch, distance)
    look(product(49))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    look(product(50))
    assert "search [....................] 0/1 dot_50x70: " in capsys.readouterr().err
    with Context(DEBUG=2):
        look(product(51))
    printed = capsys.readouterr().out
    assert printed == f"search dot_51x70: 1000000.0 -> 500000.0 µs, {GOAL}\n"


# ---- with processes ------------------------------------------------------------------------------


def test_a_captured_step_gets_better_than_a_bad_default_with_the_same_bits(monkeypatch):
    monkeypatch.setattr(plans, "TILES", (1,))
    monkeypatch.setattr(search, "MAIN", BAD_DEFAULT)
    neighbours = Proposer.neighbours
    monkeypatch.setattr(Proposer, "neighbours", lambda self, c: neighbours(self, c)[:6])
    random = np.random.default_rng(0)
    a = Tensor(random.standard_normal((120, 110)).astype("float32")).realize()
    b = Tensor(random.standard_normal((110, 100)).astype("float32")).realize()
    results = []
    for beam in (0, 1):
        with Context(BEAM=beam):
            step = smelt.jit(lambda a, b: (a @ b).relu())
            results += [step(a, b).numpy() for _ in range(3)]
    assert {r.tobytes() for r in results} == {results[0].tobytes()}
    (found,) = [e for e in tuning.entries() if e.name == "dot_120x100"]
    assert Choice.loads(found.plan).tiles
    assert (found.default_s, found.tuned_s) == (2.0, 1.0)


FAULTY = START + (
    "import os, signal, time\n"
    "from smelt.engine import search_worker\n"
    "real = search_worker.Trial.try_out\n"
    "def try_out(self, plan, sure):\n"
    "    fault = {'2': 'crash', '3': 'hang'}.get(plan.split('[[0,')[-1][:1], 'none')\n"
    "    with open('FILE', 'a') as file: print(fault, file=file)\n"
    "    if fault == 'crash': os.kill(os.getpid(), signal.SIGSEGV)\n"
    "    if fault == 'hang': time.sleep(100)\n"
    "    return real(self, plan, sure)\n"
    "search_worker.Trial.try_out = try_out\n"
    "search_worker.main()"
)


def test_plans_that_crash_or_hang_do_no_harm(monkeypatch, tmp_path):
    log = tmp_path / "log"
    monkeypatch.setattr(search, "MAIN", FAULTY.replace("FILE", str(log)))
    monkeypatch.setattr(search, "PATIENCE_S", 3.0)
    kernel = product(52)
    faults = ["[[0,2],[1,2]]", "[[0,3],[1,2]]", "[[0,4],[1,2]]"]
    tiles = [((0, n), (1, 2)) for n in (2, 3, 4)]
    choices = [replace(GOAL, tiles=t) for t in tiles]
    assert all(f in c.dumps() for f, c in zip(faults, choices, strict=True))
    monkeypatch.setattr(Proposer, "seeds", lambda self: choices)
    monkeypatch.setattr(Proposer, "neighbours", lambda self, choice: [])
    look(kernel)
    assert log.read_text().split()[:3] == ["crash", "hang", "none"]
    assert entry_of(kernel).beam == 2


def test_plans_that_give_another_result_are_refused():
    kernel = product(53)
    requests = [{"kernel": dumps([kernel]).decode(), "target": vars(TARGET)}]
    requests += [{"plan": GOAL.dumps()}, {"plan": replace(GOAL, vector=9).dumps()}]
    import json

    first, fine, wrong = answers(map(json.dumps, requests))
    assert first["default_s"] > 0
    assert fine["share"] > 0
    assert "does not fit" in wrong["error"]
    assert next(answers([json.dumps(requests[1])])) == {"error": "no kernel"}
    tuning.use(kernel, TARGET, None)


def test_ctrl_c_reaches_the_search_and_what_is_done_stays(folder):
    code = (
        "from tests.engine.test_search import *\n"
        "real = tuning.save\n"
        "def save(entry):\n"
        "    real(entry)\n"
        "    search.Search._measure = lambda self, choice: signal.pause()\n"
        "    print('saved', flush=True)\n"
        "tuning.save = save\n"
        "neighbours = Proposer.neighbours\n"
        "Proposer.neighbours = lambda self, choice: neighbours(self, choice)[:1]\n"
        "kernels = [product(60), product(61)]\n"
        "search.search({k: dumps([k]) for k in kernels}, TARGET)\n"
    )
    env = {**os.environ, "SMELT_CACHE": str(folder), "BEAM": "1", "BEAM_SECONDS": "60"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == "saved\n"
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in error
    assert len(tuning.entries()) == 1


# ---- the database --------------------------------------------------------------------------------


def made(kernel, plan: str | None, target=TARGET) -> Entry:
    name = tuning.digest(dumps([kernel]))
    return Entry(name, tuning.machine(target), str(kernel.arg), plan, 2e-3, 1e-3, 4)


def compiled(kernel) -> list:
    """The transformations by which a process without a search compiles a kernel."""
    with Context(BEAM=0):
        compile_kept([kernel], TARGET)
        return transformed(kernel, TARGET)[1]


def test_the_plans_in_the_database_are_used_without_a_search_too():
    kernel = product(70)
    tuning.write([made(kernel, GOAL.dumps())])
    assert compiled(kernel) == Proposer(kernel, TARGET).list_of(GOAL) != optimize(kernel, TARGET)
    with Context(TUNED=0):
        assert compiled(kernel) == optimize(kernel, TARGET)


def test_not_for_another_processor_nor_for_code_that_runs_once():
    kernel = product(71)
    tuning.write([made(kernel, GOAL.dumps(), replace(TARGET, cpu="another"))])
    assert compiled(kernel) == optimize(kernel, TARGET)
    tuning.write([made(kernel, GOAL.dumps())])
    quick = replace(TARGET, speed_level=0)
    assert tuning.machine(quick) == tuning.machine(TARGET)
    compile_kept([kernel], quick)
    assert transformed(kernel, quick)[1] == optimize(kernel, TARGET)


def test_processes_that_compile_get_the_plan_too(monkeypatch, capfd):
    kernels = [product(72), product(73)]
    fitting, wrong = made(kernels[0], GOAL.dumps()), made(kernels[1], '{"vector":1}')
    tuning.write([fitting, wrong])
    texts = tuning.with_plans({k: dumps([k]) for k in kernels}, replace(TARGET))
    assert [b"\t" in text for text in texts.values()] == [True, True]
    here = []
    real = compile_parallel.compile_packed
    monkeypatch.setattr(
        compile_parallel, "compile_packed", lambda k, t: here.append(k) or real(k, t)
    )
    monkeypatch.setattr(compile_parallel, "_compile_here", _last_alone)
    codes = compile_parallel.compile_parallel(texts, TARGET, 1)
    assert codes[kernels[0]] == real(kernels[0], TARGET)
    assert here == [kernels[1]]  # the worker gave it back, so that the note is seen
    assert "of kernel dot_73x70 does not fit and is ignored" in capfd.readouterr().err


def _last_alone(waiting, target, done) -> None:
    """Leave all kernels to the worker at first; what it gives back is left for this process."""
    import time

    deadline = time.monotonic() + 60
    while len(waiting) == 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    if done or not waiting:
        while waiting:
            kernel = waiting.pop()
            done[kernel] = compile_parallel.compile_packed(kernel, target)


BAD_PLANS = {
    "unreadable": "{}",
    "of another kernel": Choice(7).dumps(),
    "of another order of the sum": Choice(None).dumps(),
}


@pytest.mark.parametrize("name", BAD_PLANS)
def test_a_plan_that_does_not_fit_is_ignored_with_a_note(capsys, name):
    kernel = product(80 + list(BAD_PLANS).index(name))
    tuning.write([made(kernel, BAD_PLANS[name])])
    assert compiled(kernel) == optimize(kernel, TARGET)
    note = f"the tuned plan of kernel {kernel.arg} does not fit and is ignored"
    assert capsys.readouterr().err.count(note) == 1


def damage(path: Path, how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if how == "garbage":
        path.write_bytes(b"no database" * 100)
    elif how == "cut short":
        tuning.write([made(product(90), None)])
        path.write_bytes(path.read_bytes()[:5000])
    elif how == "a folder":
        path.mkdir()
    elif how == "newer":
        with sqlite3.connect(path) as database:
            database.execute("pragma user_version = 99")
    elif how == "another database":
        with sqlite3.connect(path) as database:
            database.execute(f"pragma user_version = {tuning.FORMAT}")


@pytest.mark.parametrize("how", ["garbage", "cut short", "a folder", "newer", "another database"])
def test_a_damaged_database_costs_nothing_but_its_contents(monkeypatch, capsys, how):
    damage(tuning.path(), how)
    kernel = product(91)
    assert compiled(kernel) == optimize(kernel, TARGET)
    error = capsys.readouterr().err
    assert "smelt: going on without tuned plans: tune: got " in error
    assert "`smelt tune clear` removes it" in error
    fake(monkeypatch, distance)
    look(kernel)  # the result cannot be written: it is for this process alone
    assert "what the search finds is not kept" in capsys.readouterr().err
    assert compiled(kernel) == Proposer(kernel, TARGET).list_of(GOAL)


def test_rows_that_no_search_wrote_are_ignored(capsys):
    kernel = product(92)
    tuning.write([made(kernel, GOAL.dumps())])
    with sqlite3.connect(tuning.path()) as database:
        database.execute("update plans set tuned_s = 'fast'")
    assert compiled(kernel) == optimize(kernel, TARGET)
    assert "an entry of the tuning database is ignored" in capsys.readouterr().err
    assert tuning.entries() == []


def test_a_folder_that_cannot_be_written_is_read(monkeypatch):
    kernel = product(93)
    tuning.write([made(kernel, GOAL.dumps())])

    class Refused:
        def execute(self, *_):
            raise sqlite3.OperationalError("attempt to write a readonly database")

        def close(self):
            pass

    def connect(place, **options):
        return real(place, **options) if options.get("uri") else Refused()

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connect)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert [e.kernel for e in tuning.entries()] == [tuning.digest(dumps([kernel]))]


def test_several_processes_write_at_the_same_time(folder):
    code = (
        "import sys\n"
        "from smelt.engine.tuning import Entry, write\n"
        "for i in range(50):\n"
        "    name = f'{int(sys.argv[1]) * 1000 + i:064x}'\n"
        "    write([Entry(name, 'x', 'k', None, 1.0, 1.0, 1)])\n"
    )
    env = {**os.environ, "SMELT_CACHE": str(folder)}
    team = [
        subprocess.Popen([sys.executable, "-c", code, str(i)], cwd=ROOT, env=env) for i in (1, 2)
    ]
    assert [process.wait() for process in team] == [0, 0]
    assert len(tuning.entries()) == 100


def test_without_a_database_nothing_of_sqlite_is_loaded(folder):
    code = (
        "import sys\n"
        "from smelt import Tensor\n"
        "(Tensor.ones(300, 300).contiguous() @ Tensor.ones(300, 300).contiguous()).realize()\n"
        "print('sqlite3' in sys.modules, 'smelt.kernel.candidates' in sys.modules)\n"
    )
    env = {**os.environ, "SMELT_CACHE": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True)
    assert done.stdout.split() == [b"False", b"False"]
    assert not tuning.path().exists()
