"""How tensors are printed, and how notebooks show them."""

from __future__ import annotations

from typing import Any

import numpy as np

from smelt.util.errors import ArgumentError

Array = np.ndarray[Any, Any]

PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 75},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 75},
    "full": {"precision": 4, "threshold": 2**62, "edgeitems": 3, "linewidth": 75},
}
MOST_CELLS = 20  # along each axis of a table in a notebook; of more only those at the ends
_NUMPYS = ("floatmode", "formatter", "infstr", "nanstr", "sign", "suppress")
_options: dict[str, Any] = dict(PROFILES["default"])


def set_printoptions(
    precision: int | None = None,
    threshold: int | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
    **others: Any,
) -> None:
    """How tensors are printed from now on; what is not given stays.

    `precision` digits behind the point; of more than `threshold` elements only `edgeitems` at each
    end of an axis; lines of `linewidth`. `profile` is PyTorch's "default", "short" or "full",
    `sci_mode=False` its way to say numpy's `suppress=True`: no exponents. The others are numpy's.

    >>> from smelt import Tensor
    >>> set_printoptions(precision=2)
    >>> Tensor([3.14159])
    Tensor([3.14], dtype=float32, device=...)
    >>> set_printoptions(profile="default")
    """
    if profile is not None and profile not in PROFILES:
        raise ArgumentError("set_printoptions", f"profile {profile!r}", " or ".join(PROFILES))
    unknown = [name for name in others if name not in _NUMPYS]
    if unknown:
        raise ArgumentError("set_printoptions", ", ".join(unknown), ", ".join(_NUMPYS))
    given = {
        "precision": precision, "threshold": threshold, "edgeitems": edgeitems,
        "linewidth": linewidth, **others,
    }  # fmt: skip
    if sci_mode is not None:
        given["suppress"] = not sci_mode
    wanted = {name: value for name, value in given.items() if value is not None}
    with np.printoptions(**wanted):  # raises for a value that makes no sense
        pass
    if profile is not None:
        _options.clear()
        _options.update(PROFILES[profile])
    _options.update(wanted)


def get_printoptions() -> dict[str, Any]:
    """What `set_printoptions` has set.

    >>> get_printoptions()["precision"]
    4
    """
    return dict(_options)


def text_of(values: Array, prefix: str = "") -> str:
    """An array as text; what follows the first line stands behind `prefix`."""
    with np.printoptions(**_options):
        return np.array2string(values, separator=", ", prefix=prefix)


def html_of(values: Array, caption: str) -> str:
    """A table of an array with one or two axes, as text of one with more."""
    if values.ndim not in (1, 2) or not values.size:
        return f"<pre>{_escaped(text_of(values))}</pre><div>{_escaped(caption)}</div>"
    rows = values.reshape(-1, values.shape[-1])
    body = "".join(_row(_ends(row) if row is not None else [None]) for row in _ends(rows))
    return f"<table><caption>{_escaped(caption)}</caption><tbody>{body}</tbody></table>"


def _ends(values: Any) -> list[Any]:
    """The elements along the first axis; of many those at both ends, and None between them."""
    if len(values) <= MOST_CELLS:
        return list(values)
    edge = int(_options["edgeitems"])
    return [*values[:edge], None, *values[-edge:]]


def _row(values: list[Any]) -> str:
    texts = ("…" if v is None else _escaped(text_of(np.asarray(v))) for v in values)
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


def _escaped(text: str) -> str:
    from html import escape  # a table of all entities: only notebooks need it

    return escape(text)
