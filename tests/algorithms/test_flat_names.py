"""Every algorithm is found at one place, and loaded when it is used."""

import subprocess
import sys

import pytest

from mutandis import algorithms


def test_all_names():
    for name in algorithms.__all__:
        assert getattr(algorithms, name) is not None
        assert name in dir(algorithms)
    assert algorithms.regularized_evolution is algorithms.evolution.regularized_evolution
    with pytest.raises(AttributeError):
        _ = algorithms.none


def test_algorithms_load_no_network_and_no_loop():
    code = (
        'import sys; from mutandis.algorithms import evolution; '
        'print([m for m in ("torch", "numpy", "mutandis.nn", "mutandis.tuning") '
        'if m in sys.modules])'
    )
    out = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == '[]'
