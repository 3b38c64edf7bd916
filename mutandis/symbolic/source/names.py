"""What a class or function is called in code, and the imports that make the name known.

A name comes from the public place of an object: `mt.oneof`, `nn.Conv2d`, the shortest package that
exports it. What cannot be imported, a class of `__main__` or one local to a function, is called by
its own name, and that name is listed as needed.
"""

from __future__ import annotations

import builtins
import keyword
import sys
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

from mutandis.symbolic.wrapper_names import place_of_wrapper

# Packages that are imported as a whole, and the name that everybody gives them.
_WHOLE = {
    'mutandis': 'mt',
    'numpy': 'np',
    'torch': 'torch',
    'datetime': 'datetime',
    'math': 'math',
    'operator': 'operator',
    'typing': 'typing',
}
_OWN = 'mutandis'
_LAYERS = 'mutandis.nn'
_OWN_AREA = 'mutandis.'  # An area that is imported from the package by its own name.


class Place(NamedTuple):
    """Where a name is public: a module, and the dotted name in it."""

    module: str
    name: str


class NoName(ValueError):
    """There is no name by which code could refer to an object."""


class Names:
    """The names of one piece of code.

    Args:
        main: Name under which the module `__main__` can be imported, None if it cannot.

    Attributes:
        needed: Objects that must be in scope under these names, since they cannot be imported.
    """

    def __init__(self, main: str | None = None) -> None:
        self.main = main
        self.needed: dict[str, Any] = {}
        # What each name stands for.
        self._taken: dict[str, Any] = {}
        self._numbers: dict[str, int] = {}
        self._whole: set[str] = set()
        self._from: dict[str, dict[str, str]] = {}
        # The objects are kept, so that their ids stay theirs.
        self._known: dict[int, tuple[Any, str]] = {}

    def refer(self, value: Any) -> str:
        """Returns the text by which code refers to a class, function or module-level object.

        Raises:
            NoName: There is none.
        """
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, self._text_of(value))
        return known[1]

    def _text_of(self, value: Any) -> str:
        place = public_place(value, self.main)
        if place is not None:
            return self.imported(*place)
        name = getattr(value, '__name__', None)
        if not (isinstance(name, str) and is_name(name)):
            raise NoName(
                f'{_kind(value)} {name or value!r} has no name that code could refer to. Define it '
                f'by `def` or `class` at the level of a module.'
            )
        name = self.new_name(name, value)
        self.needed[name] = value
        return name

    def imported(self, module: str, name: str) -> str:
        """Imports a name, and returns what it is called."""
        if module == 'builtins':
            return name
        first, _, rest = name.partition('.')
        if module == _OWN and first == 'nn':
            module = _OWN_AREA
        whole = self._whole_package(module)
        if whole is not None:
            self._whole.add(whole)
            path = f'{module}.{name}'.removeprefix(whole + '.')
            return f'{self._bound(_WHOLE[whole], (whole, None))}.{path}'
        module = _OWN if module == _OWN_AREA else module
        names = self._from.setdefault(module, {})
        if first not in names:
            names[first] = self._bound(first, (module, first))
        return f'{names[first]}.{rest}' if rest else names[first]

    def _whole_package(self, module: str) -> str | None:
        if module in _WHOLE:
            return module
        top = module.partition('.')[0]
        return top if top in ('torch', 'numpy') else None

    def _bound(self, preferred: str, meaning: Any) -> str:
        for name, known in self._taken.items():
            if isinstance(known, tuple) and known == meaning:
                return name
        return self.new_name(preferred, meaning)

    def new_name(self, preferred: str, meaning: Any = None) -> str:
        """Takes a name that is free: the preferred one, or that with a number."""
        name, number = preferred, self._numbers.get(preferred, 1)
        while name in self._taken or keyword.iskeyword(name) or _hides(name, meaning):
            number += 1
            name = f'{preferred}_{number}'
        self._numbers[preferred] = number
        self._taken[name] = meaning
        return name

    def reserve(self, name: str) -> None:
        """Keeps a name from being given to a variable; what is imported may have it."""
        self._taken.setdefault(name, ())

    def import_lines(self, line_length: int) -> list[str]:
        """The imports, in groups: of Python, of installed packages, of the user's own."""
        groups: dict[int, list[tuple[int, str, str]]] = {}
        for package in self._whole:
            name = self._bound(_WHOLE[package], (package, None))
            known_as = '' if name == package else f' as {name}'
            line = f'import {package}{known_as}'
            groups.setdefault(_group_of(package), []).append((0, package, line))
        for module, names in self._from.items():
            texts = [f'{n} as {known}' if n != known else n for n, known in sorted(names.items())]
            line = f'from {module} import {", ".join(texts)}'
            if len(line) > line_length:
                items = ''.join(f'    {text},\n' for text in texts)
                line = f'from {module} import (\n{items})'
            groups.setdefault(_group_of(module), []).append((1, module, line))
        lines: list[str] = []
        for group in sorted(groups):
            if lines:
                lines.append('')
            lines += [line for _, _, line in sorted(groups[group])]
        return lines


