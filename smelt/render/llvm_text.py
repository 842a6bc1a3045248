"""The text of LLVM IR: types, literals, and a Block of instructions that can still grow.

bool is `i1` in registers and `i8` in memory. float16 and bfloat16 are `float` in registers,
always holding a value that the narrow type has too, and `i16` in memory.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator, Sequence

from smelt.dtype import DType, Scalar, dtypes
from smelt.render import nesting

_REGISTER = {
    "bool": "i1",
    "int8": "i8", "uint8": "i8", "int16": "i16", "uint16": "i16",
    "int32": "i32", "uint32": "i32", "int64": "i64", "uint64": "i64",
    "float16": "float", "bfloat16": "float", "float32": "float", "float64": "double",
}  # fmt: skip
_MEMORY = _REGISTER | {"bool": "i8", "float16": "i16", "bfloat16": "i16"}
_MANGLED = {"float": "f32", "double": "f64", "half": "f16"}

HALVES = (dtypes.float16, dtypes.bfloat16)


def vector(element: str, width: int) -> str:
    """`element`, or a vector of `width` of them."""
    return element if width == 1 else f"<{width} x {element}>"


def register_type(dtype: DType, width: int = 1) -> str:
    """The type of a value of `dtype` in a register."""
    return vector(_REGISTER[dtype.name], width)


def memory_type(dtype: DType, width: int = 1) -> str:
    """The type of a value of `dtype` in memory."""
    return vector(_MEMORY[dtype.name], width)


def mangled(element: str, width: int) -> str:
    """A type as it stands in the name of an intrinsic: v8f32."""
    name = _MANGLED.get(element, element)
    return name if width == 1 else f"v{width}{name}"


def literal(value: Scalar, dtype: DType) -> str:
    """A constant of `dtype`. Floats are written as the bits of a double, which is exact."""
    if dtype.is_bool:
        return "true" if value else "false"
    if dtype.is_float:
        return f"0x{struct.unpack('<Q', struct.pack('<d', float(value)))[0]:016X}"
    return str(int(value))


def splat(element: str, text: str, width: int) -> str:
    """The constant `text` in all of `width` lanes."""
    return text if width == 1 else f"splat ({element} {text})"


def iota(element: str, width: int, step: int = 1) -> str:
    """The constant vector 0, step, 2 * step .."""
    return "<" + ", ".join(f"{element} {i * step}" for i in range(width)) + ">"


def is_literal(name: str) -> bool:
    """Whether an operand is a constant rather than the result of an instruction."""
    return not name.startswith("%")


class Names:
    """Numbers for values and labels, counted per function so that equal kernels print alike."""

    def __init__(self) -> None:
        self._values: Iterator[int] = itertools.count()
        self._labels: Iterator[int] = itertools.count()

    def value(self) -> str:
        return f"%v{next(self._values)}"

    def label(self) -> str:
        return f"b{next(self._labels)}"


class Block(nesting.Block):
    """A Block of instructions, the last of which are a basic block."""

    def __init__(self, names: Names, depth: int, label: str, may_be_empty: bool = False):
        super().__init__(depth, may_be_empty)
        self.names = names
        self.label = label  # of the basic block that the next line belongs to

    def value(self, text: str) -> str:
        """The result of an instruction."""
        name = self.names.value()
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """An instruction without a result."""
        self.lines.append(f"  {text}")

    def start(self, label: str) -> None:
        """The beginning of a basic block."""
        self.lines.append(f"{label}:")
        self.label = label

    def call(self, name: str, element: str, width: int, *args: str) -> str:
        """An intrinsic whose operands and result are all of one type."""
        type_ = vector(element, width)
        operands = ", ".join(f"{type_} {a}" for a in args)
        return self.value(f"call {type_} @llvm.{name}.{mangled(element, width)}({operands})")

    def splat(self, element: str, name: str, width: int) -> str:
        """A scalar in all lanes."""
        if width == 1 or is_literal(name):
            return splat(element, name, width)
        one = self.value(f"insertelement <{width} x {element}> poison, {element} {name}, i64 0")
        return self.value(
            f"shufflevector <{width} x {element}> {one}, <{width} x {element}> poison, "
            f"<{width} x i32> zeroinitializer"
        )

    def extract(self, element: str, name: str, width: int, lane: int) -> str:
        """One lane of a vector."""
        return self.value(f"extractelement <{width} x {element}> {name}, i64 {lane}")

    def shuffle(self, type_: str, a: str, b: str, order: Sequence[int]) -> str:
        """Lanes of two vectors of that type, which count on from one to the other."""
        lanes = ", ".join(f"i32 {i}" for i in order)
        return self.value(f"shufflevector {type_} {a}, {type_} {b}, <{len(order)} x i32> <{lanes}>")

    def reverse(self, element: str, name: str, width: int) -> str:
        """The lanes in reverse."""
        return self.shuffle(vector(element, width), name, "poison", range(width)[::-1])

    def any(self, name: str, width: int) -> str:
        """Whether any lane of a bool is true."""
        if width == 1:
            return name
        return self.value(f"call i1 @llvm.vector.reduce.or.v{width}i1(<{width} x i1> {name})")

    def all(self, name: str, width: int) -> str:
        """Whether all lanes of a bool are true."""
        if width == 1:
            return name
        return self.value(f"call i1 @llvm.vector.reduce.and.v{width}i1(<{width} x i1> {name})")
