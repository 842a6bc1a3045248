"""The tensors inside of models: finding them by name, saving and loading them."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, MutableMapping
from types import ModuleType
from typing import Any, NamedTuple

from smelt.nn import safetensors
from smelt.nn.mapped import from_mapped, map_file
from smelt.nn.torch_files import torch_load as torch_load
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, FileFormatError
from smelt.util.memory import readable_bytes

Path = str | os.PathLike[str]


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
    for key, child in children(value):
        yield from _tensors(child, f"{name}.{key}" if name else key, (*inside, id(value)))


def children(value: Any) -> list[tuple[str, Any]]:
    """What is right inside of an object or a container, by its name there."""
    if isinstance(value, Mapping):
        return [(str(key), child) for key, child in value.items()]
    if isinstance(value, list | tuple):
        names = getattr(value, "_fields", range(len(value)))  # a named tuple has names
        return [(str(key), child) for key, child in zip(names, value, strict=True)]
    if isinstance(value, type | ModuleType):  # what an object refers to, but does not own
        return []
    if hasattr(type(value), "_named_layers"):  # nn.Sequential
        return list(value._named_layers())
    return list(getattr(value, "__dict__", {}).items())


def get_parameters(model: Any) -> list[Tensor]:
    """The Tensors in `model` that are to be trained, each once: what an optimizer is given.

    Those are the ones of a float dtype, unless they were made with `requires_grad=False` or set to
    it, as the running statistics of BatchNorm are. An optimizer asks for their gradients.

    >>> from smelt import nn
    >>> [p.shape for p in get_parameters([nn.Linear(2, 3), nn.BatchNorm(3)])]
    [(3, 2), (3,), (3,), (3,)]
    """
    tensors = {id(t): t for t in get_state_dict(model).values() if t.dtype.is_float}
    return [t for t in tensors.values() if t.requires_grad or not t._is_decided]


class Keys(NamedTuple):
    """The names that only the model has, and those that only the state dict has."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def load_state_dict(
    model: Any,
    state_dict: Mapping[str, Tensor],
    strict: bool = True,
    verbose: bool = False,
    consume: bool = False,
    realize: bool = True,
) -> Keys:
    """Give the tensors in `model` the values in `state_dict`, converted to their dtype and device.

    With `strict` the names must be the same; without, those that only one of the two has are left
    alone, and returned. Nothing is changed unless everything fits. Values that are in memory on the
    right device are not copied. `consume` takes what was loaded out of `state_dict`; `verbose`
    prints how much that was.

    Raises:
        ArgumentError: names are missing or not known, or shapes differ. It lists all of them.

    >>> from smelt import Tensor, nn
    >>> layer = nn.Linear(2, 1)
    >>> load_state_dict(layer, {"weight": Tensor([[1.0, 2.0]]), "bias": Tensor([3.0])})
    Keys(missing_keys=[], unexpected_keys=[])
    >>> layer(Tensor([1.0, 1.0])).tolist()
    [6.0]
    """
    own = get_state_dict(model)
    keys = Keys([k for k in own if k not in state_dict], [k for k in state_dict if k not in own])
    common = [name for name in own if name in state_dict]
    _check_fit(own, state_dict, keys if strict else Keys([], []), common)
    for name in common:
        value = state_dict[name].detach().cast(own[name].dtype).to(own[name].device)
        with Tensor.no_grad():  # a leaf stays one
            own[name]._replace(value)
    if common and realize:
        Tensor.realize(*(own[name] for name in common))
    if consume and isinstance(state_dict, MutableMapping):
        for name in common:
            del state_dict[name]
    if verbose:
        nbytes = sum(own[name].nbytes() for name in common)
        print(f"loaded {len(common)} tensors, {readable_bytes(nbytes)}")
    return keys


