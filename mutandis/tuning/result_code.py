"""The best program of a search as a file of code: `result.save_code(path)`.

The file makes the program by calls of its classes and needs the search no more. What the program
that searched has defined itself (the module `__main__`) is imported from its file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from mutandis.base import files
from mutandis.symbolic.source.layout import Group, Text, lay_out, string
from mutandis.symbolic.source.names import Names, NoName, is_name
from mutandis.symbolic.source.writing import Code, check_name, write_code


class _Main(NamedTuple):
    """How the module `__main__` can be imported.

    Attributes:
        module: Its name as a module; None if it cannot be imported.
        folder: The folder that has to be searched for it; None if it is found anyway.
    """

    module: str | None
    folder: str | None


def save_code(
    program: Any,
    path: str | os.PathLike[str],
    name: str,
    run: Callable[[Any], Any] | None,
    line_length: int,
) -> Code:
    """Writes a program as a file of code; see `SearchResult.save_code`."""
    if program is None:
        raise ValueError('There is no best program to write: no trial was completed.')
    check_name(name)
    path = os.fspath(path)
    main = _find_main()
    names = Names(main.module)
    after = '' if run is None else _call(run, name, names)
    code = write_code(program, names, name, True, line_length, after=after)
    if code.needed:
        listed = ', '.join(map(repr, code.needed))
        raise ValueError(
            f'The file could not be run by itself: {listed} cannot be imported from anywhere. '
            f'Define it at the level of a module, in a file whose name is an identifier; or use '
            f'`mt.to_code`.'
        )
    folder = os.path.dirname(os.path.abspath(path))
    if main.folder is not None and main.folder != folder and f'from {main.module} import' in code:
        code = Code(_with_folder(code, main.folder, line_length), code.needed, code.notes)
    files.make_parent_dirs(path)
    files.writefile(path, str(code))
    return code


def _find_main() -> _Main:
    main = sys.modules.get('__main__')
    spec = getattr(main, '__spec__', None)
    if spec is not None and spec.name != '__main__':  # `python -m module`.
        name = spec.name.removesuffix('.__main__')
        return _Main(name if all(map(is_name, name.split('.'))) else None, None)
    file = getattr(main, '__file__', None)
    if file is None:
        return _Main(None, None)
    folder, base = os.path.split(os.path.abspath(file))
    module, extension = os.path.splitext(base)
    return _Main(module, folder) if is_name(module) and extension == '.py' else _Main(None, None)


def _call(run: Callable[[Any], Any], name: str, names: Names) -> str:
    try:
        function = names.refer(run)
    except NoName as e:
        raise ValueError(f'`run` cannot be called by the file: {e}') from None
    if not callable(run):
        raise TypeError(f'`run` must be a function of the program, got {run!r}.')
    return f'if __name__ == "__main__":\n    print({function}({name}))'


def _with_folder(code: str, folder: str, line_length: int) -> str:
    """Lets the imports of a file look into another folder."""
    call = Group('sys.path.insert(', [('', Text('0')), ('', Text(string(folder)))], ')', True)
    lines = f'import sys\n\n{lay_out("", call, line_length)}\n\n'
    if not code.startswith('"""'):
        return lines + code
    end = code.index('"""', 3) + 5
    return code[:end] + lines + code[end:]


__all__ = ['save_code']
