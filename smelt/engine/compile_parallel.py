"""Many kernels compiled by several processes, as llvmlite holds one lock for all of a process.

Processes, not forks: a fork of a process with threads is not safe, and multiprocessing would run
the user's main module again. A worker takes a while to start, in which this process compiles, too;
whoever is free takes the next kernel.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict

from smelt.engine.compile import compile_packed
from smelt.engine.compile_worker import LENGTH_BYTES, READY
from smelt.ir.node import Node
from smelt.program import Target

# What a worker runs: it looks for modules where this process does.
MAIN = (
    "import sys; sys.path[:] = sys.argv[1:]; from smelt.engine.compile_worker import main; main()"
)


def compile_parallel(
    serialized: Mapping[Node, bytes], target: Target, workers: int
) -> dict[Node, bytes]:
    """The code of each kernel, the same as `compile_packed` gives.

    What a worker fails at is compiled here, and raises here.
    """
    waiting = deque(serialized)
    done: dict[Node, bytes] = {}
    team = [Worker(serialized, target, waiting, done) for _ in range(workers)]
    try:
        for worker in team:
            worker.start()
        _compile_here(waiting, target, done)
        for worker in team:
            worker.finish()
        _compile_here(waiting, target, done)  # what workers gave back
        return done
    finally:
        for worker in team:
            worker.kill()


def _compile_here(waiting: deque[Node], target: Target, done: dict[Node, bytes]) -> None:
    while waiting:
        try:
            kernel = waiting.pop()
        except IndexError:  # a worker was quicker to take the last one
            return
        done[kernel] = compile_packed(kernel, target)


class Worker:
    """A process that compiles, and the thread that gives it kernels one by one."""

    def __init__(
        self,
        serialized: Mapping[Node, bytes],
        target: Target,
        waiting: deque[Node],
        done: dict[Node, bytes],
    ):
        self._serialized = serialized
        self._target = target
        self._waiting = waiting
        self._done = done
        self._busy = threading.Event()  # the process is ready, and at work
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start both; where that is not possible there is one worker less."""
        if not sys.executable or getattr(sys, "frozen", False):
            return
        path = [folder or os.getcwd() for folder in sys.path]
        with contextlib.suppress(OSError, RuntimeError):
            self._process = subprocess.Popen(
                [sys.executable, "-c", MAIN, *path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches this process, which ends the workers
            )
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Wait for the kernel that it works at; nobody waits for one that has not started yet."""
        if self._thread is not None:
            if not self._busy.is_set():
                self._end_process()
            self._thread.join()

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._end_process()
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process.wait()

    def _end_process(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def _run(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # ValueError: the streams were closed
            self._write(json.dumps(asdict(self._target)).encode())
            if self._read(len(READY)) == READY:
                self._busy.set()
                while self._waiting and self._compile_one():
                    pass

    def _compile_one(self) -> bool:
        """Have the process compile the next kernel; False if it gives no answer any more."""
        try:
            kernel = self._waiting.popleft()
        except IndexError:
            return False
        code = None
        try:
            self._write(self._serialized[kernel])
            length = self._read(LENGTH_BYTES)
            size = int.from_bytes(length, "little")
            answer = self._read(size) if len(length) == LENGTH_BYTES else b""
            code = answer if 0 < size == len(answer) else None
        finally:
            if code is None:
                self._waiting.append(kernel)
            else:
                self._done[kernel] = code
        return code is not None

    def _write(self, line: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _read(self, size: int) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        return self._process.stdout.read(size)
