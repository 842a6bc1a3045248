"""Computing what a graph says: `realize`, and the values on the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from smelt.engine.device import Device, runtime
from smelt.engine.memory import bind, contents, from_numpy, shared
from smelt.ir.meaning import meaning_of
from smelt.ir.movement import element_of
from smelt.ir.node import BufferRef, Node, buffer, is_static, numel, reshape, static, toposort
from smelt.ir.op import Op
from smelt.util import flags

_NO_VARIABLES: Mapping[str, int] = {}
_SMALL = 4096  # elements that are computed for one of them
_FEW = 32  # steps for one number
# Those that no device rounds in its own way. Not MUL, which may be one FMA with an ADD.
_EXACT = {Op.ADD, Op.SUB, Op.LT, Op.NE, Op.AND, Op.OR, Op.XOR, Op.MAX, Op.CAST, Op.WHERE}


def realize(
    nodes: Sequence[Node],
    variables: Mapping[str, int] = _NO_VARIABLES,
    device: str | None = None,
) -> list[Node]:
    """Compute `nodes` and return the BUFFER that holds each, flat, laid out for its largest shape.

    `device` is where nodes without a place of their own (constants) go; the default device for
    None. Node.buffer remembers the result, so that nothing is computed twice; but not where there
    are `variables`, whose next values give other results.
    """
    return _realize(nodes, variables, Device.canonical(device))


def _realize(
    nodes: Sequence[Node], variables: Mapping[str, int], default: str, is_copied: bool = False
) -> list[Node]:
    copied = _carry_out_copies(nodes, variables)
    results: dict[Node, Node] = {n: n.buffer for n in nodes if n.buffer is not None}
    results |= {n: n for n in nodes if n.op is Op.BUFFER}
    places = {n: n.device or default for n in dict.fromkeys(nodes) if n not in results}
    for place in dict.fromkeys(places.values()):
        roots = [n for n, where in places.items() if where == place]
        for node, made in zip(roots, _compute(roots, place, variables, is_copied), strict=True):
            results[node] = made
            if node.device is not None and not variables:
                node.buffer = made
    for node in copied if variables else ():
        node.buffer = None
    return [results[n] for n in nodes]


def _compute(
    roots: Sequence[Node], device: str, variables: Mapping[str, int], is_copied: bool
) -> list[Node]:
    if flags.ORACLE.value:
        return _interpret(roots, device, variables)
    # The whole compiler is not part of `import smelt`.
    from smelt.engine.executable import executable
    from smelt.schedule.reasons import Why

    why = Why.DEVICE if is_copied else Why.RESULT
    ready, refs = executable(roots, device, is_once=True, whys=[why] * len(roots))
    return [buffer(ref) for ref in ready.run(refs, variables)]


def _carry_out_copies(nodes: Sequence[Node], variables: Mapping[str, int]) -> list[Node]:
    """Bring values to the devices that COPYs name, those that others depend on first: these."""
    pending = toposort(nodes, stop=lambda n: n.buffer is not None)
    copies = [n for n in pending if n.op is Op.COPY and n.buffer is None]
    for node in copies:
        (source,) = _realize([node.src[0]], variables, node.arg, is_copied=True)
        if source.arg.device == node.arg:
            node.buffer = source
        else:
            array = contents(source.arg)
            node.buffer = from_numpy(array, node.arg)
    return copies


def _interpret(roots: Sequence[Node], device: str, variables: Mapping[str, int]) -> list[Node]:
    """The same through the interpreter of graphs: the meaning itself, with no compiler between."""
    from smelt.ir.evaluate import evaluate_graph  # only ORACLE=1 needs it

    leaves = toposort(roots, stop=lambda n: n.buffer is not None)
    stored = [n if n.op is Op.BUFFER else n.buffer for n in leaves]
    refs = [n.arg for n in stored if n is not None]
    arrays = evaluate_graph(roots, {ref: contents(ref) for ref in refs}, variables)
    result = []
    for node, array in zip(roots, arrays, strict=True):
        whole = np.zeros(static(node.shape), node.dtype.np)
        whole[tuple(slice(n) for n in array.shape)] = array
        ref = BufferRef(device, whole.size, node.dtype)
        memory = runtime(device).allocate(ref.nbytes)
        runtime(device).write(memory, whole.reshape(-1))
        bind(ref, memory)
        result.append(buffer(ref))
    return result


def to_numpy(
    node: Node,
    variables: Mapping[str, int] = _NO_VARIABLES,
    device: str | None = None,
    copy: bool = True,
) -> np.ndarray[Any, Any]:
    """The value of a node as an array on the host.

    Without `copy` it is the node's own memory, which nobody may write to, where the host has that.
    """
    (stored,) = realize([node], variables, device)
    flat = None if copy else shared(stored.arg)
    whole = (contents(stored.arg) if flat is None else flat).reshape(static(node.shape))
    if whole.shape == node.shape:
        return whole
    from smelt.ir.interpreter import evaluate_index  # only symbolic shapes need it

    return whole[tuple(slice(evaluate_index(d, variables)) for d in node.shape)]


def one_number(
    node: Node, variables: Mapping[str, int] = _NO_VARIABLES
) -> np.ndarray[Any, Any] | None:
    """The value of a node of one element that is made of numbers in memory, or of a small result.

    Who looks at one element of a result looks at others next (`if x[i] == y[i]`), and a kernel for
    each of them would take longer than all. Of operations only those are carried out here that
    have the same result everywhere. None where it takes a kernel.
    """
    if not is_static(node.shape):
        return None
    values: dict[Node, np.ndarray[Any, Any]] = {}
    stack = [node]
    for _ in range(_FEW):
        source, position = element_of(stack[-1])
        if _is_exact(source):
            missing = [s for s in source.src if s not in values]
            if missing:
                stack += missing
                continue
            value = meaning_of(source.op, source.dtype, *(values[s] for s in source.src))
        else:
            found = _in_memory(source, position, source is node or len(stack) > 1, variables)
            if found is None:
                return None
            value = found
        values[stack.pop()] = value.reshape(())
        if not stack:
            return values[node]
    return None


def _is_exact(node: Node) -> bool:
    return node.buffer is None and node.op in _EXACT and numel(node.shape) == 1


def _in_memory(
    source: Node, position: int, is_operand: bool, variables: Mapping[str, int]
) -> np.ndarray[Any, Any] | None:
    """One element of what is stored, or of several that are few enough to compute them all."""
    if source.op is Op.CONST:
        return np.asarray(source.arg, source.dtype.np)
    if source.op is not Op.BUFFER and source.buffer is None:
        least = 1 if is_operand else 0  # a single operand belongs into one kernel with its user
        if not least < numel(source.shape) <= _SMALL:
            return None
    found: np.ndarray[Any, Any] = to_numpy(source, variables, copy=False).reshape(-1)[position]
    return found


def as_leaf(node: Node, stored: Node) -> Node:
    """The value of `node`, which is in the BUFFER `stored`, as a node without a history."""
    leaf = reshape(stored, static(node.shape))
    if leaf.shape != node.shape:
        from smelt.ir.node import shrink

        leaf = shrink(leaf, [(0, d) for d in node.shape])
    return leaf


__all__ = ["as_leaf", "one_number", "realize", "to_numpy"]
