"""Reading and writing memory in LLVM IR: single elements, runs, and scattered lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from smelt.dtype import DType
from smelt.ir.op import COMBINE
from smelt.program import SHUFFLED_STEPS, Target
from smelt.render.llvm_ops import Ops
from smelt.render.llvm_text import (
    Block,
    iota,
    is_literal,
    literal,
    mangled,
    memory_type,
    register_type,
    splat,
    vector,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Access:
    """Where `width` lanes of `dtype` are."""

    dtype: DType
    width: int
    root: str  # the begin of the memory, which has `size` elements
    size: int
    pointer: str  # lane 0, where lanes move by a constant step; else what lanes count from
    step: int | None
    lanes: tuple[str, str] = ("", "")  # without a step: element type and name of the offsets
    valid: str | None = None  # whether to access it at all
    valid_is_vector: bool = False  # valid: each lane has its own
    streams: str = ""  # a STORE of an aligned vector: whether it is to go past the caches

    def unconditional(self) -> Access:
        """The same place, whatever `valid` says."""
        return replace(self, valid=None)

    @property
    def memory_type(self) -> str:
        return memory_type(self.dtype, self.width)

    @property
    def element_type(self) -> str:
        return memory_type(self.dtype)

    @property
    def align(self) -> int:
        return self.dtype.itemsize


@contextmanager
def branch(block: Block, condition: str, unlikely: bool = False) -> Iterator[None]:
    """What is written inside is carried out only where the scalar `condition` holds."""
    then, after = block.names.label(), block.names.label()
    weights = ", !prof !0" if unlikely else ""
    block.do(f"br i1 {condition}, label %{then}, label %{after}{weights}")
    block.start(then)
    yield
    block.do(f"br label %{after}")
    block.start(after)


def load(block: Block, target: Target, a: Access) -> str:
    """The value in a register; 0 in lanes that are not valid."""
    if a.width == 1:
        return _load_one(block, target, a)
    if a.step == 0:
        return _load_repeated(block, target, a)
    ops = Ops(block, target, a.width)
    if a.step in (1, -1):
        return ops.from_memory(a.dtype, _load_run(block, target, a))
    if a.step in SHUFFLED_STEPS and (a.valid is None or _has_masked_loads(target, a)):
        return ops.from_memory(a.dtype, _load_apart(block, target, a, a.step))
    return ops.from_memory(a.dtype, _gather(block, a))


def fetch(block: Block, pointer: str) -> None:
    """Have the memory send a line, which may be outside of what there is."""
    block.do(f"call void @llvm.prefetch.p0(ptr {pointer}, i32 0, i32 3, i32 1)")


def _load_one(block: Block, target: Target, a: Access) -> str:
    """Where it is not valid, the first element stands in: every memory has one."""
    ops = Ops(block, target, 1)
    pointer = a.pointer
    if a.valid is not None:
        pointer = ops.select("ptr", a.valid, pointer, a.root)
    raw = block.value(f"load {a.element_type}, ptr {pointer}, align {a.align}")
    value = ops.from_memory(a.dtype, raw)
    if a.valid is None:
        return value
    return ops.select(register_type(a.dtype), a.valid, value, literal(0, a.dtype))


def _load_repeated(block: Block, target: Target, a: Access) -> str:
    """One element for all lanes, each of which may or may not be valid."""
    valid = a.valid
    if valid is not None and a.valid_is_vector:
        valid = block.any(valid, a.width)
    one = Access(a.dtype, 1, a.root, a.size, a.pointer, 0, valid=valid)
    element = register_type(a.dtype)
    wide = block.splat(element, _load_one(block, target, one), a.width)
    if a.valid is None or not a.valid_is_vector:
        return wide
    zero = splat(element, literal(0, a.dtype), a.width)
    ops = Ops(block, target, a.width)
    return ops.select(vector(element, a.width), a.valid, wide, zero)


def _first(block: Block, a: Access) -> str:
    """The lowest address of a run."""
    if a.step == 1:
        return a.pointer
    return block.value(f"getelementptr {a.element_type}, ptr {a.pointer}, i64 {1 - a.width}")


def _in_memory_order(block: Block, a: Access, element: str, name: str) -> str:
    """Lanes in the order of addresses, and back: the same thing."""
    if a.step == 1 or name.startswith("splat"):
        return name
    return block.reverse(element, name, a.width)


def _mask(block: Block, a: Access) -> str | None:
    """`valid` as a vector in the order of addresses."""
    if a.valid is None:
        return None
    if not a.valid_is_vector:
        return block.splat("i1", a.valid, a.width)
    return _in_memory_order(block, a, "i1", a.valid) if a.step == -1 else a.valid


def _load_run(block: Block, target: Target, a: Access) -> str:
    first = _first(block, a)
    scalar_valid = a.valid if a.valid is not None and not a.valid_is_vector else None
    if scalar_valid is not None and a.size >= a.width:
        pointer = block.value(f"select i1 {scalar_valid}, ptr {first}, ptr {a.root}")
        raw = block.value(f"load {a.memory_type}, ptr {pointer}, align {a.align}")
        raw = block.value(
            f"select i1 {scalar_valid}, {a.memory_type} {raw}, {a.memory_type} zeroinitializer"
        )
    else:
        mask = _mask(block, a)
        if mask is None:
            raw = block.value(f"load {a.memory_type}, ptr {first}, align {a.align}")
        else:
            raw = _masked_load(block, target, a, first, mask)
    return _in_memory_order(block, a, a.element_type, raw)


def _masked_load(block: Block, target: Target, a: Access, pointer: str, mask: str) -> str:
    """Without masks in hardware it costs a branch for every lane, so a full one is told apart."""
    suffix = mangled(a.element_type, a.width)
    text = (
        f"call {a.memory_type} @llvm.masked.load.{suffix}.p0(ptr align {a.align} {pointer}, "
        f"<{a.width} x i1> {mask}, {a.memory_type} zeroinitializer)"
    )
    if _has_masked_loads(target, a) or is_literal(mask):
        return block.value(text)
    whole = f"load {a.memory_type}, ptr {pointer}, align {a.align}"
    return _where_full(block, a, mask, lambda: block.value(whole), lambda: block.value(text))


def _where_full(
    block: Block, a: Access, mask: str, whole: Callable[[], str], some: Callable[[], str]
) -> str:
    """What `whole` writes where all lanes are valid, else what `some` does."""
    results = _either(block, block.all(mask, a.width), whole, some)
    return block.value(f"phi {a.memory_type} {', '.join(f'[ {v}, %{at} ]' for v, at in results)}")


def _either(
    block: Block, condition: str, this: Callable[[], T], other: Callable[[], T]
) -> list[tuple[T, str]]:
    """What `this` writes where `condition` holds, else `other`: their results, with labels."""
    then, otherwise, after = (block.names.label() for _ in range(3))
    block.do(f"br i1 {condition}, label %{then}, label %{otherwise}")
    results = []
    for label, write in ((then, this), (otherwise, other)):
        block.start(label)
        results.append((write(), label))
        block.do(f"br label %{after}")
    block.start(after)
    return results


def _has_masked_loads(target: Target, a: Access) -> bool:
    """AVX2 has them for elements of 4 and 8 bytes."""
    return target.has_masks or ("+avx2" in target.features and a.dtype.itemsize >= 4)


def _load_apart(block: Block, target: Target, a: Access, step: int) -> str:
    """Lanes that are `step` elements apart, with masks only where some are not valid."""
    mask = _mask(block, a)
    if mask is None:
        return _shuffled_runs(block, target, a, step, None)
    return _where_full(
        block, a, mask,
        lambda: _shuffled_runs(block, target, a, step, None),
        lambda: _shuffled_runs(block, target, a, step, mask),
    )  # fmt: skip


def _shuffled_runs(block: Block, target: Target, a: Access, step: int, valid: str | None) -> str:
    """As many runs as there are elements from lane to lane, none of which goes beyond the last."""
    width, last = a.width, step * (a.width - 1)
    wanted = range(0, last + 1, step)  # elements from the first lane's on
    result, held = "", [*wanted]  # and where in `result` they are
    for begin in (min(i * width, last + 1 - width) for i in range(step)):
        pointer = block.value(f"getelementptr {a.element_type}, ptr {a.pointer}, i64 {begin}")
        inside = range(begin, begin + width)
        if valid is None:
            run = block.value(f"load {a.memory_type}, ptr {pointer}, align {a.align}")
        else:
            lanes = [e // step if e % step == 0 else width for e in inside]
            mask = block.shuffle(vector("i1", width), valid, "zeroinitializer", lanes)
            run = _masked_load(block, target, a, pointer, mask)
        if not result:
            result = run
            continue
        found = [e < begin + width for e in wanted]
        order = [
            at if at < width else width + e - begin if seen else 0
            for e, at, seen in zip(wanted, held, found, strict=True)
        ]
        result = block.shuffle(a.memory_type, result, run, order)
        held = [lane if seen else width for lane, seen in enumerate(found)]
    return result


def _pointers(block: Block, a: Access) -> str:
    element, name = a.lanes
    if a.step is not None:
        element = "i32" if abs(a.step) * a.width < 1 << 31 else "i64"
        name = iota(element, a.width, a.step)
    return block.value(
        f"getelementptr {a.element_type}, ptr {a.pointer}, <{a.width} x {element}> {name}"
    )


def _gather(block: Block, a: Access) -> str:
    pointers = _pointers(block, a)
    mask = _mask(block, a) or splat("i1", "true", a.width)
    suffix = f"{mangled(a.element_type, a.width)}.v{a.width}p0"
    return block.value(
        f"call {a.memory_type} @llvm.masked.gather.{suffix}(<{a.width} x ptr> align {a.align} "
        f"{pointers}, <{a.width} x i1> {mask}, {a.memory_type} zeroinitializer)"
    )


def store(block: Block, target: Target, a: Access, value: str, mode: str) -> None:
    """Write `value` (mode "set") or combine it with what is there (a mode of COMBINE).

    A scalar `valid` is the business of the caller, who has to branch around this.
    """
    if a.width == 1 or a.step in (1, -1):
        _store_run(block, target, a, value, mode)
    elif mode == "set" and target.has_masks and a.valid is not None:
        _scatter(block, target, a, value)
    else:
        _store_lanes(block, target, a, value, mode)


def _store_run(block: Block, target: Target, a: Access, value: str, mode: str) -> None:
    ops = Ops(block, target, a.width)
    if mode != "set":
        value = ops.alu(COMBINE[mode], a.dtype, [load(block, target, a), value])
    raw = ops.to_memory(a.dtype, value)
    if a.width == 1:
        block.do(f"store {a.memory_type} {raw}, ptr {a.pointer}, align {a.align}")
        return
    first = _first(block, a)
    raw = _in_memory_order(block, a, a.element_type, raw)
    mask = _mask(block, a)
    if mask is None:
        _store_whole(block, a, raw, first)
        return
    _masked_store(block, target, a, raw, first, mask)


def _store_whole(block: Block, a: Access, raw: str, pointer: str) -> None:
    """Past the caches a line need not be read before it is written."""
    plain = f"store {a.memory_type} {raw}, ptr {pointer}, align "
    if not a.streams:
        block.do(f"{plain}{a.align}")
        return
    past = f"{plain}{a.width * a.dtype.itemsize}, !nontemporal !1"
    _either(block, a.streams, lambda: block.do(past), lambda: block.do(f"{plain}{a.align}"))


def _masked_store(
    block: Block, target: Target, a: Access, raw: str, pointer: str, mask: str
) -> None:
    suffix = mangled(a.element_type, a.width)
    text = (
        f"call void @llvm.masked.store.{suffix}.p0({a.memory_type} {raw}, "
        f"ptr align {a.align} {pointer}, <{a.width} x i1> {mask})"
    )
    if target.has_masks or is_literal(mask):
        block.do(text)
        return
    whole = f"store {a.memory_type} {raw}, ptr {pointer}, align {a.align}"
    _either(block, block.all(mask, a.width), lambda: block.do(whole), lambda: block.do(text))


def _scatter(block: Block, target: Target, a: Access, value: str) -> None:
    """Lanes that hit the same element write in order, as LLVM promises."""
    raw = Ops(block, target, a.width).to_memory(a.dtype, value)
    pointers = _pointers(block, a)
    suffix = f"{mangled(a.element_type, a.width)}.v{a.width}p0"
    block.do(
        f"call void @llvm.masked.scatter.{suffix}({a.memory_type} {raw}, "
        f"<{a.width} x ptr> align {a.align} {pointers}, <{a.width} x i1> {a.valid})"
    )


def _store_lanes(block: Block, target: Target, a: Access, value: str, mode: str) -> None:
    """One lane after the other: two of them may hit the same element."""
    element = register_type(a.dtype)
    for lane in range(a.width):
        if a.step is None:
            kind, name = a.lanes
            offset = block.extract(kind, name, a.width, lane)
        else:
            kind, offset = "i64", str(a.step * lane)
        pointer = block.value(f"getelementptr {a.element_type}, ptr {a.pointer}, {kind} {offset}")
        one = Access(a.dtype, 1, a.root, a.size, pointer, 0)
        lane_value = block.extract(element, value, a.width, lane)
        if a.valid is None:
            _store_run(block, target, one, lane_value, mode)
            continue
        with branch(block, block.extract("i1", a.valid, a.width, lane)):
            _store_run(block, target, one, lane_value, mode)
