"""PyTorch's layers as symbolic classes: `from mutandis import nn` for `from torch import nn`.

Every class of `torch.nn` is here by the same name, made symbolic on first use. Its constructor
arguments are nodes of the program tree: they may be placeholders, and they can be rebound,
compared, saved and searched.

```python
layer = nn.Conv2d(3, mt.oneof([16, 32]), 3)     # a space of two layers
layer.rebind(out_channels=64)                   # nothing is open: a real torch.nn.Conv2d
```

With no placeholder in it, a layer *is* a `torch.nn.Module`: it trains, moves between devices and
has a state dict as any other. What is not a layer (`functional`, `init`, `utils`, `Module`,
`Parameter`, ...) is PyTorch's own.

`lift` makes a symbolic tree of any module that exists, and `build` a module of such a tree.
"""

import importlib as _importlib
from typing import TYPE_CHECKING, Any

from mutandis.nn import layers as _layers
from mutandis.nn import sequences as _sequences  # noqa: F401  # says how modules follow each other

if TYPE_CHECKING:
    # For editors and type checkers the classes have PyTorch's signatures.
    from torch.nn import *  # noqa: F403
    from torch.nn import functional as functional
    from torch.nn import init as init

    from mutandis.nn.building import build as build
    from mutandis.nn.freezing import freeze as freeze
    from mutandis.nn.lifting import Lifted as Lifted
    from mutandis.nn.lifting import Tied as Tied
    from mutandis.nn.lifting import lift as lift
    from mutandis.nn.module_arguments import register_arguments as register_arguments
    from mutandis.nn.observing import example_inputs as example_inputs
    from mutandis.nn.observing import observe as observe

# What is ours, loaded on first use.
_OWN = {
    'build': 'mutandis.nn.building',
    'example_inputs': 'mutandis.nn.observing',
    'freeze': 'mutandis.nn.freezing',
    'Lifted': 'mutandis.nn.lifting',
    'Tied': 'mutandis.nn.lifting',
    'lift': 'mutandis.nn.lifting',
    'observe': 'mutandis.nn.observing',
    'register_arguments': 'mutandis.nn.module_arguments',
}


def __getattr__(name: str) -> Any:
    own = _OWN.get(name)
    value = _layers.get(name) if own is None else getattr(_importlib.import_module(own), name)
    globals()[name] = value  # The next look-up does not come here.
    return value


def __dir__() -> list[str]:
    return sorted({*_layers.names(), *_OWN})
