"""Typed errors: each names the operation, what it got, what it expected and the way out."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGE_ROOT = str(Path(__file__).resolve().parent.parent)


def user_line() -> str:
    """`file:line` of the innermost frame outside smelt: the line that the user wrote.

    Returns an empty string when there is none (a call made by smelt's own command line).
    """
    frame = sys._getframe(1)
    while frame is not None:
        if not frame.f_code.co_filename.startswith(PACKAGE_ROOT):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return ""


class SmeltError(Exception):
    """Base of every error that smelt raises on purpose.

    `SmeltError("reshape", "shape (3, 4)", "a shape of 12 elements", "use -1 for one axis")` reads
    `reshape: got shape (3, 4), expected a shape of 12 elements; use -1 for one axis (at x.py:3)`.
    """

    def __init__(self, operation: str, got: str = "", expected: str = "", way_out: str = ""):
        self.operation = operation
        self.got = got
        self.expected = expected
        self.way_out = way_out
        self.line = user_line()
        parts = [f"got {got}"] if got else []
        parts += [f"expected {expected}"] if expected else []
        message = f"{operation}: {', '.join(parts)}" if parts else operation
        message += f"; {way_out}" if way_out else ""
        super().__init__(message + (f" (at {self.line})" if self.line else ""))


class ShapeError(SmeltError, ValueError):
    """Shapes that do not fit together, or an element count that differs."""


class DTypeError(SmeltError, TypeError):
    """A dtype that the operation does not take, or two that have no common one."""


class AxisError(SmeltError, IndexError, ValueError):
    """An axis outside the tensor's dimensions, or named twice."""


class OutOfRangeError(SmeltError, IndexError):
    """An index outside the axis it indexes."""


class MaskError(ShapeError, IndexError):
    """A mask whose shape is not that of the axes it indexes."""


class ArgumentError(SmeltError, ValueError):
    """An argument whose value makes no sense for the operation."""


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument of a type that the operation does not take."""


class DeviceError(SmeltError, RuntimeError):
    """An unknown device, or operands on different ones."""


class AllocationError(SmeltError, MemoryError):
    """Memory that the device does not have."""


class FileFormatError(SmeltError, ValueError):
    """A file that is damaged or not of the format its name says."""


class DataError(SmeltError, RuntimeError):
    """A sample that could not be had from a data set."""


class GradientError(SmeltError, RuntimeError):
    """A gradient that was asked for where there is none."""


class CaptureError(SmeltError, RuntimeError):
    """A captured step that could not be replayed without becoming silently wrong."""


class TransformError(SmeltError, RuntimeError):
    """A function that grad, vmap and the like cannot map without becoming silently wrong."""


class CompileError(SmeltError, RuntimeError):
    """Code that the target's compiler refused."""


class VerifyError(SmeltError, AssertionError):
    """A graph or kernel that breaks one of its invariants: a bug in smelt, not in the program."""


class FlagError(SmeltError, ValueError):
    """An environment variable whose value cannot be read."""


class MissingDependencyError(SmeltError, ImportError):
    """An optional package that this function needs and that is not installed."""
