"""How a class of `torch.nn` becomes a symbolic class, once, when it is first asked for."""

import threading
from typing import Any

from mutandis.symbolic.class_wrapper import wrap

try:
    from torch import nn
except ImportError as e:
    raise ImportError(
        'mutandis.nn needs PyTorch, which is not installed. Install it with the extra `torch`: '
        'pip install "mutandis[torch]"',
        name='torch',
    ) from e

from mutandis.nn import constructors

# The package under whose name the classes are found by pickle and in JSON.
_PACKAGE = 'mutandis.nn'

_made: dict[str, type[nn.Module]] = {}
_lock = threading.RLock()


def names() -> list[str]:
    """Returns the public names of `torch.nn`, all of which are found here too."""
    return [name for name in dir(nn) if not name.startswith('_')]


def get(name: str) -> Any:
    """Returns the symbolic class of the layer `name`, or what else `torch.nn` calls so."""
    made = _made.get(name)
    if made is not None:
        return made
    if name.startswith('_') or not hasattr(nn, name):
        raise AttributeError(f"Neither '{_PACKAGE}' nor 'torch.nn' has {name!r}.", name=name)
    value = getattr(nn, name)
    if not (isinstance(value, type) and issubclass(value, nn.Module)) or value is nn.Module:
        return value
    with _lock:
        if name not in _made:
            _made[name] = _symbolic(name, value)
        return _made[name]


def _symbolic(name: str, cls: type[nn.Module]) -> type[nn.Module]:
    symbolic: type[nn.Module] = wrap(
        constructors.ADAPTED.get(name, cls), class_name=name, module_name=_PACKAGE
    )
    return symbolic
