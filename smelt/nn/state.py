"""The tensors inside of models: finding them by name, saving and loading them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from smelt.nn import safetensors
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError


def get_state_dict(model: Any, prefix: str = "") -> dict[str, Tensor]:
    """Every Tensor in `model` under its dotted name, in the order in which they were set.

    Looks into the attributes of objects and the elements of lists, tuples and dicts, nested as
    they may be. A tensor that two names share is there under both.

    >>> from smelt import nn
    >>> list(get_state_dict({"layers": [nn.Linear(2, 3), nn.Linear(3, 1, bias=False)]}))
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight']
    """
    return dict(_tensors(model, prefix.rstrip("."), ()))


def _tensors(value: Any, name: str, inside: tuple[int, ...]) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield name, value
        return
    if id(value) in inside:  # an object that refers back to what holds it
        return
    for key, child in _children(value):
        yield from _tensors(child, f"{name}.{key}" if name else key, (*inside, id(value)))


def _children(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(key), child) for key, child in value.items()]
    if isinstance(value, list | tuple):
        names = getattr(value, "_fields", range(len(value)))  # a named tuple has names
        return [(str(key), child) for key, child in zip(names, value, strict=True)]
    if isinstance(value, type | ModuleType):  # what an object refers to, but does not own
        return []
    return list(getattr(value, "__dict__", {}).items())


def get_parameters(model: Any) -> list[Tensor]:
    """The Tensors in `model` that require a gradient, each once: what an optimizer is given.

    >>> from smelt import nn
    >>> [p.shape for p in get_parameters([nn.Linear(2, 3), nn.BatchNorm(3)])]
    [(3, 2), (3,), (3,), (3,)]
    """
    found = {id(t): t for t in get_state_dict(model).values() if t.requires_grad}
    return list(found.values())


def load_state_dict(model: Any, state: Mapping[str, Tensor], strict: bool = True) -> None:
    """Give the tensors in `model` the values in `state`, converted to their dtypes.

    With `strict` the names must be the same; without, those that only one of the two has are left
    alone. Nothing is changed unless everything fits.

    Raises:
        ArgumentError: names are missing or not known, or shapes differ. It lists all of them.

    >>> from smelt import Tensor, nn
    >>> layer = nn.Linear(2, 1)
    >>> load_state_dict(layer, {"weight": Tensor([[1.0, 2.0]]), "bias": Tensor([3.0])})
    >>> layer(Tensor([1.0, 1.0])).tolist()
    [6.0]
    """
    own = get_state_dict(model)
    problems = []
    if strict:
        problems += [f"missing {name!r}" for name in own if name not in state]
        problems += [f"not in the model: {name!r}" for name in state if name not in own]
    common = [name for name in own if name in state]
    problems += [
        f"{name!r} has shape {state[name].shape}, the model's {own[name].shape}"
        for name in common
        if state[name].shape != own[name].shape
    ]
    if problems:
        raise ArgumentError(
            "load_state_dict",
            "; ".join(problems),
            f"the model's {len(own)} tensors",
            "strict=False leaves out names that do not match" if strict else "",
        )
    for name in common:
        value = state[name].detach().cast(own[name].dtype).to(own[name].device)
        own[name].assign(value)
    if common:
        Tensor.realize(*(own[name] for name in common))


def safe_save(
    tensors: Mapping[str, Tensor],
    path: str | os.PathLike[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write tensors to a safetensors file, as a whole or not at all.

    Raises:
        OSError: the file cannot be written.

    >>> import tempfile
    >>> from smelt import Tensor
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     safe_save({"x": Tensor([1.0, 2.0])}, f"{folder}/x.safetensors")
    ...     safe_load(f"{folder}/x.safetensors")["x"].tolist()
    [1.0, 2.0]
    """
    values = list(tensors.values())
    if values:
        Tensor.realize(*values)
    safetensors.write(path, {name: t.numpy() for name, t in tensors.items()}, metadata)


def safe_load(path: str | os.PathLike[str], device: str | None = None) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name, on `device` (the default one unless given).

    The file is mapped, not read as a whole: memory is needed once, for the tensors.

    Raises:
        FileFormatError: the file is damaged, or holds a dtype that smelt does not have.
        OSError: it cannot be opened.
    """
    arrays, _ = safetensors.read(path)
    return {name: Tensor(array, device=device) for name, array in arrays.items()}
