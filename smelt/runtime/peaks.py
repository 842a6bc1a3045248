"""The ceilings of this machine, measured: arithmetic and memory traffic."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import asdict, dataclass, field
from string import Template

from smelt.program import CompiledKernel
from smelt.runtime import blocks
from smelt.runtime.dots import INSTRUCTIONS, measure_dots
from smelt.runtime.native import compile_text, compiler_key, host_processor
from smelt.runtime.timing import for_each, shortest_s
from smelt.util import flags, memory
from smelt.util.disk_cache import keep, lookup

_CHAINS = 12  # independent sums: more than two units times the latency of an FMA
_VECTORS = 8  # loaded in one go
_ROUNDS = 500_000  # some milliseconds
_STREAM_NBYTES = 1 << 26  # beyond the caches that a core has to itself
FAR_NBYTES = 1 << 28  # beyond the one that all cores share, or most of it
_QUIET_LOAD = 0.7  # processes that want to run, for each core, in the last minute


@dataclass(frozen=True)
class Peaks:
    """What this machine can do: GFLOP/s of float32 FMAs, GB/s of memory read and copied."""

    cpu: str
    threads: int
    gflops_one_thread: float
    gflops: float
    read_gbytes: float
    copy_gbytes: float  # bytes read and bytes written
    dots: dict[str, float] = field(default_factory=dict)  # GFLOP/s by dtype, see dots.py

    def gflops_of(self, dtype: str) -> float:
        """GFLOP/s of what multiplies numbers of that dtype.

        A product of float16 is as good as three of bfloat16 (smelt/schedule/narrow.py).
        """
        third = self.dots.get("bfloat16", 0.0) / 3 if dtype == "float16" else 0.0
        return max(self.gflops, self.dots.get(dtype, 0.0), third)


def peaks() -> Peaks:
    """The ceilings with the present number of threads, measured once a machine.

    What was measured while others used the cores is not kept: it would be too low for ever.
    """
    return _peaks(flags.SMELT_THREADS.value)


@functools.cache
def _peaks(threads: int) -> Peaks:
    key = f"peaks\n{compiler_key()}\n{threads}\n{_arithmetic()}{_read()}{_copy()}{INSTRUCTIONS}"
    kept = lookup(key)
    if kept is not None:
        return Peaks(**json.loads(kept))
    quiet = os.getloadavg()[0] < _QUIET_LOAD * flags.usable_cores()
    found = measure_peaks()
    if quiet:
        keep(key, json.dumps(asdict(found)).encode())
    return found


def measure_peaks() -> Peaks:
    """The ceilings as measured now, the best of several runs; takes about 0.3 s."""
    nbytes = _STREAM_NBYTES
    source, target = blocks.allocate(nbytes), blocks.allocate(nbytes)
    source.array[:] = 0
    flops = 2 * _CHAINS * _lanes() * _ROUNDS  # of each part
    threads = flags.SMELT_THREADS.value
    arithmetic, read, copy = (
        CompiledKernel(name, compile_text(text), name)
        for name, text in (("fma", _arithmetic()), ("read", _read()), ("copy", _copy()))
    )
    return Peaks(
        cpu=host_processor()[0],
        threads=threads,
        gflops_one_thread=flops / shortest_s(arithmetic, [target], parallel=False) / 1e9,
        gflops=flops * threads / shortest_s(arithmetic, [target]) / 1e9,
        read_gbytes=nbytes / shortest_s(read, [target, source]) / 1e9,
        copy_gbytes=2 * nbytes / shortest_s(copy, [target, source]) / 1e9,
        dots=measure_dots(threads),
    )


def measure_far() -> float:
    """GB/s of reading more than the caches hold; 0.0 where there is no room for it.

    All threads read from several places at once: one walk through memory waits for each line.
    """
    available = memory.available_bytes()
    if available is not None and available < 4 * FAR_NBYTES:
        return 0.0
    source, target = blocks.allocate(FAR_NBYTES), blocks.allocate(1 << 20)
    source.array[:] = 0
    read = CompiledKernel("read", compile_text(_read(FAR_NBYTES, apart=True)), "read")
    return FAR_NBYTES / shortest_s(read, [target, source]) / 1e9


def _lanes() -> int:
    features = host_processor()[1].split(",")
    return 16 if "+avx512f" in features else 8 if "+avx" in features else 4


def _arithmetic() -> str:
    """Each part: _ROUNDS times acc = acc * a + b, for _CHAINS vectors in registers."""
    lanes = _lanes()
    features = host_processor()[1].split(",")
    if "+fma" in features or "+neon" in features:
        update = f"  %n$c = call $v @llvm.fma.v{lanes}f32($v %acc$c, $v %a, $v %b)"
    else:
        update = "  %m$c = fmul $v %acc$c, %a\n  %n$c = fadd $v %m$c, %b"
    return _filled(
        _ARITHMETIC,
        start=for_each(_CHAINS, "  %acc$c = phi $v [ %b, %entry ], [ %n$c, %loop ]"),
        update=for_each(_CHAINS, update),
        sums=for_each(_CHAINS, "  %s$next = fadd $v %s$c, %n$c"),
        last=f"%s{_CHAINS}",
        lanes=lanes,
        rounds=_ROUNDS,
    )


def _read(nbytes: int = _STREAM_NBYTES, apart: bool = False) -> str:
    """Each part sums its piece of the second argument, or of equal parts of that side by side."""
    return _filled(
        _STREAM,
        nbytes,
        apart,
        name="read",
        start=for_each(_VECTORS, "  %acc$c = phi $v [ zeroinitializer, %entry ], [ %n$c, %next ]"),
        body=for_each(_VECTORS, "  %n$c = fadd $v %acc$c, %x$c"),
        end="\n".join(
            [
                f"  %s0 = fadd {_vector()} %acc0, %acc0",
                for_each(_VECTORS, "  %s$next = fadd $v %s$c, %acc$c"),
                f"  store {_vector()} %s{_VECTORS}, ptr %out.at, align 4",
            ]
        ),
    )


def _copy() -> str:
    """Each part copies its piece of the second argument to the first, past the caches."""
    store = "  store $v %x$c, ptr %y$c, align 64, !nontemporal !0"
    address = "  %y$c = getelementptr $v, ptr %to, i64 $c"
    body = for_each(_VECTORS, f"{address}\n{store}")
    return _filled(_STREAM, _STREAM_NBYTES, name="copy", start="", end="", body=body)


def _vector() -> str:
    return f"<{_lanes()} x float>"


def _filled(text: str, nbytes: int = 0, apart: bool = False, **parts: object) -> str:
    """`text` with `parts` filled in, and then the vector type also in these.

    The vectors of a step follow each other in memory, or are `apart`, in equal parts of it.
    """
    size = _lanes() * 4
    step, places = (size, nbytes // _VECTORS) if apart else (_VECTORS * size, size)
    loads = (
        f"  %p{c} = getelementptr i8, ptr %from, i64 {c * places}\n"
        f"  %x{c} = load $v, ptr %p{c}, align 64"
        for c in range(_VECTORS)
    )
    text = Template(text).safe_substitute(
        parts, bytes=step, blocks=nbytes // (_VECTORS * size), load="\n".join(loads)
    )
    return Template(text).substitute(v=_vector())


_ATTRIBUTES = """
attributes #0 = { nounwind "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{ i32 1 }
"""

_ARITHMETIC = (
    """
