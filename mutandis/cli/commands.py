"""The groups of commands, put together."""

from __future__ import annotations

import click

from mutandis.cli.patches import patches
from mutandis.version import __version__


@click.group(context_settings={'help_option_names': ['-h', '--help']})
@click.version_option(__version__, package_name='mutandis', prog_name='mutandis')
def mutandis() -> None:
    """Programs as mutable symbolic trees."""


mutandis.add_command(patches)
