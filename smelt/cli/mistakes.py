"""A picture of the images that a classifier got wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

Array = np.ndarray[Any, np.dtype[Any]]

COLUMNS = 6
DOUBTFUL = 12  # how many are shown when none is wrong
TILE, TEXT, MARGIN = 128, 44, 12  # pixels
PAPER, INK, RED = (255, 255, 255), (30, 30, 30), (190, 30, 30)


def draw_mistakes(
    path: str | os.PathLike[str], images: Array, labels: Array, scores: Array
) -> None:
    """Write a PNG of the images with the wrong answer, upscaled, the most confident one first.

    If none is wrong, it shows those whose right answer got the least probability.

    images: (N, H, W) from 0 (paper) to 1 (ink), labels: (N,), scores: (N, classes), probabilities.
    """
    from PIL import Image, ImageDraw, ImageFont

    answers = scores.argmax(-1)
    wrong = np.flatnonzero(answers != labels)
    if len(wrong):
        shown = wrong[np.argsort(-scores[wrong].max(-1), kind="stable")]
        title = f"{len(wrong)} of {len(labels)} digits read wrongly"
    else:
        right_scores = scores[np.arange(len(labels)), labels]
        shown = np.argsort(right_scores, kind="stable")[:DOUBTFUL]
        title = f"all {len(labels)} digits read rightly; the least certain ones"
    rows = -(-len(shown) // COLUMNS)
    width = COLUMNS * (TILE + MARGIN) + MARGIN
    height = TEXT + rows * (TILE + TEXT) + MARGIN
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    large, small = ImageFont.load_default(22), ImageFont.load_default(15)
    draw.text((MARGIN, MARGIN), title, INK, large)
    for place, i in enumerate(shown):
        left = MARGIN + place % COLUMNS * (TILE + MARGIN)
        top = TEXT + place // COLUMNS * (TILE + TEXT)
        sheet.paste(_tile(images[i]), (left, top))
        draw.rectangle((left - 1, top - 1, left + TILE, top + TILE), outline=INK)
        is_wrong = answers[i] != labels[i]
        text = f"is {labels[i]}, read {answers[i]} ({scores[i].max():.0%})"
        draw.text((left, top + TILE + 4), text, RED if is_wrong else INK, small)
    sheet.save(path)


def _tile(image: Array) -> Image.Image:
    """Dark ink on light paper, each pixel a square."""
    from PIL import Image

    grey = np.round(255 * (1 - np.clip(image, 0, 1))).astype(np.uint8)
    return Image.fromarray(grey).resize((TILE, TILE), Image.Resampling.NEAREST).convert("RGB")
