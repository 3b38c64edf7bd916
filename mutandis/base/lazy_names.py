"""Names of a package that are loaded when they are first asked for (PEP 562)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

# The module that defines a name under the same name, or a module and the name there; without a
# name there, the module itself. A module that starts with a dot is one of the package.
Place = str | tuple[str, str | None]


def lazy_names(
    package: str, places: Mapping[str, Place]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Returns the `__getattr__` and the `__dir__` of a package.

    Args:
        package: `__name__` of the package.
        places: Where each name is found. The mapping is read at each look-up of a new name.

    Returns:
        A function that loads a name and binds it in the package, so that it is asked for it once;
        it raises `AttributeError` for names that are not in `places`. And one that lists all names,
        loaded or not.
    """

    def load(name: str) -> Any:
        place = places.get(name)
        if place is None:
            raise AttributeError(f'module {package!r} has no attribute {name!r}')
        where, attribute = (place, name) if isinstance(place, str) else place
        module = importlib.import_module(where, package)
        value = module if attribute is None else getattr(module, attribute)
        sys.modules[package].__dict__[name] = value
        return value

    def names() -> list[str]:
        return sorted({*sys.modules[package].__dict__, *places})

    return load, names


__all__ = ['Place', 'lazy_names']
