# SPDX-License-Identifier: Apache-2.0
"""Many measurements of one thing: the middle, and how far they lie apart."""

import statistics
from dataclasses import dataclass


@dataclass
class Spread:
    median: float
    least: float
    most: float

    def __format__(self, spec):
        return f"{self.median:{spec}} ({self.least:{spec}}-{self.most:{spec}})"


def spread(values):
    values = list(values)
    return Spread(statistics.median(values), min(values), max(values))
