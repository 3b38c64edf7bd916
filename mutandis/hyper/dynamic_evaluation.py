"""Define-by-run: a search space out of ordinary code.

Code that makes placeholders where it needs a value is run once to see which decisions it meets
(`trace`), and then again and again with decided values (`apply`)::

    def build():
        return nn.Sequential(
            nn.Linear(8, width := mt.oneof([16, 32], name='width')),
            mt.oneof([nn.ReLU, nn.GELU], name='activation')(),
            nn.Linear(width, 1),
        )

    space = mt.hyper.trace(build)
    for example, feedback in mt.sample(space, mt.geno.Random(seed=1), 10):
        with example():
            model = build()
        feedback(train(model))

The decisions met are kept by `collecting`, decided values are handed out by `applying`; here is the
context that connects them with the code, and with the contexts around it.
"""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from mutandis.hyper import base, geno
from mutandis.hyper.applying import Applier, ByName, InOrder
from mutandis.hyper.base import (
    EvaluateFn,
    HyperPrimitive,
    get_dynamic_evaluate_fn,
    swap_dynamic_evaluate_fn,
)
from mutandis.hyper.collecting import Collector, Registry, Scope
from mutandis.hyper.object_template import ObjectTemplate
from mutandis.hyper.spine import Where


class Evaluation:
    """Scope in which placeholders are replaced by what a function returns for them."""

    __slots__ = ('_fn', '_yield_value', '_exit_fn', '_per_thread', '_outer')

    def __init__(
        self,
        fn: EvaluateFn | None,
        yield_value: Any,
        exit_fn: Callable[[], None] | None,
        per_thread: bool,
    ) -> None:
        self._fn = fn
        self._yield_value = yield_value
        self._exit_fn = exit_fn
        self._per_thread = per_thread
        self._outer: EvaluateFn | None = None

    def __enter__(self) -> Any:
        fn = self._fn
        if fn is None and self._per_thread and base._process_fn is not None:
            fn = _keep  # Also hides the function of the process.
        self._outer = swap_dynamic_evaluate_fn(fn, self._per_thread)
        return self._yield_value

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        swap_dynamic_evaluate_fn(self._outer, self._per_thread)
        if exc_type is None and self._exit_fn is not None:
            self._exit_fn()


def _keep(primitive: Any) -> Any:
    return primitive


def dynamic_evaluate(
    evaluate_fn: Callable[[Any], Any] | None,
    yield_value: Any = None,
    exit_fn: Callable[[], None] | None = None,
    per_thread: bool = True,
) -> Evaluation:
    """Returns a context manager in which making a placeholder gives `evaluate_fn(placeholder)`.

    Example::

        with mt.hyper.dynamic_evaluate(lambda p: p.candidates[-1]):
            assert mt.oneof([1, 2, 3]) == 3

    Args:
        evaluate_fn: Receives each placeholder made; None switches evaluation off.
        yield_value: Value of the context manager.
        exit_fn: Called when the scope is left without exception.
        per_thread: Whether it concerns this thread only, or all of them.

    Raises:
        ValueError: `evaluate_fn` is neither a function nor None.
    """
    if evaluate_fn is not None and not callable(evaluate_fn):
        raise ValueError(
            f'`evaluate_fn` must be a function from a placeholder to its value, or None, got '
            f'{evaluate_fn!r}.'
        )
    return Evaluation(evaluate_fn, yield_value, exit_fn, per_thread)


class _Nesting(threading.local):
    """How many contexts are entered: one count for each thread, and one of the process."""

    depth = 0


_THREAD = _Nesting()
_process_depth = 0


def _nest(per_thread: bool, step: int) -> None:
    global _process_depth
    if step > 0 and (_process_depth if per_thread else _THREAD.depth):
        raise ValueError(
            f'A context with `per_thread={per_thread}` cannot be entered inside one with '
            f'`per_thread={not per_thread}`. Make them agree.'
        )
    if per_thread:
        _THREAD.depth += step
    else:
        with base._lock:
            _process_depth += step


class _Current:
    """What a context is doing.

    Attributes:
        collector: In force by `collect`.
        applier: In force by `apply`.
    """

    collector: Collector | None = None
    applier: Applier | None = None


class _ThreadCurrent(threading.local, _Current):
    """What a context is doing in each thread."""


