"""The formulas of rearrange: names for axes, parentheses around those that are one axis."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smelt.tensor.base import Size
from smelt.util.errors import ArgumentError, ShapeError

TOKEN = re.compile(r"\.\.\.|[()]|1(?!\w)|[A-Za-z_]\w*")
REST = "..."


@dataclass(frozen=True)
class Plan:
    """A rearrangement: split the axes to these sizes, permute them, merge them to those."""

    split: tuple[Size, ...]
    order: tuple[int, ...]
    merged: tuple[Size, ...]


def parse(formula: str, shape: Sequence[Size], sizes: Mapping[str, int]) -> Plan:
    """`formula` for a tensor of this shape. Raises ArgumentError or ShapeError."""
    left, arrow, right = formula.partition("->")
    if not arrow:
        raise ArgumentError("rearrange", repr(formula), 'a "->" between input and output')
    sources, targets = _terms(formula, left), _terms(formula, right)
    if [REST] in sources:
        raise ArgumentError("rearrange", repr(formula), "parentheses around ... on the right only")
    count = len(shape) - len(sources) + 1 if REST in sources else 0
    rest = [f"{REST}{i}" for i in range(count)]
    groups, merged = _named(sources, rest), _named(targets, rest)
    if len(groups) != len(shape):
        raise ShapeError("rearrange", f"{formula!r} for shape {tuple(shape)}", "a term an axis")
    names, wanted = ([n for group in side for n in group] for side in (groups, merged))
    if sorted(names) != sorted(wanted) or len({*names}) != len(names) or {*sizes} - {*names}:
        raise ArgumentError(
            "rearrange", " ".join([repr(formula), *(f"{n}={s}" for n, s in sizes.items())]),
            "the same names on both sides, each once",
        )  # fmt: skip
    known: dict[str, Size] = dict(sizes)
    for group, size in zip(groups, shape, strict=True):
        known |= _split(formula, group, size, known)
    return Plan(
        tuple(known[n] for n in names),
        tuple(names.index(n) for n in wanted),
        tuple(_product(known[n] for n in group) for group in merged),
    )


def _terms(formula: str, side: str) -> list[str | list[str]]:
    """A name, or the names in parentheses, for each axis; 1 is a pair of empty parentheses."""
    terms: list[str | list[str]] = []
    group: list[str] | None = None
    for token in TOKEN.findall(side):
        if token == "(" and group is None:
            group = []
        elif token == ")" and group is not None:
            terms.append(group)
            group = None
        elif token in "()":
            raise ArgumentError("rearrange", repr(formula), "parentheses in pairs, none nested")
        elif group is not None:
            group += [token] if token != "1" else []
        else:
            terms.append(token if token != "1" else [])
    if group is not None or TOKEN.sub("", side).strip():
        raise ArgumentError("rearrange", repr(formula), "names, 1, ... and pairs of parentheses")
    return terms


def _named(terms: Sequence[str | list[str]], rest: list[str]) -> list[list[str]]:
    """For each axis the names of its parts, with those that "..." stands for."""
    groups: list[list[str]] = []
    for term in terms:
        if term == REST:
            groups += [[name] for name in rest]
        elif isinstance(term, str):
            groups.append([term])
        else:
            groups.append([n for name in term for n in (rest if name == REST else [name])])
    return groups


def _split(
    formula: str, group: list[str], size: Size, known: Mapping[str, Size]
) -> dict[str, Size]:
    """The size of each name of one axis; that of one of them may be unknown."""
    sizes = {name: known[name] for name in group if name in known}
    unknown = [name for name in group if name not in known]
    total = _product(sizes.values())
    if len(unknown) == 1 and total == 1:
        return {**sizes, unknown[0]: size}
    if len(unknown) == 1 and isinstance(size, int) and isinstance(total, int):
        if total and size % total == 0:
            return {**sizes, unknown[0]: size // total}
    elif not unknown and total == size:
        return sizes
    raise ShapeError(
        "rearrange", f"{formula!r} with an axis of {size} for ({' '.join(group)}), {sizes}",
        "sizes that give the axis, all but one of them known", "name a size, as in h=8",
    )  # fmt: skip


def _product(sizes: Iterable[Size]) -> Size:
    return functools.reduce(operator.mul, sizes, 1)
