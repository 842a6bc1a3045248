"""OpenCL C as the C-like renderer writes it: names of types, how a kernel begins, small functions.

The functions say what smelt's operations mean where C leaves it open: a division by zero, a shift
beyond the width, a float that no integer holds. A kernel's text has those that it uses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Template

from smelt.dtype import DType, dtypes

REGISTER_TYPES = {
    dtypes.bool: "bool",
    dtypes.int8: "char", dtypes.int16: "short", dtypes.int32: "int", dtypes.int64: "long",
    dtypes.uint8: "uchar", dtypes.uint16: "ushort", dtypes.uint32: "uint", dtypes.uint64: "ulong",
    dtypes.float16: "float", dtypes.bfloat16: "float",
    dtypes.float32: "float", dtypes.float64: "double",
}  # fmt: skip
# Half floats are the bits of one in memory and a float in between, rounded after each operation.
MEMORY_TYPES = REGISTER_TYPES | {
    dtypes.bool: "uchar", dtypes.float16: "ushort", dtypes.bfloat16: "ushort",
}  # fmt: skip
HALVES = {dtypes.float16: "half", dtypes.bfloat16: "bfloat"}

GLOBAL, LOCAL = "global ", "local "
BARRIER = "barrier(CLK_LOCAL_MEM_FENCE);"
# The first that finds an index outside leaves in the status slot: {1, index, bound, step}.
REPORT = "report(status, step, {index}, {bound});"

_HEAD = """\
#pragma OPENCL FP_CONTRACT OFF
"""

# $T: the type, $U: the unsigned one of its size, $W: the one to compute in, $F: a float type
_FUNCTIONS = {
    "idiv": """\
$T idiv_$N($T a, $T b) {
  if (b == 0) return 0;
  if (b == -1) return ($T)(0 - ($W)a);
  $T rest = a % b;
  return a / b - (rest != 0 && (rest < 0) != (b < 0));
}""",
    "mod": """\
$T mod_$N($T a, $T b) {
  if (b == 0 || b == -1) return 0;
  $T rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}""",
    "udiv": "$T udiv_$N($T a, $T b) { return b == 0 ? 0 : a / b; }",
    "umod": "$T umod_$N($T a, $T b) { return b == 0 ? 0 : a % b; }",
    "shl": "$T shl_$N($T a, $T b) { return ($U)b < $BITS ? ($T)(($W)a << b) : 0; }",
    "shr": "$T shr_$N($T a, $T b) { return a >> (($U)b < $BITS ? b : $BITS - 1); }",
    "ushr": "$T ushr_$N($T a, $T b) { return b < $BITS ? a >> b : 0; }",
    "max": """\
$T max_$N($T a, $T b) {
  return a != a || b != b || (a == 0 && b == 0) ? a + b : a > b ? a : b;
}""",
    "integer": """\
$T integer_$N($F x) {
  return x != x ? 0 : x >= $HIGH ? $MAX : x < $LOW ? $MIN : ($T)x;
}""",
    "half_value": """\
float half_value(ushort bits) { return vload_half(0, (const private half *)&bits); }""",
    "half_bits": """\
ushort half_bits(float x) {
  ushort bits;
  vstore_half_rte(x, 0, (private half *)&bits);
  return bits;
}""",
    "bfloat_value": "float bfloat_value(ushort bits) { return as_float((uint)bits << 16); }",
    "bfloat_bits": """\
ushort bfloat_bits(float x) {
  uint bits = as_uint(x);
  return x != x ? (bits >> 16) | 0x40 : (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}""",
    # A float with the last bit set where it is not exact rounds on as the exact value would.
    "odd_double": """\
float odd_double(double x) {
  float rounded = (float)x;
  double back = rounded;
  uint bits = as_uint(rounded) - (fabs(back) > fabs(x));
  return x != x || back == x ? rounded : as_float(bits | 1);
}""",
    "odd_integer": """\
float odd_integer(ulong size) {
  int shift = 40 - (int)clz(size);
  if (shift <= 0) return (float)size;
  ulong kept = size >> shift;
  return (float)(kept | ((kept << shift) != size)) * (float)(1ul << shift);
}""",
    "report": """\
void report(global long *status, long step, long index, long bound) {
  if (atomic_cmpxchg((volatile global int *)status, 0, 1) == 0) {
    status[1] = index;
    status[2] = bound;
    status[3] = step;
  }
}""",
}


def function(name: str, **parts: str) -> tuple[str, str]:
    """The name under which a function is called, and its text, written once for all kernels."""
    text = "static inline " + Template(_FUNCTIONS[name]).substitute(parts)
    called = f"{name}_{parts['N']}" if "N" in parts else name
    return called, f"#ifndef smelt_{called}\n#define smelt_{called}\n{text}\n#endif\n"


def literal(value: bool | int | float, dtype: DType) -> str:
    """A constant of a dtype, exactly."""
    if dtype.is_bool:
        return "true" if value else "false"
    if dtype.is_int:
        return _integer(int(value), dtype)
    number = float(value)
    if number != number:
        return "(double)NAN" if dtype is dtypes.float64 else "NAN"
    if number in (float("inf"), float("-inf")):
        sign = "-" if number < 0 else ""
        return f"({sign}(double)INFINITY)" if dtype is dtypes.float64 else f"({sign}INFINITY)"
    suffix = "" if dtype is dtypes.float64 else "f"
    short = number == int(number) and abs(number) < 1e6
    text = repr(number) if short else re.sub(r"\.?0+p", "p", number.hex())
    return f"({text}{suffix})" if text.startswith("-") else f"{text}{suffix}"


def _integer(value: int, dtype: DType) -> str:
    suffix = {dtypes.int64: "l", dtypes.uint64: "ul", dtypes.uint32: "u"}.get(dtype, "")
    if dtype.is_signed and value == dtype.min and dtype.itemsize >= 4:
        return f"({value + 1}{suffix} - 1)"  # C has no negative literals, only minus
    return f"({value}{suffix})" if value < 0 else f"{value}{suffix}"


def bitcast(type_: str, value: str) -> str:
    """The bits of a value as another type of its size."""
    return f"as_{type_}({value})"


def group_id(axis: int) -> str:
    return f"get_group_id({axis})"


def local_id(axis: int) -> str:
    return f"get_local_id({axis})"


def text(
    name: str,
    functions: Sequence[str],
    params: Sequence[str],
    variables: Sequence[str],
    group: Sequence[int],
    body: Sequence[str],
    checks: bool,
) -> str:
    """A whole kernel. Of each argument it gets the memory and how many bytes into it it begins."""
    arguments = [f"global uchar *m{i}, ulong at{i}" for i in range(len(params))]
    arguments += ["global long *status, long step"] if checks else []
    arguments += [f"long {v}" for v in variables]
    size = ", ".join(map(str, group))
    lines = [f"kernel __attribute__((reqd_work_group_size({size})))"]
    lines.append(f"void {name}({', '.join(arguments)}) {{")
    for i, type_ in enumerate(params):
        if type_:
            lines.append(f"  global {type_} *p{i} = (global {type_} *)(m{i} + at{i});")
    lines += [f"  {line}" for line in body]
    return _HEAD + "".join(functions) + "\n".join(lines) + "\n}\n"
