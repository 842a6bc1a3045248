"""Connectionist temporal classification: all ways to read a text out of a sequence of frames.

Source: Graves et al., "Connectionist Temporal Classification", ICML 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import smelt.ir.node as ir
from smelt.ir.op import Op
from smelt.tensor.network import Network
from smelt.tensor.repeat import repeat, row
from smelt.util.errors import DTypeError, ShapeError

N = TypeVar("N", bound=Network)
Lengths: TypeAlias = "int | Sequence[int] | N"

# The logarithm of a probability that is as good as 0. Sums of many of it stay finite, so that no
# gradient is the difference of infinities.
NEVER = -1e30


def ctc_score(
    logs: N, targets: N, frames: Lengths[N], lengths: Lengths[N], blank: int
) -> tuple[N, N]:
    """The logarithm of the probability of each target (N,), and the targets' lengths (N,).

    logs (T, N, C) are logarithms of the probabilities of C classes; of them the first `frames` (N,)
    count. targets (N, S), or (sum of lengths,) one after the other.
    """
    if logs.ndim != 3 or targets.ndim not in (1, 2):
        raise ShapeError(
            "ctc_loss", f"log_probs {logs.shape}, targets {targets.shape}",
            "(T, N, C), and (N, S) or (sum of lengths,)",
        )  # fmt: skip
    if not targets.dtype.is_int:
        raise DTypeError("ctc_loss", f"targets of {targets.dtype.name}", "integers")
    batch = logs._static("ctc_loss", 1)
    frames, lengths = _per_text(logs, frames, batch), _per_text(logs, lengths, batch)
    labels = _labels(targets.long(), lengths, batch, blank)  # (N, 2 * S + 1)
    index = labels.unsqueeze(0).expand(logs.shape[0], -1, -1)
    says = logs.gather(2, index).maximum(NEVER)  # what each state says in each frame
    number = logs._make(ir.iota(labels._static("ctc_loss", 1)))
    # Before the first frame only the state of the first blank is possible.
    start = number.eq(0).where(0.0, NEVER).cast(logs.dtype).expand(batch, -1)
    score = _read(says, frames, _skips(labels, blank), start)
    last = (2 * lengths).unsqueeze(1)
    ends = [number.eq(last), number.eq(last - 1)]  # the last blank, the last letter
    parts = [end.where(score, NEVER).max(1) for end in ends]
    return _log_sum(*parts), lengths


def _read(says: N, frames: N, skips: N, score: N) -> N:
    """The score of each state (N, states) after the last of the frames."""

    def read_frame(i: N, scores: tuple[N, ...]) -> tuple[N, ...]:
        (score,) = scores
        moved = skips.where(_later(score, 2, NEVER), NEVER)
        new = _log_sum(score, _later(score, 1, NEVER), moved) + row(says, i)
        return ((i < frames).unsqueeze(1).where(new, score),)

    return repeat(says._static("ctc_loss", 0), read_frame, (score,))[0]


def _skips(labels: N, blank: int) -> N:
    """Where a letter may follow the one before without a blank between: it is another one."""
    return labels.ne(blank) & labels.ne(_later(labels, 2, -1))


def _per_text(logs: N, lengths: Lengths[N], batch: int) -> N:
    """A length for each text (N,)."""
    given = lengths if isinstance(lengths, Network) else type(logs)(lengths, device=logs.device)
    if not given.dtype.is_int or given.node.shape not in ((), (1,), (batch,)):
        raise ShapeError("ctc_loss", f"lengths {given!r}", f"{batch} integers")
    return given.long().reshape(-1).expand(batch)


def _labels(targets: N, lengths: N, batch: int, blank: int) -> N:
    """Each target with a blank before, between and after its letters: (N, 2 * S + 1)."""
    if targets.ndim == 1 and batch == 1:
        targets = targets.unsqueeze(0)
    elif targets.ndim == 1:
        longest = int(lengths.max()._read("ctc_loss").item())
        start = lengths.cumsum(0) - lengths
        place = start.unsqueeze(1) + targets._make(ir.iota(longest))
        targets = targets[place.minimum(targets._static("ctc_loss", 0) - 1)]
    if targets.node.shape[0] != batch:
        raise ShapeError("ctc_loss", f"targets {targets.shape}", f"one for each of {batch} texts")
    s = targets._static("ctc_loss", 1)
    inside = targets._make(ir.iota(s)) < lengths.unsqueeze(1)
    letters = inside.where(targets, blank).unsqueeze(2)  # what is behind the end may be anything
    return letters.pad((1, 0), value=blank).flatten(1).pad((0, 1), value=blank)


def _later(x: N, by: int, value: float) -> N:
    """out[.., i] = x[.., i - by], `value` at the start."""
    return x.pad((by, -by), value=value)


def _log_sum(*logs: N) -> N:
    """log(sum(exp(x)))."""
    largest = logs[0]
    for x in logs[1:]:
        largest = largest._alu(Op.MAX, x)
    largest = largest._detached()
    total = (logs[0] - largest).exp()
    for x in logs[1:]:
        total = total + (x - largest).exp()
    return total.log() + largest
