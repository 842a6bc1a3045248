"""`python -m tools.environment` writes docs/environment.md: every variable that smelt reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from smelt.util.flags import FLAGS, SMELT_CACHE, SMELT_THREADS, Flag

PAGE = Path(__file__).parent.parent / "docs" / "environment.md"
OF_THE_MACHINE = {SMELT_THREADS: "the cores it may use", SMELT_CACHE: "`~/.cache/smelt`"}

HEAD = """\
# Environment variables

Each is a flag: for a process it is set in the environment, for a while and in one thread by a
`Context`.

```python
from smelt import Context, Tensor

with Context(DEBUG=2):
    Tensor([1.0, 2.0]).exp().realize()  # prints a line for each kernel
```

A value that a flag does not take raises FlagError. `smelt doctor --flags` prints what
holds now, and `smelt doctor` names variables that look like one of these and are none.

| variable | default | values | what it does |
|---|---|---|---|
"""


def page() -> str:
    """The whole document."""
    return HEAD + "".join(map(_line, FLAGS.values()))


def _line(flag: Flag[Any]) -> str:
    default = OF_THE_MACHINE.get(flag) or f"`{flag.show(flag.default)}`".replace("`(empty)`", "")
    cells = (f"`{flag.name}`", default, flag.expected, flag.help)
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
