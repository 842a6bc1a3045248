"""Other names of arguments: `x.flip(dims=(0,))` is `x.flip(0)`, as PyTorch's users write it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from smelt.tensor.base import Base

C = TypeVar("C", bound=type[Base])

# For each method its arguments' other names and what they are called here; * is those by position.
SPELLINGS: dict[str, dict[str, str]] = {
    "addbmm": {"batch1": "a", "batch2": "b"},
    "addcdiv": {"tensor1": "a", "tensor2": "b"},
    "addcmul": {"tensor1": "a", "tensor2": "b"},
    "addmm": {"mat1": "a", "mat2": "b"},
    "addmv": {"mat": "a", "vec": "b"},
    "addr": {"vec1": "a", "vec2": "b"},
    "arange": {"end": "stop"},
    "baddbmm": {"batch1": "a", "batch2": "b"},
    "binary_crossentropy": {"Y": "target"},
    "binary_crossentropy_logits": {"Y": "target"},
    "bmm": {"mat2": "other"},
    "broadcast_to": {"size": "*"},
    "cross_entropy": {"target": "Y"},
    "dot": {"w": "other"},
    "expand": {"size": "*"},
    "flip": {"dims": "*"},
    "float_power": {"exponent": "other"},
    "leaky_relu": {"negative_slope": "neg_slope"},
    "linspace": {"end": "stop"},
    "logspace": {"end": "stop"},
    "mm": {"mat2": "other"},
    "mv": {"vec": "other"},
    "nll_loss": {"target": "Y"},
    "outer": {"vec2": "other"},
    "pad": {"pad": "padding"},
    "permute": {"dims": "*"},
    "pinverse": {"rcond": "rtol"},
    "pow": {"exponent": "other"},
    "split": {"split_size": "sizes", "split_sizes": "sizes", "split_size_or_sections": "sizes"},
    "swapaxes": {"axis0": "dim0", "axis1": "dim1"},
    "tensor_split": {"indices": "sections", "tensor_indices_or_sections": "sections"},
    "tile": {"dims": "*"},
    "unflatten": {"unflattened_size": "sizes"},
    "unfold": {"dimension": "dim"},
    "where": {"x": "a", "y": "b"},
}


def _spelled(function: Callable[..., Any], names: Mapping[str, str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def method(*args: Any, **kwargs: Any) -> Any:
        for given in kwargs.keys() & names.keys():
            name = names[given]
            if name == "*" and len(args) == 1:
                args = (*args, kwargs.pop(given))
            elif name not in kwargs:  # a value that is there twice is Python's to refuse
                kwargs[name] = kwargs.pop(given)
        return function(*args, **kwargs)

    return method


def with_other_spellings(cls: C) -> C:
    """The class with methods that take their arguments by the names of SPELLINGS, too."""
    for name, names in SPELLINGS.items():
        method = inspect.getattr_static(cls, name)
        if isinstance(method, classmethod):
            setattr(cls, name, classmethod(_spelled(method.__func__, names)))
        else:
            setattr(cls, name, _spelled(method, names))
    return cls