def is_name(text: Any) -> bool:
    """Whether a text can be a name in code."""
    return isinstance(text, str) and text.isidentifier() and not keyword.iskeyword(text)


def _hides(name: str, meaning: Any) -> bool:
    # A class of the user's may be called as a builtin; what is named here should not be.
    return meaning is None and hasattr(builtins, name)


def _kind(value: Any) -> str:
    return 'The class' if isinstance(value, type) else 'The function'


def _group_of(module: str) -> int:
    top = module.partition('.')[0]
    if top in sys.stdlib_module_names:
        return 0
    file = getattr(sys.modules.get(top), '__file__', None) or ''
    installed = top == _OWN or 'site-packages' in file or 'dist-packages' in file
    return 1 if installed else 2


# -- Public places.


def public_place(value: Any, main: str | None = None) -> Place | None:
    """Where an object can be imported from; None if nowhere."""
    if isinstance(value, types.ModuleType):
        return None
    module = getattr(value, '__module__', None)
    name = getattr(value, '__qualname__', None) or getattr(value, '__name__', None)
    if not isinstance(name, str):
        return None
    if not isinstance(module, str):  # Built-in functions of compiled modules.
        return _in_package(value, name)
    if any(not is_name(part) for part in name.split('.')):
        return None
    if module == '__main__':
        found = _find('__main__', name)
        return Place(main, name) if main is not None and found is value else None
    if module == _LAYERS or module == _OWN or module.startswith(_OWN + '.'):
        own = _own_place(value, name)
        if own is not None:
            return own
    if _find(module, name) is not value:
        place = place_of_wrapper(value)
        if place is None or not all(map(is_name, '.'.join(place).split('.'))):
            return _in_package(value, name)
        if place[0] == '__main__':
            return Place(main, place[1]) if main is not None else None
        return Place(*place)
    if not all(map(is_name, module.split('.'))):
        return None
    return Place(_shortest(module, name, value), name)


def _find(module: str, name: str) -> Any:
    found: Any = sys.modules.get(module)
    for part in name.split('.'):
        found = getattr(found, part, None)
    return found


def _shortest(module: str, name: str, value: Any) -> str:
    """The outermost package that exports an object."""
    parts = module.split('.')
    first = name.partition('.')[0]
    for count in range(1, len(parts)):
        package = '.'.join(parts[:count])
        # What a package exports lazily is not loaded for this.
        known = getattr(sys.modules.get(package), '__dict__', ())
        if first in known and _find(package, name) is value:
            return package
    return module


def _in_package(value: Any, name: str) -> Place | None:
    """The place of a function of a compiled module, in the package that shows it."""
    for package in ('torch', 'numpy', 'torch.nn.functional', 'math', 'operator'):
        if name.isidentifier() and _find(package, name) is value:
            return Place(package, name)
    name = getattr(value, '__name__', '')
    for package in ('torch', 'numpy'):
        if is_name(name) and _find(package, name) is value:
            return Place(package, name)
    return None


def _own_place(value: Any, name: str) -> Place | None:
    """The place of something of this library, as its users know it."""
    public: Any = sys.modules.get(_OWN)
    layers = sys.modules.get(_LAYERS)
    if value.__module__.startswith(_LAYERS) and layers is not None:
        if name in dir(layers) and getattr(layers, name) is value:
            return Place(_OWN, f'nn.{name}')
    for known_as in _names_in(public, value, name):
        return Place(_OWN, known_as)
    # Areas by what they are about, before the one that has all algorithms.
    areas = sorted(public._LAZY.items(), key=lambda item: item[0] == 'algorithms')
    for area, where in areas:
        module = (
            sys.modules.get(where[0]) if isinstance(where, tuple) and where[1] is None else None
        )
        if area in ('symbolic', 'object_utils') or module is None:
            continue
        for known_as in _names_in(module, value, name):
            return Place(_OWN, f'{area}.{known_as}')
    for area in ('typing', 'symbolic'):
        for known_as in _names_in(getattr(public, area), value, name):
            return Place(_OWN, f'{area}.{known_as}')
    return None


def _names_in(module: Any, value: Any, name: str) -> Iterator[str]:
    public = getattr(module, '__all__', ())
    if name.partition('.')[0] in public and _find(module.__name__, name) is value:
        yield name
    for other in public:
        found = vars(module).get(other)
        if found is value:
            yield other
        elif isinstance(found, types.ModuleType) and found.__name__ == f'{module.__name__}.{other}':
            if _find(found.__name__, name) is value:
                yield f'{other}.{name}'


__all__ = ['Names', 'NoName', 'Place', 'is_name', 'public_place']