def _check_fit(
    own: Mapping[str, Tensor], state: Mapping[str, Tensor], keys: Keys, common: list[str]
) -> None:
    """Raise one ArgumentError for all that is missing, too much, or of another shape."""
    problems = [f"missing {name!r} of shape {own[name].shape}" for name in keys.missing_keys]
    problems += [
        f"not in the model: {name!r} of shape {state[name].shape}" for name in keys.unexpected_keys
    ]
    differing = [
        f"{name!r} has shape {state[name].shape}, the model's {own[name].shape}"
        for name in common
        if state[name].shape != own[name].shape
    ]
    if problems or differing:
        raise ArgumentError(
            "load_state_dict",
            "; ".join(problems + differing),
            f"the model's {len(own)} tensors",
            "strict=False leaves out names that do not match" if problems else "",
        )


def safe_save(
    tensors: Mapping[str, Tensor],
    path: Path,
    metadata: Mapping[str, str] | None = None,
    *,
    shard_bytes: int | None = None,
) -> None:
    """Write tensors to a safetensors file, as a whole or not at all.

    With `shard_bytes`, to several files of about that size and an index: model.safetensors becomes
    model-00001-of-00002.safetensors and so on, and model.safetensors.index.json.

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
    arrays = {name: t.numpy() for name, t in tensors.items()}
    if shard_bytes is None:
        safetensors.write(path, arrays, metadata)
    else:
        safetensors.write_sharded(path, arrays, metadata, shard_bytes)


def safe_load(path: Path, device: str | None = None) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name, on `device` (the default one unless given).

    `path` may also be an index (model.safetensors.index.json) of several files. Files are mapped:
    on the CPU tensors are used where they are in the file, and read when they are looked at.

    Raises:
        FileFormatError: a file is damaged, or holds a dtype that smelt does not have.
        OSError: it cannot be opened.
    """
    if os.fspath(path).endswith(safetensors.INDEX_ENDING):
        arrays = safetensors.read_sharded(path)
    else:
        arrays, _ = safetensors.read(path)
    return {name: from_mapped(array, device) for name, array in arrays.items()}


def safe_load_metadata(path: Path) -> tuple[Tensor, int, dict[str, Any]]:
    """A safetensors file as a tensor of bytes, where in it the data begin, and its header.

    The header has dtype, shape and data_offsets of each tensor, and what safe_save was given as
    metadata under "__metadata__".

    Raises:
        FileFormatError: there is no header, or it is no JSON.
        OSError: the file cannot be opened.
    """
    mapped, start, entries = safetensors.header(path)
    return from_mapped(mapped), start, entries


def tar_extract(file: Path | Tensor) -> dict[str, Tensor]:
    """The files in a tar archive, compressed or not, as tensors of bytes by name.

    Raises:
        FileFormatError: it is no tar archive, or is damaged.
        OSError: it cannot be opened.

    >>> import io, tarfile
    >>> with tarfile.open(fileobj=(made := io.BytesIO()), mode="w:gz") as archive:
    ...     info = tarfile.TarInfo("a.txt")
    ...     info.size = 2
    ...     archive.addfile(info, io.BytesIO(b"hi"))
    >>> {name: t.tolist() for name, t in tar_extract(Tensor(made.getvalue())).items()}
    {'a.txt': [104, 105]}
    """
    try:
        with tarfile.open(fileobj=_opened(file)) as archive:
            members = {m.name: archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
            return {name: Tensor(f.read()) for name, f in members.items() if f is not None}
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise FileFormatError("tar_extract", str(error), "a tar archive") from None


def zip_extract(file: Path | Tensor) -> dict[str, Tensor]:
    """The files in a zip archive as tensors of bytes by name.

    Raises:
        FileFormatError: it is no zip archive, or is damaged.
        OSError: it cannot be opened.
    """
    try:
        with zipfile.ZipFile(_opened(file)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            return {entry.filename: Tensor(archive.read(entry)) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise FileFormatError("zip_extract", str(error), "a zip archive") from None


def _opened(file: Path | Tensor) -> io.BytesIO:
    if isinstance(file, Tensor):
        return io.BytesIO(file.bitcast("uint8").numpy().tobytes())
    return io.BytesIO(map_file(file).data)
