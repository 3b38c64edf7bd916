"""Conformance suites: whoever adds a placeholder or an algorithm proves it with one line of pytest.

::

    import mutandis as mt

    TestMyAlgorithm = mt.testing.algorithm_suite(lambda: MyAlgorithm(seed=1))
    TestMyPlaceholder = mt.testing.placeholder_suite(lambda: MyPlaceholder(3))

Each of these classes has one test for each law that applies. The laws can also be checked without
pytest: `mt.testing.AlgorithmLaws(MyAlgorithm).check()`. What is ours passes the same suites.
"""

from mutandis.testing.algorithms import AlgorithmLaws, algorithm_suite
from mutandis.testing.laws import Laws, law, require
from mutandis.testing.placeholders import PlaceholderLaws, placeholder_suite
from mutandis.testing.spaces import random_space, search_spaces
from mutandis.testing.specs import SpecLaws, spec_suite

__all__ = [
    'AlgorithmLaws',
    'Laws',
    'PlaceholderLaws',
    'SpecLaws',
    'algorithm_suite',
    'law',
    'placeholder_suite',
    'random_space',
    'require',
    'search_spaces',
    'spec_suite',
]
