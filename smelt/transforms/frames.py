"""Frames: a function run on stand-ins, and what it made and changed meanwhile.

A frame is what `capturing` holds while the function runs: nothing is computed unless it is read,
captured functions are simply called, and changes of tensors from outside are noted. Frames nest,
inside of each other and of a captured step; each tells the one around it what it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import smelt.ir.node as ir
from smelt.autograd.backward import paths_back
from smelt.autograd.rewriting import substitute
from smelt.ir.node import Node, Shape
from smelt.ir.symbolic import merge_bindings
from smelt.tensor import Tensor
from smelt.tensor.base import (
    UNBOUND,
    Base,
    Recorder,
    capturing,
    enable_grad,
    grad_enabled,
    leaf_of,
)
from smelt.transforms import trees

Words = Callable[[Shape], tuple[Node, ...]]


class Frame(Recorder):
    """Notes what the function makes and changes, and tells the frame around it."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = capturing.get()
        self.sources: set[Node] = set()  # stand-ins that gradients may flow to

    @contextmanager
    def entered(self) -> Iterator[None]:
        """After an exception inside all tensors are what they were."""
        token = capturing.set(self)
        try:
            with enable_grad():
                yield
        except BaseException:
            for before in self.changed.values():
                before.restore()
            raise
        finally:
            capturing.reset(token)

    def make(self, tensor: Base) -> None:
        super().make(tensor)
        if self.outer is not None:
            self.outer.make(tensor)

    def change(self, tensor: Base) -> None:
        super().change(tensor)
        if self.outer is not None:
            self.outer.change(tensor)

    def change_grad(self, tensor: Base) -> None:
        super().change_grad(tensor)
        if self.outer is not None:
            self.outer.change_grad(tensor)

    def look_at_grad(self, tensor: Base) -> None:
        super().look_at_grad(tensor)
        if self.outer is not None:
            self.outer.look_at_grad(tensor)

    def read(self, tensor: Base, operation: str) -> None:
        if self.outer is not None:
            self.outer.read(tensor, operation)

    def draw(self, shape: Shape, words: Words) -> tuple[Node, ...]:
        return words(shape) if self.outer is None else self.outer.draw(shape, words)

    def changes(self) -> list[tuple[Base, Base]]:
        """Each tensor from outside that changed, and what of it did: itself, or its gradient."""
        values = [b.tensor for b in self.changed.values() if b.tensor.node is not b.node]
        grads = [(t, t._grad) for t in self.graded.values() if t._grad is not None]
        return [*((t, t) for t in values), *grads]


class Level(Frame):
    """A frame whose stand-ins have the values of what they stand for: the code may read them."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[Node, Node] = {}  # each stand-in, and what goes in its place

    def stand_in(self, tensor: Tensor) -> Tensor:
        """A tensor of the same value, that gradients flow to, and to nothing behind it."""
        mark = ir.detach(tensor.node, unique=True)
        self.marks[mark] = tensor.node
        result = Tensor._make(mark, tensor.bindings)
        self.make(result)
        if tensor.dtype.is_float:
            self.sources.add(mark)
            result._requires_grad = True  # and yet no leaf, which nobody could change in place
        return result

    def run(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Any) -> Any:
        """What the function gives, in terms of the stand-ins; changes in terms of what is there."""
        with self.entered():
            result = function(*args, **kwargs)
        changed = self.changes()
        nodes = substitute([value.node for _, value in changed], self.marks)
        for (tensor, value), node in zip(changed, nodes, strict=True):
            if node is value.node:
                continue
            (after,) = finished([node], value.bindings)
            if value is tensor:
                tensor._become(after.node, after.bindings, after._requires_grad)
            else:
                tensor.grad = after
        return result

    def outside(self, nodes: Sequence[Node], bindings: Mapping[str, int]) -> list[Tensor]:
        """Values in terms of the stand-ins as tensors that have to do with them no more."""
        return finished(substitute(nodes, self.marks), bindings)

    def leave(self, tree: Any) -> Any:
        """The same for the tensors of a tree."""
        found = trees.tensors(tree)
        new = dict(
            zip(map(id, found), self.outside([t.node for t in found], bound(found)), strict=True)
        )
        return trees.transformed(tree, lambda leaf: new.get(id(leaf), leaf))


def finished(nodes: Sequence[Node], bindings: Mapping[str, int]) -> list[Tensor]:
    """Tensors of these nodes, with a history where gradients would find something to flow to."""
    stand_ins: set[Node] = set()
    frame = capturing.get()
    while isinstance(frame, Frame):
        stand_ins |= frame.sources
        frame = frame.outer
    live: set[Node] = set()
    for node, ways in paths_back(nodes).items():
        if node in stand_ins or leaf_of(node) is not None or any(s in live for _, s in ways):
            live.add(node)
    results = []
    for node in nodes:
        history = node in live and grad_enabled()
        detached = node in live and not history
        result = Tensor._make(ir.detach(node) if detached else node, bindings)
        result._requires_grad = history
        results.append(result)
    return results


def bound(tensors: Sequence[Base]) -> Mapping[str, int]:
    """What the Variables are bound to in all of them."""
    given = [t.bindings for t in tensors if t.bindings]
    return merge_bindings(*given) if given else UNBOUND
