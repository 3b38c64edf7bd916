"""Recombinators: children of several parents.

*Point-wise* ones (`point_wise.py`) merge the decisions of the parents at each point; by
*segment-wise* ones (`segment_wise.py`) two parents exchange stretches of decisions; those of
*permutations* (`permutation.py`) make new orders of the orders of two parents.
`SimulatedBinary` (`simulated_binary.py`) makes floats near those of two parents.
"""

from mutandis.algorithms.evolution.permutation import (
    Cycle,
    Order,
    PartiallyMapped,
    Permutation,
)
from mutandis.algorithms.evolution.point_wise import (
    Average,
    Numeric,
    PointWise,
    Sample,
    Uniform,
    WeightedAverage,
)
from mutandis.algorithms.evolution.segment_wise import KPoint, Segmented, SegmentWise
from mutandis.algorithms.evolution.simulated_binary import SimulatedBinary

__all__ = [
    'Average',
    'Cycle',
    'KPoint',
    'Numeric',
    'Order',
    'PartiallyMapped',
    'Permutation',
    'PointWise',
    'Sample',
    'SegmentWise',
    'Segmented',
    'SimulatedBinary',
    'Uniform',
    'WeightedAverage',
]
