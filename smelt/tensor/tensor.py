"""Tensor: how values are printed, change (assign) and get gradients."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np

import smelt.ir.node as ir
from smelt.autograd.backward import gradients, paths_back
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.symbolic import SymInt, merge_bindings
from smelt.tensor.argument_types import with_checked_arguments
from smelt.tensor.base import (
    HALVES,
    Array,
    Base,
    DTypeLike,
    Operand,
    capturing,
    enable_grad,
    grad_enabled,
    leaf_of,
    no_grad,
    place,
    read_guard,
)
from smelt.tensor.exchange import Exchange
from smelt.tensor.in_place import with_in_place_forms
from smelt.tensor.printing import html_of, text_of
from smelt.tensor.spellings import with_other_spellings
from smelt.util.errors import DTypeError, GradientError, ShapeError, TransformError
from smelt.util.flags import TRAINING, Context


class _Training(type):
    """Makes `Tensor.training`, which is the flag TRAINING, an attribute that can be set."""

    @property
    def training(cls) -> bool:
        return TRAINING.value

    @training.setter
    def training(cls, value: bool) -> None:
        TRAINING.set(value)


@with_in_place_forms
@with_other_spellings
@with_checked_arguments
class Tensor(Exchange, metaclass=_Training):
    """An array of numbers that is computed when it is looked at.

    `Tensor(data)` takes numbers, nested lists, numpy arrays and other tensors; floats become
    float32 and ints int32 unless `dtype` is given. Methods build a graph; `realize`, `numpy`,
    `item`, `tolist` and printing compute it. With `requires_grad=True` it is a leaf, whose `.grad`
    a `backward()` adds to.

    >>> (Tensor([1, 2, 3]) * 2 + 0.5).tolist()
    [2.5, 4.5, 6.5]
    """

    # ---- printing ----------------------------------------------------------------------------

    def __repr__(self) -> str:
        end = f"dtype={self.dtype.name}, device={self.device}"
        end += ", requires_grad=True" if self.requires_grad else ""
        if read_guard.get() is not None:
            return f"Tensor(shape={self.shape}, {end})"
        try:
            values = self._printed()
        except TransformError:  # one member of a batch
            return f"Tensor(shape={self.shape}, {end})"
        text = text_of(values, prefix="Tensor(")
        empty = f"shape={self.shape}, " if not values.size else ""
        return f"Tensor({text}, {empty}{end})"

    def __str__(self) -> str:
        guard = read_guard.get()
        if guard is not None:  # a replay would print nothing
            guard("print")
        return repr(self)

    def _repr_html_(self) -> str:
        """What notebooks show: a table, or text if there are more than two axes."""
        if read_guard.get() is not None:
            return f"<pre>{self!r}</pre>"
        caption = f"Tensor of shape {self.shape}, {self.dtype.name} on {self.device}"
        return html_of(self._printed(), caption)

    def _printed(self) -> Array:
        is_number = ir.is_static(self.node.shape) and ir.numel(self.node.shape) == 1
        values = self._one("repr").reshape(self.shape) if is_number else self._read("repr")
        # numpy prints fewer digits of ml_dtypes' types
        return values.astype(np.float32) if self.dtype in HALVES else values

    # ---- what it is ---------------------------------------------------------------------------

    def numel(self) -> int | SymInt:
        """The number of elements."""
        count: int | SymInt = 1
        for size in self.shape:
            count = count * size
        return count

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one axis."""
        return self.shape if dim is None else self.shape[self._axis("size", dim)]

    def dim(self) -> int:
        """The number of axes."""
        return self.ndim

    nelement = numel
    ndimension = dim

    def element_size(self) -> int:
        """The bytes of one element."""
        return self.dtype.itemsize

    def nbytes(self) -> int:
        """The bytes of all elements, at most."""
        return ir.numel(self.node.shape) * self.dtype.itemsize

    def is_floating_point(self) -> bool:
        """Whether the dtype is a float."""
        return self.dtype.is_float

    # ---- places and copies --------------------------------------------------------------------

    def to(
        self, device: str | DTypeLike | Tensor | None = None, dtype: DTypeLike | None = None
    ) -> Self:
        """The same values on another device, or of another dtype, or both; as another tensor's.

        >>> Tensor([1]).to("PYTHON").device
        'PYTHON'
        >>> Tensor([1]).to(float).tolist()
        [1.0]
        """
        if isinstance(device, Tensor):
            return self.to(device.device, device.dtype)
        if device is not None and not isinstance(device, str):
            return self.to(None, device)
        x = self if dtype is None else self.cast(dtype)
        return x._with(place(x.node, device))

    def cpu(self) -> Self:
        """The same values on the CPU.

        >>> Tensor([1], device="PYTHON").cpu().device
        'CPU'
        """
        return self.to("CPU")

    def to_(self, device: str | None) -> Self:
        """Move to another device; gives self.

        >>> Tensor([1]).to_("PYTHON").device
        'PYTHON'
        """
        return self.replace(self.to(device))

    def contiguous(self) -> Self:
        """The same values in memory of their own: what follows does not compute them again."""
        return self._with(ir.contiguous(self.node))

    def contiguous_backward(self) -> Self:
        """The same values. Where its gradient is stored is for the compiler to decide."""
        return self._with(self.node)

    def clone(self, device: str | None = None) -> Self:
        """A copy, in memory that no other tensor has."""
        return self._with(ir.contiguous(place(self.node, device), unique=True))

    def detach(self) -> Self:
        """The same values without history.

        >>> Tensor([1.0], requires_grad=True).detach().requires_grad
        False
        """
        return self._detached()

    # ---- changing -----------------------------------------------------------------------------

    def _become(self, node: Node, bindings: Mapping[str, int], history: bool) -> None:
        super()._become(node, bindings, history)
        if bindings and capturing.get() is None:
            self.realize()  # the next change may bind the same Variables to other values

    def assign(self, value: Operand) -> Self:
        """Become `value`, of the same shape, dtype and device. Gives self.

        What was computed from self before keeps the old values. A leaf that requires a gradient
        stays one, and no history of `value` comes with it.

        >>> x = Tensor([1, 2])
        >>> y = x + 1
        >>> x.assign(Tensor([5, 6])).tolist(), y.tolist()
        ([5, 6], [2, 3])
        """
        new = value if isinstance(value, Tensor) else self.full_like(0) + value
        if new.node.shape != self.node.shape:
            raise ShapeError("assign", f"shape {new.shape}", str(self.shape), "use x[...] = y")
        if new.dtype is not self.dtype:
            raise DTypeError("assign", new.dtype.name, self.dtype.name, "cast it first")
        node = ir.contiguous(place(new.node, self.device), unique=True)
        history = new._requires_grad and not (self.is_leaf and self._requires_grad)
        self._become(node, new.bindings, history)
        return self

    def replace(self, x: Self) -> Self:
        """Become `x`, of the same shape, whatever its dtype and device. Gives self.

        A leaf that requires a gradient stays one, and no history of `x` comes with it.

        >>> Tensor([1, 2]).replace(Tensor([0.5, 1.5])).tolist()
        [0.5, 1.5]
        """
        if x.node.shape != self.node.shape:
            raise ShapeError("replace", f"shape {x.shape}", str(self.shape))
        leaf = self.is_leaf and self._requires_grad
        if leaf and not x.dtype.is_float:
            raise DTypeError("replace", x.dtype.name, "a float", "self requires a gradient")
        self._become(x.node, x.bindings, x._requires_grad and not leaf)
        return self

    def _replace(self, new: Base) -> None:
        """Become `new`, with its history: what an in-place operation ends with."""
        if self.is_leaf and self._requires_grad and grad_enabled():
            raise GradientError(
                "in-place operation", "a leaf that requires a gradient", "a result, or no_grad",
                "use `with Tensor.no_grad():`, or x = x + y",
            )  # fmt: skip
        if new.node.shape != self.node.shape:
            raise ShapeError("in-place operation", f"shape {new.shape}", str(self.shape))
        if new.dtype is not self.dtype:
            raise DTypeError("in-place operation", new.dtype.name, self.dtype.name, "cast it first")
        self._become(new.node, new.bindings, new._requires_grad)

    # ---- gradients ----------------------------------------------------------------------------

    no_grad = staticmethod(no_grad)
    enable_grad = staticmethod(enable_grad)

    @staticmethod
    def train(mode: bool = True) -> Context:
        """`with Tensor.train():` is `Context(TRAINING=1)`."""
        return Context(TRAINING=mode)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad`; gives self.

        >>> Tensor([1.0]).requires_grad_().requires_grad
        True
        """
        self.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Forget `.grad`."""
        self.grad = None

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
    ) -> Self:
        """Add to the `.grad` of each leaf that self depends on; gives self.

        `gradient` is self's own, 1 for a scalar. With create_graph the gradients have a history
        too. A graph stays usable, so that retain_graph changes nothing. Raises GradientError if
        self does not require a gradient, or is no scalar and has none given.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> _ = (x * x).sum().backward()
        >>> x.grad.tolist()
        [2.0, 4.0]
        """
        if not self.requires_grad:
            raise GradientError(
                "backward", "a tensor that does not require a gradient",
                "one computed from leaves with requires_grad=True",
            )  # fmt: skip
        _, leaves = self._reachable()
        targets = [node for nodes in leaves.values() for node in nodes]
        parts, bindings = self._gradients("backward", gradient, targets)
        for nodes in leaves.values():
            leaf = leaf_of(nodes[0])
            assert isinstance(leaf, Tensor)
            for part in (parts[n] for n in nodes):
                if part is not None:
                    new = leaf._make(part if create_graph else ir.detach(part), bindings)
                    new._requires_grad = create_graph
                    leaf.grad = new if leaf.grad is None else leaf.grad + new
        return self

    def gradient(
        self, *targets: Tensor, gradient: Tensor | None = None, materialize_grads: bool = True
    ) -> list[Tensor]:
        """The gradients of self with respect to `targets`, which have a history themselves.

        A target may be any tensor that requires a gradient, results too. Zeros where self does not
        depend on it; without `materialize_grads` that raises GradientError.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).sum().gradient(x)[0].tolist()
        [2.0, 4.0]
        """
        reachable, leaves = self._reachable()
        own = [t.node for t in targets if t.node in reachable and id(t) not in leaves]
        flat = [*own, *(n for nodes in leaves.values() for n in nodes)]
        parts, bindings = self._gradients("gradient", gradient, flat)
        results = []
        for target in targets:
            total: Node | None = None
            for part in (parts.get(n) for n in leaves.get(id(target), [target.node])):
                if part is not None:
                    total = part if total is None else ir.alu(Op.ADD, total, part)
            if total is None and not materialize_grads:
                raise GradientError("gradient", f"{target!r}", "a tensor that self depends on")
            zeros = ir.const(0, target.dtype, target.node.shape)
            result = self._make(zeros if total is None else total, bindings)
            result._requires_grad = total is not None and self._requires_grad
            results.append(result)
        return results

    def _reachable(self) -> tuple[set[Node], dict[int, list[Node]]]:
        """The nodes that gradients can flow to, and those of each leaf, by the leaf's id.

        A leaf that was assigned to has several: graphs that were built before lead to the old one.
        """
        nodes = paths_back([self.node])
        leaves: dict[int, list[Node]] = {}
        for node in nodes:
            leaf = leaf_of(node) if node.op is Op.DETACH else None
            if leaf is not None:
                leaves.setdefault(id(leaf), []).append(node)
        return set(nodes), leaves

    def _gradients(
        self, operation: str, gradient: Tensor | None, targets: list[Node]
    ) -> tuple[dict[Node, Node | None], Mapping[str, int]]:
        """The gradient of self with respect to each node, and what Variables are bound to in it."""
        if gradient is None and ir.numel(self.node.shape) != 1:
            raise GradientError(
                operation, f"a tensor of shape {self.shape}", "a scalar, or its gradient",
                "sum it, or pass gradient=",
            )  # fmt: skip
        if gradient is None:
            cotangent, bindings = ir.const(1, self.dtype, self.node.shape), self.bindings
        else:
            cotangent = gradient.node
            bindings = merge_bindings(self.bindings, gradient.bindings)
        return dict(zip(targets, gradients(self.node, cotangent, targets), strict=True)), bindings


def _in_place(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`x += y` for `x + y`: the same tensor with a new value."""

    def method(self: Tensor, other: Operand) -> Tensor:
        self._replace(function(self, other))
        return self

    return method


IN_PLACE = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor",
            "lshift", "rshift")  # fmt: skip
for _name in IN_PLACE:
    setattr(Tensor, f"__i{_name}__", _in_place(getattr(operator, f"__{_name}__")))
