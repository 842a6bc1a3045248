"""The pool of threads that runs programs: daemon threads that live in the native driver."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import mmap
import os
import platform
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from smelt.runtime import driver
from smelt.runtime.native import LoadedObject, compile_text, compiler_key, load_object
from smelt.util.disk_cache import cached_object
from smelt.util.errors import DeviceError
from smelt.util.locks import fork_lock

MOST_PLACED = 7  # workers: where there are many cores, each finds an idle one
MOST_THREADS = 1024  # as the flag SMELT_THREADS has it
_FUTEX_NUMBERS = {"x86_64": 202, "aarch64": 98}
_EXIT_PATIENCE_S = 1.0


@dataclass(frozen=True)
class _Driver:
    run: Callable[[int, int, bytes], int]  # pool, program, call; returns the status flag
    worker: Callable[[int, int], None]  # pool, number of the thread
    stop: Callable[[int], None]  # pool
    code: LoadedObject


@functools.cache
def _driver() -> _Driver:
    """The native code, compiled once a machine."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _FUTEX_NUMBERS:
        raise DeviceError(
            "CPU", f"{sys.platform} on {machine}", f"Linux on {' or '.join(_FUTEX_NUMBERS)}",
            "use the interpreter: DEV=PYTHON",
        )  # fmt: skip
    text = driver.driver_text(machine)
    binary = cached_object(f"driver\n{compiler_key()}\n{text}", lambda: compile_text(text))
    code = load_object(binary, ("smelt_run", "smelt_worker", "smelt_stop"))
    run, worker, stop = code.addresses
    pointer, word = ctypes.c_void_p, ctypes.c_int64
    return _Driver(
        ctypes.CFUNCTYPE(word, pointer, pointer, ctypes.c_char_p)(run),
        ctypes.CFUNCTYPE(None, pointer, word)(worker),
        ctypes.CFUNCTYPE(None, pointer)(stop),
        code,
    )


class Pool:
    """The threads of this process and the words through which they meet (see driver.py)."""

    def __init__(self) -> None:
        self._driver = _driver()
        self._words = mmap.mmap(-1, driver.CLAIMS + MOST_THREADS * driver.LINE)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self._words))
        self.run = functools.partial(self._driver.run, self.address)
        self._workers: list[threading.Thread] = []
        self._complete = False  # no more workers can be had
        self._asleep = ctypes.c_int32.from_buffer(self._words, driver.GENERATION + 4)
        process = ctypes.CDLL(None)
        self._current_cpu = process.sched_getcpu
        for offset, name in (
            (driver.SYSCALL, "syscall"),
            (driver.SCHED_YIELD, "sched_yield"),
            (driver.CLOCK_GETTIME, "clock_gettime"),
        ):
            address = ctypes.cast(getattr(process, name), ctypes.c_void_p).value
            self._set(offset, address or 0)
        self._set(driver.FUTEX_NUMBER, _FUTEX_NUMBERS[platform.machine()])

    def _set(self, offset: int, value: int) -> None:
        ctypes.c_int64.from_buffer(self._words, offset).value = value

    def grow(self, threads: int) -> None:
        """Start workers until there are `threads` threads, the caller's counted."""
        if len(self._workers) + 1 >= threads or self._complete:
            return
        with fork_lock:
            while len(self._workers) + 1 < threads and not self._complete:
                self._start(len(self._workers) + 1)

    def place(self) -> None:
        """Workers that sleep will wake up on other cores than the caller's.

        The system may let them wait for the caller's core while another one is idle, until the
        caller has done all of the work.
        """
        if not self._asleep.value:
            return
        with contextlib.suppress(OSError):  # a thread that is gone, a core that is
            others = os.sched_getaffinity(0) - {self._current_cpu()}
            for worker in self._workers[:MOST_PLACED]:
                if others and worker.native_id is not None:
                    os.sched_setaffinity(worker.native_id, others)

    def _start(self, number: int) -> None:
        arguments = self.address, number
        name = f"smelt-{number}"
        worker = threading.Thread(
            target=self._driver.worker, args=arguments, name=name, daemon=True
        )
        try:
            worker.start()
        except RuntimeError as error:  # a limit of the system, or the interpreter is exiting
            self._complete = True  # the caller carries out the parts of the missing ones
            print(f"smelt: only {number} threads ({error})", file=sys.stderr)
        else:
            self._workers.append(worker)

    def close(self) -> None:
        """Let the workers return. Whoever runs a program later does it alone."""
        with fork_lock:
            self._complete = True
            self._driver.stop(self.address)
            for worker in self._workers:
                worker.join(_EXIT_PATIENCE_S)


_pool: Pool | None = None


def pool() -> Pool:
    """The pool of this process; the child of a fork gets its own."""
    global _pool
    if _pool is None:
        with fork_lock:
            if _pool is None:
                _pool = Pool()
    return _pool


def _forget() -> None:
    global _pool
    _pool = None


def _close() -> None:
    if _pool is not None:
        _pool.close()


os.register_at_fork(after_in_child=_forget)  # threads do not survive a fork
atexit.register(_close)
