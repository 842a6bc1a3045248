"""What goes into a captured function and what comes out of it: nested containers of tensors."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smelt.dtype import DType
from smelt.ir.symbolic import SymInt
from smelt.tensor.tensor import Tensor
from smelt.util.errors import CaptureError

_BY_VALUE = (bool, int, str, bytes, type(None), range)
_BUILT = (list, tuple, dict, OrderedDict)  # containers that can be made again from their entries


class Arguments:
    """The distinct tensors of a call, its bound Variables, and the key that selects a capture."""

    __slots__ = ("_position", "bindings", "key", "objects", "tensors")

    def __init__(self) -> None:
        self.key: list[Any] = []
        self.tensors: list[Tensor] = []
        self.bindings: list[Mapping[str, int]] = []
        self.objects: list[Any] = []  # what the key knows by identity
        self._position: dict[int, int] = {}

    def add(self, value: Any) -> None:
        """One more argument: tensors by what they are made of, other values by type and value."""
        if isinstance(value, Tensor):
            self._add_tensor(value)
        elif isinstance(value, _BY_VALUE):
            self.key += (type(value), value)
        elif isinstance(value, float | complex):  # 0.0 and -0.0 differ, a NaN is itself
            self.key += (type(value), repr(value))
        elif isinstance(value, list | tuple):
            self.key += (type(value), len(value))
            for item in value:
                self.add(item)
        elif isinstance(value, dict):
            self.key += (type(value), len(value))
            for name, item in value.items():
                self.add(name)
                self.add(item)
        else:
            self._add_other(value)

    def _add_tensor(self, tensor: Tensor) -> None:
        known = self._position.get(id(tensor))
        if known is not None:
            self.key.append(known)
            return
        self._position[id(tensor)] = len(self.tensors)
        self.tensors.append(tensor)
        if tensor._requires_grad and not tensor.is_leaf:
            raise CaptureError(
                "jit", "an argument with a history", "a leaf or a tensor without history",
                "detach it, or compute it inside of the captured function",
            )  # fmt: skip
        if tensor.bindings:
            self.bindings.append(tensor.bindings)
        node = tensor.node
        device = node.device or tensor.device
        self.key += (type(tensor), node.dtype, node.shape, device, tensor._requires_grad)

    def _add_other(self, value: Any) -> None:
        if isinstance(value, SymInt):
            self.bindings.append(value.bindings)
            self.key += (SymInt, value.node)
        elif isinstance(value, slice):
            self.key.append(slice)
            for part in (value.start, value.stop, value.step):
                self.add(part)
        elif isinstance(value, set | frozenset):
            self.key += (type(value), frozenset((type(v), v) for v in value))
        elif isinstance(value, np.generic):
            self.key += (type(value), value.tobytes())
        elif isinstance(value, np.ndarray):
            raise CaptureError(
                "jit", "an argument of type ndarray", "tensors and plain values",
                "pass Tensor(array): an array's values would be frozen into the capture",
            )  # fmt: skip
        elif isinstance(value, DType | type):
            self.key.append(value)
        else:
            self.key += ("object", id(value))
            self.objects.append(value)


def unbound(value: Any) -> Any:
    """The arguments of a call with Variables that have no value: a capture serves all of them."""
    if isinstance(value, SymInt):
        return SymInt(value.node)
    if isinstance(value, slice):
        return slice(*(unbound(v) for v in (value.start, value.stop, value.step)))
    if type(value) in (dict, OrderedDict):
        return type(value)((k, unbound(v)) for k, v in value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(unbound(v) for v in value))
    return type(value)(unbound(v) for v in value) if type(value) in (list, tuple) else value


# ---- results ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Container:
    """A list, tuple or dict of results."""

    kind: type[Any]
    keys: tuple[Any, ...]
    items: tuple[Any, ...]


@dataclass(frozen=True)
class Leaf:
    """The place of a tensor: its position among the distinct tensors of the result."""

    position: int


@dataclass(frozen=True)
class Size:
    """A number that depends on Variables."""

    value: SymInt


def taken_apart(value: Any, tensors: list[Tensor]) -> Any:
    """The structure of a result; its distinct tensors are appended to `tensors`."""
    if isinstance(value, Tensor):
        position = next((i for i, t in enumerate(tensors) if t is value), len(tensors))
        if position == len(tensors):
            tensors.append(value)
        return Leaf(position)
    if isinstance(value, SymInt):
        return Size(value)
    if type(value) in (dict, OrderedDict):
        items = tuple(taken_apart(v, tensors) for v in value.values())
        return Container(type(value), tuple(value), items)
    if type(value) in _BUILT or (isinstance(value, tuple) and hasattr(value, "_fields")):
        return Container(type(value), (), tuple(taken_apart(v, tensors) for v in value))
    return value


def put_together(structure: Any, tensors: Sequence[Tensor], variables: Mapping[str, int]) -> Any:
    """The structure with these tensors in place."""
    if isinstance(structure, Leaf):
        return tensors[structure.position]
    if isinstance(structure, Size):
        return SymInt(structure.value.node, {**variables, **structure.value.bindings})
    if not isinstance(structure, Container):
        return structure
    items = [put_together(i, tensors, variables) for i in structure.items]
    if issubclass(structure.kind, dict):
        return structure.kind(zip(structure.keys, items, strict=True))
    named = hasattr(structure.kind, "_fields")
    return structure.kind(*items) if named else structure.kind(items)
