"""`smelt explain`: each reason for a kernel that has it and none for one that has not; scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import smelt
from smelt import Context, Tensor
from smelt.cli import main as cli
from smelt.engine import explain as engine
from smelt.engine.device import runtime
from smelt.engine.explain import Explained
from smelt.engine.watch import watch, watching
from smelt.util.table import Ceilings

LIMITS = Ceilings(gflops=100.0, gbytes=10.0)
CALLS = 5
Build = Callable[[], Tensor | Sequence[Tensor]]


def filled(*shape: int) -> Tensor:
    return Tensor(np.linspace(0.5, 1.5, int(np.prod(shape)), dtype=np.float32).reshape(shape))


def explained(
    monkeypatch: pytest.MonkeyPatch,
    build: Build,
    each_s: float = 1e-3,
    calls: int = CALLS,
    threads: int = 1,
    limits: Ceilings | None = LIMITS,
) -> list[Explained]:
    """What is found of `build` where each kernel takes `each_s` on a machine with LIMITS."""
    monkeypatch.setattr(engine, "ceilings", lambda device, products="": limits)
    with watch() as watched:
        made = build()
        Tensor.realize(*([made] if isinstance(made, Tensor) else made))
    for w in watched.programs:
        w.calls, w.alone = calls, 0
        w.first_s, w.seconds = (each_s,) * len(w.seconds), [each_s * calls] * len(w.seconds)
    with Context(SMELT_THREADS=threads):
        return engine.explain(watched, 100)


@dataclass(frozen=True)
class Row:
    """A program whose kernels have a reason, and one whose kernels have not."""

    kind: str
    evidence: str
    has: Build
    has_not: Build
    each_s: float = 1e-3
    threads: int = 1


def bincount() -> Tensor:
    places = Tensor(np.arange(600, dtype=np.int32) % 8)
    return Tensor.zeros(8).scatter_add(0, places, filled(600))


def quotients() -> Tensor:
    x = filled(32, 32)
    return (1 / (x + 1) / (x + 2)).sqrt()


def gradient_of_rows(places: bool) -> Tensor:
    table = filled(8, 32).requires_grad_(True)
    picked = table[Tensor(np.arange(600, dtype=np.int32) % 8)] if places else table * 2
    picked.sum().backward()
    assert table.grad is not None
    return table.grad


def used_twice(keep: bool) -> list[Tensor]:
    h = filled(64, 64) * 2 + 1
    h = h.contiguous() if keep else h
    return [h.sum(0), h.max(1)]


def rows_less_their_sum(keep: bool) -> Tensor:
    h = filled(64, 64) * 2 + 1
    h = h.contiguous() if keep else h
    return h - h.sum(1, keepdim=True)


ROWS = [
    Row("memory-bound", "524 kB a call at 5.2 GB/s, of 10.0",
        lambda: filled(256, 256) + 1, lambda: filled(16, 16) + 1, 100e-6),
    Row("arithmetic-bound", "52 GFLOP/s, of 100",
        lambda: filled(64, 64) @ filled(64, 64), lambda: filled(64, 64).T + 1, 10e-6),
    Row("arithmetic-bound", "(2 FDIV, 1 SQRT for each element)",
        quotients, lambda: 1 + filled(32, 32), 1e-6),
    Row("small", "a call takes 2.0 µs, its 32 B would take 0.0 µs at the limit",
        lambda: filled(4) + 1, lambda: filled(2048) + 1, 2e-6),
    Row("tail", "17 steps in vectors of 16 lanes: 47% are masked",
        lambda: (filled(5, 17) * 2).sum(1), lambda: (filled(5, 32) * 2).sum(1)),
    Row("tail", "3 steps in vectors of 16 lanes: 81% of them are unused",
        lambda: filled(3) + 1, lambda: filled(16) + 1),
    Row("no vector axis", "the 600 iterations of i0 may write the same place",
        bincount, lambda: filled(600) + 1),
    Row("serial", "the 600 iterations of i1 may write the same place",
        lambda: gradient_of_rows(places=True), lambda: gradient_of_rows(places=False)),
    Row("lane by lane", "p1 is read 5 elements apart",
        lambda: filled(64, 64)[:, ::5] + 1, lambda: filled(64, 64)[:, 1:] + 1),
    Row("lane by lane", "p1 is read at computed places",
        lambda: filled(4096)[Tensor(np.arange(512, dtype=np.int32))],
        lambda: filled(64, 64)[Tensor(np.arange(8, dtype=np.int32))]),
    Row("one thread", "its program is too small to be shared out",
        lambda: filled(64) + 1, lambda: filled(1 << 20) + 1, threads=2),
    Row("one thread", "1 piece of work for 2 threads",
        lambda: (filled(1 << 17) * 2).exp().sin().sin().sum(), lambda: filled(1 << 20) + 1,
        threads=2),
    Row("few pieces", "pieces of work for 1024 threads",
        lambda: filled(16, 1 << 16).sum(1), lambda: filled(1 << 20) + 1, threads=1024),
    Row("recompute", "8.19 k operations that other kernels carry out too",
        lambda: used_twice(keep=False), lambda: used_twice(keep=True)),
    Row("recompute", "8.19 k operations on elements that it has computed before",
        lambda: rows_less_their_sum(keep=False), lambda: rows_less_their_sum(keep=True)),
    Row("not fused", "come from dot_64x64, because it comes of a reduction, and another reduction",
        lambda: (filled(64, 64) @ filled(64, 64)).relu() @ filled(64, 64),
        lambda: (filled(64, 64) @ filled(64, 64)).relu() + 1, 2e-6),
    Row("not fused", "come from map_64x64, because contiguous() was called on it",
        lambda: (filled(64, 64) + 1).contiguous().sum(1), lambda: (filled(64, 64) + 1).sum(1),
        2e-6),
]  # fmt: skip


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors as with AVX-512, whatever this machine has; nothing of it is run."""
    if smelt.Device["CPU"].target.vector_bytes != 64:
        pytest.skip("the numbers are those of vectors of 16 floats")


