"""AVX-512's instruction that multiplies floats by powers of two, for any number of lanes."""

from __future__ import annotations

from smelt.dtype import DType
from smelt.render.llvm_text import Block, literal, register_type, splat, vector


def scaled(block: Block, dtype: DType, width: int, name: str | None, exponent: str) -> str:
    """name * 2**exponent (None: 1 instead of name) for integers as exponents, rounded once."""
    element, largest = register_type(dtype), 64 // dtype.itemsize
    least = 16 // dtype.itemsize
    one = splat(element, literal(1.0, dtype), width)
    operands = [name or one, exponent]
    if width == 1:
        operands = [
            block.value(
                f"insertelement {vector(element, least)} zeroinitializer, {element} {x}, i64 0"
            )
            for x in operands
        ]
        return block.extract(element, _scaled(block, dtype, least, operands), least, 0)
    lanes = next(n for n in (least, 2 * least, largest) if n >= min(width, largest))
    parts = []
    for begin in range(0, width, lanes):
        order = [min(begin + i, width - 1) for i in range(lanes)]
        pieces = [_shuffled(block, element, (x, "poison"), width, order) for x in operands]
        parts.append(_scaled(block, dtype, lanes, pieces))
    while len(parts) > 1:
        pairs = [(a, parts[min(i + 1, len(parts) - 1)]) for i, a in enumerate(parts) if i % 2 == 0]
        parts = [_shuffled(block, element, p, lanes, list(range(2 * lanes))) for p in pairs]
        lanes *= 2
    return _shuffled(block, element, (parts[0], "poison"), lanes, list(range(width)))


def _shuffled(
    block: Block, element: str, pair: tuple[str, str], width: int, order: list[int]
) -> str:
    """Lanes of two vectors of `width` lanes, in that order."""
    if order == list(range(width)):
        return pair[0]
    type_, lanes = vector(element, width), ", ".join(f"i32 {i}" for i in order)
    operands = ", ".join(f"{type_} {x}" for x in pair)
    return block.value(f"shufflevector {operands}, <{len(order)} x i32> <{lanes}>")


def _scaled(block: Block, dtype: DType, width: int, operands: list[str]) -> str:
    """The same for the lanes of one instruction."""
    bits = width * dtype.bits
    type_, kind = register_type(dtype, width), "ps" if dtype.itemsize == 4 else "pd"
    mask, rounding = ("i16", ", i32 4") if width == 16 else ("i8", ", i32 4" if bits == 512 else "")
    operands = [f"{type_} {x}" for x in [*operands, "zeroinitializer"]]
    return block.value(
        f"call {type_} @llvm.x86.avx512.mask.scalef.{kind}.{bits}({', '.join(operands)}, "
        f"{mask} -1{rounding})"
    )
