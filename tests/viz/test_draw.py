from __future__ import annotations

import builtins
import os
import shutil
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from smelt.dtype import dtypes
from smelt.engine.stats import ProgramRun
from smelt.program import CompiledKernel, Cost, Program, Slot, SlotKind, Step
from smelt.util.errors import MissingDependencyError
from smelt.util.table import KernelRow
from smelt.viz.draw import LARGEST, Ran, Value, kernels, to_dot, write_svg

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz's dot is missing")


def value(identity: object, size: int = 4096) -> Value:
    return Value(identity, "float32", size, 4 * size)


def ran(name: str, reads: str, writes: str, elapsed_s: float = 1e-5) -> Ran:
    row = KernelRow(name, 8192, 32768, elapsed_s)
    return Ran(row, tuple(value(i) for i in reads), tuple(value(i) for i in writes))


def edges(dot) -> set[tuple[str, str]]:
    lines = [line.split("[")[0] for line in dot.body if "->" in line]
    return {tuple(end.strip() for end in line.split("->")) for line in lines}


def test_an_edge_for_each_value_that_one_kernel_wrote_and_another_read():
    dot = to_dot([ran("a", "xw", "h"), ran("b", "h", "rs"), ran("c", "rh", "o")])
    between = {e for e in edges(dot) if e[0].startswith("kernel") and e[1].startswith("kernel")}
    assert between == {("kernel0", "kernel1"), ("kernel0", "kernel2"), ("kernel1", "kernel2")}


def test_what_comes_from_before_and_what_nobody_has_read():
    dot = to_dot([ran("a", "xw", "h"), ran("b", "xh", "rs"), ran("c", "r", "o")])
    sources = [a for a, _ in edges(dot) if a.startswith("value")]
    assert len(sources) == 3  # x twice, w once
    assert len(set(sources)) == 2
    assert sorted(a for a, b in edges(dot) if b.startswith("result")) == ["kernel1", "kernel2"]


def test_the_same_memory_written_again_comes_from_its_last_writer():
    dot = to_dot([ran("a", "x", "h"), ran("b", "y", "h"), ran("c", "h", "o")])
    assert ("kernel1", "kernel2") in edges(dot)
    assert ("kernel0", "kernel2") not in edges(dot)


def test_labels_have_the_numbers_and_leave_out_what_was_not_measured():
    assert str(ran("a", "x", "h")) == ("a\n8.19 kFLOP, 32.8 kB\n10.0 µs, 0.8 GFLOP/s, 3.3 GB/s")
    assert str(ran("a", "x", "h", elapsed_s=0.0)) == "a\n8.19 kFLOP, 32.8 kB"
    assert str(value("x")) == "float32[4096]\n16.4 kB"


def test_programs_are_connected_by_the_buffers_they_share():
    def program(*steps: Step) -> Program:
        kinds = (SlotKind.INPUT, SlotKind.ARENA, SlotKind.OUTPUT)
        slots = tuple(Slot(kind, dtypes.float32, 8) for kind in kinds)
        return Program("CPU", (CompiledKernel("k", b"", "k"),), steps, slots, 32, ())

    cost = Cost(1, 2, 3)
    twice = program(Step(0, (1, 0), cost, False, (1,)), Step(0, (2, 1), cost, False, (2,)))
    runs = [
        ProgramRun(twice, (1e-6, 2e-6), {0: 100, 2: 101}),
        ProgramRun(twice, (1e-6, 2e-6), {0: 101, 2: 102}),
    ]
    dot = to_dot(kernels(runs))
    between = {e for e in edges(dot) if e[0].startswith("kernel") and e[1].startswith("kernel")}
    chain = [f"kernel{i}" for i in range(4)]
    assert between == set(pairwise(chain))
    assert [k.row.elapsed_s for k in kernels(runs)] == [1e-6, 2e-6] * 2
    assert kernels(runs)[0].row.nbytes == 5


@needs_dot
def test_the_svg_shows_every_kernel(tmp_path):
    path = write_svg([ran("mul_relu", "xw", "h"), ran("sum<0>", "h", "o")], tmp_path / "graph.svg")
    text = "".join(ElementTree.parse(path).getroot().itertext())
    assert "mul_relu" in text
    assert "sum<0>" in text
    assert "float32[4096]" in text


@needs_dot
def test_a_long_run_shows_its_end_and_says_so(tmp_path):
    many = [ran(f"k{i}", "x", "x") for i in range(LARGEST + 7)]
    text = "".join(ElementTree.parse(write_svg(many, tmp_path / "x.svg")).getroot().itertext())
    assert f"{LARGEST} kernels, the last of {LARGEST + 7}" in text
    assert f"k{LARGEST + 6}\n" in text
    assert "k6\n" not in text


@needs_dot
def test_nothing_ran(tmp_path):
    assert "0 kernels" in write_svg([], tmp_path / "x.svg").read_text()


def test_without_dot(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    with pytest.raises(MissingDependencyError, match="apt install graphviz"):
        write_svg([ran("a", "x", "h")], tmp_path / "x.svg")
    assert not (tmp_path / "x.svg").exists()


def test_without_the_package(tmp_path, monkeypatch):
    real = builtins.__import__

    def no_graphviz(name, *args, **kwargs):
        if name == "graphviz":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_graphviz)
    with pytest.raises(MissingDependencyError, match=r"pip install 'smelt\[viz\]'"):
        write_svg([ran("a", "x", "h")], tmp_path / "x.svg")
