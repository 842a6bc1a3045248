"""smelt: lazy tensors on about 25 operations, fused into machine code."""

import atexit

from smelt.dtype import dtypes as dtypes
from smelt.engine import Device as Device
from smelt.engine import profile as profile
from smelt.engine import stats as stats
from smelt.ir.symbolic import Variable as Variable
from smelt.tensor import Tensor as Tensor
from smelt.tensor.jit import TinyJit as TinyJit
from smelt.tensor.jit import jit as jit
from smelt.util.flags import Context as Context


def _draw_what_ran() -> None:
    """GRAPH=1: a picture of the last kernels when the program ends."""
    from smelt.engine.stats import drawn

    if drawn:
        from smelt.viz import draw_at_exit

        draw_at_exit()


atexit.register(_draw_what_ran)
