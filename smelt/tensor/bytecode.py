"""Which chains of names, attributes and subscripts a function's bytecode reads, and where.

`model.layers[i].scale * RATE` reads two chains: one from the name `model` over an attribute, the
subscript that the name `i` holds and another attribute; and `RATE`. Works on the bytecode of
Python 3.11 and later, in which the loads of a chain stand one after the other.
"""

from __future__ import annotations

import dis
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

Step = tuple[str, Any]  # ("attr", name), ("item", key), or ("name", the variable with the key)

_NEUTRAL = ("CACHE", "PUSH_NULL", "NOP", "EXTENDED_ARG", "COPY", "PRECALL", "NOT_TAKEN")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")
_CONSTANTS = ("LOAD_CONST", "LOAD_SMALL_INT")
_NAMES = ("LOAD_FAST", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_NAME", "LOAD_CLOSURE", "STORE_FAST_LOAD")
_STORES = ("STORE_DEREF", "STORE_GLOBAL", "STORE_NAME")
_SAVED = "LOAD_FAST_AND_CLEAR"  # a comprehension puts a variable of its own in place of this one


@dataclass(frozen=True)
class Chain:
    """A name and the attributes and subscripts that are read from there.

    >>> str(Chain("model", (("attr", "layers"), ("item", 0), ("name", "key"))))
    'model.layers[0][key]'
    """

    root: str
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        forms = {"attr": ".{}", "item": "[{!r}]", "name": "[{}]"}
        return self.root + "".join(forms[kind].format(value) for kind, value in self.steps)


@dataclass(frozen=True)
class Read:
    """A chain and the line that reads it.

    A counter is what is only read to be stored again where it was, as in `self.calls += 1`.
    """

    chain: Chain
    line: int
    is_counter: bool


@lru_cache(maxsize=4096)
def reads_of(code: CodeType) -> dict[int, tuple[Read, ...]]:
    """What a function reads: by the offset of the instruction that follows the load of the name.

    When execution gets there, the name has its value.

    >>> reads = reads_of((lambda model: model.layers[0].scale).__code__)
    >>> [str(read.chain) for found in reads.values() for read in found]
    ['model.layers[0].scale']
    """
    instructions = [i for i in dis.get_instructions(code) if i.opname not in _NEUTRAL]
    found: dict[int, tuple[Read, ...]] = {}
    line = code.co_firstlineno
    for at, instruction in enumerate(instructions[:-1]):
        if instruction.positions is not None and instruction.positions.lineno is not None:
            line = instruction.positions.lineno
        reads = tuple(
            Read(chain, line, _is_stored_back(instructions, end, chain))
            for chain, end in _chains_at(instructions, at)
        )
        if reads:
            found[instructions[at + 1].offset] = reads
    return found


def _chains_at(instructions: list[dis.Instruction], at: int) -> list[tuple[Chain, int]]:
    """The chains that begin here, each with the position of the instruction behind it."""
    instruction = instructions[at]
    if not instruction.opname.startswith(_NAMES) or instruction.opname == _SAVED:
        return []
    names = instruction.argval
    if not isinstance(names, tuple):
        return [_follow(instructions, at + 1, Chain(names))]
    if instruction.opname.startswith("STORE"):  # stores the first, loads the second
        return [_follow(instructions, at + 1, Chain(names[1]))]
    if at + 1 < len(instructions) and _is_subscript(instructions[at + 1]):
        return [_follow(instructions, at + 2, Chain(names[0], (("name", names[1]),)))]
    return [(Chain(names[0]), at + 1), _follow(instructions, at + 1, Chain(names[1]))]


def _follow(instructions: list[dis.Instruction], at: int, chain: Chain) -> tuple[Chain, int]:
    """The chain with the attributes and subscripts that follow it."""
    while at < len(instructions):
        instruction = instructions[at]
        if instruction.opname in _ATTRIBUTES:
            chain = Chain(chain.root, (*chain.steps, ("attr", instruction.argval)))
            at += 1
            continue
        key = _key(instruction)
        if key is None or at + 1 == len(instructions) or not _is_subscript(instructions[at + 1]):
            break
        chain = Chain(chain.root, (*chain.steps, key))
        at += 2
    return chain, at


def _key(instruction: dis.Instruction) -> Step | None:
    if instruction.opname in _CONSTANTS:
        return ("item", instruction.argval)
    if instruction.opname.startswith(_NAMES) and isinstance(instruction.argval, str):
        return ("name", instruction.argval)
    return None


def _is_subscript(instruction: dis.Instruction) -> bool:
    return instruction.opname == "BINARY_SUBSCR" or (
        instruction.opname == "BINARY_OP" and instruction.argrepr == "[]"
    )


def _is_stored_back(instructions: list[dis.Instruction], at: int, chain: Chain) -> bool:
    """Whether the chain's value, with a constant added or the like, is stored where it was."""
    rest = instructions[at:]
    if len(rest) < 3 or rest[0].opname not in _CONSTANTS or rest[1].opname != "BINARY_OP":
        return False
    at = at + 2
    while at < len(instructions) and instructions[at].opname == "SWAP":
        at += 1
    target, end = chain, at
    written_out = at < len(instructions) and _chains_at(instructions, at)
    if written_out:  # self.n = self.n + 1 loads `self` again
        prefix, end = written_out[-1]
        if end < len(instructions) and instructions[end].opname in _CONSTANTS:
            prefix = Chain(prefix.root, (*prefix.steps, ("item", instructions[end].argval)))
            end += 1
        elif end < len(instructions):
            prefix = Chain(prefix.root, (*prefix.steps, ("attr", instructions[end].argval)))
        target = prefix
    if end >= len(instructions) or target != chain:
        return False
    store = instructions[end]
    if not chain.steps:
        return store.opname in _STORES and store.argval == chain.root
    kind, value = chain.steps[-1]
    if kind == "attr":
        return store.opname == "STORE_ATTR" and bool(store.argval == value)
    return store.opname == "STORE_SUBSCR"
