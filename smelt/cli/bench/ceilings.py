"""What limits a row: the arithmetic of its dtype or the memory traffic, both measured here."""

from __future__ import annotations

from dataclasses import dataclass

from smelt.program import Cost
from smelt.runtime.peaks import FAR_NBYTES, Peaks, measure_far, measure_peaks


@dataclass(frozen=True)
class Limits:
    """The ceilings of this machine with its present number of threads, as measured in this run."""

    peaks: Peaks
    far_gbytes: float = 0.0  # read from memory, of more than the caches hold; 0: not measured

    def seconds(self, dtype: str, cost: Cost) -> float:
        """The least time in which `cost` can be had."""
        return max(self._arithmetic(dtype, cost), self._traffic(cost)) / 1e9

    def is_arithmetic(self, dtype: str, cost: Cost) -> bool:
        """Whether that time is arithmetic's, and not memory's."""
        return self._arithmetic(dtype, cost) >= self._traffic(cost)

    def _arithmetic(self, dtype: str, cost: Cost) -> float:
        return cost.flops / self.peaks.gflops_of(dtype)

    def _traffic(self, cost: Cost) -> float:
        """As much read as written goes at the speed of a copy, what is read beyond at its own.

        That depends on whether it can have been in the cache that all cores share.
        """
        peaks = self.peaks
        both = 2 * min(cost.bytes_read, cost.bytes_written)
        rest = cost.bytes_read + cost.bytes_written - both
        alone = peaks.read_gbytes if cost.bytes_read > cost.bytes_written else peaks.copy_gbytes
        if self.far_gbytes and cost.bytes_read + cost.bytes_written >= FAR_NBYTES:
            alone = self.far_gbytes
        return both / peaks.copy_gbytes + rest / alone

    def best(self, other: Limits) -> Limits:
        """The higher of each ceiling: what was disturbed by other processes is too low."""
        mine, theirs = vars(self.peaks), vars(other.peaks)
        peaks = {
            name: max(value, theirs[name]) if isinstance(value, float) else value
            for name, value in mine.items()
        }
        peaks["dots"] = {name: max(n, theirs["dots"][name]) for name, n in mine["dots"].items()}
        return Limits(Peaks(**peaks), max(self.far_gbytes, other.far_gbytes))


def measure_limits() -> Limits:
    """All ceilings, measured now; takes about 0.6 s."""
    return Limits(measure_peaks(), measure_far())
