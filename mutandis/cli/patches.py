"""`mutandis patches`: what rules are installed, what they do, and whether they do it."""

from __future__ import annotations

import inspect
from typing import Any

import click

from mutandis.cli.output import errors_as_messages, print_table
from mutandis.cli.targets import read_target, run_file, write_result
from mutandis.symbolic import Symbolic
from mutandis.symbolic.patching import NotApplicable, from_uri, patch, registry
from mutandis.symbolic.rewrites import History, history, now
from mutandis.typing import MISSING_VALUE, Argument, Enum, Float, Int, signature


@click.group()
def patches() -> None:
    """Rules that change programs: list, show, apply and test them."""


def full_name(entry: registry.Registered) -> str:
    return f'{entry.package}.{entry.name}'


def _arguments(cls: Any) -> list[Argument]:
    """The arguments of a patcher, without the tree that it is applied to."""
    return [arg for arg in signature(cls).named_args if arg.name != cls._sym_target]


def _default(arg: Argument) -> Any:
    return arg.value_spec.default


def _type_text(arg: Argument) -> str:
    spec = arg.value_spec
    if isinstance(spec, Enum):
        text = ' | '.join(str(value) for value in spec.values)
    else:
        text = type(spec).__name__
        if isinstance(spec, (Int, Float)):
            limits = [('>=', spec.min_value), ('<=', spec.max_value)]
            text += ''.join(f' {sign} {limit}' for sign, limit in limits if limit is not None)
    return f'{text} | None' if spec.is_noneable and not isinstance(spec, Enum) else text


def _argument_text(arg: Argument) -> str:
    default = _default(arg)
    return arg.name if MISSING_VALUE == default else f'{arg.name}={default}'


def _origin(entry: registry.Registered) -> str:
    package = registry.package_of(entry.patcher)
    if package is None:
        return f'module {entry.patcher.__module__}'
    return f'{package.distribution} {package.version}'


def _broken_packages() -> list[registry.PatchPackage]:
    """Those that are installed and cannot be loaded."""
    return [each for each in registry.patch_packages().values() if each.error is not None]


def _summary(cls: Any) -> str:
    return (inspect.cleandoc(cls.__doc__ or '').splitlines() or [''])[0]


@patches.command('list')
def list_() -> None:
    """Prints all patches that are installed."""
    entries = registry.registered()
    if entries:
        print_table(
            ['patch', 'arguments', 'from', 'what it does'],
            [
                [
                    full_name(entry),
                    ', '.join(map(_argument_text, _arguments(entry.patcher))),
                    _origin(entry),
                    _summary(entry.patcher),
                ]
                for entry in entries
            ],
        )
    else:
        click.echo('No patches are installed.')
    broken = _broken_packages()
    if broken:
        click.echo('These packages of patches cannot be loaded:')
        for package in broken:
            click.echo(f'  {package.distribution} {package.version}: {package.error}')


@patches.command()
@click.argument('name')
def show(name: str) -> None:
    """Prints what the patch NAME does, its arguments, and where it comes from."""
    with errors_as_messages(KeyError, ValueError, ImportError):
        cls = type(from_uri(name))
    entry = next(each for each in registry.registered() if each.patcher is cls)
    click.echo(f'{full_name(entry)}, from {_origin(entry)}\n')
    # The arguments follow as a table.
    click.echo(inspect.cleandoc(cls.__doc__ or '').partition('\nArgs:')[0].rstrip() + '\n')
    arguments = _arguments(cls)
    if not arguments:
        click.echo('It has no arguments.')
        return
    print_table(
        ['argument', 'type', 'default', 'meaning'],
        [
            [
                arg.name,
                _type_text(arg),
                '(none)' if MISSING_VALUE == _default(arg) else repr(_default(arg)),
                _description(cls, arg),
            ]
            for arg in arguments
        ],
    )


def _description(cls: Any, arg: Argument) -> str:
    field = cls.__schema__.get_field(arg.name)
    return ' '.join((field.description or '').split()) if field is not None else ''


