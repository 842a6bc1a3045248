"""Other plans for a kernel than the default one, for a search to try.

A Choice is a plan as plain data: numbers of loops and parameters. What writes the default's list of
transformations writes the list of a Choice too, after each number was checked against the kernel
and the order in which its sums are added up against the default's. So a Choice from anywhere gives
a list that the planner might have come up with, and the same results bit by bit, or an error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import combinations, product
from typing import Any

from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.kernel.accesses import Access, points
from smelt.kernel.optimize import Optimizer
from smelt.kernel.order import order_of_sums
from smelt.kernel.plans import Blocks, Plan, Staging, price
from smelt.kernel.transforms import Transform, apply, trips
from smelt.program import Target
from smelt.util.errors import ArgumentError

FACTORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 24)  # of a tile
FEW_REGISTERS = 2  # for what a tile loads: the planner itself leaves more
MOST_AXES = 3  # of a tile
COPY_BYTES = 1 << 21  # of a copy, and of a block of the result
MOST_NEIGHBOURS = 24
_LONGEST = 64  # loops, tiles and copies of a Choice
_LARGEST = 1 << 31


@dataclass(frozen=True)
class Choice:
    """What a Plan says, by the numbers of loops and parameters.

    Databases hold them: another meaning asks for another FORMAT there (engine/tuning.py).
    """

    vector: int | None = None
    tiles: tuple[tuple[int, int], ...] = ()  # (loop, copies of the code)
    copies: tuple[int, ...] = ()  # parameters that are read from a copy
    block: int = 1  # tiles along the vector that share one copy
    rows: int = 1  # and across it
    blocks: tuple[tuple[int, int], ...] = ()  # (loop, tiles in a block) of a sum done in blocks
    nest: tuple[int, ...] = ()  # the kernel's loops in another order; (): as the planner has it

    def __str__(self) -> str:
        parts = [] if self.vector is None else [f"vector r{self.vector}"]
        parts += [f"tile {_pairs(self.tiles)}"] if self.tiles else []
        parts += [f"copy {', '.join(f'p{p}' for p in self.copies)}"] if self.copies else []
        parts += [f"{self.block}×{self.rows} tiles a copy"] if self.block * self.rows > 1 else []
        parts += [f"blocks {_pairs(self.blocks)}"] if self.blocks else []
        parts += [f"order {', '.join(f'r{n}' for n in self.nest)}"] if self.nest else []
        return "; ".join(parts) or "one element at a time"

    def dumps(self) -> str:
        """As JSON, equal for equal Choices.

        >>> Choice.loads(Choice(1, ((0, 6),)).dumps())
        Choice(vector=1, tiles=((0, 6),), copies=(), block=1, rows=1, blocks=(), nest=())
        """
        return json.dumps(asdict(self), separators=(",", ":"))

    @staticmethod
    def loads(text: str) -> Choice:
        """What `dumps` wrote. Raises ArgumentError for anything else."""
        try:
            return _checked(json.loads(text))
        except (ValueError, TypeError, RecursionError):
            raise _wrong(repr(text[:80])) from None


def _pairs(pairs: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"r{loop} by {count}" for loop, count in pairs)


def _wrong(got: str, expected: str = "a choice as Choice.dumps writes it") -> ArgumentError:
    return ArgumentError("tuned plan", got, expected)


def _checked(data: Any) -> Choice:
    """A Choice of data from outside. Raises ValueError or TypeError."""
    names = [f.name for f in fields(Choice)]
    if not isinstance(data, dict) or list(data) != names:
        raise ValueError
    return Choice(
        None if data["vector"] is None else _number(data["vector"]),
        _number_pairs(data["tiles"]),
        tuple(_number(n) for n in _short(data["copies"])),
        _number(data["block"], 1),
        _number(data["rows"], 1),
        _number_pairs(data["blocks"]),
        tuple(_number(n) for n in _short(data["nest"])),
    )


def _number_pairs(value: Any) -> tuple[tuple[int, int], ...]:
    return tuple((_number(a), _number(b, 1)) for a, b in _short(value))


def _short(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _LONGEST:
        raise ValueError
    return value


def _number(value: Any, least: int = 0) -> int:
    if type(value) is not int or not least <= value < _LARGEST:
        raise ValueError
    return value


class Proposer(Optimizer):
    """The default plan of a kernel, others near it, and the lists of transformations of all."""

    def __init__(self, built: Node, target: Target):
        super().__init__(built, target)
        self.merged, self.merges = self.built, len(self.transforms)
        self._keep_rows()
        self._start = list(self.transforms), self.next_number
        self._best = self.best_plan()
        full = [r for r in self.reduces if self._full(r)]
        self._main = max(full, key=lambda r: points(self.free[r] | set(r.src[1:])), default=None)
        fixed = {*self.serial, *self.pieces}
        moving = [n for n in self.nest if n not in fixed and trips(n) > 1]
        vectors = [n for n in moving if any(a.strides.get(n) == 1 for a in self.accesses)]
        self._vectors: dict[int | None, Node | None] = {None: None}
        self._vectors |= {n.arg[0]: n for n in (*vectors, self._best.vector) if n is not None}
        main = self._main
        tileable = [n for n in moving if main is None or n in self.free[main]]
        self._tileable = {n.arg[0]: n for n in tileable[-4:]}
        self.default = self._choice_of(self._best)
        self._default_list = self._restarted()
        self._write_best(self._best)
        self._order = self._order_of(self._default_list)

    # ---- from a Choice to transformations --------------------------------------------------------

    def transformed(self, choice: Choice) -> tuple[Node, list[Transform]]:
        """The kernel with the transformations of a choice, and these. Raises ArgumentError."""
        transforms = self.list_of(choice)
        return apply(self.merged, transforms[self.merges :]), transforms

    def list_of(self, choice: Choice) -> list[Transform]:
        """The transformations. Raises ArgumentError if the choice is none for this kernel."""
        if choice == self.default:
            return list(self._default_list)
        plan, transforms = self._plan_of(choice), self._restarted()
        self._write(plan)
        if self._order_of(transforms) != self._order:
            raise _wrong(str(choice), "one that keeps the order of each sum")
        return transforms

    def _restarted(self) -> list[Transform]:
        """The list to which transformations are added from now on."""
        start, self.next_number = self._start
        self.transforms = list(start)
        return self.transforms

    def _order_of(self, transforms: Sequence[Transform]) -> object:
        return order_of_sums(self.merged, transforms[self.merges :])

    def _choice_of(self, plan: Plan) -> Choice:
        factors, blocks = dict(plan.tiles), []
        for n, size in plan.blocks.sizes if plan.blocks else ():
            least = factors.get(n, 1) * (plan.lanes if n is plan.vector else 1)
            blocks.append((n.arg[0], -(-size // least)))
        staging = plan.staging
        return Choice(
            None if plan.vector is None else plan.vector.arg[0],
            tuple((n.arg[0], factor) for n, factor in plan.tiles),
            tuple(a.node.src[0].arg for a in staging.operands),
            staging.block, staging.rows, tuple(blocks),
        )  # fmt: skip

    def _plan_of(self, choice: Choice) -> Plan:
        """The plan that a choice names. Raises ArgumentError if it cannot be carried out."""
        if choice.vector not in self._vectors:
            raise _wrong(f"vector r{choice.vector}", "a loop that runs through memory in order")
        if len(set(choice.copies)) < len(choice.copies):
            raise _wrong(f"copies {choice.copies}", "each operand once")
        vector = self._vectors[choice.vector]
        plan = replace(
            self._best, vector=vector, lanes=self._vector_lanes(vector), tiles=self._tiles(choice),
            staging=Staging(0.0), nest=self._order_of_nest(choice),
        )  # fmt: skip
        if self._best.blocks is not None:
            return self._with_blocks(plan, choice, self._best.blocks)
        if choice.blocks:
            raise _wrong("a sum in blocks", "a sum as the default has it")
        return replace(plan, staging=self._copies(plan, choice))

    def _tiles(self, choice: Choice) -> tuple[tuple[Node, int], ...]:
        tiles = dict(choice.tiles)
        if len(tiles) != len(choice.tiles) or len(tiles) > MOST_AXES:
            raise _wrong(f"tile {_pairs(choice.tiles)}", f"at most {MOST_AXES} loops, each once")
        for number, factor in choice.tiles:
            if number not in self._tileable or not 1 < factor <= self._pieces(choice, number):
                raise _wrong(f"tile {_pairs(choice.tiles)}", "parts of loops over the result")
        room = self.target.vector_registers - (FEW_REGISTERS if self._main is not None else 0)
        if math.prod(tiles.values()) > room:
            raise _wrong(f"tile {_pairs(choice.tiles)}", f"one of at most {room} registers")
        return tuple((self._tileable[number], factor) for number, factor in choice.tiles)

    def _pieces(self, choice: Choice, number: int) -> int:
        """How many vectors or elements a loop over the result has."""
        loop = self._tileable[number]
        lanes = self._vector_lanes(loop) if number == choice.vector else 1
        return -(-trips(loop) // lanes)

    def _order_of_nest(self, choice: Choice) -> tuple[Node, ...]:
        loops = {n.arg[0]: n for n in self.nest}
        fixed = self.serial or self.kept or choice.copies or self._best.blocks is not None
        outer = tuple(n.arg[0] for n in self.pieces)
        wrong = sorted(choice.nest) != sorted(loops) or choice.nest[: len(outer)] != outer
        if choice.nest and (fixed or wrong):
            raise _wrong(f"order {choice.nest}", "all loops, where their order is free")
        return tuple(loops[number] for number in choice.nest)

    def _copies(self, plan: Plan, choice: Choice) -> Staging:
        """The operands to copy: first one that the vector runs through, then one across it."""
        along, tiles = plan.vector, dict(plan.tiles)
        found = [self._operand(p, along) for p in choice.copies]
        wide = [a for a in found if along in a.loops]
        across = [a for a in found if along not in a.loops]
        if len(wide) > 1 or len(across) > 1 or found != [*wide, *across]:
            raise _wrong(f"copies {choice.copies}", "one along the vector and one across it")
        axes = [n for n in tiles if across and n in across[0].loops]
        if across and len(axes) != 1:
            raise _wrong(f"copy p{choice.copies[-1]}", "an operand of one axis of the tile")
        sizes = {along: (choice.block, plan.lanes * tiles.get(along, 1))} if along else {}
        if choice.block > 1 > len(wide) or choice.rows > 1 > len(across):
            raise _wrong(f"{choice.block}×{choice.rows} tiles", "copies for them")
        sizes |= {n: (choice.rows, tiles[n]) for n in axes}
        for access in found:
            shared = [(n, *sizes[n]) for n in (along, *axes) if n in access.loops and n in sizes]
            self._check_copy(access, shared)
        return Staging(0.0, 0.0, tuple(found), choice.block, choice.rows)

    def _operand(self, param: int, along: Node | None) -> Access:
        main = self._main
        if main is not None and along is not None and self._may_stage(main, along):
            for access in self._body():
                if access.node.src[0].arg == param and self._can_stage(access):
                    return access
        raise _wrong(f"copy p{param}", "an operand that may be copied")

    def _body(self) -> list[Access]:
        counters = set(self._main.src[1:]) if self._main is not None else set()
        return [a for a in self.accesses if counters & a.around and a.node.op is Op.LOAD]

    def _check_copy(self, access: Access, shared: Iterable[tuple[Node | None, int, int]]) -> None:
        """A copy of that many tiles of each loop has to fit, and no loop has more of them."""
        assert self._main is not None
        nbytes = points(self._main.src[1:]) * access.node.dtype.itemsize
        for loop, count, least in shared:
            assert loop is not None
            nbytes *= count * least
            if count > -(-trips(loop) // least):
                raise _wrong(f"{count} tiles", "no more than there are")
        if nbytes > COPY_BYTES:
            raise _wrong(f"a copy of {nbytes} bytes", f"at most {COPY_BYTES}")

    def _with_blocks(self, plan: Plan, choice: Choice, default: Blocks) -> Plan:
        """The same blocks of steps, for other blocks of the result."""
        tiles, shares = dict(plan.tiles), dict(choice.blocks)
        loops = [self._tileable[number] for number in shares if number in self._tileable]
        main, along = self._main, plan.vector
        ok = along in loops and len(loops) == len(choice.blocks)
        if main is None or not ok or choice.block * choice.rows != 1:
            raise _wrong(f"blocks {_pairs(choice.blocks)}", "loops over the result, the vector's")
        may_block = self._may_block(main, dict.fromkeys(loops, 1), along)
        if not may_block or not set(tiles) <= set(loops):
            raise _wrong(f"tile {_pairs(choice.tiles)}", "one within the blocks")
        sizes = {}
        for n in loops:
            least = tiles.get(n, 1) * (plan.lanes if n is along else 1)
            sizes[n] = shares[n.arg[0]] * least
            if shares[n.arg[0]] > -(-trips(n) // least):
                raise _wrong(f"blocks {_pairs(choice.blocks)}", "no more tiles than there are")
        operands = [self._operand(p, along) for p in choice.copies]
        inner = points(r for r in main.src[1:] if r is not default.counter) * default.steps
        parts = [(main.dtype.itemsize, loops)]
        for a in operands:
            own = [n for n in loops if n in a.loops]
            if len(own) != 1:
                raise _wrong(f"copy p{a.node.src[0].arg}", "an operand of one axis of the tile")
            parts.append((a.node.dtype.itemsize * inner, own))
        if any(size * math.prod(sizes[n] for n in own) > COPY_BYTES for size, own in parts):
            raise _wrong(f"blocks {_pairs(choice.blocks)}", f"at most {COPY_BYTES} bytes")
        blocks = replace(default, sizes=tuple(sizes.items()))
        return replace(plan, staging=Staging(0.0, 0.0, tuple(operands)), blocks=blocks)

    # ---- what a search tries ---------------------------------------------------------------------

    def seeds(self) -> list[Choice]:
        """Where to begin beside the default: for each vector what the model finds best."""
        found = []
        for vector in self._vectors.values():
            if self._main is None:
                base = Choice(None if vector is None else vector.arg[0])
                found += [base, *(replace(base, tiles=((n, 8),)) for n in self._tileable)]
            elif vector is None or vector in self.nest:
                tileable = list(self._tileable.values())
                plan = self._tile_plan(self._main, vector, tileable, math.inf)
                found.append(self._choice_of(plan))
        return self._ranked(found, self.default)

    def neighbours(self, choice: Choice) -> list[Choice]:
        """The choices that differ from this one in one thing, the model's favourites first."""
        found = [*self._other_tiles(choice), *self._other_copies(choice)]
        found += [replace(choice, vector=v, copies=(), block=1, rows=1) for v in self._vectors]
        order = choice.nest or tuple(n.arg[0] for n in self.nest)
        for i in range(len(order) - 1):
            swapped = (*order[:i], order[i + 1], order[i], *order[i + 2 :])
            found.append(replace(choice, nest=swapped))
        return self._ranked(found, choice)[:MOST_NEIGHBOURS]

    def _ranked(self, choices: Iterable[Choice], base: Choice) -> list[Choice]:
        prices = {}
        for choice in dict.fromkeys(choices):
            fitted = self._fitted(choice)
            if fitted in prices or fitted in (base, self.default):
                continue
            try:
                self.list_of(fitted)
            except ArgumentError:
                continue
            prices[fitted] = self._price(fitted)
        return sorted(prices, key=prices.__getitem__)

    def _price(self, choice: Choice) -> float:
        """What the model says without any wait for memory."""
        plan, main = self._plan_of(choice), self._main
        if main is None:
            return self._map_plan(plan.vector).cycles
        tile = {n: dict(plan.tiles).get(n, 1) for n in self._tileable.values()}
        slots = sum(a.use(tile) for a in self._body())
        depth = points(main.src[1:])
        shape = self._shape(tile, plan.vector, plan.lanes, math.prod(tile.values()), depth)
        return price(shape, Staging(slots))

    def _other_tiles(self, choice: Choice) -> Iterator[Choice]:
        now = dict(choice.tiles)
        reach = 2 if self._main is not None else 1
        near = {n: _near(now.get(n, 1), reach) for n in self._tileable}
        for pair in (*combinations(near, 2), *((n,) for n in near)):
            for factors in product(*(near[n] for n in pair)):
                new = now | dict(zip(pair, factors, strict=True))
                tiles = tuple((n, new[n]) for n in self._tileable if new.get(n, 1) > 1)
                shares = tuple(
                    (n, -(-c * now.get(n, 1) // new.get(n, 1))) for n, c in choice.blocks
                )
                yield replace(choice, tiles=tiles, blocks=shares)

    def _other_copies(self, choice: Choice) -> Iterator[Choice]:
        sizes = {
            a.node.src[0].arg: choice.vector in {n.arg[0] for n in a.loops} for a in self._body()
        }
        for param in sizes:
            kept = {param} ^ set(choice.copies)
            copies = tuple(sorted(kept, key=lambda p: (not sizes.get(p), p)))
            yield replace(choice, copies=copies, nest=())
        for name in ("block", "rows"):
            count = getattr(choice, name)
            yield from (replace(choice, **{name: n}) for n in (count * 2, -(-count // 2)))
        for i, (loop, count) in enumerate(choice.blocks):
            for n in (count * 2, -(-count // 2)):
                blocks = (*choice.blocks[:i], (loop, n), *choice.blocks[i + 1 :])
                yield replace(choice, blocks=blocks)

    def _fitted(self, choice: Choice) -> Choice:
        """The choice with no more tiles in a block than there are."""
        factors = dict(choice.tiles)

        def most(number: int | None) -> int:
            if number is None or number not in self._tileable:
                return 1
            return -(-self._pieces(choice, number) // factors.get(number, 1))

        blocks = tuple((n, min(c, most(n))) for n, c in choice.blocks)
        wide = most(choice.vector)
        tall = max((most(n) for n in factors if n != choice.vector), default=1)
        inside = {a.node.src[0].arg: {n.arg[0] for n in a.loops} for a in self._body()}
        copied = [choice.vector in inside.get(p, ()) for p in choice.copies]
        block = min(choice.block, wide) if True in copied and not blocks else 1
        rows = min(choice.rows, tall) if False in copied and not blocks else 1
        return replace(choice, block=block, rows=rows, blocks=blocks)


def _near(factor: int, reach: int) -> Sequence[int]:
    """The factors of tiles around one."""
    at = next((i for i, f in enumerate(FACTORS) if f >= factor), len(FACTORS) - 1)
    return FACTORS[max(0, at - reach) : at + reach + 1]
