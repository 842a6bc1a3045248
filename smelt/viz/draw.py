"""The kernels that ran and what flowed between them, as an SVG."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smelt.engine.report import row
from smelt.engine.stats import ProgramRun, drawn
from smelt.util.errors import MissingDependencyError, SmeltError
from smelt.util.table import KernelRow, si

LARGEST = 300  # kernels in one picture: beyond, neither graphviz nor a reader keeps up


@dataclass(frozen=True)
class Value:
    """Something in memory: equal identities are the same memory."""

    identity: Hashable
    dtype: str
    size: int  # elements
    nbytes: int

    def __str__(self) -> str:
        return f"{self.dtype}[{self.size}]\n{si(self.nbytes, 'B')}"


@dataclass(frozen=True)
class Ran:
    """One run of a kernel, what it read and what it wrote."""

    row: KernelRow
    reads: tuple[Value, ...]
    writes: tuple[Value, ...]

    def __str__(self) -> str:
        row = self.row
        text = f"{row.name}\n{si(row.flops, 'FLOP')}, {si(row.nbytes, 'B')}"
        if row.elapsed_s:
            text += (
                f"\n{row.elapsed_s * 1e6:.1f} µs, {row.gflops:.1f} GFLOP/s, {row.gbytes:.1f} GB/s"
            )
        return text


def to_dot(ran: Sequence[Ran], dropped: int = 0) -> Any:
    """The graphviz.Digraph of these kernels in the order of their run.

    A box is a kernel, an edge what one wrote and the other read. What came from before is a plain
    note, and so is what nobody has read. `dropped` kernels before these are mentioned.
    """
    try:
        import graphviz
    except ImportError as error:
        raise MissingDependencyError(
            "draw", "no package graphviz", "it to be installed", "pip install 'smelt[viz]'"
        ) from error
    note = f"{len(ran)} kernels" + (f", the last of {len(ran) + dropped}" if dropped else "")
    dot = graphviz.Digraph("smelt", graph_attr={"label": note, "labelloc": "t"})
    dot.attr("node", fontname="monospace", fontsize="10")
    dot.attr("edge", fontname="monospace", fontsize="9")
    last_writer: dict[Hashable, str] = {}
    unread: dict[str, Value] = {}
    for number, kernel in enumerate(ran):
        name = f"kernel{number}"
        dot.node(name, str(kernel), shape="box", style="filled", fillcolor="#e8f0fe")
        for value in kernel.reads:
            source = last_writer.get(value.identity)
            if source is None:
                source = last_writer[value.identity] = f"value{len(last_writer)}"
                dot.node(source, str(value), shape="note", color="#888888")
                dot.edge(source, name)
            elif source.startswith("value"):
                dot.edge(source, name)
            else:
                dot.edge(source, name, label=str(value))
            unread.pop(f"{source} {value.identity}", None)
        for value in kernel.writes:
            last_writer[value.identity] = name
            unread[f"{name} {value.identity}"] = value
    for number, (key, value) in enumerate(unread.items()):
        dot.node(f"result{number}", str(value), shape="note", color="#188038")
        dot.edge(key.split()[0], f"result{number}")
    return dot


def kernels(runs: Iterable[ProgramRun]) -> list[Ran]:
    """The kernels of these runs of programs, in order, and the memory that connects them."""
    result = []
    for number, run in enumerate(runs):
        values = []
        for i, slot in enumerate(run.program.slots):
            identity = run.held.get(i, (number, i))  # the arena is this run's own
            values.append(Value(identity, slot.dtype.name, slot.size, slot.nbytes))
        for step, kernel in zip(run.program.steps, run.kernels, strict=True):
            reads = tuple(values[i] for i in step.slots if i not in step.stores)
            result.append(Ran(row(kernel), reads, tuple(values[i] for i in step.stores)))
    return result


def draw(runs: Iterable[ProgramRun], path: str | Path = "smelt_graph.svg") -> Path:
    """Write an SVG of the kernels that ran (the last 300 of them) and return its path.

    `runs` are what `smelt.profile()` recorded.

    >>> import smelt
    >>> from smelt.viz import draw
    >>> with smelt.profile() as runs:
    ...     _ = (smelt.Tensor([1.0, 2.0]) * 2).sum().realize()
    >>> draw(runs, "step.svg")  # doctest: +SKIP
    PosixPath('step.svg')

    Raises MissingDependencyError without the package graphviz or its program `dot`.
    """
    return write_svg(kernels(runs), path)


def draw_at_exit() -> None:
    """What GRAPH=1 does when the program ends: smelt_graph.svg in the working directory."""
    if not drawn:
        return
    try:
        print(f"smelt: drew {draw(drawn)}", file=sys.stderr)
    except (SmeltError, OSError) as error:  # too late for an exception to reach anyone
        print(f"smelt: {error}", file=sys.stderr)


def write_svg(ran: Sequence[Ran], path: str | Path) -> Path:
    """The SVG of the last 300 of these kernels, at `path`."""
    shown = ran[-LARGEST:]
    dot = to_dot(shown, dropped=len(ran) - len(shown))
    import graphviz

    try:
        svg = dot.pipe(format="svg")
    except graphviz.ExecutableNotFound as error:
        raise MissingDependencyError(
            "draw",
            "no program `dot`",
            "graphviz to be installed",
            "apt install graphviz, brew install graphviz or https://graphviz.org/download",
        ) from error
    path = Path(path)
    path.write_bytes(svg)
    return path
