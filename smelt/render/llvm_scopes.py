"""Loops in LLVM IR text, and the Blocks of those that are open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smelt.render.llvm_text import Block, Names


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


class Scopes:
    """The Blocks of the open loops, outermost first, and which ranges each of them opened."""

    def __init__(self) -> None:
        self.names = Names()
        self.scopes = [Block(self.names, 0, "entry")]
        self._masks = [0]

    @property
    def opened(self) -> int:
        """The ranges whose loops are open."""
        return sum(self._masks)

    def is_open(self, block: Block) -> bool:
        return block.depth < len(self.scopes) and self.scopes[block.depth] is block

    def home(self, mask: int) -> Block:
        """The outermost block in which all of the loops in `mask` are open, if they are."""
        depth = max((d for d, m in enumerate(self._masks) if m & mask), default=0)
        return self.scopes[depth]

    def not_above_empty(self, block: Block) -> Block:
        """`block`, or the innermost loop inside of it that need not be entered at all."""
        inner = self.scopes[: block.depth : -1]
        return next((b for b in inner if b.may_be_empty), block)

    @contextmanager
    def at(self, block: Block) -> Iterator[None]:
        """Write into `block`, as if the loops inside of it were not open."""
        scopes, masks = self.scopes[block.depth + 1 :], self._masks[block.depth + 1 :]
        del self.scopes[block.depth + 1 :], self._masks[block.depth + 1 :]
        yield
        self.scopes += scopes
        self._masks += masks

    def open_loop(
        self, mask: int, begin: str, end: str, may_be_empty: bool, carried: list[tuple[str, str]]
    ) -> Loop:
        """Start a loop over [begin, end) with (type, initial value) of what it hands on."""
        header = self.names.label()
        block = Block(self.names, len(self.scopes), header, may_be_empty)
        self.scopes.append(block)
        self._masks.append(mask)
        counter = self.names.value()
        types, initial = [t for t, _ in carried], [i for _, i in carried]
        names = [self.names.value() for _ in carried]
        return Loop(block, header, counter, begin, end, types, initial, names)

    def close_loop(self, loop: Loop, following: list[str]) -> list[str]:
        """Finish a loop that hands on `following`; the names of the last of them behind it."""
        inner, outer, after = self.scopes.pop(), self.scopes[-1], self.names.label()
        self._masks.pop()
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
