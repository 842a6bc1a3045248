"""What the instructions reach that multiply small dtypes and add to wider sums, measured."""

from __future__ import annotations

import functools
import struct
from dataclasses import dataclass
from string import Template

import numpy as np

from smelt.program import CompiledKernel
from smelt.runtime import blocks
from smelt.runtime.native import compile_text, host_processor
from smelt.runtime.timing import for_each, shortest_s
from smelt.util.tiles import tiles_permitted

_CHAINS = 12  # independent sums: more than two units times the latency of an instruction
_ROUNDS = 200_000
_TILE_CHAINS = 6  # sums in six of the eight tiles, the operands in two
_TILE_ROUNDS = 10_000
# palette 1, eight tiles of 64 bytes by 16 rows
_TILES = struct.pack("<BB14x8H16x8B8x", 1, 0, *[64] * 8, *[16] * 8)
_REPEATS = 20


@dataclass(frozen=True)
class Instruction:
    """One that multiplies and adds numbers of a small dtype into wider sums."""

    dtype: str  # of what it multiplies
    feature: str  # that a processor must have
    function: str
    flops: int
    total: str = ""  # types of the sum and of the operands; none: they are AMX tiles
    operand: str = ""


INSTRUCTIONS = (
    Instruction(
        "bfloat16", "+avx512bf16", "llvm.x86.avx512bf16.dpbf16ps.512",
        64, "<16 x float>", "<32 x bfloat>",
    ),
    Instruction(
        "uint8", "+avx512vnni", "llvm.x86.avx512.vpdpbusd.512",
        128, "<16 x i32>", "<64 x i8>",
    ),
    Instruction("bfloat16", "+amx-bf16", "llvm.x86.tdpbf16ps", 2 * 16 * 16 * 32),
    Instruction("uint8", "+amx-int8", "llvm.x86.tdpbusd", 2 * 16 * 16 * 64),
)  # fmt: skip


def measure_dots(threads: int) -> dict[str, float]:
    """GFLOP/s of the fastest one for each dtype, on so many threads."""
    gflops: dict[str, float] = {}
    for instruction in _usable():
        found = _measure(instruction, threads)
        gflops[instruction.dtype] = max(found, gflops.get(instruction.dtype, 0.0))
    return gflops


@functools.cache
def _usable() -> list[Instruction]:
    features = host_processor()[1].split(",")
    found = [i for i in INSTRUCTIONS if i.feature in features]
    return found if tiles_permitted() else [i for i in found if i.total]


def _measure(instruction: Instruction, threads: int) -> float:
    """GFLOP/s of all threads."""
    kernel = CompiledKernel("dot", compile_text(_text(instruction)), "dot")
    source, target = blocks.allocate(4096), blocks.allocate(64 * _CHAINS * threads)
    source.array[:] = 0
    source.array[:64] = np.frombuffer(_TILES, np.uint8)
    seconds = shortest_s(kernel, [source, target], times=_REPEATS)
    chains = _CHAINS if instruction.total else _TILE_CHAINS
    rounds = _ROUNDS if instruction.total else _TILE_ROUNDS
    return instruction.flops * chains * rounds * threads / seconds / 1e9


def _text(instruction: Instruction) -> str:
    if not instruction.total:
        name = instruction.function
        calls = [f"  call void @{name}(i8 {i}, i8 6, i8 7)" for i in range(_TILE_CHAINS)]
        zeros = [f"  call void @llvm.x86.tilezero(i8 {i})" for i in range(8)]
        text = _TILE_LOOP.replace("$calls", "\n".join(calls)).replace("$zeros", "\n".join(zeros))
        return Template(text).substitute(function=name, rounds=_TILE_ROUNDS)
    phi = "  %acc$c = phi $total [ zeroinitializer, %entry ], [ %n$c, %loop ]"
    call = "  %n$c = call $total @$function($total %acc$c, $operand %x, $operand %x)"
    store = "  %to$c = getelementptr $total, ptr %out.at, i64 $c\n  store $total %n$c, ptr %to$c"
    text = _LOOP
    for name, line in (("$phis", phi), ("$calls", call), ("$stores", store)):
        text = text.replace(name, for_each(_CHAINS, line))
    return Template(text).substitute(vars(instruction), rounds=_ROUNDS, nbytes=64 * _CHAINS)


_LOOP = """
declare $total @$function($total, $operand, $operand)

define void @dot(ptr %args, ptr %variables, i64 %part, i64 %parts) #0 {
entry:
  %in = load ptr, ptr %args
  %out.slot = getelementptr ptr, ptr %args, i64 1
  %out = load ptr, ptr %out.slot
  %offset = mul i64 %part, $nbytes
  %out.at = getelementptr i8, ptr %out, i64 %offset
  %x = load $operand, ptr %in, align 4
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
$phis
$calls
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, $rounds
  br i1 %more, label %loop, label %end
end:
$stores
  ret void
}

attributes #0 = { nounwind "prefer-vector-width"="512" "min-legal-vector-width"="512" }
"""

_TILE_LOOP = """
declare void @$function(i8 immarg, i8 immarg, i8 immarg)
declare void @llvm.x86.ldtilecfg(ptr)
declare void @llvm.x86.tilezero(i8 immarg)
declare void @llvm.x86.tilerelease()

define void @dot(ptr %args, ptr %variables, i64 %part, i64 %parts) {
entry:
  %in = load ptr, ptr %args
  call void @llvm.x86.ldtilecfg(ptr %in)
$zeros
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
$calls
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, $rounds
  br i1 %more, label %loop, label %end
end:
  call void @llvm.x86.tilerelease()
  ret void
}
"""
