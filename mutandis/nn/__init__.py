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
"""

from typing import TYPE_CHECKING, Any

from mutandis.nn import layers as _layers

if TYPE_CHECKING:
    # For editors and type checkers the classes have PyTorch's signatures.
    from torch.nn import *  # noqa: F403
    from torch.nn import functional as functional
    from torch.nn import init as init


def __getattr__(name: str) -> Any:
    value = _layers.get(name)
    globals()[name] = value  # The next look-up does not come here.
    return value


def __dir__() -> list[str]:
    return _layers.names()