@patches.command()
@click.argument('patch_strings', metavar='PATCH...', nargs=-1, required=True)
@click.argument('target', type=click.Path(exists=True, dir_okay=False))
@click.option('-o', '--output', type=click.Path(dir_okay=False), help='Where to put the result.')
def apply(patch_strings: tuple[str, ...], target: str, output: str | None) -> None:
    """Applies patches to TARGET and prints what changes.

    TARGET is a Python file that defines `space` or `model` (a value, or a function that makes it),
    which is run; or a tree saved as JSON, which is read as data. The result goes to OUTPUT: the
    tree as .json, the code that makes it as .py, the module as .pt, by torch.save.
    """
    with errors_as_messages(KeyError, ValueError, TypeError, ImportError):
        rules = [from_uri(each) for each in patch_strings]
        tree = read_target(target)
        start = now()
        try:
            result = patch(tree, list(rules))
        except NotApplicable as e:
            raise click.ClickException(f'The patch declines: {e}. Nothing is changed.') from e
        click.echo(_difference(result, start))
        if output is not None:
            write_result(result, output)
            click.echo(f'written to {output}')


def _difference(result: Any, start: int) -> str:
    if not isinstance(result, Symbolic):
        return f'the result is {result!r}'
    changes = [change for change in history(result).changes if change.number > start]
    lines = [str(History(_shown(changes), {}))]
    origin = result.sym_origin
    applied = [] if origin is None else origin.chain('patch')
    lines += [f'patched by {step.source!r}' for step in reversed(applied)]
    return '\n'.join(lines)


def _shown(changes: list[Any]) -> list[Any]:
    """The changes of what was there before: not those inside of what has been put in since."""
    changed: set[tuple[Any, ...]] = set()
    shown: list[Any] = []
    for change in changes:
        keys = tuple(change.path.keys)
        # The replacement of a whole tree is noted by what made the new one, and by the patch.
        again = bool(shown) and shown[-1].new is change.new and shown[-1].path == change.path
        if not again and not any(keys[:length] in changed for length in range(len(keys))):
            shown.append(change)
        changed.add(keys)
    return shown


@patches.command()
@click.argument('patch_strings', metavar='[PATCH]...', nargs=-1)
@click.option(
    '--models',
    type=click.Path(exists=True, dir_okay=False),
    help='A Python file that defines `models`: name -> (function that makes one, its inputs).',
)
@click.option('-v', '--verbose', is_flag=True, help='Print the tracebacks of what breaks.')
@click.pass_context
def test(
    context: click.Context, patch_strings: tuple[str, ...], models: str | None, verbose: bool
) -> None:
    """Checks patches (all that are installed by default) against a set of models.

    A patch applies or declines with a reason. Where it applies, the patched model must build, run
    forward and backward, and return what has the shapes that it had before. Each is tried with
    example inputs known to the patch, and without. Ends with status 1 if something breaks.
    """
    import torch
    from rich.console import Console
    from rich.progress import track

    from mutandis.cli.patch_checks import check, models_from
    from mutandis.cli.zoo import MODELS

    # The models are small: more threads would wait for each other.
    torch.set_num_threads(1)
    console = Console(stderr=True)
    with errors_as_messages(KeyError, ValueError, TypeError, ImportError):
        zoo = MODELS if models is None else models_from(run_file(models), models)
        rules = _rules(patch_strings)
    rows, details = [], []
    for uri, missing in track(
        rules, 'checking', console=console, transient=True, disable=not console.is_terminal
    ):
        if missing:
            rows.append([uri, '(all)', 'not tested', f'it needs {", ".join(missing)}'])
            continue
        for name, (make, inputs) in zoo.items():
            outcome = check(uri, make, inputs)
            rows.append([uri, name, outcome.status, outcome.detail])
            if outcome.traceback is not None:
                details.append(f'{uri} on {name}:\n{outcome.traceback}')
    print_table(['patch', 'model', 'result', 'why'], rows)
    counts = {
        kind: sum(row[2] == kind for row in rows) for kind in ('applies', 'declines', 'breaks')
    }
    click.echo(', '.join(f'{kind}: {count}' for kind, count in counts.items()))
    broken = [] if patch_strings else _broken_packages()
    for package in broken:
        click.echo(f'cannot be loaded: {package.distribution}: {package.error}')
    if verbose:
        click.echo('\n'.join(details))
    if counts['breaks'] or broken:
        context.exit(1)


def _rules(patch_strings: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """The patches to check, each with those of its arguments that have no value."""
    names = list(patch_strings) or [full_name(entry) for entry in registry.registered()]
    rules = []
    for uri in names:
        patcher = from_uri(uri)
        missing = [
            arg.name
            for arg in _arguments(type(patcher))
            if MISSING_VALUE == _default(arg) and arg.name not in patcher.specified_args
        ]
        rules.append((uri, missing))
    return rules