declare $v @llvm.fma.v${lanes}f32($v, $v, $v)

define void @fma(ptr %args, ptr %variables, i64 %part, i64 %parts) #0 {
entry:
  %out = load ptr, ptr %args
  %offset = mul i64 %part, 1024
  %out.at = getelementptr i8, ptr %out, i64 %offset
  %some = uitofp i64 %parts to float
  %lane = insertelement $v poison, float %some, i32 0
  %b = shufflevector $v %lane, $v poison, <$lanes x i32> zeroinitializer
  %a = fdiv $v splat (float 0.5), %b
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
$start
$update
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, $rounds
  br i1 %more, label %loop, label %end
end:
  %s0 = fadd $v %a, %b
$sums
  store $v $last, ptr %out.at, align 4
  ret void
}
"""
    + _ATTRIBUTES
)

_STREAM = (
    """
define void @$name(ptr %args, ptr %variables, i64 %part, i64 %parts) #0 {
entry:
  %out = load ptr, ptr %args
  %offset = mul i64 %part, 1024
  %out.at = getelementptr i8, ptr %out, i64 %offset
  %source.at = getelementptr ptr, ptr %args, i64 1
  %source = load ptr, ptr %source.at
  %first.scaled = mul i64 %part, $blocks
  %first = udiv i64 %first.scaled, %parts
  %part.next = add i64 %part, 1
  %last.scaled = mul i64 %part.next, $blocks
  %last = udiv i64 %last.scaled, %parts
  br label %loop
loop:
  %i = phi i64 [ %first, %entry ], [ %i.next, %next ]
$start
  %more = icmp ult i64 %i, %last
  br i1 %more, label %next, label %end
next:
  %at = mul i64 %i, $bytes
  %from = getelementptr i8, ptr %source, i64 %at
  %to = getelementptr i8, ptr %out, i64 %at
$load
$body
  %i.next = add i64 %i, 1
  br label %loop
end:
$end
  ret void
}
"""
    + _ATTRIBUTES
)
