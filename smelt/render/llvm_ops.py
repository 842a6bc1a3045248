"""Elementwise instructions in LLVM IR: operands in, the name of the result out.

Every function works on scalars (width 1) and vectors alike and is free of branches. No instruction
ends in a call of a library: the conversions of half floats are written out where the processor has
none, and FMA without hardware is a product and a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

from smelt.dtype import DType, dtypes
from smelt.ir.op import Op
from smelt.program import Target
from smelt.render.llvm_text import HALVES, Block, literal, mangled, register_type, splat, vector
from smelt.util.errors import CompileError

# (operation, kind of the operands) -> instruction
_BINARY = {
    (Op.ADD, "f"): "fadd", (Op.SUB, "f"): "fsub", (Op.MUL, "f"): "fmul", (Op.FDIV, "f"): "fdiv",
    (Op.ADD, "i"): "add", (Op.SUB, "i"): "sub", (Op.MUL, "i"): "mul",
    (Op.ADD, "u"): "add", (Op.SUB, "u"): "sub", (Op.MUL, "u"): "mul",
    (Op.ADD, "b"): "or", (Op.MUL, "b"): "and", (Op.MAX, "b"): "or",
    (Op.AND, "b"): "and", (Op.AND, "i"): "and", (Op.AND, "u"): "and",
    (Op.OR, "b"): "or", (Op.OR, "i"): "or", (Op.OR, "u"): "or",
    (Op.XOR, "b"): "xor", (Op.XOR, "i"): "xor", (Op.XOR, "u"): "xor",
}  # fmt: skip
# LT and NE give a bool. False < True, as unsigned integers of one bit have it.
_COMPARE = {
    (Op.LT, "f"): "fcmp olt", (Op.LT, "i"): "icmp slt", (Op.LT, "u"): "icmp ult",
    (Op.LT, "b"): "icmp ult",
    (Op.NE, "f"): "fcmp une", (Op.NE, "i"): "icmp ne", (Op.NE, "u"): "icmp ne",
    (Op.NE, "b"): "icmp ne",
}  # fmt: skip
_INTRINSIC = {
    (Op.MAX, "f"): "maximum", (Op.MAX, "i"): "smax", (Op.MAX, "u"): "umax",
    (Op.SQRT, "f"): "sqrt", (Op.TRUNC, "f"): "trunc",
}  # fmt: skip
# Of these a half float's result, computed in float, has to be rounded; of the others it fits.
_ROUNDED = (Op.ADD, Op.SUB, Op.MUL, Op.FDIV, Op.SQRT)


@dataclass(frozen=True)
class Facts:
    """What is known of the operands of IDIV, MOD, SHL and SHR, so that cheap forms can be used."""

    nonnegative: bool = False  # the first operand
    second: int | None = None  # the second operand, where it is constant


class Ops:
    """The instructions for one target, `width` lanes wide, written into a Block."""

    def __init__(self, block: Block, target: Target, width: int):
        self.block = block
        self.target = target
        self.width = width

    def alu(self, op: Op, dtype: DType, args: list[str], facts: Facts | None = None) -> str:
        """The elementwise `op` on operands of `dtype` (of WHERE: of its choices)."""
        type_ = register_type(dtype, self.width)
        key = (op, dtype.kind)
        if key in _BINARY:
            result = self.block.value(f"{_BINARY[key]} {type_} {args[0]}, {args[1]}")
        elif key in _COMPARE:
            result = self.block.value(f"{_COMPARE[key]} {type_} {args[0]}, {args[1]}")
        elif key in _INTRINSIC:
            result = self.block.call(_INTRINSIC[key], register_type(dtype), self.width, *args)
        elif op is Op.FMA:
            result = self.fma(dtype, args)
        elif op in (Op.SHL, Op.SHR):
            result = self.shift(op, dtype, args, facts or Facts())
        elif op in (Op.IDIV, Op.MOD):
            result = self.divide(op, dtype, args, facts or Facts())
        else:
            raise CompileError(
                "render", f"{op.name} of {dtype.name}", "an instruction that LLVM IR has",
                "decompose rewrites the others first",
            )  # fmt: skip
        return self.rounded(dtype, result) if op in _ROUNDED and dtype in HALVES else result

    def fma(self, dtype: DType, args: list[str]) -> str:
        """a * b + c; without hardware for it in two roundings, as the library's would be a call.

        Of half floats a double holds the product exactly, and the sum nearly always.
        """
        if dtype in HALVES:
            a, b, c = (self.convert("fpext", "float", x, "double") for x in args)
            doubles = vector("double", self.width)
            total = self.block.value(f"fadd {doubles} {self._product(doubles, a, b)}, {c}")
            return self._float_to_float(dtypes.float64, dtype, total)
        element, type_ = register_type(dtype), register_type(dtype, self.width)
        if self.target.has_fma:
            return self.block.call("fma", element, self.width, *args)
        product = self._product(type_, args[0], args[1])
        return self.block.value(f"fadd {type_} {product}, {args[2]}")

    def _product(self, type_: str, a: str, b: str) -> str:
        return self.block.value(f"fmul {type_} {a}, {b}")

    def across(self, op: Op, dtype: DType, name: str) -> str:
        """All lanes of a vector combined by `op`: the halves with each other, until one is left."""
        element, width = register_type(dtype), self.width
        while width > 1 and width % 2 == 0:
            half = width // 2
            parts = []
            for begin in (0, half):
                if half == 1:
                    parts.append(self.block.extract(element, name, width, begin))
                    continue
                lanes = ", ".join(f"i32 {begin + i}" for i in range(half))
                pair = f"<{width} x {element}> {name}, <{width} x {element}> poison"
                parts.append(self.block.value(f"shufflevector {pair}, <{half} x i32> <{lanes}>"))
            ops = Ops(self.block, self.target, half)
            name, width = ops.alu(op, dtype, parts), half
        if width == 1:
            return name
        one = Ops(self.block, self.target, 1)
        result = self.block.extract(element, name, width, 0)
        for lane in range(1, width):
            result = one.alu(op, dtype, [result, self.block.extract(element, name, width, lane)])
        return result

    # ---- integers that need care -----------------------------------------------------------------

    def _constant(self, dtype: DType, value: int) -> str:
        return splat(register_type(dtype), literal(value, dtype), self.width)

    def _compare(self, how: str, dtype: DType, a: str, b: str) -> str:
        return self.block.value(f"icmp {how} {register_type(dtype, self.width)} {a}, {b}")

    def select(self, type_: str, condition: str, a: str, b: str) -> str:
        """a where the bool `condition` (of this width, or one for all lanes) holds, else b."""
        return self.block.value(
            f"select {vector('i1', self.width)} {condition}, {type_} {a}, {type_} {b}"
        )

    def shift(self, op: Op, dtype: DType, args: list[str], facts: Facts) -> str:
        """SHL and SHR: LLVM's result for an amount beyond the width is poison, ours is not."""
        type_ = register_type(dtype, self.width)
        value, amount = args
        least_outside = self._constant(dtype, dtype.bits)
        inside = facts.second is not None and 0 <= facts.second < dtype.bits
        if op is Op.SHR and dtype.is_signed:
            if not inside:
                most = self._constant(dtype, dtype.bits - 1)
                amount = self.block.call("umin", register_type(dtype), self.width, amount, most)
            return self.block.value(f"ashr {type_} {value}, {amount}")
        how = "shl" if op is Op.SHL else "lshr"
        shifted = self.block.value(f"{how} {type_} {value}, {amount}")
        if inside:
            return shifted
        fits = self._compare("ult", dtype, amount, least_outside)
        return self.select(type_, fits, shifted, self._constant(dtype, 0))

    def divide(self, op: Op, dtype: DType, args: list[str], facts: Facts) -> str:
        """IDIV and MOD, which floor, and by zero give zero."""
        divisor = facts.second
        unsigned = not dtype.is_signed or facts.nonnegative
        if divisor is not None and divisor > 0:
            if divisor & (divisor - 1) == 0:
                return self._divide_by_power_of_two(op, dtype, args[0], divisor)
            if unsigned:
                how = "udiv" if op is Op.IDIV else "urem"
                type_ = register_type(dtype, self.width)
                return self.block.value(f"{how} {type_} {args[0]}, {args[1]}")
        return (
            self._divide_unsigned(op, dtype, args)
            if not dtype.is_signed
            else (self._divide_signed(op, dtype, args))
        )

    def _divide_by_power_of_two(self, op: Op, dtype: DType, value: str, divisor: int) -> str:
        """An arithmetic shift floors, and the low bits are the remainder, for negative ones too."""
        type_ = register_type(dtype, self.width)
        if op is Op.MOD:
            return self.block.value(f"and {type_} {value}, {self._constant(dtype, divisor - 1)}")
        how = "ashr" if dtype.is_signed else "lshr"
        amount = self._constant(dtype, divisor.bit_length() - 1)
        return self.block.value(f"{how} {type_} {value}, {amount}")

    def _divide_unsigned(self, op: Op, dtype: DType, args: list[str]) -> str:
        type_ = register_type(dtype, self.width)
        zero, one = self._constant(dtype, 0), self._constant(dtype, 1)
        is_zero = self._compare("eq", dtype, args[1], zero)
        divisor = self.select(type_, is_zero, one, args[1])
        how = "udiv" if op is Op.IDIV else "urem"
        result = self.block.value(f"{how} {type_} {args[0]}, {divisor}")
        return self.select(type_, is_zero, zero, result)

    def _divide_signed(self, op: Op, dtype: DType, args: list[str]) -> str:
        """LLVM's division truncates, and traps for zero and for the least integer by -1."""
        type_ = register_type(dtype, self.width)
        value, divisor = args
        zero, one = self._constant(dtype, 0), self._constant(dtype, 1)
        is_zero = self._compare("eq", dtype, divisor, zero)
        is_least = self._compare("eq", dtype, value, self._constant(dtype, int(dtype.min)))
        is_minus_one = self._compare("eq", dtype, divisor, self._constant(dtype, -1))
        bits = vector("i1", self.width)
        overflows = self.block.value(f"and {bits} {is_least}, {is_minus_one}")
        traps = self.block.value(f"or {bits} {is_zero}, {overflows}")
        divisor = self.select(type_, traps, one, divisor)
        quotient = self.block.value(f"sdiv {type_} {value}, {divisor}")
        product = self.block.value(f"mul {type_} {quotient}, {divisor}")
        rest = self.block.value(f"sub {type_} {value}, {product}")
        inexact = self._compare("ne", dtype, rest, zero)
        signs = self.block.value(f"xor {type_} {rest}, {divisor}")
        differ = self._compare("slt", dtype, signs, zero)
        below = self.block.value(f"and {bits} {inexact}, {differ}")
        if op is Op.IDIV:
            lower = self.block.value(f"sub {type_} {quotient}, {one}")
            result = self.select(type_, below, lower, quotient)
        else:
            upper = self.block.value(f"add {type_} {rest}, {divisor}")
            result = self.select(type_, below, upper, rest)
        return self.select(type_, is_zero, zero, result)

    # ---- conversions -----------------------------------------------------------------------------

    def convert(self, how: str, source: str, name: str, result: str) -> str:
        """One of LLVM's conversions between element types."""
        return self.block.value(
            f"{how} {vector(source, self.width)} {name} to {vector(result, self.width)}"
        )

    def cast(self, source: DType, result: DType, name: str) -> str:
        """The value converted, as Op.CAST has it."""
        old, new = register_type(source), register_type(result)
        if source is result:
            return name
        if result.is_bool:
            zero = splat(old, literal(0, source), self.width)
            how = "fcmp une" if source.is_float else "icmp ne"
            return self.block.value(f"{how} {vector(old, self.width)} {name}, {zero}")
        if source.is_float:
            if result.is_float:
                return self._float_to_float(source, result, name)
            return self._float_to_integer(old, result, name)
        if result.is_float:
            return self._integer_to_float(source, result, name)
        if old == new:
            return name
        if source.bits > result.bits and not source.is_bool:
            return self.convert("trunc", old, name, new)
        return self.convert("sext" if source.kind == "i" else "zext", old, name, new)

    def _float_to_integer(self, old: str, result: DType, name: str) -> str:
        how = "fptosi" if result.is_signed else "fptoui"
        new = register_type(result)
        type_ = vector(old, self.width)
        suffix = f"{mangled(new, self.width)}.{mangled(old, self.width)}"
        return self.block.value(
            f"call {vector(new, self.width)} @llvm.{how}.sat.{suffix}({type_} {name})"
        )

    def _integer_to_float(self, source: DType, result: DType, name: str) -> str:
        """Through a float that holds the integer exactly, so that it is rounded only once.

        From 64 bits to float32 on the way to float16: what is inexact there is infinite here.
        """
        how = "sitofp" if source.kind == "i" else "uitofp"
        old = register_type(source)
        if result is dtypes.bfloat16 and source.bits > 16:
            exact = self.convert(how, old, name, "double")
            return self._float_to_float(dtypes.float64, result, exact)
        value = self.convert(how, old, name, register_type(result))
        return self.rounded(result, value) if result in HALVES else value

    def _float_to_float(self, source: DType, result: DType, name: str) -> str:
        if result is dtypes.float64:
            return self.convert("fpext", "float", name, "double")
        if source is dtypes.float64:
            if result is dtypes.float32:
                return self.convert("fptrunc", "double", name, "float")
            name = self._to_odd(name)
        return self.rounded(result, name) if result in HALVES else name

    def _to_odd(self, name: str) -> str:
        """A double as a float; where inexact, that neighbour whose last bit is 1.

        Rounding the result again, to fewer bits, then is as good as rounding once.
        """
        ints, doubles = vector("i32", self.width), vector("double", self.width)
        short = self.convert("fptrunc", "double", name, "float")
        back = self.convert("fpext", "float", short, "double")
        magnitude = self.block.call("fabs", "double", self.width, name)
        rounded = self.block.call("fabs", "double", self.width, back)
        one = splat("i32", "1", self.width)
        bits = self.convert("bitcast", "float", short, "i32")
        above = self.block.value(f"fcmp ogt {doubles} {rounded}, {magnitude}")
        lower = self.block.value(f"sub {ints} {bits}, {one}")
        towards_zero = self.select(ints, above, lower, bits)
        inexact = self.block.value(f"fcmp une {doubles} {back}, {name}")
        odd = self.block.value(f"or {ints} {towards_zero}, {one}")
        return self.convert("bitcast", "i32", self.select(ints, inexact, odd, bits), "float")

    def bitcast(self, source: DType, result: DType, name: str) -> str:
        """The same bits as another dtype of that size."""
        old, new = register_type(source), register_type(result)
        if source in HALVES:
            old, name = "i16", self.to_memory(source, name)
        if result in HALVES:
            return self.from_memory(result, name)
        return name if old == new else self.convert("bitcast", old, name, new)

    # ---- half floats and bools: memory and registers ---------------------------------------------

    @property
    def _has_half(self) -> bool:
        """Whether the processor converts float16 itself."""
        return "+f16c" in self.target.features or self.target.arch == "aarch64"

    def from_memory(self, dtype: DType, name: str) -> str:
        """What was loaded, as it is in a register."""
        if dtype.is_bool:
            zero = splat("i8", "0", self.width)
            return self.block.value(f"icmp ne {vector('i8', self.width)} {name}, {zero}")
        if dtype is dtypes.bfloat16:
            return self.convert("bitcast", "i32", self._shift_up(name), "float")
        if dtype is dtypes.float16:
            if self._has_half:
                half = self.convert("bitcast", "i16", name, "half")
                return self.convert("fpext", "half", half, "float")
            return self._half_to_float(name)
        return name

    def to_memory(self, dtype: DType, name: str) -> str:
        """What is in a register, as it is stored."""
        if dtype.is_bool:
            return self.convert("zext", "i1", name, "i8")
        if dtype is dtypes.bfloat16:
            bits = self.convert("bitcast", "float", name, "i32")
            return self.convert("trunc", "i32", self._integer("lshr", bits, 16), "i16")
        if dtype is dtypes.float16:
            if self._has_half:
                half = self.convert("fptrunc", "float", name, "half")
                return self.convert("bitcast", "half", half, "i16")
            return self._float_to_half(name)
        return name

    def rounded(self, dtype: DType, name: str) -> str:
        """A float rounded to the nearest that the half float `dtype` has, ties to even."""
        if dtype is dtypes.bfloat16:
            return self._round_bfloat(name)
        return self.from_memory(dtype, self.to_memory(dtype, name))

    def _integer(self, how: str, name: str, constant: int) -> str:
        ints = vector("i32", self.width)
        return self.block.value(f"{how} {ints} {name}, {splat('i32', str(constant), self.width)}")

    def _shift_up(self, name: str) -> str:
        return self._integer("shl", self.convert("zext", "i16", name, "i32"), 16)

    def _round_bfloat(self, name: str) -> str:
        """In integers: half a unit is added before the low bits are dropped, NaN is made quiet.

        The processors' own instruction for it flushes subnormal numbers to zero.
        """
        ints, floats = vector("i32", self.width), vector("float", self.width)
        bits = self.convert("bitcast", "float", name, "i32")
        last = self._integer("and", self._integer("lshr", bits, 16), 1)
        nearly = self._integer("add", bits, 0x7FFF)
        up = self.block.value(f"add {ints} {nearly}, {last}")
        quiet = self._integer("or", bits, 0x400000)
        is_nan = self.block.value(f"fcmp uno {floats} {name}, {name}")
        chosen = self.select(ints, is_nan, quiet, up)
        return self.convert("bitcast", "i32", self._integer("and", chosen, -0x10000), "float")

    def _half_to_float(self, name: str) -> str:
        """float16 in i16 to float, in integers: moving the exponent is a product by 2**112."""
        ints = vector("i32", self.width)
        bits = self.convert("zext", "i16", name, "i32")
        shifted = self._integer("shl", self._integer("and", bits, 0x7FFF), 13)
        small = self.convert("bitcast", "i32", shifted, "float")
        scale = splat("float", literal(2.0**112, dtypes.float32), self.width)
        scaled = self.block.value(f"fmul {vector('float', self.width)} {small}, {scale}")
        value = self.convert("bitcast", "float", scaled, "i32")
        special = self._integer("or", value, 0x7F800000)
        is_special = self._integer("icmp uge", shifted, 0x7C00 << 13)
        magnitude = self.select(ints, is_special, special, value)
        sign = self._integer("shl", self._integer("and", bits, 0x8000), 16)
        signed = self.block.value(f"or {ints} {magnitude}, {sign}")
        return self.convert("bitcast", "i32", signed, "float")

    def _float_to_half(self, name: str) -> str:
        """float to float16 in i16, in integers; ties to even."""
        ints = vector("i32", self.width)
        bits = self.convert("bitcast", "float", name, "i32")
        magnitude = self._integer("and", bits, 0x7FFFFFFF)
        last = self._integer("and", self._integer("lshr", magnitude, 13), 1)
        # 112 is the difference of the exponents' biases, 0xFFF just below half a unit
        nearly = self._integer("add", magnitude, 0xFFF - (112 << 23))
        normal = self._integer("lshr", self.block.value(f"add {ints} {nearly}, {last}"), 13)
        # a unit of 0.5 is a unit of float16's subnormals: the sum rounds where it has to
        small = self.convert("bitcast", "i32", magnitude, "float")
        half = splat("float", literal(0.5, dtypes.float32), self.width)
        summed = self.block.value(f"fadd {vector('float', self.width)} {small}, {half}")
        subnormal = self._integer("sub", self.convert("bitcast", "float", summed, "i32"), 126 << 23)
        is_subnormal = self._integer("icmp ult", magnitude, 113 << 23)
        result = self.select(ints, is_subnormal, subnormal, normal)
        for least, value in ((143 << 23, 0x7C00), ((255 << 23) + 1, 0x7E00)):  # infinity, NaN
            beyond = self._integer("icmp uge", magnitude, least)
            result = self.select(ints, beyond, splat("i32", str(value), self.width), result)
        sign = self._integer("and", self._integer("lshr", bits, 16), 0x8000)
        signed = self.block.value(f"or {ints} {result}, {sign}")
        return self.convert("trunc", "i32", signed, "i16")
