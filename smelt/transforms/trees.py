"""Nested containers of tensors: lists, tuples, named tuples, dicts, dataclasses.

A leaf is whatever is none of these. `flatten` and `unflatten` are inverse to each other.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError


def flatten(tree: Any) -> list[Any]:
    """The leaves, in order.

    >>> flatten({"a": [1, (2, 3)], "b": 4})
    [1, 2, 3, 4]
    """
    parts = _parts(tree)
    return [tree] if parts is None else [leaf for part in parts for leaf in flatten(part)]


def unflatten(tree: Any, leaves: Sequence[Any]) -> Any:
    """A tree of the same structure with other leaves.

    >>> unflatten({"a": [1, (2, 3)], "b": 4}, "wxyz")
    {'a': ['w', ('x', 'y')], 'b': 'z'}
    """
    return _filled(tree, iter(leaves))


def transformed(tree: Any, function: Callable[[Any], Any]) -> Any:
    """The tree with `function` of each leaf in its place."""
    return unflatten(tree, [function(leaf) for leaf in flatten(tree)])


def tensors(tree: Any) -> list[Tensor]:
    """The leaves that are tensors."""
    return [leaf for leaf in flatten(tree) if isinstance(leaf, Tensor)]


def spread(operation: str, prefix: Any, tree: Any) -> list[Any]:
    """For each leaf of `tree` the leaf of `prefix`, which stops at the same place or above.

    >>> spread("vmap", (0, None), ([1, 2], 3))
    [0, 0, None]
    """
    parts, wanted = _parts(prefix), _parts(tree)
    if parts is None:
        return [prefix] * len(flatten(tree))
    if wanted is None or len(parts) != len(wanted) or _keys(prefix) != _keys(tree):
        raise ArgumentError(
            operation, f"{prefix!r} for {_outline(tree)}", "a leaf, or the same structure"
        )
    pairs = zip(parts, wanted, strict=True)
    return [leaf for part, subtree in pairs for leaf in spread(operation, part, subtree)]


def _outline(tree: Any) -> str:
    parts = _parts(tree)
    return type(tree).__name__ + ("" if parts is None else f" of {len(parts)}")


def _keys(tree: Any) -> Any:
    return sorted(tree, key=repr) if isinstance(tree, dict) else None


def _is_record(tree: Any) -> bool:
    return dataclasses.is_dataclass(tree) and not isinstance(tree, type)


def _parts(tree: Any) -> list[Any] | None:
    """What a container holds; None for a leaf."""
    if isinstance(tree, list | tuple):
        return list(tree)
    if isinstance(tree, dict):
        return [tree[key] for key in _keys(tree)]
    if _is_record(tree):
        return [getattr(tree, field.name) for field in dataclasses.fields(tree)]
    return None


def _filled(tree: Any, leaves: Iterator[Any]) -> Any:
    parts = _parts(tree)
    if parts is None:
        return next(leaves)
    items = [_filled(part, leaves) for part in parts]
    if isinstance(tree, dict):
        found = dict(zip(_keys(tree), items, strict=True))
        result = copy.copy(tree)
        result.update({key: found[key] for key in tree})
        return result
    if _is_record(tree):
        result = copy.copy(tree)
        for field, item in zip(dataclasses.fields(tree), items, strict=True):
            object.__setattr__(result, field.name, item)  # also where it is frozen
        return result
    return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
