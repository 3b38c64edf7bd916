"""Tables and errors of the commands."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Of a file or a pipe nobody knows how wide it is: lines are not broken for it.
_WIDE = 240

COLORS = {'applies': 'green', 'declines': 'yellow', 'breaks': 'bold red', 'not tested': 'dim'}


def print_table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Prints a table. The text of cells is shown as it is, whatever is in it."""
    console = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)
    table = Table(*titles, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(str(cell), style=COLORS.get(str(cell), '')) for cell in row))
    console.print(table)


@contextlib.contextmanager
def errors_as_messages(*kinds: type[Exception]) -> Iterator[None]:
    """Has errors of these kinds end the command with their message, and not with a traceback."""
    try:
        yield
    except kinds as e:
        raise click.ClickException(f'{e}') from e
