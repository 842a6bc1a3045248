"""Elementwise instructions as expressions of a C-like language: operands in, text out."""

from __future__ import annotations

from smelt.dtype import DType, dtypes
from smelt.ir.op import Op
from smelt.program import Target
from smelt.render import opencl as c
from smelt.util.errors import CompileError

_BINARY = {
    Op.ADD: "+", Op.SUB: "-", Op.MUL: "*", Op.AND: "&", Op.OR: "|", Op.XOR: "^", Op.LT: "<",
    Op.NE: "!=", Op.FDIV: "/", Op.IDIV: "/", Op.MOD: "%",
}  # fmt: skip
_BOOL = {
    Op.ADD: "{0} || {1}", Op.MUL: "{0} && {1}", Op.MAX: "{0} || {1}", Op.AND: "{0} && {1}",
    Op.OR: "{0} || {1}", Op.XOR: "{0} != {1}", Op.NE: "{0} != {1}", Op.LT: "!{0} && {1}",
}  # fmt: skip
_WRAPS = (Op.ADD, Op.SUB, Op.MUL)  # C leaves open what signed integers do
_UNSIGNED = {1: "uchar", 2: "ushort", 4: "uint", 8: "ulong"}
# Of these a half float's result, computed in float, has to be rounded; of the others it fits.
_ROUNDED = (Op.ADD, Op.SUB, Op.MUL, Op.FDIV, Op.SQRT, Op.FMA)


