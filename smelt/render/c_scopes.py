"""Blocks of a C-like language that are being written: declarations go into any that is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(eq=False)
class Block:
    """The body of a loop, or of the kernel."""

    depth: int
    opening: str  # the line before the body
    may_be_empty: bool = False  # whether the body need not be carried out at all
    lines: list[str] = field(default_factory=list)


class Scopes:
    """The open blocks, outermost first, and which ranges each of them opened (as a bit mask)."""

    def __init__(self) -> None:
        self.scopes = [Block(0, "{")]
        self._masks = [0]
        self._count = 0

    @property
    def opened(self) -> int:
        """The ranges whose loops are open."""
        return sum(self._masks)

    def new_name(self, start: str) -> str:
        """A name that nothing else has."""
        self._count += 1
        return f"{start}{self._count - 1}"

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

    def add_ranges(self, mask: int) -> None:
        """The innermost open block has these ranges too."""
        self._masks[-1] |= mask

    def open_block(self, opening: str, mask: int = 0, may_be_empty: bool = False) -> None:
        self.scopes.append(Block(len(self.scopes), opening, may_be_empty))
        self._masks.append(mask)

    def close_block(self) -> None:
        """Write the innermost block into the one around it."""
        inner = self.scopes.pop()
        self._masks.pop()
        lines = [inner.opening, *(f"  {line}" for line in inner.lines), "}"]
        self.scopes[-1].lines += lines

    @contextmanager
    def at(self, block: Block) -> Iterator[None]:
        """Write into `block`, as if the loops inside of it were not open."""
        scopes, masks = self.scopes[block.depth + 1 :], self._masks[block.depth + 1 :]
        del self.scopes[block.depth + 1 :], self._masks[block.depth + 1 :]
        yield
        self.scopes += scopes
        self._masks += masks
