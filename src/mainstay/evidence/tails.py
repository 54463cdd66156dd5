"""How likely a statistic as large as the one seen is, where nothing moved: chi-square's and Kolmogorov's distributions.

scipy.special has both, and takes 15 MB and a tenth of a second to import, more than the rest of a look at drift does.
"""

from __future__ import annotations

import math

TERMS = 100
SURE = 0.2
"""Below it Kolmogorov's tail is 1, to twelve digits, and its series would need more terms."""


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Chance that chi-square with so many degrees of freedom exceeds it (Abramowitz & Stegun 26.4.4 and 26.4.5)."""
    half, offset = statistic / 2, degrees % 2 / 2
    if half <= 0:  # which half of the smallest float is, too
        return 1.0
    powers = (i - offset for i in range(1 if offset else 0, (degrees + 1) // 2))
    tail = sum(math.exp(p * math.log(half) - half - math.lgamma(p + 1)) for p in powers)
    return min(1.0, tail + (math.erfc(math.sqrt(half)) if offset else 0.0))


def kolmogorov_tail(statistic: float) -> float:
    """Chance that Kolmogorov's statistic, the distance times the root of the rows, exceeds it (Smirnov 1948)."""
    if statistic < SURE:
        return 1.0
    square = 2 * statistic * statistic
    tail = sum((-1) ** (k - 1) * math.exp(-k * k * square) for k in range(1, TERMS + 1))
    return min(1.0, 2 * tail)
