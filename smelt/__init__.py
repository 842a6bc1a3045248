"""smelt: lazy tensors on about 25 operations, fused into machine code."""

import atexit
from typing import TYPE_CHECKING, Any

from smelt.dtype import dtypes as dtypes
from smelt.engine import Device as Device
from smelt.engine import profile as profile
from smelt.engine import stats as stats
from smelt.ir.symbolic import Variable as Variable
from smelt.tensor import Tensor as Tensor
from smelt.util.flags import Context as Context

if TYPE_CHECKING:
    from smelt.tensor.jit import TinyJit as TinyJit
    from smelt.tensor.jit import jit as jit

__all__ = [
    "Context", "Device", "Tensor", "TinyJit", "Variable", "dtypes", "jit", "profile", "stats",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """`jit` and `TinyJit` are loaded when first used: that takes as long as all the rest."""
    if name not in ("jit", "TinyJit"):
        raise AttributeError(f"module 'smelt' has no attribute {name!r}")
    from smelt.tensor import jit

    globals().update(jit=jit.jit, TinyJit=jit.TinyJit)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _draw_what_ran() -> None:
    """GRAPH=1: a picture of the last kernels when the program ends."""
    from smelt.engine.stats import drawn

    if drawn:
        from smelt.viz import draw_at_exit

        draw_at_exit()


atexit.register(_draw_what_ran)
