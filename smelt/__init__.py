"""smelt: lazy tensors on about 25 operations, fused into machine code."""

import atexit
from typing import TYPE_CHECKING, Any

from smelt.dtype import dtypes as dtypes
from smelt.engine import Device as Device
from smelt.engine import GlobalCounters as GlobalCounters
from smelt.engine import profile as profile
from smelt.engine import stats as stats
from smelt.ir.symbolic import SymInt as SymInt
from smelt.ir.symbolic import Variable as Variable
from smelt.tensor import Tensor as Tensor
from smelt.tensor.printing import get_printoptions as get_printoptions
from smelt.tensor.printing import set_printoptions as set_printoptions
from smelt.util.flags import Context as Context

if TYPE_CHECKING:
    from smelt import array_api as array_api
    from smelt import helpers as helpers
    from smelt import nn as nn
    from smelt.helpers import fetch as fetch
    from smelt.helpers import getenv as getenv
    from smelt.tensor.jit import TinyJit as TinyJit
    from smelt.tensor.jit import jit as jit
    from smelt.transforms import checkpoint as checkpoint
    from smelt.transforms import grad as grad
    from smelt.transforms import hessian as hessian
    from smelt.transforms import jacfwd as jacfwd
    from smelt.transforms import jacrev as jacrev
    from smelt.transforms import jvp as jvp
    from smelt.transforms import value_and_grad as value_and_grad
    from smelt.transforms import vjp as vjp
    from smelt.transforms import vmap as vmap

# Loaded when first used: that takes as long as all the rest.
_LATER: dict[str, tuple[str, ...]] = {
    "smelt.helpers": ("fetch", "getenv"),
    "smelt.tensor.jit": ("TinyJit", "jit"),
    "smelt.transforms": (
        "checkpoint", "grad", "hessian", "jacfwd", "jacrev", "jvp", "value_and_grad", "vjp", "vmap",
    ),
}  # fmt: skip
_MODULE = {name: module for module, names in _LATER.items() for name in names}
_PARTS = ("array_api", "helpers", "nn")  # modules that are attributes without an import of them

__all__ = [
    "Context", "Device", "GlobalCounters", "SymInt", "Tensor", "TinyJit", "Variable", "checkpoint",
    "dtypes", "fetch", "get_printoptions", "getenv", "grad", "hessian", "jacfwd", "jacrev", "jit",
    "jvp", "profile", "set_printoptions", "stats", "value_and_grad", "vjp", "vmap",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in (*_MODULE, *_PARTS):
        raise AttributeError(f"module 'smelt' has no attribute {name!r}")
    import importlib

    if name in _PARTS:
        return importlib.import_module(f"smelt.{name}")
    module = importlib.import_module(_MODULE[name])
    globals().update({n: getattr(module, n) for n in _LATER[_MODULE[name]]})
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PARTS})


def _draw_what_ran() -> None:
    """GRAPH=1: a picture of the last kernels when the program ends."""
    from smelt.engine.stats import drawn

    if drawn:
        from smelt.viz import draw_at_exit

        draw_at_exit()


atexit.register(_draw_what_ran)