def found(explanations: list[Explained], kind: str) -> list[str]:
    return [f.evidence for e in explanations for f in e.findings if f.kind == kind]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_a_reason_is_given_where_it_is_one(monkeypatch, wide, row):
    has = explained(monkeypatch, row.has, row.each_s, threads=row.threads)
    assert any(row.evidence in text for text in found(has, row.kind)), has
    has_not = explained(monkeypatch, row.has_not, row.each_s, threads=row.threads)
    assert not any(row.evidence in text for text in found(has_not, row.kind))


def test_every_other_kernel_of_the_table_lacks_the_kind(monkeypatch, wide):
    plain = explained(monkeypatch, lambda: filled(1 << 16) + 1, 10e-3, threads=1)
    assert [e.findings for e in plain] == [()]


def test_one_call_says_so_and_a_long_first_one_too(monkeypatch):
    once = explained(monkeypatch, lambda: filled(64) + 1, calls=1)
    assert len(found(once, "ran once")) == 1
    often = explained(monkeypatch, lambda: filled(64) + 1)
    assert not found(often, "ran once") and not found(often, "first call")


def test_a_step_that_is_faster_alone_says_so(monkeypatch):
    with watch() as watched:
        (filled(1 << 20) + 1).realize()
    (program,) = watched.programs
    program.calls, program.alone = 10, 9
    with Context(SMELT_THREADS=2):
        text = found(engine.explain(watched, 1), "one thread")
    assert text == ["9 of 10 calls were faster alone than shared out"]


def test_the_kernels_are_ranked_by_what_could_be_won(monkeypatch):
    explanations = explained(
        monkeypatch, lambda: [filled(1 << 16) + 1, filled(64, 64) @ filled(64, 64)], 100e-6
    )
    assert [e.calls.name for e in explanations] == ["dot_64x64", "map_65536"]
    assert explanations[0].won_s == pytest.approx(CALLS * (100e-6 - 5.24e-6), rel=1e-3)


def test_equal_kernels_of_several_programs_are_one(monkeypatch):
    monkeypatch.setattr(engine, "ceilings", lambda device, products="": LIMITS)
    with watch() as watched:
        for _ in range(3):
            (filled(64) + 1).realize()
        Tensor.realize(filled(64) + 1, filled(8, 8) @ filled(8, 8))
    explanations = engine.explain(watched, 10)
    assert {e.calls.name: e.calls.count for e in explanations} == {"map_64": 4, "dot_8x8": 1}


def test_instructions_for_products_have_a_limit_of_their_own(monkeypatch):
    """The limit of bfloat16's is that of the instructions, where this machine has them."""
    x = filled(256, 256).cast("bfloat16").realize()
    found = {}
    for product in (x @ x, x.float() @ x.float()):
        with watch() as watched:
            product.realize()
        code = watched.programs[-1].program.kernels[-1]
        asked = []
        monkeypatch.setattr(
            engine, "ceilings", lambda device, products, asked=asked: asked.append(products)
        )
        engine.explain(watched, 10)
        assert asked[-1] == code.products
        found[product.dtype.name] = code.products
    features = runtime("CPU").target.features.split(",")
    has_dots = "+avx512bf16" in features or "+amx-bf16" in features
    assert found == {"bfloat16": "bfloat16" if has_dots else "", "float32": found["float32"]}
    y = filled(256, 320).cast("bfloat16").realize()
    (row,) = explained(monkeypatch, lambda: x @ y)
    assert ("copies for products" in {f.kind for f in row.findings}) is has_dots


