"""How large the caches of a core are, as the system tells."""

from __future__ import annotations

from pathlib import Path

_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_UNITS = {"K": 1 << 10, "M": 1 << 20}


def second_level_bytes() -> int | None:
    """What each thread has of the second-level cache if all of a core's threads use it.

    None where the system is not Linux, or does not say.
    """
    for index in sorted(_CACHES.glob("index*")):
        try:
            level, size, sharers = (
                (index / name).read_text().strip() for name in ("level", "size", "shared_cpu_list")
            )
            if level == "2":
                return int(size[:-1]) * _UNITS[size[-1]] // listed(sharers)
        except (OSError, ValueError, KeyError, IndexError):
            return None
    return None


def listed(processors: str) -> int:
    """How many processors a list of Linux's has.

    >>> listed("0"), listed("0,4"), listed("0-3,8-11")
    (1, 2, 8)
    """
    ranges = [part.partition("-") for part in processors.split(",")]
    return sum(int(last or first) - int(first) + 1 for first, _, last in ranges)
