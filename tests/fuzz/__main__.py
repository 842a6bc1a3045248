"""Random graphs on every device, until the time is over: `python -m tests.fuzz --seconds 60`.

Each graph has a seed, and `--seed S --graphs 1` makes it again. Of a graph that gives a wrong
answer, an error, a crash or no answer at all a smaller one is printed, as a row of test_found.py.
The exit status is the number of such graphs (at most 100).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from functools import partial
from importlib import import_module
from time import monotonic

PARTS = ["smelt.engine.executable", "smelt.kernel.optimize", "smelt.ir.verify"]
PARTS += ["smelt.render.llvm", "smelt.render.compile", "smelt.runtime.cpu", "smelt.runtime.python"]
CHUNK = 200  # graphs that one process computes
LIMIT_S = 120.0  # for one graph on one device
EVERY = {"CL": 8, "JIT": 4}  # of the graphs that may go there, one in so many does
MOST_SHRUNK = 8  # failures of one kind that are made smaller


def main() -> int:
    """Run the command."""
    options = _options()
    folder = tempfile.mkdtemp(prefix="smelt-fuzz-")
    os.environ["SMELT_CACHE"] = folder  # what random graphs compile to is of no use to others
    try:
        return Fuzzer(options).run()
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to go on (60)")
    parser.add_argument("--graphs", type=int, default=sys.maxsize, help="how many, at most")
    parser.add_argument("--seed", type=int, help="of the first graph; the next has the next one")
    parser.add_argument("--kind", help="only graphs of this kind")
    parser.add_argument(
        "--devices", default="ORACLE,PYTHON,CPU,JIT,STAGED,CL",
        help="besides devices ORACLE: transforms of graphs against what they were made of,"
        " JIT: replays on the CPU, STAGED: the CPU with copies of operands where that is possible"
        " (ORACLE,PYTHON,CPU,JIT,STAGED,CL)",
    )  # fmt: skip
    parser.add_argument("--shrink", type=float, default=60.0, help="seconds for each failure (60)")
    return parser.parse_args()


class Fuzzer:
    """The loop, and what it has found."""

    def __init__(self, options: argparse.Namespace):
        from smelt.engine.device import missing

        self.options = options
        self.devices = options.devices.upper().split(",")
        if "CL" in self.devices and _in_child(lambda: _need(missing("CL"))):
            self.devices.remove("CL")
            print("no OpenCL device here: CL is left out")
        self.seed = random.randrange(1 << 40) if options.seed is None else options.seed
        self.start = monotonic()
        self.checked: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.failures: Counter[tuple[str, str]] = Counter()

    def run(self) -> int:
        """Check graph after graph; how many failed."""
        for module in PARTS:  # once, not in each process
            import_module(module)
        print(f"seed {self.seed}, {', '.join(self.devices)}", flush=True)
        seed, last = self.seed, self.seed + self.options.graphs
        while seed < last and self.left_s > 0:
            self.chunk(range(seed, min(seed + CHUNK, last)))
            seed += CHUNK
            print(self.summary(), flush=True)
        return min(100, sum(self.failures.values()))

    @property
    def left_s(self) -> float:
        return self.options.seconds - (monotonic() - self.start)

    def summary(self) -> str:
        each = ", ".join(f"{d} {n}" for d, n in self.checked.items() if d != "graphs")
        return (
            f"{monotonic() - self.start:6.0f} s  {self.checked['graphs']} graphs ({each}),"
            f" {sum(self.failures.values())} failed"
        )

    def chunk(self, seeds: range) -> None:
        """Check the graphs of some seeds in a process of their own."""
        from tests.fuzz.cases import make
        from tests.fuzz.running import can_replay, check, in_process

        jobs, about = [], []
        for seed in seeds:
            case = make(seed)
            if self.options.kind not in (None, case.kind):
                continue
            self.checked["graphs"] += 1
            self.kinds[case.kind] += 1
            for device in self.devices:
                if seed % EVERY.get(device, 1):
                    continue
                if device == "JIT" and not (can_replay(case) and case.variables == ({},)):
                    continue
                if device == "STAGED" and "product" not in case.kind and seed % EVERY["JIT"]:
                    continue
                if device == "ORACLE" and case.kind not in ("batched", "repeated"):
                    continue
                jobs.append(partial(check, case, device))
                about.append((seed, device, case))
        for (seed, device, case), (what, where, story) in zip(
            about, in_process(jobs, LIMIT_S), strict=False
        ):
            self.checked[device] += 1
            if what:
                self.failures[what, where] += 1
                self.report(seed, device, case, what, where, story)
            if self.left_s < 0:
                return

    def report(
        self, seed: int, device: str, case: object, what: str, where: str, story: str
    ) -> None:
        """Print a failure, and the smallest graph that fails in the same way."""
        from tests.fuzz.cases import Case
        from tests.fuzz.running import check, in_process
        from tests.fuzz.shrink import as_text, shrink

        assert isinstance(case, Case)
        print(f"\nFAILED  --seed {seed} --graphs 1  ({case.kind} on {device}): {what} in {where}")
        print(story[-2500:])
        if self.failures[what, where] > MOST_SHRUNK or device == "ORACLE":
            return

        def fails(roots: list, held: dict) -> bool:  # type: ignore[type-arg]
            smaller = Case(case.kind, roots, held, variables=case.variables)
            ((again, place, _),) = in_process([partial(check, smaller, device)], 20.0)
            return (again, place) == (what, where)

        roots, held = case.roots, case.held
        if fails(roots, dict(held)):
            variables = case.variables[-1]
            roots, held = shrink(roots, held, variables, fails, self.options.shrink)
        print(as_text(roots, held, f"found_{seed}", f"{case.kind} on {device}: {what}"), flush=True)


def _need(reason: str | None) -> None:
    if reason is not None:
        raise RuntimeError(reason)


def _in_child(job: object) -> str:
    """What a job raises in a process of its own: a driver does not survive a fork."""
    from tests.fuzz.running import in_process

    ((what, _, _),) = in_process([job], LIMIT_S)  # type: ignore[list-item]
    return what


if __name__ == "__main__":
    sys.exit(main())
