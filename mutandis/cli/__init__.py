"""The command `mutandis`. It needs click and rich, which the extra `cli` installs.

One file for each group of commands; `commands` puts them together.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; what the installed command calls."""
    try:
        import click  # noqa: F401
        import rich  # noqa: F401
    except ImportError as e:
        sys.exit(
            f'The command line needs {e.name}, which is not installed. Install it with the extra '
            f'`cli`: pip install "mutandis[cli]"'
        )
    from mutandis.cli.commands import mutandis

    mutandis(prog_name='mutandis')


__all__ = ['main']
