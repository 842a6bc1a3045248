"""Mutants that no test can kill, as they change nothing but speed, memory or a message.

A row: the file, the function, the edit as `tools.mutants` prints it, the reason. A test sees to it
that each row still names a mutant.
"""

from __future__ import annotations

EQUIVALENT: list[tuple[str, str, str, str]] = []