def test_a_device_without_ceilings_has_times_and_boundaries(monkeypatch):
    x = Tensor(np.ones((8, 8), np.float32), device="PYTHON")
    explanations = explained(monkeypatch, lambda: (x + 1).contiguous().sum(1), limits=None)
    assert len(explanations) == 2
    assert {f.kind for e in explanations for f in e.findings} == {"not fused"}


def test_a_captured_step_is_watched_and_threads_are_too():
    import threading

    step = smelt.jit(lambda x: x * 3)
    with watch() as watched:
        for _ in range(4):
            step(filled(32))
        thread = threading.Thread(target=lambda: step(filled(32)))
        thread.start()
        thread.join()
    assert sum(w.calls for w in watched.programs) == 5
    assert watching() is None


def test_a_program_built_before_is_explained_too(monkeypatch):
    (filled(33) + 1).realize()
    assert len(explained(monkeypatch, lambda: filled(33) + 1)) == 1


# ---- scripts -------------------------------------------------------------------------------------


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Writes a script; what running it here changes is set back."""
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(text: str) -> str:
        path = tmp_path / "script.py"
        path.write_text(text)
        return str(path)

    yield write


def test_a_script_runs_as_main_with_its_arguments(script, tmp_path, capsys):
    (tmp_path / "neighbour.py").write_text("WORD = 'beside'\n")
    path = script(
        "import sys, neighbour\n"
        "from smelt import Tensor\n"
        "print(__name__, sys.argv[1:], neighbour.WORD)\n"
        "if __name__ == '__main__':\n"
        "    (Tensor([1.0, 2.0]) * 7).realize()\n"
        "    sys.exit(3)\n"
    )
    report = tmp_path / "found.json"
    assert cli.main(["explain", "--json", str(report), path, "--top", "9"]) == 3
    out = capsys.readouterr().out
    assert "__main__ ['--top', '9'] beside" in out
    assert "map_2 " in out and "Kernels took" in out
    (kernel,) = json.loads(report.read_text())["kernels"]
    assert (kernel["name"], kernel["calls"], kernel["bytes_written"]) == ("map_2", 1, 8)
    assert {"kind", "evidence", "way_out"} == set(kernel["findings"][0])


def test_a_module_runs_by_its_name(tmp_path, monkeypatch, script, capsys):
    script("import sys; print('as', __name__, sys.argv[1:])")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["explain", "-m", "script", "-x"]) == 0
    assert "as __main__ ['-x']" in capsys.readouterr().out


ENDINGS = [
    ("pass", 0, "", "no kernel of smelt"),
    ("import sys; sys.exit('gone wrong')", 1, "gone wrong\n", "no kernel of smelt"),
    ("raise KeyboardInterrupt", 130, "smelt: interrupted", "no kernel of smelt"),
    ("1 // 0", 1, "ZeroDivisionError", "no kernel of smelt"),
    ("x = (", 1, "SyntaxError", "no kernel of smelt"),
    ("import smelt; (smelt.Tensor([1.0]) + 41).realize(); 1 // 0", 1, "Zero", "map_1"),
]


@pytest.mark.parametrize(("text", "code", "error", "out"), ENDINGS)
def test_however_a_script_ends(script, capsys, text, code, error, out):
    assert cli.main(["explain", script(text)]) == code
    captured = capsys.readouterr()
    assert error in captured.err
    assert out in captured.out


def test_the_traceback_begins_at_the_script(script, tmp_path):
    path = script("def f():\n    raise ValueError('why')\nf()\n")
    command = "import sys; from smelt.cli.main import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", command, "explain", path],
        capture_output=True,
        text=True,
        check=False,
    )
    plain = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (plain.returncode, plain.stderr)


def test_what_cannot_be_run_or_written_is_said_first(script, tmp_path, capsys):
    assert cli.main(["explain", str(tmp_path / "none.py")]) == 2
    assert "there is no file" in capsys.readouterr().err
    path = script("print('ran')")
    assert cli.main(["explain", "--json", str(tmp_path), path]) == 1
    captured = capsys.readouterr()
    assert "a file that can be written" in captured.err and "ran" not in captured.out
    assert cli.main(["explain", "-m", "no_such_module"]) == 1
    assert "No module named no_such_module" in capsys.readouterr().err
