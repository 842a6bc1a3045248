"""Images at other sizes and places: interpolate, grid_sample, pixel_shuffle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.op import Op
from smelt.tensor.arithmetic import wide
from smelt.tensor.joining import one_of
from smelt.tensor.pooling import Pooling
from smelt.util.errors import ArgumentError, ShapeError

R = TypeVar("R", bound="Resampling")

CUBIC_SHARPNESS = -0.75  # PyTorch's; for antialias it takes Pillow's
CUBIC_SHARPNESS_ANTIALIAS = -0.5
MOST_PHASES = 4  # of new pixels for each old one, which are stored in turns

# How many axes a mode is named after; None is any number.
_MODES: dict[str, tuple[str, int | None]] = {
    "nearest": ("nearest", None),
    "nearest-exact": ("nearest-exact", None),
    "linear": ("linear", None),
    "bilinear": ("linear", 2),
    "trilinear": ("linear", 3),
    "cubic": ("cubic", None),
    "bicubic": ("cubic", 2),
    "area": ("area", None),
}
_REACH = {"linear": 1.0, "cubic": 2.0}  # of a filter, in pixels


class Resampling(Pooling):
    """Pixel i of n covers [i, i + 1); with align_corners pixels are points, the ends among them."""

    def interpolate(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | str | None = None,
        mode: str | bool = "linear",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        antialias: bool = False,
    ) -> Self:
        """Images of another `size`, or larger by `scale_factor`, along the last axes.

        A single number is for all axes after batch and channels. `mode` is nearest, nearest-exact,
        linear (bilinear, trilinear), cubic (bicubic) or area. `antialias` widens the filter of a
        smaller image so that every pixel counts. The default mode is tinygrad's, PyTorch's is
        nearest; the arguments may also come in tinygrad's order: size, mode, align_corners. The
        nearest modes take pixels of any dtype as they are; others make floats of integers.

        >>> Tensor([[[1.0, 3.0]]]).interpolate(4).tolist()
        [[[1.0, 1.5, 2.5, 3.0]]]
        """
        if isinstance(scale_factor, str):
            align_corners = mode if isinstance(mode, bool) else align_corners
            mode = scale_factor
            scale_factor = None
        kind, axes = _MODES.get(str(mode), ("", None))
        sizes, scales = self._new_sizes(size, scale_factor, bool(recompute_scale_factor))
        if not kind or axes not in (None, len(sizes)) or (antialias and kind not in _FILTERS):
            raise ArgumentError(
                "interpolate", f"mode={mode!r} for {len(sizes)} axes", f"one of {', '.join(_MODES)}"
            )
        if kind == "area":
            return self.adaptive_avg_pool2d(sizes)
        if kind.startswith("nearest"):
            return self._resampled(sizes, scales, kind, bool(align_corners), False)
        return self._blended(sizes, scales, kind, bool(align_corners), antialias)

    def _resampled(
        self, sizes: list[int], scales: list[float], kind: str, align: bool, antialias: bool
    ) -> Self:
        x = self
        exact = dtypes.float64 if self.dtype is dtypes.float64 else dtypes.float32
        for i, (n, scale) in enumerate(zip(sizes, scales, strict=True)):
            axis = self.ndim - len(sizes) + i
            old = x._static("interpolate", axis)
            if not old or n < 1:
                raise ShapeError("interpolate", f"{self.shape} to {tuple(sizes)}", "sizes from 1")
            if n == old and scale == 1:
                continue
            if kind.startswith("nearest") and n % old == 0 and scale == old / n:
                x = x.repeat_interleave(n // old, axis)
                continue
            times = n // old if scale * n == old else 0
            if kind in _REACH and 1 < times <= MOST_PHASES and not (align or antialias):
                x = x._enlarged(axis, times, kind)
                continue
            if align:
                scale = (old - 1) / (n - 1) if n > 1 else 0.0
            grid = x._make(ir.iota(n)).cast(exact)  # (n,)
            taps = (
                _filtered(grid, old, scale, kind)
                if antialias
                else _taps(_centre(grid, scale, kind, align), kind)
            )
            x = x._mixed(axis, *taps)
        return x

    _blended = wide(_resampled)

    def _new_sizes(
        self,
        size: int | Sequence[int] | None,
        scale_factor: float | Sequence[float] | None,
        recompute: bool,
    ) -> tuple[list[int], list[float]]:
        """The sizes of the last axes, and how many old pixels a new one takes."""
        given = size if scale_factor is None else scale_factor
        if given is None or (size is not None and scale_factor is not None):
            raise ArgumentError("interpolate", f"{size=}, {scale_factor=}", "one of the two")
        numbers = [given] * (self.ndim - 2) if isinstance(given, int | float) else list(given)
        n = len(numbers)
        if not 0 < n <= self.ndim:
            raise ShapeError("interpolate", f"{given} for {self.shape}", "a number for each axis")
        old = [self._static("interpolate", a) for a in range(self.ndim - n, self.ndim)]
        if scale_factor is None:
            new = [int(s) for s in numbers]
        else:
            new = [math.floor(o * f) for o, f in zip(old, numbers, strict=True)]
            if not recompute:
                return new, [1 / f for f in numbers]
        return new, [o / max(n, 1) for o, n in zip(old, new, strict=True)]

    def _enlarged(self, axis: int, times: int, kind: str) -> Self:
        """A whole number of new pixels for each: of one phase all mix their neighbours alike."""
        size, reach = self._static("interpolate", axis), int(_REACH[kind])
        around = [(reach, reach) if a == axis else (0, 0) for a in range(self.ndim)]
        x = self._surrounded(around, "replicate")
        phases: list[Self] = []
        for phase in range(times):
            place = (phase + 0.5) / times - 0.5
            first = math.floor(place) - reach + 1
            taps = [
                x.narrow(axis, reach + i, size) * _FILTERS[kind](abs(place - i), CUBIC_SHARPNESS)
                for i in range(first, first + 2 * reach)
            ]
            phases.append(sum(taps[1:], taps[0]))
        mixed = one_of(phases).movedim(0, axis + 1).flatten(axis, axis + 1)
        return mixed if kind == "linear" else mixed._once()  # 16 taps of 16 others are too many

    def _mixed(self, axis: int, places: Self, weights: Self | None) -> Self:
        """Along `axis` sums of the pixels at `places` (n, taps), those beyond an end being it."""
        inside = places.clamp(0, self._static("interpolate", axis) - 1)
        x = self[(*[slice(None)] * axis, inside)]  # (.., n, taps, ..)
        if weights is None:
            return x.squeeze(axis + 1)
        column = [1] * axis + list(weights.shape) + [1] * (self.ndim - axis - 1)
        return (x * weights.reshape(column))._reduce(Op.ADD, (axis + 1,), keepdim=False)

    # ---- at the places that a grid names ------------------------------------------------------

    @wide
    def grid_sample(
        self,
        grid: Self,
        mode: str = "bilinear",
        padding_mode: str = "zeros",
        align_corners: bool | None = False,
    ) -> Self:
        """The pixels of x (N, C, *sizes) at the places grid (N, *out, n) names: (N, C, *out).

        A place is (x, y) or (x, y, z), from -1 to 1 over the last, the last but one .. axis. `mode`
        is bilinear, nearest or bicubic; beyond the image are zeros, the border or a reflection.

        >>> x = Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
        >>> x.grid_sample(Tensor([[[[0.0, 0.0], [1.0, 1.0]]]]), align_corners=True).tolist()
        [[[[2.5, 4.0]]]]
        """
        n = self.ndim - 2
        kind = {"bilinear": "linear", "nearest": "round", "bicubic": "cubic"}.get(mode)
        if kind is None or (kind == "cubic" and n != 2):
            raise ArgumentError(
                "grid_sample", f"mode={mode!r} for {n} axes", "bilinear, nearest, or bicubic of 2"
            )
        if padding_mode not in ("zeros", "border", "reflection"):
            raise ArgumentError(
                "grid_sample", f"padding_mode={padding_mode!r}", "zeros, border or reflection"
            )
        if grid.ndim != self.ndim or grid.shape[-1] != n or grid.shape[0] != self.shape[0]:
            raise ShapeError(
                "grid_sample", f"x {self.shape}, grid {grid.shape}", f"a grid (N, *out, {n})"
            )
        out = grid.ndim - 2
        position: Self | None = None  # in the flattened image
        factor: Self | None = None
        for i in range(n):
            size = self._static("grid_sample", 2 + i)
            place = grid.cast(self.dtype).narrow(-1, n - 1 - i, 1).squeeze(-1)  # (N, *out)
            places, weights = _axis_taps(place, size, kind, padding_mode, bool(align_corners))
            column = [places.shape[0], 1, *places.shape[1 : 1 + out]]
            column += [places.shape[-1] if a == i else 1 for a in range(n)]
            places = places.reshape(column)  # (N, 1, *out, .. taps ..)
            position = places if position is None else position * size + places
            if weights is not None:
                weights = weights.reshape(column)
                factor = weights if factor is None else factor * weights
        assert position is not None
        index = position.flatten(1).unsqueeze(1).expand(-1, self.shape[1], -1)
        pixels = self.flatten(2).gather(2, index)
        pixels = pixels.reshape(*self.shape[:2], *position.shape[2:])  # (N, C, *out, *taps)
        taps = tuple(range(2 + out, pixels.ndim))
        return (pixels if factor is None else pixels * factor)._reduce(Op.ADD, taps, keepdim=False)

    def affine_grid(self, size: Sequence[int], align_corners: bool | None = False) -> Self:
        """The grid, for grid_sample, of images of `size` (N, C, *sizes) moved by theta = self.

        theta (N, n, n + 1): place = theta @ (x, y, .., 1).

        >>> Tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.5]]]).affine_grid((1, 1, 1, 2)).tolist()
        [[[[-0.5, 0.5], [0.5, 0.5]]]]
        """
        sizes = list(size[2:])
        n = len(sizes)
        if tuple(self.shape) != (size[0], n, n + 1):
            raise ShapeError("affine_grid", f"theta {self.shape}", f"({size[0]}, {n}, {n + 1})")
        parts = []
        for i in reversed(range(n)):
            ramp = self._make(ir.iota(sizes[i])).cast(self.dtype)
            if align_corners:
                ramp = ramp * (2 / max(1, sizes[i] - 1)) - (1.0 if sizes[i] > 1 else 0.0)
            else:
                ramp = (ramp * 2 + 1) / sizes[i] - 1
            parts.append(ramp.reshape([-1 if a == i else 1 for a in range(n)]).expand(sizes))
        parts.append(self._make(ir.const(1, self.dtype, tuple(sizes))))
        base = type(self).stack(parts, dim=-1).reshape(1, -1, n + 1)  # (1, prod(sizes), n + 1)
        return (base @ self.mT).reshape(size[0], *sizes, n)

    # ---- channels as pixels -------------------------------------------------------------------

    def pixel_shuffle(self, upscale_factor: int) -> Self:
        """(.., C * r * r, H, W) as (.., C, H * r, W * r): channels spread over r by r pixels.

        >>> Tensor([[[1]], [[2]], [[3]], [[4]]]).pixel_shuffle(2).tolist()
        [[[1, 2], [3, 4]]]
        """
        r = upscale_factor
        if self.ndim < 3 or r < 1 or self._static("pixel_shuffle", -3) % (r * r):
            raise ShapeError(
                "pixel_shuffle", f"{self.shape} by {r}", "a multiple of r * r channels"
            )
        x = self.unflatten(-3, (-1, r, r))  # (.., C, r, r, H, W)
        return x.movedim((-4, -3), (-3, -1)).flatten(-4, -3).flatten(-2)

    def pixel_unshuffle(self, downscale_factor: int) -> Self:
        """(.., C, H * r, W * r) as (.., C * r * r, H, W): what pixel_shuffle takes apart.

        >>> Tensor([[[1, 2], [3, 4]]]).pixel_unshuffle(2).tolist()
        [[[1]], [[2]], [[3]], [[4]]]
        """
        r = downscale_factor
        if self.ndim < 3 or r < 1 or any(self._static("pixel_unshuffle", a) % r for a in (-2, -1)):
            raise ShapeError("pixel_unshuffle", f"{self.shape} by {r}", "multiples of r pixels")
        x = self.unflatten(-1, (-1, r)).unflatten(-3, (-1, r))  # (.., C, H, r, W, r)
        return x.movedim((-3, -1), (-4, -3)).flatten(-5, -3)


# ---- which pixels, and how much of each ---------------------------------------------------------


def _centre(grid: R, scale: float, kind: str, align: bool) -> R:
    """Where in the old image the new pixels 0, 1 .. are."""
    if kind == "nearest" or align:
        return grid * scale
    if kind == "nearest-exact":
        return (grid + 0.5) * scale
    place = (grid + 0.5) * scale - 0.5
    return place.relu() if kind == "linear" else place


def _taps(place: R, kind: str) -> tuple[R, R | None]:
    """The pixels around a place, on a new last axis, and their weights; None is 1."""
    if kind == "round":
        return place.round().cast(dtypes.int32).unsqueeze(-1), None
    low = place.floor()
    first = low.cast(dtypes.int32).unsqueeze(-1)
    if kind.startswith("nearest"):
        return first, None
    reach = 1 if kind == "linear" else 2
    offsets = place._make(ir.iota(2 * reach, dtypes.int32)) - (reach - 1)
    part = (place - low).unsqueeze(-1)
    distance = (part - offsets.cast(place.dtype)).abs()
    return first + offsets, _FILTERS[kind](distance, CUBIC_SHARPNESS)


def _linear(distance: Any, _: float) -> Any:
    return (1 - distance) * (distance < 1)


def _cubic(distance: Any, a: float) -> Any:
    """Keys, "Cubic convolution interpolation for digital image processing", 1981."""
    d = distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return near * (d <= 1) + far * ((d > 1) & (d < 2))


_FILTERS: dict[str, Callable[[Any, float], Any]] = {"linear": _linear, "cubic": _cubic}


def _filtered(grid: R, old: int, scale: float, kind: str) -> tuple[R, R]:
    """All pixels that a new one covers, and their weights: the filter, as wide as a new pixel."""
    width = max(scale, 1.0)
    reach = _REACH[kind] * width
    centre = (grid + 0.5) * scale
    first = (centre - reach + 0.5).relu().trunc()
    end = (centre + reach + 0.5).trunc().minimum(old)
    count = min(old, 2 * math.ceil(reach) + 1)
    places = first.unsqueeze(-1) + grid._make(ir.iota(count)).cast(grid.dtype)  # (n, count)
    distance = ((places - centre.unsqueeze(-1) + 0.5) / width).abs()
    weights: R = _FILTERS[kind](distance, CUBIC_SHARPNESS_ANTIALIAS)
    weights = (places < end.unsqueeze(-1)).where(weights, 0)
    return places.cast(dtypes.int32), weights / weights.sum(-1, keepdim=True)


def _axis_taps(
    where: R, size: int, kind: str, padding_mode: str, align: bool
) -> tuple[R, R | None]:
    """For places from -1 to 1 along an axis: pixels inside of it, and their weights."""
    if align:
        place = (where + 1) * ((size - 1) / 2)
    else:
        place = ((where + 1) * size - 1) / 2
    if kind != "cubic":  # whose taps are moved inside one by one
        place = _moved(place, size, padding_mode, align)
    places, weights = _taps(place, kind)
    if padding_mode == "zeros":
        inside = (places >= 0) & (places < size)
        weights = inside.cast(where.dtype) if weights is None else inside.where(weights, 0)
    elif kind == "cubic" and padding_mode == "reflection":
        places = _moved(places.cast(where.dtype), size, padding_mode, align).cast(dtypes.int32)
    return places.clamp(0, size - 1), weights


def _moved(place: R, size: int, padding_mode: str, align: bool) -> R:
    """A place beyond the image as the one inside that stands for it."""
    if padding_mode == "zeros":
        return place
    if padding_mode == "reflection":
        low, span = (0.0, size - 1.0) if align else (-0.5, float(size))
        if span == 0:
            return place * 0
        far = (place - low).abs()
        turns = (far / span).floor()
        rest = far - turns * span
        even = (turns * 0.5).floor() * 2 == turns
        place = even.where(rest, span - rest) + low
    return place.clamp(0, size - 1)
