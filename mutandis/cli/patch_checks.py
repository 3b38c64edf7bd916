"""Checking that a patch does what every patch promises, on a model that it has never seen."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import click
import torch
from torch import nn

from mutandis.nn.building import build
from mutandis.nn.lifting import Lifted, lift
from mutandis.nn.observing import Inputs, example_inputs, tensors_of
from mutandis.symbolic import Symbolic, eq, select
from mutandis.symbolic.patching import NotApplicable, patch

Zoo = Mapping[str, tuple[Callable[[], Any], Any]]


class Outcome(NamedTuple):
    """What came of a patch on a model.

    Attributes:
        status: `applies`, `declines` or `breaks`.
        detail: Why.
        traceback: Of the error, if it breaks.
    """

    status: str
    detail: str = ''
    traceback: str | None = None


class BrokenModelError(Exception):
    """A patched model is not what it should be."""


def models_from(names: Mapping[str, Any], path: str) -> Zoo:
    """The models that a file defines.

    Raises:
        ClickException: It defines none, or not as pairs.
    """
    models = names.get('models')
    if not isinstance(models, Mapping) or not all(
        isinstance(each, tuple) and len(each) == 2 and callable(each[0]) for each in models.values()
    ):
        raise click.ClickException(
            f'{path} must define `models`, a dict from names to pairs: a function that makes the '
            f'model, and its example inputs (a tuple of arguments, a dict of keyword arguments, or '
            f'one tensor).'
        )
    return models


def inputs_of(given: Any) -> Inputs:
    """What a model is called with, as the file of models tells it."""
    if isinstance(given, Mapping):
        return Inputs((), dict(given))
    if isinstance(given, tuple):
        return Inputs(given, {})
    return Inputs((given,), {})


def check(uri: str, make: Callable[[], Any], given: Any) -> Outcome:
    """Applies a patch to a model, once with known example inputs and once without.

    Args:
        uri: The patch.
        make: Makes the model: a module, a symbolic one, or a symbolic object with one in it.
        given: Its inputs.
    """
    inputs = inputs_of(given)
    informed = _try(uri, make, inputs, known=True)
    blind = _try(uri, make, inputs, known=False)
    if 'breaks' in (informed.status, blind.status):
        if informed.status == 'breaks':
            return informed
        return blind._replace(detail=f'without example inputs: {blind.detail}')
    if informed.status == 'applies':
        return Outcome('applies', '' if blind.status == 'applies' else 'knowing example inputs')
    return informed if blind.status == 'declines' else blind


def _try(uri: str, make: Callable[[], Any], inputs: Inputs, known: bool) -> Outcome:
    try:
        torch.manual_seed(0)
        tree = make()
        if not isinstance(tree, Symbolic):
            tree = lift(tree)
        before = tree.clone()
        expected = _shapes(before, inputs)
        context = (
            example_inputs(*inputs.args, **inputs.kwargs) if known else contextlib.nullcontext()
        )
        try:
            with context:
                patched = patch(tree, uri)
        except NotApplicable as e:
            if not eq(tree, before):
                raise BrokenModelError('it declines, but the model is not as before') from e
            return Outcome('declines', e.reason)
        found = _shapes(patched, inputs)
        if found != expected:
            raise BrokenModelError(f'the shapes of outputs change from {expected} to {found}')
        _train(patched, inputs)
    except Exception as e:
        return Outcome('breaks', f'{type(e).__name__}: {e}', traceback.format_exc())
    return Outcome('applies')


def _module(tree: Any) -> nn.Module:
    """The module that a tree describes, or that of the only model in it."""
    if not isinstance(tree, (nn.Module, Lifted)):
        models = select(tree).where(lambda value: isinstance(value, (nn.Module, Lifted))).get()
        if len(models) != 1:
            raise BrokenModelError(f'there are {len(models)} models in it, where one is expected')
        tree = models[0]
    return build(tree)  # type: ignore[no-any-return]


def _shapes(tree: Any, inputs: Inputs) -> list[tuple[int, ...]]:
    return [tuple(y.shape) for y in inputs.run(_module(tree).eval())]


def _train(tree: Any, inputs: Inputs) -> None:
    module = _module(tree).train()
    torch.manual_seed(0)
    outputs = list(tensors_of(module(*inputs.args, **inputs.kwargs)))
    losses = [y.float().square().mean() for y in outputs if y.requires_grad]
    torch.autograd.backward(losses)
    gradients = [p.grad for p in module.parameters() if p.grad is not None]
    if not gradients:
        raise BrokenModelError('no weight gets a gradient')
    if not all(torch.isfinite(gradient).all() for gradient in gradients):
        raise BrokenModelError('a gradient is not finite')
