"""How much memory the machine can still give, so that a request too large is an error.

Without this check Linux promises the memory and kills the process when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from smelt.util.errors import AllocationError

UNCHECKED_BYTES = 1 << 26  # below this a request is not worth a look at the machine
_CGROUP_ROOT = Path("/sys/fs/cgroup")
_PROCESS_CGROUPS = Path("/proc/self/cgroup")
_KIB = 1024


def readable_bytes(nbytes: int) -> str:
    """A size as people read it.

    >>> readable_bytes(3 << 29)
    '1.5 GiB'
    """
    if nbytes < _KIB:
        return f"{nbytes} bytes"
    size = float(nbytes)
    for unit in ("KiB", "MiB", "GiB"):
        size /= _KIB
        if size < _KIB:
            return f"{size:.1f} {unit}"
    return f"{size / _KIB:.1f} TiB"


def check_available(nbytes: int, operation: str = "allocate") -> None:
    """Raise AllocationError, naming the size, if the machine cannot give `nbytes` more."""
    if nbytes < UNCHECKED_BYTES:
        return
    available = available_bytes()
    if available is not None and nbytes > available:
        raise out_of_memory(nbytes, operation, f"at most {readable_bytes(available)}")


def out_of_memory(nbytes: int, operation: str, expected: str = "") -> AllocationError:
    """The error for a request of `nbytes` that cannot be met."""
    got = f"a request for {readable_bytes(nbytes)} of memory"
    return AllocationError(operation, got, expected, "use smaller tensors, or realize in parts")


def available_bytes() -> int | None:
    """What this process can still get: the least of what the machine and its cgroups leave.

    None if the machine does not say.
    """
    left = [n for n in (_machine_bytes(), *_cgroup_bytes()) if n is not None]
    return max(0, min(left)) if left else None


def _machine_bytes() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * _KIB
    except OSError:
        pass  # not Linux
    names = os.sysconf_names if hasattr(os, "sysconf") else {}
    if "SC_PHYS_PAGES" not in names or "SC_PAGE_SIZE" not in names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _cgroup_bytes() -> Iterator[int | None]:
    """What each cgroup above this process leaves (version 2, and version 1's memory groups)."""
    try:
        groups = _PROCESS_CGROUPS.read_text().splitlines()
    except OSError:
        return
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, limit, usage = _CGROUP_ROOT, "memory.max", "memory.current"
        elif "memory" in controllers.split(","):
            root, limit, usage = (
                _CGROUP_ROOT / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
            )  # fmt: skip
        else:
            continue
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root):
                yield _left(folder, limit, usage)


def _left(folder: Path, limit: str, usage: str) -> int | None:
    """What a cgroup leaves, counting the file cache that it would give back; None: no limit."""
    try:
        most = int((folder / limit).read_text())
        used = int((folder / usage).read_text())
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        cache = int(stat.get("total_inactive_file", stat.get("inactive_file", "0")))
    except (OSError, ValueError):
        return None  # no such group in this container, or "max"
    return most - (used - cache)
