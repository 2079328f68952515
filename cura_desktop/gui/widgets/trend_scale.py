"""Round values for an axis."""

from __future__ import annotations

from math import ceil, floor, log10


def nice_steps(low: float, high: float) -> list[float]:
    """Three to six round values that enclose `low` to `high`."""
    if high <= low:
        low, high = low - max(abs(low) * 0.05, 0.5), high + max(abs(high) * 0.05, 0.5)
    rough = (high - low) / 4
    size = 10.0 ** floor(log10(rough))
    step = size * next((factor for factor in (1, 2, 2.5, 5) if factor * size >= rough), 10)
    first, last = floor(low / step), ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]
