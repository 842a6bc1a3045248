"""`smelt doctor`: what was found on this machine, what is missing and how to get it."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from smelt.util import flags
from smelt.util.errors import FlagError, SmeltError
from smelt.util.memory import readable_bytes
from smelt.util.table import si

BROKEN = "BROKEN"  # smelt does not work; any other mark is for the reader's information


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and the way out where it is not well."""

    topic: str
    text: str
    mark: str = "ok"
    way_out: str = ""

    def __str__(self) -> str:
        way_out = f"  ->  {self.way_out}" if self.way_out else ""
        return f"  {self.mark:9}{self.topic:16} {self.text}{way_out}"


# distribution, the extra that has it, what it is for
OPTIONAL = [
    ("scikit-learn", "demo", "the demo's digits"),
    ("tqdm", "demo", "the demo's progress bar"),
    ("pillow", "demo", "the demo's picture of its mistakes"),
    ("graphviz", "viz", "GRAPH=1"),
    ("pyopencl", "cl", "the CL device"),
    ("safetensors", "test", "the tests of saved weights"),
    ("hypothesis", "test", "the tests"),
    ("pytest", "test", "the tests"),
    ("torch", "test", "the tests and benchmarks that compare with it"),
    ("jax", "bench", "benchmarks that compare with it"),
    ("onnxruntime", "bench", "benchmarks that compare with it"),
    ("matplotlib", "bench", "the curves of benchmarks"),
    ("rich", "bench", "the frame of benchmarks' tables"),
]

# LLVM's names of what changes the code that smelt generates
_FEATURES = (
    "sse4.2", "avx", "f16c", "avx2", "fma", "avx512f", "avx512vl", "avx512bf16", "avx512fp16",
    "avx512vnni", "avxvnni", "amx-tile", "amx-bf16", "amx-int8",
    "neon", "fullfp16", "bf16", "dotprod", "i8mm", "sve", "sve2", "sme",
)  # fmt: skip


def _versions() -> Iterator[Finding]:
    yield Finding("Python", platform.python_version())
    for name in ("llvmlite", "numpy", "ml_dtypes"):
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed", BROKEN, f"pip install {name}")


def _processor() -> Iterator[Finding]:
    from smelt.render.compile import host_target

    target = host_target()
    names = {feature[1:] for feature in target.features.split(",") if feature.startswith("+")}
    cores = flags.usable_cores()
    plural = "" if cores == 1 else "s"
    yield Finding("processor", f"{_model_name()} ({target.cpu}, {target.arch})")
    yield Finding("vectors", f"{target.vector_registers} of {target.vector_bytes} bytes")
    yield Finding("cache", f"{readable_bytes(target.cache_nbytes)} of the second level a thread")
    yield Finding("features", " ".join(f for f in _FEATURES if f in names) or "none of note")
    yield Finding("threads", f"{flags.SMELT_THREADS.value} on {cores} usable core{plural}")


def _model_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def _devices() -> Iterator[Finding]:
    """Each device computes something small, end to end."""
    from smelt.engine import Device
    from smelt.engine.device import missing
    from smelt.tensor import Tensor

    for name in Device.names():
        default = "  (default)" if name == Device.DEFAULT else ""
        reason = missing(name)
        if reason is not None:
            yield Finding(name, reason, "missing")
            continue
        try:
            total = (Tensor([1.0, 2.0, 3.0], device=name) * 2).sum().item()
        except SmeltError as error:
            yield Finding(name, str(error), BROKEN)
            continue
        if total == 12.0:
            yield Finding(name, f"computes{_support(name)}{default}")
        else:
            text = f"computed (1 + 2 + 3) * 2 = {total}{default}"
            yield Finding(name, text, BROKEN, "NOCACHE=1 tells whether a kept kernel is to blame")


def _support(device: str) -> str:
    """What a device is, and which dtypes it has not."""
    from smelt.engine import Device
    from smelt.engine.device import support

    processor = Device[device].target.cpu
    text = f" on {processor}" if processor else ""
    for how in ("emulated", "missing"):
        names = [name for name, found in support(device).items() if found == how]
        text += f"; {how}: {', '.join(names)}" if names else ""
    return text


def _cache() -> Iterator[Finding]:
    folder = flags.SMELT_CACHE.value
    if flags.NOCACHE.value:
        yield Finding("cache", "switched off by NOCACHE=1")
        return
    files = [path.stat() for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    size = si(sum(status.st_size for status in files), "B")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            yield Finding("cache", f"{folder}, {len(files)} files, {size}, writable")
    except OSError as error:
        text = f"{folder} is not writable: {error.strerror}"
        way_out = "set SMELT_CACHE to a folder that is; until then each process compiles anew"
        yield Finding("cache", text, "note", way_out)


def _peaks() -> Iterator[Finding]:
    from smelt.runtime.peaks import peaks

    found = peaks()
    threads = f"{found.threads} thread{'' if found.threads == 1 else 's'}"
    one = f"{found.gflops_one_thread:.0f} on one"
    dots = "".join(f"; {n:.0f} in {dtype} products" for dtype, n in found.dots.items())
    yield Finding("arithmetic", f"{found.gflops:.0f} GFLOP/s in float32 on {threads}, {one}{dots}")
    yield Finding("memory", f"{found.read_gbytes:.1f} GB/s read, {found.copy_gbytes:.1f} copied")


def _optional() -> Iterator[Finding]:
    for name, extra, purpose in OPTIONAL:
        try:
            yield Finding(name, f"{metadata.version(name)}, for {purpose}")
        except metadata.PackageNotFoundError:
            way_out = f"pip install 'smelt[{extra}]'"
            yield Finding(name, f"for {purpose}", "missing", way_out)


def _environment() -> Iterator[Finding]:
    for flag in flags.FLAGS.values():
        try:
            if flag.value != flag.default:
                yield Finding(flag.name, flag.show(flag.value))
        except FlagError as error:
            yield Finding(flag.name, str(error), BROKEN)
    for name, near in flags.misspelt():
        hint = f"did you mean {near}?" if near else "`smelt doctor --flags` lists the flags"
        yield Finding(name, "is set, but nothing reads it", "note", hint)


SECTIONS = {
    "packages it needs": _versions,
    "processor": _processor,
    "devices": _devices,
    "compiled kernels": _cache,
    "measured ceilings": _peaks,
    "optional packages": _optional,
    "flags that differ from their default": _environment,
}


def run_doctor() -> int:
    """Print every section; 1 if something that smelt needs is broken."""
    healthy = True
    for title, section in SECTIONS.items():
        print(title)
        try:
            for finding in section():
                print(finding)
                healthy &= finding.mark != BROKEN
        except (SmeltError, ImportError, OSError) as error:
            print(Finding(title, str(error), BROKEN))
            healthy = False
    return 0 if healthy else 1


def print_flags() -> int:
    """Print every environment variable: its values, default, what holds now, and what it does."""
    code = 0
    for flag in flags.FLAGS.values():
        try:
            now = flag.show(flag.value)
        except FlagError as error:
            now, code = f"unreadable: {error.got}", 1
        print(f"{flag.name}={now}  (default {flag.show(flag.default)}; {flag.expected})")
        print(f"    {flag.help}")
    return code
