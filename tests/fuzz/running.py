"""Carrying out a case on a device, in a process of its own, and comparing it with the oracle."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from time import monotonic
from types import ModuleType

import numpy as np

from smelt import Context, Tensor, engine, jit
from smelt.engine import compile, executable
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import BufferRef, Node, is_static, substitute, toposort
from smelt.ir.op import Op
from smelt.kernel import accesses, plans
from smelt.render.compile import host_target
from smelt.runtime import blocks
from smelt.schedule import narrow, products
from tests.fuzz.cases import Case, Held
from tests.fuzz.errors import Array, assert_within, error_bounds
from tests.runtime.guard_pages import allocate

Wanted = list[tuple[Array, Array]]  # the value of each root and its error
Outcome = tuple[str, str, str]  # what failed ("" for nothing), where, and the whole story

JIT = "JIT"  # not a device: the CPU, through a captured step that is replayed on other values
STAGED = "STAGED"  # the CPU, where every line seems to come from far away: what can be copied is
MISSED = "the process"  # what is said to have failed where one ended without a word


# ---- what is right ------------------------------------------------------------------------------


def wanted(case: Case, held: Held, variables: Mapping[str, int]) -> Wanted:
    """What the oracle says of each root, and how far off one may be."""
    rows = [m if isinstance(m, tuple) else (m,) for m in case.meaning]
    meaning = [n for row in rows for n in row]
    order = toposort(meaning)
    values = dict(zip(order, evaluate_graph(order, held, variables), strict=True))
    if variables:  # whole numbers of float64
        errors = {n: np.zeros(v.shape) for n, v in values.items()}
    else:
        errors = error_bounds(order, values, {})
    return [
        (np.stack([values[n] for n in row]), np.stack([errors[n] for n in row]))
        if isinstance(m, tuple) else (values[m], errors[m])
        for m, row in zip(case.meaning, rows, strict=True)
    ]  # fmt: skip


def compare(got: Sequence[Array], right: Wanted, roots: Sequence[Node]) -> None:
    for value, (expected, error), root in zip(got, right, roots, strict=True):
        assert_within(value, expected, error, repr(root))


def check(case: Case, device: str) -> None:
    """Raise whatever is wrong with a case on a device."""
    for variables in case.variables:
        right = wanted(case, case.held, variables)
        if device == "ORACLE":  # a transformed graph still means what it was made of
            compare(evaluate_graph(case.roots, case.held, variables), right, case.roots)
        elif device == JIT:
            _replay(case, right)
        elif device == STAGED:
            with _far_memory(case):
                compare(run(case.roots, case.held, "CPU", variables), right, case.roots)
        else:
            compare(run(case.roots, case.held, device, variables), right, case.roots)


# ---- carrying it out ----------------------------------------------------------------------------


def run(
    roots: Sequence[Node], held: Held, device: str, variables: Mapping[str, int]
) -> list[Array]:
    leaves = {ref: engine.from_numpy(array, device) for ref, array in held.items()}
    moved = _on(roots, device, leaves)
    with Context(VERIFY=1):
        engine.realize(moved, variables, device)
        return [engine.to_numpy(n, variables, device) for n in moved]


def _on(roots: Sequence[Node], device: str, leaves: Mapping[BufferRef, Node]) -> list[Node]:
    """`roots` on a device, where BUFFERs are `leaves`."""
    new: dict[Node, Node] = {}
    for node in toposort(roots):
        if node.op is Op.BUFFER:
            new[node] = leaves[node.arg]
        elif node.op is Op.STATE:
            new[node] = Node.make(Op.STATE, node.dtype, node.shape, (), (node.arg[0], device))
    return substitute(roots, new)


def _replay(case: Case, right: Wanted) -> None:
    """The graph as a captured step: its first run, one on other values, and on the first again."""
    refs = list(case.held)

    @jit
    def step(*arguments: Tensor) -> list[Tensor]:
        leaves = {ref: a.node for ref, a in zip(refs, arguments, strict=True)}
        return [Tensor._make(n, device="CPU") for n in _on(case.roots, "CPU", leaves)]

    turned = {ref: np.roll(array, 1) for ref, array in case.held.items()}
    again = wanted(case, turned, {})
    for held, values in ((case.held, right), (turned, again), (case.held, right)):
        results = step(*(Tensor(held[ref], device="CPU") for ref in refs))
        compare([t.numpy() for t in results], values, case.roots)


@contextmanager
def _far_memory(case: Case) -> Iterator[None]:
    """Prices at which operands are copied, whatever their shapes are: whole sums, or in blocks.

    Products of float16 are some of bfloat16.
    """
    mix = sum(array.size for array in case.held.values())
    memory = (1 << (10 + 3 * (mix // 2 % 4))) / host_target().cache_nbytes
    prices: dict[str, object] = {"MISS": ((0, 100.0),), "STAGED_SHARE": memory}
    if mix % 2:
        steps = (3, 7, 32)[mix // 8 % 3]
        prices |= {"STAGED_SHARE": 0.0, "BLOCK_SHARE": memory}
        prices |= {"BLOCK_STEPS": (steps,), "TURNOVER": 0.0}
    prices |= {"USES": 0, "LARGE_PRODUCT": 1, "_multiplier": lambda _: products.Multiplier.BLOCKS}
    usual = {name: getattr(_home(name), name) for name in prices}
    _set(prices)
    _forget_code()
    try:
        with Context(NOCACHE=1):
            yield
    finally:
        _set(usual)
        _forget_code()


def _set(prices: Mapping[str, object]) -> None:
    for name, price in prices.items():
        setattr(_home(name), name, price)


def _home(price: str) -> ModuleType:
    """The module that reads a price."""
    modules = accesses, plans, narrow, products, executable
    return next(m for m in modules if hasattr(m, price))


def _forget_code() -> None:
    """What was compiled at other prices."""
    compile._compiled.clear()
    executable._executables.clear()


def can_replay(case: Case) -> bool:
    return bool(case.held) and all(is_static(n.shape) for n in case.roots)


# ---- in processes of their own ------------------------------------------------------------------


def in_process(jobs: Sequence[Callable[[], None]], limit_s: float) -> Iterator[Outcome]:
    """Carry out jobs one after the other in a child, which may crash or hang; an Outcome for each.

    After a crash the next child goes on with the next job.
    """
    done = 0
    while done < len(jobs):
        for outcome in _child(jobs[done:], limit_s):
            done += 1
            yield outcome


def _child(jobs: Sequence[Callable[[], None]], limit_s: float) -> Iterator[Outcome]:
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _work(jobs, writing)
    os.close(writing)
    try:
        buffered, finished = b"", 0
        while finished < len(jobs):
            deadline = monotonic() + limit_s
            while b"\n" not in buffered:
                if not select.select([reading], [], [], max(0.0, deadline - monotonic()))[0]:
                    yield MISSED, "hangs", f"no result after {limit_s:.0f} s"
                    return
                part = os.read(reading, 1 << 16)
                if not part:
                    _, status = os.waitpid(pid, 0)
                    pid = 0
                    number = os.waitstatus_to_exitcode(status)
                    name = signal.Signals(-number).name if number < 0 else f"exit {number}"
                    yield MISSED, name, f"the process ended: {name}"
                    return
                buffered += part
            line, _, buffered = buffered.partition(b"\n")
            finished += 1
            what, where, story = json.loads(line)
            yield what, where, story
    finally:
        os.close(reading)
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _work(jobs: Sequence[Callable[[], None]], writing: int) -> None:
    """What a child does: never returns. Its memory on the CPU is between guard pages."""
    at_end = cycle((True, True, False))
    blocks.allocate = lambda nbytes: allocate(nbytes, next(at_end))
    for job in jobs:
        outcome: Outcome = ("", "", "")
        try:
            job()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the result)
            frames = traceback.extract_tb(error.__traceback__)
            where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].name}"
            outcome = (type(error).__name__, where, "".join(traceback.format_exception(error)))
        os.write(writing, json.dumps(outcome).encode() + b"\n")
    os._exit(0)
