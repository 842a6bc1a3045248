"""AMX's tile registers: a process has to ask for them."""

from __future__ import annotations

import ctypes
import functools
import platform

_ARCH_PRCTL, _REQUEST_PERMISSION, _TILE_DATA = 158, 0x1023, 18  # arch/x86/xstate.html of Linux


@functools.cache
def tiles_permitted() -> bool:
    """Whether this process may use them, also in threads that start later; asks Linux once."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return False
    libc = ctypes.CDLL(None)
    return bool(libc.syscall(_ARCH_PRCTL, _REQUEST_PERMISSION, _TILE_DATA) == 0)
