"""Speed against size, over three decades: `python -m benchmarks curves`, a PNG for each operation.

A cliff, a size at which something else takes over or stops working, is what these are to show.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from smelt.cli.bench import rows
from smelt.cli.bench.ceilings import Limits, measure_limits
from smelt.cli.bench.contest import Outcome, measure
from smelt.cli.bench.options import add_options
from smelt.cli.bench.peers import Peer
from smelt.cli.bench.report import write_json
from smelt.cli.bench.rows import Row
from smelt.cli.bench.run import INTERRUPTED, Peers, Progress, choose
from smelt.util.errors import MissingDependencyError


@dataclass(frozen=True)
class Curve:
    """One plot: a row for each size."""

    title: str
    axis: str  # what a size is
    row: Callable[[int], Row]
    sizes: Sequence[int]
    unit: str = "GFLOP/s"

    def rate(self, outcome: Outcome, seconds: float) -> float:
        """What is done in a second, in the plot's unit."""
        cost = outcome.cost
        work = cost.flops if self.unit == "GFLOP/s" else cost.bytes_read + cost.bytes_written
        return work / seconds / 1e9


def sizes(least: int, largest: int, steps: int = 2) -> list[int]:
    """From `least` to `largest`, `steps` for each doubling: with 2 every other one is no power.

    >>> sizes(4, 32)
    [4, 6, 8, 11, 16, 23, 32]
    """
    found, i = [], 0
    while (size := round(least * 2 ** (i / steps))) <= largest:
        found.append(size)
        i += 1
    return found


CURVES = {
    "matmul": Curve(
        "float32 matmul, n × n × n", "n", lambda n: rows.matmul(n, n, n), sizes(4, 4096)
    ),
    "chain": Curve(
        "a chain of six operations on two vectors", "elements", rows.chain,
        sizes(1 << 14, 1 << 24), "GB/s",
    ),
    "softmax": Curve(
        "softmax of 1024 rows", "elements of a row", lambda n: rows.softmax(1024, n),
        sizes(8, 8192), "GB/s",
    ),
    "conv": Curve(
        "convolution 3×3, 64 to 64 channels, bias, ReLU", "pixels",
        lambda pixels: rows.conv(64, 64, round(pixels**0.5), 3, padding=1),
        [size * size for size in sizes(7, 224)],
    ),
    "attention": Curve(
        "causal attention, 12 heads, 64 wide", "tokens", rows.attention, sizes(4, 4096)
    ),
}  # fmt: skip

COLORS = {
    "smelt": "#d62728", "numpy": "#7f7f7f", "torch": "#ff7f0e", "compile": "#bc9a00",
    "jax": "#1f77b4", "onnxruntime": "#2ca02c",
}  # fmt: skip


def add_curve_options(parser: argparse.ArgumentParser) -> None:
    """Those of the rows, whose names are those of the curves, and where the pictures go."""
    add_options(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("docs/curves"), help="folder for the pictures"
    )
    parser.set_defaults(seconds=1.0)


def draw(arguments: argparse.Namespace, peers: Peers) -> int:
    """Measure and draw the curves that the options ask for; the exit code."""
    wanted = choose(arguments, peers, CURVES, "curve")
    if isinstance(wanted, int):
        return wanted
    names, contestants = wanted
    arguments.out.mkdir(parents=True, exist_ok=True)
    load, limits = os.getloadavg()[0], measure_limits()
    everything: list[Outcome] = []
    code = 0
    try:
        for name in names:
            outcomes = _measured(CURVES[name], contestants, arguments.seconds)
            everything += outcomes
            limits = limits.best(measure_limits())
            path = arguments.out / f"{name}.png"
            plot(CURVES[name], outcomes, [peer.name for peer in contestants], limits, path)
            print(path)
    except KeyboardInterrupt:
        print("\nsmelt: interrupted", file=sys.stderr)
        code = INTERRUPTED
    if arguments.json is not None:
        write_json(arguments.json, everything, contestants, limits, load)
    return code


def _measured(curve: Curve, peers: Sequence[Peer], seconds: float) -> list[Outcome]:
    outcomes = []
    progress = Progress(len(curve.sizes))
    for size in curve.sizes:
        row = curve.row(size)
        progress.begin(row.name)
        outcomes.append(measure(row, peers, seconds, progress.tell))
        progress.end(outcomes[-1])
    return outcomes


def plot(
    curve: Curve, outcomes: Sequence[Outcome], names: Sequence[str], limits: Limits, path: Path
) -> None:
    """Write the picture: the best call of everybody at each size, and the machine's limit."""
    try:
        import matplotlib
    except ImportError:
        raise MissingDependencyError(
            "curves", "no matplotlib", "it installed", "pip install 'smelt[bench]'"
        ) from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5), dpi=120)
    least = [limits.seconds(o.row.dtype, o.cost) for o in outcomes]
    ceiling = [curve.rate(o, seconds) for o, seconds in zip(outcomes, least, strict=True)]
    label = "limit" if curve.unit == "GFLOP/s" else "limit of main memory"
    axes.plot(curve.sizes, ceiling, "--", color="black", linewidth=1, label=label)
    for name in names:
        timed = [
            (size, curve.rate(o, o.scores[name].best_s))
            for size, o in zip(curve.sizes, outcomes, strict=True)
            if o.scores[name].rounds
        ]
        if timed:
            width = 2.4 if name == "smelt" else 1.2
            axes.plot(
                *zip(*timed, strict=True), "o-",
                label=name, color=COLORS.get(name), linewidth=width, markersize=3,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(curve.axis)
    axes.set_ylabel(curve.unit)
    peaks = limits.peaks
    axes.set_title(f"{curve.title} ({peaks.cpu}, {peaks.threads} threads)", fontsize=10)
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
