"""`__array_namespace_info__`: what this namespace can do, and on which devices."""

from __future__ import annotations

from typing import Any

from smelt import engine
from smelt.array_api.data_types import DEFAULT_FLOAT, DEFAULT_INT, DTYPES, isdtype
from smelt.dtype import DType, dtypes
from smelt.engine.device import missing, support


class __array_namespace_info__:
    """Capabilities, devices and dtypes, for programs that adapt themselves to them."""

    def capabilities(self) -> dict[str, Any]:
        """What the standard leaves to the library.

        >>> __array_namespace_info__().capabilities()["boolean indexing"]
        True
        """
        return {
            "boolean indexing": True,
            "data-dependent shapes": True,
            "max dimensions": 64,  # numpy's, through whose arrays values go in and out
        }

    def default_device(self) -> str:
        """The device of arrays that name none."""
        return str(engine.Device.DEFAULT)

    def devices(self) -> list[str]:
        """The devices that can be used on this machine."""
        return [name for name in engine.Device.names() if missing(name) is None]

    def default_dtypes(self, *, device: str | None = None) -> dict[str, DType]:
        """The dtypes of arrays that name none.

        >>> __array_namespace_info__().default_dtypes()["integral"]
        dtypes.int64
        """
        engine.Device.canonical(device)
        return {
            "real floating": DEFAULT_FLOAT,
            "integral": DEFAULT_INT,
            "indexing": dtypes.index,
        }

    def dtypes(
        self, *, device: str | None = None, kind: str | tuple[str, ...] | None = None
    ) -> dict[str, DType]:
        """The dtypes of a kind, or of several, that a device has, by name.

        >>> list(__array_namespace_info__().dtypes(kind="real floating"))
        ['float32', 'float64']
        """
        name = engine.Device.canonical(device)
        held = {n for n, how in support(name).items() if how != "missing"}
        found = [d for d in DTYPES if d.name in held]
        return {d.name: d for d in found if kind is None or isdtype(d, kind)}
