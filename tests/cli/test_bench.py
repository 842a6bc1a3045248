from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import math
import threading
import time
import types

import numpy as np
import pytest

from smelt.cli.bench import ceilings, contest, peers, report, rows, run
from smelt.cli.bench.contest import Outcome, Score
from smelt.cli.bench.operations import OPERATIONS
from smelt.cli.main import main
from smelt.program import Cost
from smelt.runtime.peaks import Peaks
from smelt.util.errors import ArgumentError, MissingDependencyError

# One row of each operation, small and with no two sizes alike.
TINY = [
    *(rows.matmul(3, 5, 7, transpose=transpose) for transpose in rows.TRANSPOSES),
    rows.matmul(3, 5, 7, transpose="tn", batch=2),
    rows.matmul(4, 4, 4, "bfloat16"),
    rows.matmul(4, 4, 4, "float16"),
    rows.matmul_int(6),
    rows.matvec(5),
    rows.chain(9),
    *(rows.total(6, what) for what in ("all", "rows", "columns")),
    rows.softmax(3, 8),
    rows.layernorm_gelu(3, 8),
    *(rows.cumsum(5, along) for along in ("rows", "columns")),
    rows.sort(9),
    rows.topk(40, 3),
    rows.embedding(5, 7, 4),
    rows.embedding(5, 7, 4, gradient=True),
    rows.attention(5, heads=2, width=4),
    rows.attention(5, heads=2, width=4, gradient=True),
    rows.conv(2, 3, 5, 3, stride=2, padding=1),
    rows.conv(4, 4, 5, 3, padding=1, groups=4),
    rows.conv(2, 3, 5, 3, padding=1, gradient=True),
    rows.conv_transpose(3, 2, 3, 4, stride=2),
]
PEAKS = Peaks("a processor", 2, 100.0, 200.0, 20.0, 40.0, {"bfloat16": 400.0})
LIMITS = ceilings.Limits(PEAKS, 10.0)


@pytest.fixture
def quick(monkeypatch):
    """Ceilings that are not measured, two short rounds."""
    monkeypatch.setattr(run, "measure_limits", lambda: LIMITS)
    monkeypatch.setattr(contest, "ROUNDS", 2)
    monkeypatch.setattr(contest, "WARM_S", 0.0)
    monkeypatch.setattr(run, "ROWS", {row.name: row for row in TINY})


def bench(*options: str, others: run.Peers | None = None) -> int:
    arguments = types.SimpleNamespace(
        rows=[option for option in options if not option.startswith("--")],
        peers="*", seconds=0.01, json=None, list="--list" in options,
    )  # fmt: skip
    table = {row.name: row for row in TINY}
    return run.run(arguments, {**run.OWN, **(others or {})}, table)


class Faulty(peers.Numpy):
    """numpy with one wrong element."""

    name = "faulty"

    def to_numpy(self, result):
        array = np.array(result)
        array.flat[-1] += 1
        return array


class Failing(peers.Numpy):
    name = "failing"

    def prepare(self, row, arrays):
        raise RuntimeError("out of order\nand more")


# ---- rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", TINY, ids=lambda row: row.name)
def test_smelt_and_numpy_agree_with_the_reference(row):
    outcome = contest.measure(row, [peers.Smelt(), peers.Numpy()], 0.0)
    assert (outcome.scores["smelt"].status, outcome.scores["smelt"].reason) == ("ok", "")
    assert outcome.scores["numpy"].status in ("ok", "unsupported")
    assert outcome.cost.bytes_read > 0 < outcome.cost.bytes_written


def test_there_is_a_row_for_each_operation():
    for table in (TINY, rows.ROWS.values()):
        assert {row.operation.name for row in table} == set(OPERATIONS)


