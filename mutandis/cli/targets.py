"""What a command works on: a task file or a saved tree, and where it puts the result."""

from __future__ import annotations

import inspect
import io
import pathlib
import pickle
import sys
import types
from typing import Any

import click

from mutandis.base.files import write_atomically
from mutandis.symbolic import NonDeterministic, Symbolic, load, query, save
from mutandis.symbolic.source import to_code

# What of a task file is meant.
NAMES = ('space', 'model')


def run_file(path: str) -> dict[str, Any]:
    """Runs a Python file, as one would by `import`; returns its names."""
    file = pathlib.Path(path).resolve()
    # Under its own name, so that JSON and pickle call its classes by it.
    module = types.ModuleType(file.stem)
    module.__file__ = str(file)
    if getattr(sys.modules.get(file.stem), '__spec__', None) is None:
        # What somebody has imported by that name stays.
        sys.modules[file.stem] = module
    sys.path.insert(0, str(file.parent))
    try:
        exec(compile(file.read_bytes(), str(file), 'exec'), vars(module))
    finally:
        sys.path.remove(str(file.parent))
    return vars(module)


def read_target(path: str) -> Any:
    """Returns the symbolic value of a task file (`.py`) or of a saved tree (`.json`).

    Raises:
        ClickException: The file defines neither `space` nor `model`, or is of another kind.
        ValueError: A saved tree names a class that is not known here.
    """
    if path.endswith('.json'):
        # Data from elsewhere: registered classes only, nothing is imported or run.
        return _symbolic(load(path), path)
    if not path.endswith('.py'):
        raise click.ClickException(
            f'{path}: expected a task file (.py) that defines `space` or `model`, or a saved tree '
            f'(.json).'
        )
    names = run_file(path)
    found = next((names[name] for name in NAMES if name in names), None)
    if found is None:
        raise click.ClickException(f'{path} defines neither `space` nor `model`.')
    if inspect.isfunction(found):
        found = found()
    return _symbolic(found, path)


def _symbolic(value: Any, path: str) -> Any:
    if isinstance(value, Symbolic):
        return value
    if 'torch' in sys.modules:
        from torch.nn import Module

        if isinstance(value, Module):
            from mutandis.nn.lifting import lift

            return lift(value)
    raise click.ClickException(
        f'{path}: a patch needs a symbolic value or a `torch.nn.Module`, but this is {value!r}.'
    )


def _is_open(value: Any) -> bool:
    return isinstance(value, NonDeterministic)


def write_result(value: Any, path: str) -> None:
    """Saves a tree: as `.json`, as code (`.py`), or the module that it describes (`.pt`).

    Raises:
        ClickException: The file is of another kind, or `torch.save` cannot write the module.
    """
    if path.endswith('.json'):
        save(value, path)
    elif path.endswith('.py'):
        name = NAMES[0] if query(value, where=_is_open) else NAMES[1]
        pathlib.Path(path).write_text(to_code(value, name=name), encoding='utf-8')
    elif path.endswith(('.pt', '.pth')):
        import torch

        from mutandis.nn.building import build

        # Not to the file at once: one that is there already outlives a failure.
        content = io.BytesIO()
        try:
            torch.save(build(value), content)
        except (pickle.PicklingError, AttributeError) as e:
            raise click.ClickException(
                f'{path}: torch.save cannot write this module: {e}. Define its classes at the top '
                f'level of a file whose name no other module has.'
            ) from e
        write_atomically(path, content.getvalue())
    else:
        raise click.ClickException(
            f'{path}: a result is written as .json (the tree, without weights), as .py (the code '
            f'that makes it) or as .pt (the module, by torch.save).'
        )
