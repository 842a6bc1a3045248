"""Graphs as bytes, and as keys that are equal where the structure is.

`dumps` writes one flat JSON list with a row for each node, sources before users. `structural_key`
is what the engine finds a schedule by: two steps of a training loop have equal keys, though their
BUFFERs differ.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from smelt.dtype import to_dtype
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import AxisKind, Op
from smelt.util.errors import ArgumentError, FileFormatError

VERSION = 1


# ---- bytes --------------------------------------------------------------------------------------


def dumps(nodes: Sequence[Node]) -> bytes:
    """`nodes` and everything below them. Raises ArgumentError if a BUFFER is among it.

    >>> from smelt.dtype import dtypes
    >>> from smelt.ir.node import const
    >>> loads(dumps([const(1.5, dtypes.float32)]))
    [<CONST float32[], 1.5>]
    """
    number: dict[Node, int] = {}
    rows: list[list[Any]] = []
    for node in _with_dims(nodes):
        if node.op is Op.BUFFER:
            raise ArgumentError("dumps", repr(node), "a graph without BUFFERs")
        src = [number[s] for s in node.src]
        shape = [_encode(d, number) for d in node.shape]
        arg = _encode(node.arg, number)
        number[node] = len(rows)
        rows.append([node.op.name, node.dtype.name, shape, src, arg])
    document = {"smelt": VERSION, "nodes": rows, "roots": [number[n] for n in nodes]}
    return json.dumps(document, separators=(",", ":")).encode()


def loads(data: bytes) -> list[Node]:
    """What `dumps` wrote. Raises FileFormatError if `data` is anything else."""
    try:
        document = json.loads(data)
        if document["smelt"] != VERSION:
            raise FileFormatError("loads", f"version {document['smelt']}", f"version {VERSION}")
        made: list[Node] = []
        for name, dtype, shape, src, arg in document["nodes"]:
            made.append(
                Node.make(
                    Op[name],
                    to_dtype(dtype),
                    tuple(_decode(d, made) for d in shape),
                    tuple(made[s] for s in src),
                    _decode(arg, made),
                )
            )
        return [made[r] for r in document["roots"]]
    except FileFormatError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        message = f"{type(error).__name__}: {error}"
        raise FileFormatError("loads", message, "bytes that smelt's dumps wrote") from error


def _with_dims(roots: Sequence[Node]) -> list[Node]:
    """Like `toposort`, and the nodes in shapes and args as well."""
    seen: set[Node] = set()
    order: list[Node] = []
    for root in roots:
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((n, False) for n in _nodes_in((node.arg, node.shape)))
                stack.extend((s, False) for s in reversed(node.src))
    return order


def _nodes_in(value: Any) -> Iterator[Node]:
    """The Nodes in nested tuples, which are only a few levels deep."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def _encode(value: Any, number: dict[Node, int]) -> Any:
    """An arg as JSON: a tuple is a list, what JSON lacks a dict of one entry."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}  # exact, also for nan, inf and -0.0
    if isinstance(value, tuple):
        return [_encode(v, number) for v in value]
    if isinstance(value, Node):
        return {"node": number[value]}
    if isinstance(value, Op):
        return {"op": value.name}
    if isinstance(value, AxisKind):
        return {"axis": value.name}
    raise ArgumentError("dumps", f"an arg of type {type(value).__name__}", "numbers, names, Nodes")


def _decode(value: Any, made: list[Node]) -> Any:
    if isinstance(value, list):
        return tuple(_decode(v, made) for v in value)
    if not isinstance(value, dict):
        return value
    [(tag, content)] = value.items()
    if tag == "float":
        return float.fromhex(content)
    if tag == "node":
        return made[content]
    return Op[content] if tag == "op" else AxisKind[content]


# ---- keys ---------------------------------------------------------------------------------------


def structural_key(roots: Sequence[Node]) -> tuple[tuple[Any, ...], list[BufferRef]]:
    """A hashable key of the graph below `roots`, and its BUFFERs in order of first appearance.

    Equal keys mean equal graphs up to which BUFFERs they read. A node that has a `.buffer` counts
    as that BUFFER reshaped and is not entered. Keys are for this process only: they hold Ops,
    DTypes and symbolic dimensions, which are compared by identity because they are interned.
    """
    number: dict[Node, int] = {}
    slots: dict[BufferRef, int] = {}  # BUFFERs are numbered below 0: -1, -2 ..
    key: list[Any] = []
    rows = 0
    for root in roots:
        stack = [root]
        while stack:
            node = stack.pop()
            if node in number:
                continue
            leaf = node if node.op is Op.BUFFER else node.buffer
            if leaf is not None:
                slot = slots.setdefault(leaf.arg, ~len(slots))
                if node.shape == leaf.shape:
                    number[node] = slot
                    continue
                number[node] = rows
                rows += 1
                key += (Op.RESHAPE, node.dtype, node.shape, node.shape, slot)
                continue
            missing = [s for s in node.src if s not in number]
            if missing:
                stack.append(node)
                missing.reverse()
                stack += missing
                continue
            src = [number[s] for s in node.src]
            number[node] = rows
            rows += 1
            arg = node.arg
            if arg is not None:
                arg = _ARG_KEYS[node.op](arg) if node.op in _ARG_KEYS else arg
            key += (node.op, node.dtype, node.shape, arg, *src)
    key += (number[root] for root in roots)
    key += ((ref.device, ref.dtype, ref.size) for ref in slots)
    return tuple(key), list(slots)


def _const_key(value: Any) -> Any:
    """A constant so that 0.0 and -0.0 differ and a NaN equals itself; its dtype says the rest."""
    if value != value:
        return "nan"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def _mark_key(mark: int) -> Any:
    """A node that is marked as like no other is one of its own anyway, whatever its number."""
    return "unique"


_ARG_KEYS: dict[Op, Callable[[Any], Any]] = {
    Op.CONST: _const_key,
    Op.CONTIGUOUS: _mark_key,
    Op.DETACH: _mark_key,
}