FLOPS = [
    (rows.matmul(3, 5, 7, transpose="tt"), 2 * 3 * 5 * 7),
    (rows.matmul(3, 5, 7, batch=2), 2 * 2 * 3 * 5 * 7),
    (rows.matmul_int(6), 2 * 6**3),
    (rows.attention(5, heads=2, width=4), 2 * 2 * (2 * 4) * (5 * 6 // 2)),
    (rows.attention(5, heads=2, width=4, gradient=True), 5 * 2 * (2 * 4) * (5 * 6 // 2)),
    (rows.conv(2, 3, 5, 3, stride=2, padding=1), 2 * 3 * 3 * (2 * 3 * 3 * 3)),
    (rows.conv(4, 4, 5, 3, padding=1, groups=4), 2 * 5 * 5 * (4 * 3 * 3)),
    (rows.conv(2, 3, 5, 3, padding=1, gradient=True), 3 * 2 * 5 * 5 * (2 * 3 * 3 * 3)),
    (rows.conv_transpose(3, 2, 3, 4, stride=2), 2 * 3 * 3 * (3 * 2 * 4 * 4)),
    (rows.softmax(3, 8), 0),
]


@pytest.mark.parametrize("row, flops", FLOPS, ids=lambda x: getattr(x, "name", ""))
def test_flops(row, flops):
    assert row.flops == flops


BYTES = [
    (rows.matmul(3, 5, 7), 4 * (15 + 35), 4 * 21),
    (rows.matmul(4, 4, 4, "bfloat16"), 2 * 32, 2 * 16),
    (rows.matmul_int(6), 72, 4 * 36),
    (rows.sort(9), 36, 9 * (4 + 8)),
    (rows.embedding(5, 7, 4), 5 * 8 + 5 * 4 * 4, 5 * 4 * 4),
    (rows.embedding(5, 7, 4, gradient=True), 5 * 8 + 5 * 4 * 4, 7 * 4 * 4),
]


@pytest.mark.parametrize("row, read, written", BYTES, ids=lambda x: getattr(x, "name", ""))
def test_bytes(row, read, written):
    cost = contest.measure(row, [], 0.0).cost
    assert (cost.bytes_read, cost.bytes_written) == (read, written)


def test_rows_are_named_with_wildcards():
    names = ["matmul-1", "matmul-2", "sum"]
    assert rows.select([], names) == names
    assert rows.select(["sum", "matmul-*"], names) == names
    assert rows.select(["*-2"], names) == ["matmul-2"]
    with pytest.raises(ArgumentError, match=r"row 'matmul-3', expected one of matmul-[12]"):
        rows.select(["sum", "matmul-3"], names)


RIVALS = {"torch": ("torch_peer", "Torch"), "jax": ("jax_peer", "Jax")}
RIVALS |= {"onnxruntime": ("onnx_peer", "OnnxRuntime")}


@pytest.mark.parametrize("name", RIVALS)
def test_rivals_compute_the_same(name):
    pytest.importorskip(name)
    module, kind = RIVALS[name]
    rival = getattr(importlib.import_module(f"benchmarks.{module}"), kind)()
    assert rival.name == name
    wrong = {}
    for row in TINY:
        score = contest.measure(row, [rival], 0.0).scores[name]
        if score.status != "ok":
            wrong[row.name] = score.status
    gradients = [row.name for row in TINY if "gradient" in row.name]
    # onnxruntime has no gradients and no products of bfloat16
    known = dict.fromkeys(gradients, "unsupported") | {"matmul-bf16-4": "failed"}
    assert wrong == (known if name == "onnxruntime" else {})


# ---- checking -----------------------------------------------------------------------------------

RIGHT = np.array([[1.0, -100.0], [0.0, 2.0]])
PLACES = np.array([[1, 0], [0, 1]])
WRONG = [
    ([RIGHT.astype(np.float32)], [RIGHT], ""),
    ([RIGHT + 0.009], [RIGHT], ""),
    ([RIGHT + np.array([[0, 0], [0.011, 0]])], [RIGHT], "0.011 at [1, 0], expected 0.0"),
    ([RIGHT * np.nan], [RIGHT], "nan at [0, 0], expected 1.0"),
    ([RIGHT[:1]], [RIGHT], "shape (1, 2), expected (2, 2)"),
    ([RIGHT, RIGHT], [RIGHT], "2 results, expected 1"),
    ([RIGHT, PLACES.astype(np.int32)], [RIGHT, PLACES], ""),
    ([RIGHT, PLACES.T[::-1]], [RIGHT, PLACES], "result 2 of 2: 0 at [0, 0], expected 1"),
]


@pytest.mark.parametrize("results, reference, message", WRONG)
def test_errors_are_found(results, reference, message):
    found = contest.error_of(results, reference, 1e-4)
    assert message in found
    assert bool(message) == bool(found)


def test_a_wrong_peer_is_shown_and_not_timed(quick, capsys):
    assert bench("softmax-3x8", others={"faulty": Faulty, "failing": Failing}) == 0
    shown = capsys.readouterr()
    line = next(line for line in shown.out.splitlines() if line.startswith("softmax-3x8 "))
    assert "WRONG" in line
    assert "failed" in line
    assert "softmax-3x8: failing failed: RuntimeError: out of order\n" in shown.out
    assert "at [2, 7], expected" in shown.out


def test_a_wrong_smelt_is_exit_code_1(quick, capsys, monkeypatch):
    monkeypatch.setattr(peers.Smelt, "to_numpy", lambda self, result: result.numpy() + 1)
    assert bench("softmax-3x8") == 1
    assert "softmax-3x8: smelt wrong: " in capsys.readouterr().out


# ---- timing -------------------------------------------------------------------------------------


def test_settling_waits_for_a_thread_that_spins():
    finished = threading.Event()

    def spin():
        hashlib.pbkdf2_hmac("sha256", b"", b"", 200_000)  # without Python, as libraries' threads
        finished.set()

    thread = threading.Thread(target=spin)
    thread.start()
    contest.settle()
    assert finished.is_set()
    thread.join()


def test_everybody_gets_turns_and_who_is_slow_fewer(monkeypatch):
    monkeypatch.setattr(contest, "WARM_S", 0.0)
    order: list[str] = []
    calls = {"a": lambda: order.append("a"), "b": lambda: (order.append("b"), time.sleep(0.03))}
    scores = {"a": Score(), "b": Score()}
    list(contest._take_turns(calls, scores, 0.02))
    assert len(scores["a"].rounds) == contest.ROUNDS
    assert [len(turn) for turn in scores["b"].rounds] == [1]
    assert order.count("b") == 2  # the first call of a turn does not count
    assert order.index("b") < len(order) - 1 - order[::-1].index("a")


def outcome(row=TINY[0], cost=None, **rounds: list[list[float]]) -> Outcome:
    scores = {name: Score(rounds=given) for name, given in rounds.items()}
    return Outcome(row, cost or Cost(1_000_000, 0, 0), scores)


def test_ratios():
    found = outcome(smelt=[[2.0, 4.0], [2.0]], numpy=[[3.0], [5.0]], torch=[[6.0, 2.0]])
    assert found.fastest_peer() == "torch"
    assert found.ratio() == 1.0
    assert found.round_ratio() == pytest.approx((3 / 3 + 4 / 2) / 2)
    alone = outcome(smelt=[[2.0]])
    assert alone.fastest_peer() is None
    assert math.isnan(alone.ratio())
    assert math.isnan(alone.round_ratio())


LEAST = [
    ("float32", Cost(200, 0, 0), 1.0),
    ("bfloat16", Cost(800, 0, 0), 2.0),
    ("uint8", Cost(200, 0, 0), 1.0),  # no instruction of its own: that of float32
    ("float32", Cost(100, 60, 0), 3.0),  # 20 read
    ("float32", Cost(0, 20, 20), 1.0),  # 40 copied
    ("float32", Cost(0, 40, 20), 2.0),
    ("float32", Cost(0, 20, 60), 2.0),
    ("float32", Cost(0, 1 << 28, 0), (1 << 28) / 10),  # from beyond the caches
    ("float32", Cost(0, (1 << 28) - 4, 4), 8 / 40 + ((1 << 28) - 8) / 10),
    ("float32", Cost(0, 1 << 28, 1 << 28), (1 << 29) / 40),
]


@pytest.mark.parametrize("dtype, cost, seconds", LEAST)
def test_the_least_time_is_that_of_the_nearer_ceiling(dtype, cost, seconds):
    assert LIMITS.seconds(dtype, cost) * 1e9 == pytest.approx(seconds)


def test_the_higher_of_two_measured_ceilings_holds():
    higher = dataclasses.replace(PEAKS, gflops=300.0, read_gbytes=10.0, dots={"bfloat16": 300.0})
    best = LIMITS.best(ceilings.Limits(higher, 15.0))
    assert best.far_gbytes == 15.0
    assert best.peaks == dataclasses.replace(PEAKS, gflops=300.0)


# ---- the command --------------------------------------------------------------------------------


def test_the_command_measures(quick, capsys):
    assert main(["bench", "chain-9", "--seconds", "0.01"]) == 2  # the command has rows of its own
    assert main(["bench", "matmul-256", "--seconds", "0.01"]) == 0
    shown = capsys.readouterr()
    assert "[1/1] matmul-256: smelt " in shown.err
    assert "smelt, ms" in shown.out
    assert "matmul-256 " in shown.out
    assert report.LEGEND in shown.out


def test_names_are_listed(quick, capsys):
    assert bench("--list", "sum-*") == 0
    assert capsys.readouterr().out.split() == ["sum-all-6", "sum-rows-6", "sum-columns-6"]


@pytest.mark.parametrize(
    "options, message",
    [
        (["matmul-257"], "row 'matmul-257', expected one of matmul-256"),
        (["--peers", "torhc"], "peer 'torhc', expected one of smelt, numpy"),
    ],
)
def test_a_wrong_name_is_exit_code_2(capsys, options, message):
    assert main(["bench", *options]) == 2
    assert message in capsys.readouterr().err


def test_json_has_everything(quick, tmp_path, capsys):
    path = tmp_path / "new" / "found.json"
    arguments = types.SimpleNamespace(
        rows=["matmul-3x5x7", "conv-3x3-2*"], peers="*", seconds=0.01, json=path, list=False
    )
    assert run.run(arguments, run.OWN, {row.name: row for row in TINY}) == 0
    found = json.loads(path.read_text())
    assert found["machine"]["cpu"] == "a processor"
    assert found["versions"]["numpy"] == np.__version__
    assert found["ceilings"]["gflops"] == {"float32": 200.0, "bfloat16": 400.0}
    product = found["rows"]["matmul-3x5x7"]
    assert product["flops"] == 210
    assert product["inputs"] == [["float32", [3, 5]], ["float32", [5, 7]]]
    assert product["fastest_peer"] == "numpy"
    times = product["peers"]["smelt"]
    assert 1 <= len(times["rounds_s"]) <= 2  # fewer where the machine is busy
    assert times["best_s"] == min(min(turn) for turn in times["rounds_s"])
    assert product["ratio"] == product["peers"]["numpy"]["best_s"] / times["best_s"]
    windows = next(row for name, row in found["rows"].items() if name.startswith("conv"))
    assert windows["peers"]["numpy"]["status"] == "unsupported"
    assert windows["ratio"] is None


def test_a_file_that_cannot_be_written_is_said_before_measuring(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main(["bench", "--json", str(tmp_path / "file" / "found.json")]) == 1
    assert "a file that can be written" in capsys.readouterr().err


MISSING = [
    (ModuleNotFoundError("No module named 'rival'"), "'rival'; pip install 'smelt[bench]'"),
    (MissingDependencyError("rival", "no compiler", "one", "install it"), "one; install it"),
]


@pytest.mark.parametrize("error, message", MISSING)
def test_a_missing_peer_is_left_out(quick, capsys, error, message):
    def missing():
        raise error

    assert bench("chain-9", "sum-all-6", others={"rival": missing}) == 0
    shown = capsys.readouterr()
    assert shown.err.count("rival is left out") == 1
    assert message in shown.err
    assert "rival" not in shown.out


def test_interrupting_prints_what_was_measured(quick, capsys, monkeypatch):
    measure = run.measure

    def interrupted(row, *rest):
        if row.name == "sum-rows-6":
            raise KeyboardInterrupt
        return measure(row, *rest)

    monkeypatch.setattr(run, "measure", interrupted)
    assert bench("sum-*") == 130
    shown = capsys.readouterr()
    assert "sum-all-6 " in shown.out
    assert "interrupted after 1 of 3 rows" in shown.err


def test_curves_are_drawn(quick, tmp_path, capsys, monkeypatch):
    pytest.importorskip("matplotlib")
    from benchmarks import __main__ as benchmarks
    from benchmarks import curves

    short = dataclasses.replace(curves.CURVES["softmax"], row=lambda n: rows.softmax(2, n))
    monkeypatch.setitem(curves.CURVES, "softmax", dataclasses.replace(short, sizes=[3, 4]))
    monkeypatch.setattr(curves, "measure_limits", lambda: LIMITS)
    out, found = tmp_path / "curves", tmp_path / "found.json"
    options = ["--peers", "numpy", "--seconds", "0.01", "--out", str(out), "--json", str(found)]
    assert benchmarks.main(["curves", "soft*", *options]) == 0
    assert (out / "softmax.png").read_bytes().startswith(b"\x89PNG")
    assert list(json.loads(found.read_text())["rows"]) == ["softmax-2x3", "softmax-2x4"]
    assert benchmarks.main(["curves", "softmin"]) == 2
    assert "curve 'softmin', expected one of softmax" in capsys.readouterr().err


def test_curves_span_three_decades():
    from benchmarks.curves import CURVES

    for curve in CURVES.values():
        assert curve.sizes[-1] >= 1000 * curve.sizes[0]
        curve.row(curve.sizes[0]).arrays()
