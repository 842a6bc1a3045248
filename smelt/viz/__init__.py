"""Pictures of what ran."""

from smelt.viz.draw import draw, draw_at_exit

__all__ = ["draw", "draw_at_exit"]
