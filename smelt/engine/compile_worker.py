"""A process that compiles kernels for another one, which starts it (see compile_parallel.py).

It reads the target on the first line, writes READY, then answers each line (a kernel as
`ir.serialize` writes it, and after a tab the plan to compile it by if that is a tuned one) with the
length of its code in four bytes, and the code. Whatever goes wrong is the length 0: the process
that asked compiles that kernel itself and so meets the error where its user sees it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from smelt.engine import tuning
from smelt.engine.compile import compile_packed
from smelt.ir.serialize import loads
from smelt.program import Target
from smelt.util.errors import SmeltError

READY = b"smelt"
LENGTH_BYTES = 4


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    target = read_target(json.loads(requests.readline()))
    _warm_up()
    answers.write(READY)
    answers.flush()
    for line in requests:
        try:
            text, _, plan = line.rstrip().partition(b"\t")
            (kernel,) = loads(text)
            tuning.use(kernel, target, plan.decode() or None)
            code = compile_packed(kernel, target)
            if plan and tuning.plan_of(kernel, target) is None:  # it does not fit, as is to be said
                code = b""
        except SmeltError:
            code = b""
        answers.write(len(code).to_bytes(LENGTH_BYTES, "little") + code)
        answers.flush()


def read_target(data: Mapping[str, Any]) -> Target:
    """The target of which `data` came through JSON, where tuples are lists."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    return Target(**values)


def _warm_up() -> None:
    """Load what takes long, before a kernel waits for it."""
    from smelt.kernel.optimize import optimize as optimize
    from smelt.render.compile import host_target
    from smelt.render.llvm import render as render

    host_target()


def main() -> None:
    # Standard output belongs to the answers alone: whoever prints meets the standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, answers)
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # nobody waits for an answer any more
