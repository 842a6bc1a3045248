"""The formulas of einsum: a letter for each axis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from smelt.util.errors import ArgumentError, ShapeError

# The axes that "..." stands for are letters that a formula cannot have.
FREE = [chr(0xE000 + i) for i in range(32)]


@dataclass(frozen=True)
class Formula:
    """The letters of each operand and of the output, and how long the axis of each is."""

    terms: tuple[str, ...]
    output: str
    sizes: dict[str, int]


def parse(formula: str, shapes: Sequence[tuple[int, ...]]) -> Formula:
    """`formula` for operands of these shapes. Raises ArgumentError or ShapeError."""
    left, arrow, right = formula.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ArgumentError("einsum", f"{formula!r} of {len(shapes)} operands", "a term for each")
    widths = [
        max(0, len(s) - len(t.replace("...", ""))) for t, s in zip(terms, shapes, strict=True)
    ]
    ellipsis = FREE[: max((w for w, t in zip(widths, terms, strict=True) if "..." in t), default=0)]
    # They broadcast, so that they are counted from the last.
    terms = [
        t.replace("...", "".join(ellipsis[len(ellipsis) - w :]), 1)
        for t, w in zip(terms, widths, strict=True)
    ]
    for term, shape in zip(terms, shapes, strict=True):
        if len(term) != len(shape) or not all(c.isalpha() or c in ellipsis for c in term):
            raise ArgumentError("einsum", f"{formula!r} for {shape}", "a letter for each axis")
    counts = Counter("".join(terms))
    once = sorted(c for c in counts if counts[c] == 1 and c not in ellipsis)
    output = right.replace("...", "".join(ellipsis), 1) if arrow else "".join([*ellipsis, *once])
    if len(set(output)) != len(output) or not set(output) <= set(counts):
        raise ArgumentError(
            "einsum", f"{formula!r}", "an output of the operands' letters, each once"
        )
    return Formula(tuple(terms), output, _sizes(formula, terms, shapes))


def _sizes(formula: str, terms: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> dict[str, int]:
    """Axes of size 1 broadcast, but not to others of the same operand."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        own: dict[str, int] = {}
        for letter, size in zip(term, shape, strict=True):
            known = sizes.setdefault(letter, size)
            if known == 1 and own.setdefault(letter, size) == size:
                sizes[letter] = size
            elif size not in (1, known) or own.setdefault(letter, size) != size:
                raise ShapeError(
                    "einsum",
                    f"{formula!r} with axes of {known} and {size} for one letter",
                    "one size",
                )
    return sizes
