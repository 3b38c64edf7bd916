"""The patchers that are known, by name.

A patcher belongs to the top-level package of the module that defines it, and is known by its name
and by `package.name`. Packages that are installed announce theirs by an entry point of the group
`mutandis.patchers`, whose value is a module; importing it registers its patchers. They are loaded
when a patcher is looked up for the first time.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

ENTRY_POINTS = 'mutandis.patchers'

_LOCK = threading.RLock()
# name -> package -> patcher class.
_patchers: dict[str, dict[str, Any]] = {}
_allow_repeated = [True]


class PatchPackage(NamedTuple):
    """An installed package of patchers.

    Attributes:
        name: Top-level name of its modules: the namespace of its patchers.
        distribution: Name of what was installed.
        version: Its version.
        error: Why it could not be loaded; None if it could.
    """

    name: str
    distribution: str
    version: str
    error: str | None = None


class Registered(NamedTuple):
    """A patcher that is known.

    Attributes:
        package: Its namespace.
        name: Its name there.
        patcher: Its class.
    """

    package: str
    name: str
    patcher: Any


_packages: dict[str, PatchPackage] | None = None


class AmbiguousNameError(KeyError, ValueError):
    """Several packages have a patcher of one name."""

    def __str__(self) -> str:
        # `KeyError` would show the message as a quoted string.
        return str(self.args[0])


def register(name: str, package: str, cls: Any) -> None:
    """Makes a patcher known.

    Raises:
        KeyError: The package has one of that name, and repeated registration is not allowed.
    """
    with _LOCK:
        known = _patchers.get(name, {})
        if package in known and not _allow_repeated[0]:
            raise KeyError(
                f'A patcher {name!r} is registered already: {known[package]!r}. Choose another '
                f'name, or call `allow_repeated_patcher_registration(True)`.'
            )
        _patchers.setdefault(name, {})[package] = cls


def allow_repeated_patcher_registration(allow: bool = True) -> None:
    """Says whether a patcher may take the name of another one of its package, in this process.

    It may by default: then the later one counts.
    """
    _allow_repeated[0] = allow


def patcher_names() -> list[str]:
    """The names of all patchers, in the order of their registration.

    Where several packages have one of a name, they are `package.name`.
    """
    patch_packages()
    with _LOCK:
        return [
            name if len(owners) == 1 else f'{package}.{name}'
            for name, owners in _patchers.items()
            for package in owners
        ]


def registered() -> list[Registered]:
    """All patchers, sorted by package and name."""
    patch_packages()
    with _LOCK:
        return sorted(
            Registered(package, name, cls)
            for name, owners in _patchers.items()
            for package, cls in owners.items()
        )


def find(name: str) -> Any:
    """The patcher class of a name or of `package.name`; None if there is none.

    Raises:
        AmbiguousNameError: Several packages have one of that name.
        ImportError: The package of the name could not be loaded.
    """
    packages = patch_packages()
    package, _, bare = name.rpartition('.')
    with _LOCK:
        owners = _patchers.get(bare, {})
        if not package and len(owners) > 1:
            choices = ' or '.join(repr(f'{owner}.{bare}') for owner in sorted(owners))
            raise AmbiguousNameError(
                f'Several packages have a patcher {bare!r}. Say which one: {choices}.'
            )
        if package:
            found = owners.get(package)
        else:
            found = next(iter(owners.values()), None)
    if found is None and package in packages and packages[package].error is not None:
        raise ImportError(
            f'The patchers of the package {package!r} cannot be loaded: {packages[package].error}'
        )
    return found


def patch_packages() -> dict[str, PatchPackage]:
    """The installed packages of patchers, by their name; loads them the first time."""
    global _packages
    with _LOCK:
        if _packages is None:
            from importlib import metadata

            # Set first: a package may patch while it is imported.
            _packages = {}
            for entry_point in metadata.entry_points(group=ENTRY_POINTS):
                _load(entry_point, _packages)
        return dict(_packages)


def _load(entry_point: Any, packages: dict[str, PatchPackage]) -> None:
    error = None
    try:
        entry_point.load()
    except Exception as e:  # One broken package must not hide the others.
        error = f'{type(e).__name__}: {e}'
    name = entry_point.value.partition(':')[0].partition('.')[0]
    dist = entry_point.dist
    distribution, version = (dist.name, dist.version) if dist is not None else (name, '')
    other = packages.get(name)
    if other is not None and other.distribution != distribution:
        # Python imports one of them; nobody would know whose patches these are.
        error = (
            f'{other.distribution} {other.version} and {distribution} {version} both announce '
            f'patchers of a module {name!r}; uninstall one of them'
        )
    packages[name] = PatchPackage(name, distribution, version, error)


def package_of(cls: Any) -> PatchPackage | None:
    """The installed package of a patcher class; None if it comes from elsewhere."""
    return (_packages or {}).get(cls.__module__.partition('.')[0])
