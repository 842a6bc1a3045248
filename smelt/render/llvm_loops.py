"""Loops in LLVM IR text."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass

from smelt.ir.node import Node
from smelt.program import Target
from smelt.render.llvm_text import Block, Names
from smelt.render.nesting import Nest


@dataclass(frozen=True)
class Loop:
    """A loop that is being written: `counter` runs over [begin, end)."""

    block: Block
    header: str
    counter: str
    begin: str
    end: str
    types: list[str]
    initial: list[str]
    carried: list[str]  # the names inside of what the loop hands on, which `initial` starts


class Loops(Nest[Block], ABC):
    """A kernel whose loops are basic blocks that end in a branch."""

    def __init__(self, kernel: Node, target: Target):
        self.names = Names()
        super().__init__(kernel, target, Block(self.names, 0, "entry"))

    def open_loop(
        self, mask: int, begin: str, end: str, may_be_empty: bool, carried: list[tuple[str, str]]
    ) -> Loop:
        """Start a loop over [begin, end) with (type, initial value) of what it hands on."""
        header = self.names.label()
        block = Block(self.names, len(self.scopes), header, may_be_empty)
        self.enter(block, mask)
        counter = self.names.value()
        types, initial = [t for t, _ in carried], [i for _, i in carried]
        names = [self.names.value() for _ in carried]
        return Loop(block, header, counter, begin, end, types, initial, names)

    def close_loop(self, loop: Loop, following: list[str]) -> list[str]:
        """Finish a loop that hands on `following`; the names of the last of them behind it."""
        inner, outer, after = self.leave(), self.scopes[-1], self.names.label()
        if loop.block.may_be_empty:
            some = outer.value(f"icmp slt i64 {loop.begin}, {loop.end}")
            outer.do(f"br i1 {some}, label %{loop.header}, label %{after}")
        else:
            outer.do(f"br label %{loop.header}")
        before = outer.label
        step = inner.value(f"add nuw nsw i64 {loop.counter}, 1")
        more = inner.value(f"icmp slt i64 {step}, {loop.end}")
        inner.do(f"br i1 {more}, label %{loop.header}, label %{after}")

        def phi(name: str, type_: str, start: str, next_: str) -> None:
            edges = f"[ {start}, %{before} ], [ {next_}, %{inner.label} ]"
            outer.do(f"{name} = phi {type_} {edges}")

        outer.start(loop.header)
        phi(loop.counter, "i64", loop.begin, step)
        parts = list(zip(loop.types, loop.initial, following, strict=True))
        for name, part in zip(loop.carried, parts, strict=True):
            phi(name, *part)
        outer.lines += inner.lines
        outer.start(after)
        if not loop.block.may_be_empty:
            return following
        results = [self.names.value() for _ in parts]
        for name, part in zip(results, parts, strict=True):
            phi(name, *part)
        return results