class Ops:
    """Expressions for one target; `functions` collects what they call."""

    def __init__(self, target: Target):
        self.target = target
        self.functions: dict[str, str] = {}

    def alu(self, op: Op, dtype: DType, args: list[str], plain: bool = False) -> str:
        """The elementwise `op` on operands of `dtype` (of WHERE: of its choices).

        `plain` says that integers stay in range, and are not negative where they are divided.
        """
        if op is Op.WHERE:
            return f"{args[0]} ? {args[1]} : {args[2]}"
        if dtype.is_bool:
            return _BOOL[op].format(*args)
        if dtype.is_float:
            result = self._float(op, dtype, args)
            return self.rounded(dtype, result) if op in _ROUNDED else result
        return self._integer(op, dtype, args, plain)

    def _float(self, op: Op, dtype: DType, args: list[str]) -> str:
        if op is Op.FDIV:
            return self._exact("{0} / {1}", dtype, args)
        if op in _BINARY:
            return f"{args[0]} {_BINARY[op]} {args[1]}"
        if op is Op.MAX:
            return self.call("max", c.REGISTER_TYPES[dtype], *args)
        if op is Op.SQRT:
            return self._exact("sqrt({0})", dtype, args)
        if op in (Op.TRUNC, Op.FMA):
            return f"{op.name.lower()}({', '.join(args)})"
        raise CompileError(
            "render", f"{op.name} of {dtype.name}", "an instruction that C has",
            "decompose rewrites the others first",
        )  # fmt: skip

    def _exact(self, form: str, dtype: DType, args: list[str]) -> str:
        """A quotient or root, rounded correctly: computed in double where float's is not."""
        target = self.target
        if dtype is dtypes.float64 or target.divides_exactly or not target.has_float64:
            return form.format(*args)
        return f"(float)({form.format(*(f'(double){a}' for a in args))})"

    def _integer(self, op: Op, dtype: DType, args: list[str], plain: bool) -> str:
        type_ = c.REGISTER_TYPES[dtype]
        wide = "ulong" if dtype.itemsize == 8 else "uint"
        if op is Op.MAX:
            if dtype.itemsize < 4:  # a constant is an int, and there is no max of a short and that
                args = [f"({type_}){a}" for a in args]
            return f"max({args[0]}, {args[1]})"
        if op in (Op.IDIV, Op.MOD) and not plain:
            name = ("" if dtype.is_signed else "u") + ("idiv" if op is Op.IDIV else "mod")
            return self.call(name.replace("ui", "u"), type_, *args, T=type_, W=wide)
        if op in (Op.SHL, Op.SHR):
            name = "shl" if op is Op.SHL else "shr" if dtype.is_signed else "ushr"
            bits, unsigned = str(dtype.bits), _UNSIGNED[dtype.itemsize]
            if plain:
                value = f"({wide}){args[0]} <<" if op is Op.SHL else f"{args[0]} >>"
                return f"({type_})({value} {args[1]})"
            return self.call(name, type_, *args, T=type_, U=unsigned, W=wide, BITS=bits)
        text = f"{args[0]} {_BINARY[op]} {args[1]}"
        if op not in _WRAPS or plain:
            return text
        return f"({type_})(({wide}){args[0]} {_BINARY[op]} ({wide}){args[1]})"

    def call(self, name: str, suffix: str = "", *args: str, **parts: str) -> str:
        """A call of one of the language's own small functions, which the text then has."""
        if suffix:
            parts = {"T": suffix, "N": suffix, **parts}
        called, text = c.function(name, **parts)
        self.functions[called] = text
        return f"{called}({', '.join(args)})"

    # ---- conversions -----------------------------------------------------------------------------

    def cast(self, source: DType, result: DType, name: str) -> str:
        """The value converted, as Op.CAST has it."""
        if source is result:
            return name
        type_ = c.REGISTER_TYPES[result]
        if result.is_bool:
            return f"{name} != 0"
        if source.is_float and result.is_int:
            return self._float_to_integer(source, result, name)
        if result in c.HALVES:
            if source is dtypes.float64:
                name = self.call("odd_double", "", name)
            elif result is dtypes.bfloat16 and source.is_int and source.bits > 16:
                name = self._odd_integer(source, name)
            elif not source.is_float:
                name = f"(float){name}"
            return self.rounded(result, name)
        return f"({type_}){name}" if type_ != c.REGISTER_TYPES[source] else name

    def _odd_integer(self, source: DType, name: str) -> str:
        if not source.is_signed:
            return self.call("odd_integer", "", name)
        size = f"({name} < 0 ? 0 - (ulong){name} : (ulong){name})"
        return f"({name} < 0 ? -1.0f : 1.0f) * {self.call('odd_integer', '', size)}"

    def _float_to_integer(self, source: DType, result: DType, name: str) -> str:
        wide = dtypes.float64 if source is dtypes.float64 else dtypes.float32
        type_, of = c.REGISTER_TYPES[result], c.REGISTER_TYPES[wide]
        parts = {
            "N": f"{type_}_{of}", "F": of,
            "HIGH": c.literal(float(int(result.max) + 1), wide),
            "LOW": c.literal(float(result.min), wide),
            "MAX": c.literal(result.max, result), "MIN": c.literal(result.min, result),
        }  # fmt: skip
        return self.call("integer", type_, name, **parts)

    def bitcast(self, source: DType, result: DType, name: str) -> str:
        """The same bits as another dtype of that size."""
        if source in c.HALVES:
            name = self.to_memory(source, name)
        if result in c.HALVES:
            return self.from_memory(result, c.bitcast("ushort", name))
        return c.bitcast(c.REGISTER_TYPES[result], name)

    # ---- memory and registers --------------------------------------------------------------------

    def from_memory(self, dtype: DType, name: str) -> str:
        """What was loaded, as it is in a register."""
        if dtype.is_bool:
            return f"{name} != 0"
        return self.call(f"{c.HALVES[dtype]}_value", "", name) if dtype in c.HALVES else name

    def to_memory(self, dtype: DType, name: str) -> str:
        """What is in a register, as it is stored."""
        return self.call(f"{c.HALVES[dtype]}_bits", "", name) if dtype in c.HALVES else name

    def rounded(self, dtype: DType, name: str) -> str:
        """A float rounded to the nearest that a half float has, ties to even; others unchanged."""
        if dtype not in c.HALVES:
            return name
        return self.from_memory(dtype, self.to_memory(dtype, name))
