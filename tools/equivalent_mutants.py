"""Mutants that no test can kill, as they change nothing, or nothing but speed.

A row: the file, the function, the edit as `tools.mutants` prints it, the reason. A row leaves out
all equal edits of that function, so it must hold for each. A test sees to it that each row still
names a mutant.
"""

from __future__ import annotations

_NEVER_ZERO = "the factors of a sum are never 0"
_BETWEEN = "no integer dtype has a size in between"

EQUIVALENT: list[tuple[str, str, str, str]] = [
    ("smelt/ir/algebra.py", "", "11  ->  12", _BETWEEN),
    ("smelt/ir/algebra.py", "", "8  ->  9", _BETWEEN),
    ("smelt/ir/algebra.py", "", "24  ->  25", _BETWEEN),
    ("smelt/ir/algebra.py", "", "53  ->  54", _BETWEEN),
    ("smelt/ir/conditions.py", "less_than", "f > 0  ->  f >= 0", _NEVER_ZERO),
    ("smelt/ir/conditions.py", "_not_equal", "f > 0  ->  f >= 0", _NEVER_ZERO),
    (
        "smelt/ir/meaning.py",
        "_cast",
        "value < high  ->  value <= high",
        "what is `high` is replaced two lines below",
    ),
    (
        "smelt/ir/meaning.py",
        "_cast",
        "value < low  ->  value <= low",
        "what is `low` is replaced by the least value: by itself",
    ),
    (
        "smelt/ir/meaning.py",
        "_shr",
        "dtype.bits - 1  ->  dtype.bits + 1",
        "numpy shifts by more than the width as by the width",
    ),
    (
        "smelt/ir/meaning.py",
        "_int_to_float",
        "4096  ->  4097",
        "any odd bit that float64 has room for will do, and it has none for this one",
    ),
    (
        "smelt/ir/meaning.py",
        "reduction",
        "2  ->  3",
        "no float has three bytes",
    ),
    (
        "smelt/ir/simplify.py",
        "simplify_given",
        "n.op in _DECIDABLE  ->  n.op not in _DECIDABLE",
        "a short cut: nothing would be found",
    ),
]
