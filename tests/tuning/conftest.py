"""Makes `tuning_helpers` importable for the tests of this folder."""

import gc
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def quick_collector():
    """Lets the collector look only at what the test makes, not at all that is loaded."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
