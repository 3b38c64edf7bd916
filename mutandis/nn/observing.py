"""Running a model once, to see what goes into its parts and what comes out.

A rule that changes models which its author has never seen must know which shapes go where. Nothing
tells that better than a run on a small input: `example_inputs` says which, `observe` runs.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple

import torch
from torch import nn

from mutandis.nn.lifting import Lifted
from mutandis.symbolic import traverse
from mutandis.symbolic.traversal import TraverseAction


class Inputs(NamedTuple):
    """What a model is called with.

    Attributes:
        args: Positional arguments.
        kwargs: Keyword arguments.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def run(self, module: nn.Module) -> list[torch.Tensor]:
        """The tensors that a module returns for them, without gradients, by the same chance."""
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return list(tensors_of(module(*self.args, **self.kwargs)))


_INPUTS: ContextVar[Inputs | None] = ContextVar('mutandis_example_inputs', default=None)


@contextlib.contextmanager
def example_inputs(*args: Any, **kwargs: Any) -> Iterator[None]:
    """Tells the rules that are applied inside the block what the model is called with.

    They can then see which shapes go where, and prove that the changed model still runs. A batch
    of two small examples is enough.

    ::

        with mt.nn.example_inputs(torch.randn(2, 3, 32, 32)):
            mt.patch(mt.nn.lift(model), 'skip_connections?every=2')
    """
    token = _INPUTS.set(Inputs(args, kwargs))
    try:
        yield
    finally:
        _INPUTS.reset(token)


class Call(NamedTuple):
    """One call of a part of a model.

    Attributes:
        path: Where the part is in the tree.
        args: Positional arguments of the call.
        kwargs: Its keyword arguments.
        output: What it returned.
    """

    path: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    output: Any

    @property
    def input(self) -> torch.Tensor | None:
        """The first tensor among the arguments."""
        return next(tensors_of((self.args, self.kwargs)), None)


@dataclasses.dataclass
class Observation:
    """What was seen while a model ran in eval mode.

    Attributes:
        inputs: What it was called with.
        outputs: The tensors that it returned.
        calls: The calls of its parts, in the order in which they ended.
    """

    inputs: Inputs
    outputs: list[torch.Tensor]
    calls: list[Call]

    def of(self, path: str) -> list[Call]:
        """The calls of the part at a path."""
        return [call for call in self.calls if call.path == path]


def tensors_of(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in tuples, lists, dicts and data classes, in order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from tensors_of(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors_of(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from tensors_of(getattr(value, field.name))


def known_inputs(tree: Any) -> Inputs | None:
    """The example inputs of a model: those of `example_inputs`, or which it announces itself.

    Models announce theirs as `example_input_array` (Lightning) or `dummy_inputs` (transformers,
    diffusers).
    """
    given = _INPUTS.get()
    if given is not None:
        return given
    module = tree
    if isinstance(tree, Lifted):
        if tree._sym_kept is None:
            return None
        module = tree._sym_kept.module
    for name in ('example_input_array', 'dummy_inputs'):
        try:
            announced = getattr(module, name, None)
        except Exception:  # A property may fail, as any code of others.
            continue
        if isinstance(announced, Mapping) and announced:
            return Inputs((), dict(announced))
        if isinstance(announced, (tuple, list)):
            return Inputs(tuple(announced), {})
        if isinstance(announced, torch.Tensor):
            return Inputs((announced,), {})
    return None


def observe(tree: Any) -> Observation | None:
    """Runs what a tree describes on its example inputs, in eval mode and without gradients.

    Args:
        tree: A lifted module, or a module of `mutandis.nn`. A copy of it is run.

    Returns:
        What was seen; None if no example inputs are known.

    Raises:
        ValueError: The model cannot run on the inputs of `example_inputs`; or there are
            placeholders in the tree.
    """
    inputs = known_inputs(tree)
    if inputs is None:
        return None
    module, parts = _built_with_parts(tree)
    calls: list[Call] = []
    for path, part in parts.items():

        def note(_: Any, args: Any, kwargs: Any, output: Any, path: str = path) -> None:
            calls.append(Call(path, args, kwargs, output))

        part.register_forward_hook(note, with_kwargs=True)
    try:
        outputs = inputs.run(module.eval())
    except Exception as e:
        if _INPUTS.get() is None:
            # What it announces is not what it takes.
            return None
        raise ValueError(
            f'The model cannot run on the inputs of `example_inputs`: {type(e).__name__}: {e}'
        ) from e
    return Observation(inputs, outputs, calls)


def _built_with_parts(tree: Any) -> tuple[nn.Module, dict[str, nn.Module]]:
    """A copy of what a tree describes, and its parts by the path of their node."""
    from mutandis.nn.building import build_with_parts

    module, made = build_with_parts(tree)
    parts: dict[str, nn.Module] = {}

    def visit(path: Any, value: Any, parent: Any) -> TraverseAction:
        if id(value) in made:
            parts[str(path)] = made[id(value)]
        return TraverseAction.ENTER

    traverse(tree, visit)
    return module, parts
