"""Why a value is stored rather than computed where it is used, and what is computed again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """What made the scheduler store a value: the end of one kernel, which others read."""

    RESULT = "it is a result that was asked for"
    DEVICE = "it goes to another device"
    STEPS = "the steps of a recurrence read it"
    STEP = "a step of a recurrence makes it for the next ones"
    SCATTER = "values are put into it at computed places"
    GATHER = "it is read at computed places"
    BYTES = "its bytes are read as another dtype"
    COPY = "a copy of its own was asked for"
    CONTIGUOUS = "contiguous() was called on it"
    PARTS = "it is the first half of a long reduction, done in parts for all threads"
    OPERAND = "a large product reads it in this order, or dtype, again and again"
    SHARED = "what comes of it is wanted in several places, and cheap to compute again from it"
    LARGE = "the kernel that takes it is as large as kernels get"
    USERS = "it is a reduction that is wanted in several places"
    INSIDE = "it is a reduction that another reduction takes the elements of"
    BROADCAST = "it is a reduction that would be computed again for each of more elements"
    ROWS = "it is a reduction to so few rows that one kernel would leave threads idle"
    ORDER = "it is a reduction over other rows than those of the kernel that takes it"
    PRODUCT = "it is a product of matrices, which needs a kernel's loops for itself"
    BESIDE = "it is a reduction of rows, in the kernel of a product of matrices"
    BEHIND = "it comes of a reduction and is wanted in several places"
    EPILOGUE = "it comes of a reduction, and another reduction takes it"
    INPUTS = "it is wanted in several places, and is made of more than two values in memory"
    DEAR = "it is wanted in several places, and is dear to compute again"
    REUSED = "a reduction would compute it again and again"


@dataclass(frozen=True)
class Stored:
    """A value that a kernel stores: the reason, in how many places it is wanted, and its price."""

    why: Why
    places: int
    operations: int  # simple vector instructions for one element, up to what is in memory


@dataclass(frozen=True)
class Again:
    """Operations of a kernel that are carried out more often than each element needs, in all."""

    elsewhere: int = 0  # those that other kernels carry out too
    here: int = 0  # those of elements that it has computed before
