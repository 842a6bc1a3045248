"""Being told when Python functions reach certain instructions, in this thread.

Python 3.12 has sys.monitoring for that, which leaves debuggers and coverage alone. Python 3.11 has
only the one trace function, which is put back afterwards.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import CodeType, FrameType
from typing import Any

from smelt.util.errors import CaptureError

Offsets = Callable[[CodeType], Container[int]]  # those of a function that are of interest
Reached = Callable[[FrameType, int], None]

_TOOLS = (4, 3)  # numbers of sys.monitoring's tools that no well-known tool claims


def watching(offsets: Offsets, reached: Reached) -> AbstractContextManager[None]:
    """Inside, `reached(frame, offset)` is called before an instruction of interest is executed.

    Only functions that are called inside are watched, not those that are running already.
    """
    return (
        _monitoring(offsets, reached) if sys.version_info >= (3, 12) else _tracing(offsets, reached)
    )


@contextmanager
def _tracing(offsets: Offsets, reached: Reached) -> Iterator[None]:
    def within(frame: FrameType, event: str, _: Any) -> Any:
        if event == "opcode" and frame.f_lasti in offsets(frame.f_code):
            reached(frame, frame.f_lasti)
        return within

    def called(frame: FrameType, _event: str, _: Any) -> Any:
        if not offsets(frame.f_code):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return within

    before = sys.gettrace()
    sys.settrace(called)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def _monitoring(offsets: Offsets, reached: Reached) -> Iterator[None]:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # from 3.12 on
    events = monitoring.events
    thread = threading.get_ident()
    watched: dict[int, CodeType] = {}

    def started(code: CodeType, _offset: int) -> None:
        if threading.get_ident() == thread and id(code) not in watched and offsets(code):
            watched[id(code)] = code
            monitoring.set_local_events(tool, code, events.INSTRUCTION)

    def executed(code: CodeType, offset: int) -> None:
        if threading.get_ident() == thread and offset in offsets(code):
            reached(sys._getframe(1), offset)

    tool = next((t for t in _TOOLS if monitoring.get_tool(t) is None), None)
    if tool is None:
        raise CaptureError(
            "jit", "sys.monitoring with all tools in use", f"one of {_TOOLS} to be free",
            "stop the other profilers, or set SMELT_JIT=0",
        )  # fmt: skip
    monitoring.use_tool_id(tool, "smelt")
    monitoring.register_callback(tool, events.PY_START, started)
    monitoring.register_callback(tool, events.INSTRUCTION, executed)
    try:
        monitoring.set_events(tool, events.PY_START)
        yield
    finally:
        monitoring.set_events(tool, 0)
        for code in watched.values():
            monitoring.set_local_events(tool, code, 0)
        monitoring.register_callback(tool, events.PY_START, None)
        monitoring.register_callback(tool, events.INSTRUCTION, None)
        monitoring.free_tool_id(tool)
