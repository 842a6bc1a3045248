"""smelt and OpenBLAS with the same lesser instruction set: `python -m benchmarks.instruction_sets`.

OpenBLAS chooses its kernels when numpy is imported, so each contestant is a process of its own.
They take turns: a process that waits for its turn uses no processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

# LLVM's name of an instruction set -> OpenBLAS's name of a processor that has no more than it
CORES = {"x86-64-v2": "Nehalem", "x86-64-v3": "Haswell", "x86-64-v4": "SkylakeX"}
ROWS = ("matmul-512*", "matmul-1024*", "matmul-2048*", "matmul-1000*", "matmul-127x*")
ROUNDS = 7


@dataclass
class Contestant:
    """A process that times rows when it is told to."""

    process: subprocess.Popen[str]
    rounds: list[list[float]] = field(default_factory=list)  # seconds of each call

    def ask(self, **question: object) -> list[float]:
        """The answer of the process. Raises RuntimeError if there is none."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.process.args!r} ended with {self.process.wait()}")
        return json.loads(answer)  # type: ignore[no-any-return]

    @property
    def best_s(self) -> float:
        return min(min(calls) for calls in self.rounds)

    @property
    def median_s(self) -> float:
        return statistics.median(call for calls in self.rounds for call in calls)


def start(peer: str, cpu: str, threads: int) -> Contestant:
    """A process in which `peer` computes with the instruction set `cpu` on that many threads."""
    count = str(threads)
    environment = os.environ | {
        "SMELT_CPU": cpu, "SMELT_THREADS": count,
        "OPENBLAS_CORETYPE": CORES[cpu], "OPENBLAS_NUM_THREADS": count,
    }  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.instruction_sets", "--contestant", peer]
    pipe = subprocess.PIPE
    return Contestant(
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
    )


def serve(peer_name: str) -> None:
    """What a contestant does: prepare and check a row, or time some calls of it."""
    from smelt.cli.bench.contest import TOLERANCES, error_of, settle
    from smelt.cli.bench.peers import Numpy, Smelt
    from smelt.cli.bench.rows import ROWS as KNOWN

    peer = Smelt() if peer_name == "smelt" else Numpy()
    for line in sys.stdin:
        question = json.loads(line)
        times: list[float] = []
        if "row" in question:
            row = KNOWN[question["row"]]
            arrays = row.arrays()
            call = peer.prepare(row, arrays)
            wrong = error_of([peer.to_numpy(call())], row.reference(arrays), TOLERANCES[row.dtype])
            if wrong:
                raise ArithmeticError(f"{peer_name}, {row.name}: {wrong}")
        else:
            begin = time.perf_counter()
            call()
            while not times or time.perf_counter() - begin < question["seconds"]:
                started = time.perf_counter()
                call()
                times.append(time.perf_counter() - started)
        settle()
        print(json.dumps(times), flush=True)


def compare(name: str, contestants: Sequence[Contestant], seconds: float) -> str:
    """A line of the table: the peers on one row, in turns."""
    from smelt.cli.bench.rows import ROWS as KNOWN

    for one in contestants:
        one.rounds = []
        one.ask(row=name)
    for _ in range(ROUNDS):
        for one in contestants:
            one.rounds.append(one.ask(seconds=seconds / ROUNDS / len(contestants)))
    smelt, blas = contestants
    each = [
        statistics.median(b) / statistics.median(s)
        for s, b in zip(smelt.rounds, blas.rounds, strict=True)
    ]
    flops = KNOWN[name].flops / 1e9
    speeds = "".join(f"{flops / t:9.1f}" for c in contestants for t in (c.best_s, c.median_s))
    return f"{name:26}{speeds}{blas.best_s / smelt.best_s:9.2f}{statistics.median(each):11.2f}"


def main() -> int:
    """Print the table: GFLOP/s and how much faster smelt is than OpenBLAS."""
    from smelt.cli.bench.rows import ROWS as KNOWN
    from smelt.cli.bench.rows import select

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", default=ROWS, help="float32 products, as `--list` of"
                        " `python -m benchmarks` has them")  # fmt: skip
    parser.add_argument("--cpu", choices=CORES, default="x86-64-v3")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each contestant")
    parser.add_argument("--seconds", type=float, default=3.0, help="of calls for each row")
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        serve(options.contestant)
        return 0
    contestants = [start(peer, options.cpu, options.threads) for peer in ("smelt", "numpy")]
    print(f"{options.cpu}, {options.threads} threads; GFLOP/s: best, median; ratio above 1: smelt")
    print(f"{'':26}{'smelt':>9}{'':9}{'OpenBLAS':>9}{'':9}{'best':>9}{'by rounds':>11}")
    for name in select(options.rows, KNOWN):
        print(compare(name, contestants, options.seconds), flush=True)
    for one in contestants:
        assert one.process.stdin is not None
        one.process.stdin.close()
        one.process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
