"""The operations: one row each, with what a backend must do and what the result's type is.

Two levels share them. The *tensor graph* is what the user wrote: nodes have shapes. A *kernel* is
what a backend translates: every node is a scalar (shape `()`), computed for each value of the
RANGEs it depends on, and LOAD and STORE address PARAMs by a computed index. Only the rows of kind
INSTRUCTION have to be translated by a backend, and there are at most 25 of them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum, auto


class Op(Enum):
    """Every operation of the graph and of kernels."""

    __hash__ = object.__hash__  # Enum's own is in Python, and every node is looked up by its op

    # instructions: arithmetic
    ADD = auto()
    SUB = auto()
    MUL = auto()
    FDIV = auto()
    IDIV = auto()
    MOD = auto()
    MAX = auto()
    FMA = auto()
    # instructions: comparison and bits
    LT = auto()
    NE = auto()
    AND = auto()
    OR = auto()
    XOR = auto()
    SHL = auto()
    SHR = auto()
    # instructions: functions of one number
    EXP2 = auto()
    LOG2 = auto()
    SIN = auto()
    SQRT = auto()
    TRUNC = auto()
    CAST = auto()
    BITCAST = auto()
    # instructions: choice and memory
    WHERE = auto()
    LOAD = auto()
    STORE = auto()
    # movement: an index computed differently, never a kernel of its own
    RESHAPE = auto()
    PERMUTE = auto()
    EXPAND = auto()
    PAD = auto()
    SHRINK = auto()
    FLIP = auto()
    SHEAR = auto()
    # reduction
    REDUCE = auto()
    # structure: leaves
    CONST = auto()
    BUFFER = auto()
    IOTA = auto()
    VARIABLE = auto()
    STATE = auto()
    PARAM = auto()
    LOCAL = auto()
    RANGE = auto()
    # structure: steps
    REPEAT = auto()
    # structure: marks
    DETACH = auto()
    CONTIGUOUS = auto()
    COPY = auto()
    BARRIER = auto()
    KERNEL = auto()


class Kind(Enum):
    """What role an operation has."""

    INSTRUCTION = auto()
    MOVEMENT = auto()
    REDUCTION = auto()
    STRUCTURE = auto()


class AxisKind(Enum):
    """How the iterations of a RANGE are carried out."""

    GRID = auto()  # independent: spread over threads (work-groups on a GPU)
    LOCAL = auto()  # the work-items of one group: they share LOCAL memory and meet at BARRIERs
    WARP = auto()  # the lanes of one warp, for matrix instructions
    LOOP = auto()  # one after the other
    UNROLL = auto()  # copies of the code, so that loads are shared between them
    VECTOR = auto()  # the lanes of one vector register
    MATRIX = auto()  # the rows, columns and steps of one matrix instruction

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class OpInfo:
    """One row of the table of operations."""

    kind: Kind
    arity: tuple[int, int]  # least and largest number of sources
    dtypes: str  # what it takes: letters of DType.kind, or "*" for anything
    result: str  # dtype of the result: "same", "bool", or "given" by the one who makes the node
    meaning: str  # the definition, where languages differ from each other pinned down

    @property
    def is_elementwise(self) -> bool:
        return self.kind is Kind.INSTRUCTION and self.result != "memory"


def _row(
    kind: Kind, arity: int | tuple[int, int], dtypes: str, result: str, meaning: str
) -> OpInfo:
    pair = (arity, arity) if isinstance(arity, int) else arity
    return OpInfo(kind, pair, dtypes, result, meaning)


_I, _M, _R, _S = Kind.INSTRUCTION, Kind.MOVEMENT, Kind.REDUCTION, Kind.STRUCTURE
_MANY = sys.maxsize

OPS: dict[Op, OpInfo] = {
    # float16 and bfloat16 results are rounded to their dtype after every operation. float8 has no
    # arithmetic but CAST, which saturates to float8_e4m3, as it has no infinity.
    Op.ADD: _row(_I, 2, "biuf", "same", "a + b; integers wrap around; on bool it is OR"),
    Op.SUB: _row(_I, 2, "iuf", "same", "a - b; integers wrap around"),
    Op.MUL: _row(_I, 2, "biuf", "same", "a * b; integers wrap around; on bool it is AND"),
    Op.FDIV: _row(_I, 2, "f", "same", "a / b as IEEE 754 has it: x/0 is an infinity or NaN"),
    Op.IDIV: _row(_I, 2, "iu", "same", "floor(a / b); x/0 is 0; the least integer / -1 wraps"),
    Op.MOD: _row(_I, 2, "iu", "same", "a - b * floor(a / b), of b's sign; x mod 0 is 0"),
    Op.MAX: _row(_I, 2, "biuf", "same", "the larger; NaN if either is NaN; +0 is above -0"),
    Op.FMA: _row(_I, 3, "f", "same", "a * b + c, rounded once where the target can"),
    Op.LT: _row(_I, 2, "biuf", "bool", "a < b; False if either is NaN"),
    Op.NE: _row(_I, 2, "biuf", "bool", "a != b; True if either is NaN"),
    Op.AND: _row(_I, 2, "biu", "same", "bitwise and"),
    Op.OR: _row(_I, 2, "biu", "same", "bitwise or"),
    Op.XOR: _row(_I, 2, "biu", "same", "bitwise exclusive or"),
    Op.SHL: _row(_I, 2, "iu", "same", "a << b; 0 if b is negative or at least the width"),
    Op.SHR: _row(
        _I, 2, "iu", "same", "a >> b, of the sign for signed a; any other b shifts all bits out"
    ),
    Op.EXP2: _row(_I, 1, "f", "same", "2 to the power a"),
    Op.LOG2: _row(_I, 1, "f", "same", "logarithm to base 2; of 0 minus infinity, below 0 NaN"),
    Op.SIN: _row(_I, 1, "f", "same", "sine of a in radians, up to the largest a; of inf NaN"),
    Op.SQRT: _row(_I, 1, "f", "same", "square root, correctly rounded; below 0 NaN"),
    Op.TRUNC: _row(_I, 1, "f", "same", "rounded towards zero"),
    Op.CAST: _row(
        _I,
        1,
        "*",
        "given",
        "value converted: to a float nearest-even; float to integer truncates, saturates, NaN is 0;"
        " integer to integer wraps; to bool is a != 0",
    ),
    Op.BITCAST: _row(
        _I, 1, "*", "given", "the same bytes read as another dtype; the last axis is rescaled"
    ),
    Op.WHERE: _row(_I, 3, "*", "same", "b where a (a bool) holds, else c"),
    Op.LOAD: _row(
        _I,
        (2, 3),
        "*",
        "memory",
        "source[index] on axis 0 of source, for each index; 0 where `valid` (the third) is False;"
        " an index outside reads nothing, gives 0 and marks the status slot",
    ),
    Op.STORE: _row(
        _I,
        (3, 4),
        "*",
        "memory",
        "a new version of base with base[index] = value (arg 'set', the last wins), or what was"
        " there combined with value, in order (arg 'add', 'mul', 'max'); skipped where `valid` (the"
        " fourth) is False; an index outside writes nothing and marks the status slot",
    ),
    # arg of each: see the function of the same name in node.py
    Op.RESHAPE: _row(_M, 1, "*", "same", "the same elements in row-major order, another shape"),
    Op.PERMUTE: _row(_M, 1, "*", "same", "axes in another order"),
    Op.EXPAND: _row(_M, 1, "*", "same", "axes of size 1 repeated"),
    Op.PAD: _row(_M, 1, "*", "same", "zeros before and after each axis"),
    Op.SHRINK: _row(_M, 1, "*", "same", "the part [begin, end) of each axis"),
    Op.FLIP: _row(_M, 1, "*", "same", "axes in reverse"),
    Op.SHEAR: _row(
        _M,
        1,
        "*",
        "same",
        "out[.., n, .., k, ..] = x[.., n + step * k, .., k, ..], 0 outside of x: a sliding window",
    ),
    Op.REDUCE: _row(
        _R,
        (1, _MANY),
        "biuf",
        "same",
        "sum, product or maximum over axes (tensor graph) or over the RANGEs that follow the value"
        " (kernel), in the dtype of its source",
    ),
    Op.CONST: _row(_S, 0, "*", "given", "arg is its value"),
    Op.BUFFER: _row(_S, 0, "*", "given", "memory with an identity; arg is a BufferRef"),
    Op.IOTA: _row(_S, 0, "iu", "given", "0, 1 .. n-1: a loop's counter as a tensor of shape (n,)"),
    Op.VARIABLE: _row(
        _S, 0, "i", "given", "an integer known when the program runs; arg (name, least, largest)"
    ),
    Op.STATE: _row(
        _S, 0, "*", "given", "what the steps of a REPEAT start from; arg is its position"
    ),
    Op.PARAM: _row(_S, 0, "*", "given", "a kernel's argument: arg is its position"),
    Op.LOCAL: _row(
        _S, 0, "*", "given", "memory that one work-group (a thread on a CPU) has; arg is a number"
    ),
    Op.RANGE: _row(
        _S, 1, "i", "given", "a loop counter from 0 to its source; arg (number, AxisKind)"
    ),
    Op.REPEAT: _row(
        _S,
        (2, _MANY),
        "*",
        "given",
        "state k after `count` steps, arg (count, k): its sources are the states at first, and then"
        " each state after a step, as a graph over the STATEs before it",
    ),
    Op.DETACH: _row(_S, 1, "*", "same", "the same values; gradients stop here"),
    Op.CONTIGUOUS: _row(_S, 1, "*", "same", "the same values, in memory of their own"),
    Op.COPY: _row(_S, 1, "*", "same", "the same values on the device that arg names"),
    Op.BARRIER: _row(
        _S,
        (1, _MANY),
        "*",
        "same",
        "the STORE that is its first source, done for all of the RANGEs that follow it",
    ),
    Op.KERNEL: _row(
        _S,
        (1, _MANY),
        "*",
        "given",
        "RANGEs, outermost first, then the STOREs inside of them; arg is its name",
    ),
}

INSTRUCTIONS = tuple(op for op, info in OPS.items() if info.kind is Kind.INSTRUCTION)
ELEMENTWISE = frozenset(op for op in INSTRUCTIONS if op not in (Op.LOAD, Op.STORE))
MOVEMENT = frozenset(op for op, info in OPS.items() if info.kind is Kind.MOVEMENT)
COMMUTATIVE = frozenset({Op.ADD, Op.MUL, Op.MAX, Op.NE, Op.AND, Op.OR, Op.XOR})
REDUCERS = (Op.ADD, Op.MUL, Op.MAX)
COMBINE = {"add": Op.ADD, "mul": Op.MUL, "max": Op.MAX}  # the args of a STORE besides 'set'
