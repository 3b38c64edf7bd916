"""Ten rules for models that their authors have never seen.

Importing the package registers them; an entry point in `pyproject.toml` has mutandis import it. A
rule finds its places by `mt.select`, in models lifted from PyTorch and in models of `mutandis.nn`,
shows that shapes stay right, and declines where it cannot.
"""

from patch_library.activations import swap_activation
from patch_library.averaging import ema
from patch_library.deeper import deepen
from patch_library.depth import stochastic_depth
from patch_library.excitation import squeeze_excite
from patch_library.low_rank import lora
from patch_library.norms import swap_norm
from patch_library.optimizers import replace_optimizer
from patch_library.skips import skip_connections
from patch_library.wider import widen

__all__ = [
    'deepen',
    'ema',
    'lora',
    'replace_optimizer',
    'skip_connections',
    'squeeze_excite',
    'stochastic_depth',
    'swap_activation',
    'swap_norm',
    'widen',
]
