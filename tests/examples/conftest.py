"""The package of patches in `examples/patch_library` can be imported by the tests here."""

import sys
from pathlib import Path

PACKAGE = str(Path(__file__).parents[2] / 'examples' / 'patch_library')
if PACKAGE not in sys.path:
    sys.path.append(PACKAGE)