class _Run:
    """Scope of `collect` or `apply`.

    Placeholders that the filter of the context refuses go to what was in force outside.
    """

    __slots__ = ('_context', '_start', '_slot', '_worker', '_outer', '_swapped', '_replaced')

    def __init__(
        self,
        context: 'DynamicEvaluationContext',
        slot: str,
        start: Callable[[], tuple[Any, Any]],
    ) -> None:
        self._context = context
        self._slot = slot
        self._start = start

    def __enter__(self) -> Any:
        context = self._context
        per_thread = context.per_thread
        _nest(per_thread, 1)
        try:
            self._worker, result = self._start()
        except BaseException:
            _nest(per_thread, -1)
            raise
        self._outer = get_dynamic_evaluate_fn() if per_thread else base._process_fn
        self._replaced = getattr(context._current, self._slot)
        setattr(context._current, self._slot, self._worker)
        evaluate = self._worker.evaluate if context.where is None else self._evaluate
        self._swapped = swap_dynamic_evaluate_fn(evaluate, per_thread)
        return result

    def _evaluate(self, primitive: Any) -> Any:
        where = self._context.where
        if where is None or where(primitive):
            return self._worker.evaluate(primitive)
        return primitive if self._outer is None else self._outer(primitive)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        context = self._context
        swap_dynamic_evaluate_fn(self._swapped, context.per_thread)
        setattr(context._current, self._slot, self._replaced)
        _nest(context.per_thread, -1)
        if exc_type is None:
            self._worker.finish()


class DynamicEvaluationContext:
    """The decisions of a program that makes placeholders while it runs.

    Under `collect`, the program runs with the first value of each placeholder, and the decisions it
    meets make up the search space. Under `apply`, it runs with decided values.

    A candidate that is a function without parameters is a lazy branch: what it decides depends on
    its being chosen. ::

        def model():
            return mt.oneof([lambda: mt.floatv(0., 1., name='rate'), 0.5], name='kind')

        context = mt.hyper.trace(model, require_hyper_name=True)
        with context.apply(mt.DNA((0, 0.25))):
            assert model() == 0.25

    Contexts can be nested: with filters that complement each other they split one program's space.

    Attributes:
        where: Filter of placeholders; those refused go to the context around, if there is one.
        require_hyper_name: Whether all placeholders must be named. Decisions are then looked up by
            name; else they come in the order of the program.
        per_thread: Whether the scopes concern the thread that enters them, or all threads.
    """

    def __init__(
        self,
        where: Where = None,
        require_hyper_name: bool = False,
        per_thread: bool = True,
        dna_spec: geno.DNASpec | None = None,
    ) -> None:
        """Makes a context that knows no decision yet.

        Args:
            where: Filter of placeholders; None accepts all.
            require_hyper_name: Whether all placeholders must be named.
            per_thread: Whether the scopes concern the thread that enters them, or all threads.
            dna_spec: The decision spec, when it is known from elsewhere; there is nothing to
                collect then.
        """
        self.where = where
        self.require_hyper_name = require_hyper_name
        self.per_thread = per_thread
        self._external = dna_spec
        self._registry = Registry(require_hyper_name)
        self._scope = Scope()
        self._spec: tuple[Scope, int, geno.Space] | None = None
        self._current: _Current = _ThreadCurrent() if per_thread else _Current()

    @property
    def is_external(self) -> bool:
        """Whether the decision spec was given rather than collected."""
        return self._external is not None

    @property
    def hyper_dict(self) -> dict[str, Any] | None:
        """The decisions collected, by name; None with an external spec.

        Placeholders without a name are called `decision_0`, `decision_1` and so on. In place of a
        lazy branch stands a dict of its decisions, or its text when it has none.
        """
        return None if self.is_external else self._scope.entries

    @property
    def dna_spec(self) -> geno.DNASpec:
        """The decision spec: the external one, or that of the decisions collected.

        Raises:
            ValueError: Two decisions that may be active together have one name.
        """
        if self._external is not None:
            return self._external
        scope, version = self._scope, self._registry.version
        cached = self._spec
        if cached is not None and cached[0] is scope and cached[1] == version:
            return cached[2]
        accepts, where = None, self.where
        if where is not None:
            # What was added by hand counts whatever the filter says.
            collected = {id(primitive) for primitive in scope.all_entries()}

            def accepts(primitive: Any) -> bool:
                return id(primitive) in collected or where(primitive)

        spec: geno.Space = ObjectTemplate(dict(scope.entries), where=accepts).dna_spec()
        self._spec = (scope, version, spec)
        return spec

    def collect(self) -> Any:
        """Returns a context manager in which placeholders are collected.

        They evaluate to their first values: the first candidate (the first `k`), the least float,
        the value of the first DNA. Its value is the dict of decisions (see `hyper_dict`), which
        starts empty.

        Raises:
            ValueError: The context has an external decision spec.
        """
        self._require_own_spec('collect')

        def start() -> tuple[Collector, dict[str, Any]]:
            self._scope = scope = Scope()
            return self._collector(scope), scope.entries

        return _Run(self, 'collector', start)

    def add_decision_point(self, hyper_primitive: Any) -> Any:
        """Adds a decision by hand.

        Args:
            hyper_primitive: A placeholder. A template adds none.

        Returns:
            Its first value; the value that a template holds.

        Raises:
            ValueError: It is no placeholder; the name is missing though required, or belongs to
                another decision; the context has an external decision spec.
        """
        if isinstance(hyper_primitive, ObjectTemplate):
            return hyper_primitive.value
        if not isinstance(hyper_primitive, HyperPrimitive):
            raise ValueError(f'Expected a placeholder such as `oneof`, got {hyper_primitive!r}.')
        self._require_own_spec('add_decision_point')
        collector = self._current.collector
        if collector is not None:
            return collector.evaluate(hyper_primitive)
        scope = self._scope
        with _Run(self, 'collector', lambda: (self._collector(scope), None)) as _:
            current = self._current.collector
            assert current is not None
            return current.evaluate(hyper_primitive)

    def apply(self, decisions: geno.DNA | list[int | float | str]) -> Any:
        """Returns a context manager in which placeholders evaluate to decided values.

        Args:
            decisions: A DNA of the decision spec, or the list of its numbers.

        Raises:
            ValueError: `decisions` is something else. On entering: with required names, it does not
                fit the spec. In the scope: a decision is missing, or does not fit its placeholder.
                On leaving: decisions are left over.
        """
        if not isinstance(decisions, (geno.DNA, list)):
            raise ValueError(
                f'`decisions` must be a DNA or a list of numbers, got {decisions!r}. To make a DNA '
                f'of a dict use `DNA.from_dict(decisions, context.dna_spec)`.'
            )

        def start() -> tuple[Applier, None]:
            if self.require_hyper_name:
                return ByName(decisions, self.dna_spec, self.where, self.per_thread), None
            return InOrder(decisions, self.where, self.per_thread), None

        return _Run(self, 'applier', start)

    def evaluate(self, hyper_primitive: Any) -> Any:
        """Returns the value of a placeholder under the `apply` in force.

        Raises:
            ValueError: There is none.
        """
        applier = self._current.applier
        if applier is None:
            raise ValueError(
                '`evaluate` needs decided values. Call it inside `with context.apply(dna):`.'
            )
        return applier.evaluate(hyper_primitive)

    def _collector(self, scope: Scope) -> Collector:
        return Collector(self._registry, scope, self.where, self.per_thread)

    def _require_own_spec(self, method: str) -> None:
        if self._external is not None:
            raise ValueError(
                f'`{method}` has no use in a context with an external decision spec '
                f'({self._external!r}). Make a context without `dna_spec`.'
            )

    def __repr__(self) -> str:
        known = 'external spec' if self.is_external else ', '.join(self._scope.entries)
        return f'{type(self).__name__}({known})'


def trace(
    fun: Callable[[], Any],
    *,
    where: Where = None,
    require_hyper_name: bool = False,
    per_thread: bool = True,
) -> DynamicEvaluationContext:
    """Runs a program to see which decisions it makes.

    Example::

        def program():
            return mt.oneof([1, 2, 3], name='x') + mt.floatv(0.0, 1.0, name='y')

        space = mt.hyper.trace(program)
        for example in mt.random_sample(space, 3, seed=1):
            with example():
                print(program())

    Args:
        fun: Function without arguments, which makes placeholders while it runs.
        where: Filter of placeholders; those refused go to the context around, or stay as they are.
        require_hyper_name: Whether all placeholders must be named. Then they may be met in any
            order.
        per_thread: Whether only this thread's placeholders are collected, or those of all threads.

    Returns:
        The context, which `sample`, `search` and `iterate` take as a search space.

    Raises:
        ValueError: A name is missing though required, or belongs to two different placeholders.
    """
    context = DynamicEvaluationContext(
        where=where, require_hyper_name=require_hyper_name, per_thread=per_thread
    )
    with context.collect():
        fun()
    return context
