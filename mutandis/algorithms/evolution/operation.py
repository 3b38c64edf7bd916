"""`Operation`: what maps a list of individuals to another list.

Evolution is made of operations: they select, mutate and recombine individuals, and combine with
each other by operators (`algebra.py`, `control.py`). An operation is called with the list, the
*global state* of the search (a dict that all operations share) and the *step* (a counter); what
implements it names only those it needs. Which these are is found out once per object, so that a
call costs little more than the function that does the work.
"""

from __future__ import annotations

import abc
import types
from collections.abc import Callable
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.hyper.geno import DNA, AttributeDict
from mutandis.symbolic import Functor, Object

__all__ = [
    'DNAOperation',
    'Mutator',
    'Operation',
    'Recombinator',
    'Selector',
    'keyword_adapter',
    'keyword_needs',
    'keywords_of',
    'list_operation_spec',
    'make_operation_compatible',
    'inner_runner_of',
    'operation_spec',
    'runner_of',
]

# How every operation is run: (inputs, global_state, step) -> outputs.
Runner = Callable[[Any, Any, int], Any]

_set = object.__setattr__


def operation_spec(
    input_element_spec: T.ValueSpec | None = None, output_element_spec: T.ValueSpec | None = None
) -> T.Callable:
    """The spec of a function from a list to a list, both of `DNA` by default."""
    return T.Callable(
        [T.List(input_element_spec or T.Object(DNA))],
        returns=T.List(output_element_spec or T.Object(DNA)),
    )


def list_operation_spec() -> T.Callable:
    """The spec of a function from any list to any list."""
    return operation_spec(T.Any(), T.Any())


def keyword_needs(function: Callable[..., Any]) -> tuple[bool, bool]:
    """Whether a function takes the keywords `global_state` and `step`.

    Its first parameter is always given by position, whatever its name.
    """
    if isinstance(function, Operation):
        return True, True
    if isinstance(function, (types.FunctionType, types.MethodType)):
        code = function.__code__
        skipped = 2 if isinstance(function, types.MethodType) else 1
        if code.co_flags & 8:  # **kwargs
            return True, True
        positional = code.co_varnames[skipped : code.co_argcount]
        end = code.co_argcount + code.co_kwonlyargcount
        names = (*positional, *code.co_varnames[code.co_argcount : end])
        return 'global_state' in names, 'step' in names
    if isinstance(function, Functor):
        schema = type(function).__schema__
        if schema.dynamic_field is not None:
            return True, True
        # What is bound already stays as it is.
        bound = function.specified_args
        fields = list(type(function)._sym_field_map)[1:]
        takes_state, takes_step = (n in fields and n not in bound for n in ('global_state', 'step'))
        return takes_state, takes_step
    import inspect

    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return False, False
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return True, True
    named = {p.name for p in parameters[1:] if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    return 'global_state' in named, 'step' in named


def keywords_of(needs: tuple[bool, bool], global_state: Any, step: int) -> dict[str, Any]:
    """The keywords for a function that needs them (see `keyword_needs`)."""
    keywords: dict[str, Any] = {}
    if needs[0]:
        keywords['global_state'] = global_state
    if needs[1]:
        keywords['step'] = step
    return keywords


def keyword_adapter(function: Callable[..., Any]) -> Runner:
    """A function `(x, global_state, step)` that passes on the last two if `function` takes them."""
    takes_state, takes_step = keyword_needs(function)
    if isinstance(function, Functor) and not function._sym_specified:
        if 1 + takes_state + takes_step == len(type(function)._sym_field_map):
            # Nothing is bound and everything given. When that changes, there is a new adapter.
            function = getattr(type(function).__call__, '_sym_direct', None) or function
    if takes_state and takes_step:
        if isinstance(function, (types.FunctionType, types.MethodType)):
            code = function.__code__
            first = 2 if isinstance(function, types.MethodType) else 1
            if code.co_varnames[first : code.co_argcount][:2] == ('global_state', 'step'):
                # They come right behind the list, so that the function itself will do.
                return function
        return lambda x, state, step: function(x, global_state=state, step=step)
    if takes_state:
        return lambda x, state, step: function(x, global_state=state)
    if takes_step:
        return lambda x, state, step: function(x, step=step)
    return lambda x, state, step: function(x)


def runner_of(operand: Any) -> Runner:
    """How an operand of a composition is run: an operation, or any function of a list."""
    return operand if isinstance(operand, Operation) else keyword_adapter(operand)


def inner_runner_of(operand: Any) -> Runner:
    """As `runner_of`, for a child of whoever keeps the result until its `_on_bound`.

    An operation is run without its own call: when it changes, its parent is told.
    """
    if isinstance(operand, Operation) and type(operand).__call__ is Operation.__call__:
        return operand._runner()
    return runner_of(operand)


def make_operation_compatible(value: Any) -> Any:
    """A function that may be called like an operation.

    Args:
        value: None and operations are returned as they are; a function is wrapped, so that it may
            be called with `global_state` and `step` even if it does not take them.

    Raises:
        TypeError: `value` is not callable.
    """
    if value is None or isinstance(value, Operation):
        return value
    if not callable(value):
        raise TypeError(
            f'An operation must be an `Operation` or a function from a list to a list, but it is '
            f'{value!r}.'
        )
    run = keyword_adapter(value)

    def operation(inputs: Any, global_state: Any = None, step: int = 0) -> Any:
        return run(inputs, AttributeDict() if global_state is None else global_state, step)

    return operation


class Operation(Object):
    """A function from a list to a list, as a symbolic object.

    Sub-classes implement `call`; its first parameter is the list, and `global_state` and `step`
    are further parameters that it may have. Operations combine by operators:

    ==========================  =====================================================
    `a >> b`                    `b` on the output of `a`
    `a ** k`                    `a` applied k times in sequence
    `a + b`                     the outputs of both, joined
    `a * k`                     the outputs of k runs on the same input, joined
    `a[i]`, `a[m:n]`, `a[fn]`   a part of the output
    `a | b`, `a & b`,           union, intersection, difference and symmetric difference
    `a - b`, `a ^ b`            of the outputs, by identity of the items
    `-a`, `~a`                  the items that `a` leaves out
    ==========================  =====================================================

    Example::

        class Halve(mt.evolution.Operation):
            def call(self, inputs):
                return inputs[: len(inputs) // 2]

        best_half_twice = mt.evolution.selectors.Top() >> Halve() ** 2
    """

    # Made on first use: how this object is run.
    _sym_runner: ClassVar[Any] = None

    # An operation is indexed with any int, so the protocol of sequences would never end.
    __iter__ = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_runner is not None:
            _set(self, '_sym_runner', None)

    # -- What sub-classes may implement.

    def call(self, inputs: list[Any], *args: Any, **kwargs: Any) -> Any:
        """The operation; may also have the parameters `global_state` and `step`."""
        raise NotImplementedError(f'{type(self).__name__} must implement `call`.')

    @property
    def operation_method(self) -> Callable[..., Any]:
        """The method that implements the operation."""
        return self.call

    @property
    def input_element_type(self) -> type[Any] | tuple[type[Any], ...] | None:
        """Type or types that the items of the input must have; None for any."""
        return None

    @property
    def output_element_type(self) -> type[Any] | tuple[type[Any], ...] | None:
        """Type or types that the items of the output must have; None for any."""
        return None

    def _on_input(self, inputs: list[Any]) -> None:
        """Hook: sees the input before it is worked on; may raise."""

    # -- Calls.

    def __call__(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> Any:
        """Applies the operation.

        Args:
            inputs: the list to work on.
            global_state: what all operations of a search share; by default a new empty
                `AttributeDict`.
            step: what scheduled hyper-parameters depend on.

        Raises:
            TypeError: an item of the input or of the output is not of the type required.
        """
        run = self._sym_runner or self._runner()
        return run(inputs, AttributeDict() if global_state is None else global_state, step)

    def _runner(self) -> Runner:
        run: Runner | None = self._sym_runner
        if run is None:
            run = self._make_runner()
            _set(self, '_sym_runner', run)
        return run

    def _make_runner(self) -> Runner:
        run = keyword_adapter(self.operation_method)
        takes, gives = self.input_element_type, self.output_element_type
        watched = type(self)._on_input is not Operation._on_input
        if takes is None and gives is None and not watched:
            return run

        def checked(inputs: Any, global_state: Any, step: int) -> Any:
            if takes is not None:
                for item in inputs:
                    if not isinstance(item, takes):
                        raise self._misplaced(inputs, takes, 'input')
            if watched:
                self._on_input(inputs)
            outputs = run(inputs, global_state, step)
            if gives is not None:
                for item in outputs:
                    if not isinstance(item, gives):
                        raise self._misplaced(outputs, gives, 'output')
            return outputs

        return checked

    def _misplaced(self, items: Any, required: Any, what: str) -> TypeError:
        i, item = next(pair for pair in enumerate(items) if not isinstance(pair[1], required))
        return TypeError(
            f'The {what} of {type(self).__name__} must be a list of {_names(required)}, but item '
            f'{i} is {item!r}.'
        )

    # -- Operators. A missing operand leaves the other one as it is.

    def __rshift__(self, other: Any) -> Any:
        return _algebra().Pipeline([self, other]) if other is not None else self

    def __rrshift__(self, other: Any) -> Any:
        return _algebra().Pipeline([other, self]) if other is not None else self

    def __pow__(self, k: Any) -> Any:
        return _algebra().Power(self, k)

    def __add__(self, other: Any) -> Any:
        return _algebra().Concatenation([self, other]) if other is not None else self

    def __radd__(self, other: Any) -> Any:
        return _algebra().Concatenation([other, self]) if other is not None else self

    def __mul__(self, k: Any) -> Any:
        return _algebra().Repeat(self, k)

    def __getitem__(self, index: Any) -> Any:
        return _algebra().Slice(self, index)

    def __or__(self, other: Any) -> Any:
        return _algebra().Union([self, other]) if other is not None else self

    def __ror__(self, other: Any) -> Any:
        return _algebra().Union([other, self]) if other is not None else self

    def __and__(self, other: Any) -> Any:
        return _algebra().Intersection([self, other]) if other is not None else self

    def __rand__(self, other: Any) -> Any:
        return _algebra().Intersection([other, self]) if other is not None else self

    def __sub__(self, other: Any) -> Any:
        return _algebra().Difference([self, other]) if other is not None else self

    def __rsub__(self, other: Any) -> Any:
        algebra = _algebra()
        return algebra.Difference([other, self]) if other is not None else algebra.Inversion(self)

    def __xor__(self, other: Any) -> Any:
        return _algebra().SymmetricDifference([self, other]) if other is not None else self

    def __rxor__(self, other: Any) -> Any:
        return _algebra().SymmetricDifference([other, self]) if other is not None else self

    def __neg__(self) -> Any:
        return _algebra().Inversion(self)

    def __invert__(self) -> Any:
        return _algebra().Inversion(self)

    # -- Control.

    def with_prob(self, probability: Any, seed: int | None = None) -> Any:
        """This operation with a probability (or a function of the step), else the input."""
        return _control().Choice([(self, probability)], seed=seed)

    def if_true(self, predicate: Callable[..., bool]) -> Any:
        """This operation if a predicate of the input holds, else the input."""
        return _control().Conditional(predicate, self)

    def if_false(self, predicate: Callable[..., bool]) -> Any:
        """This operation unless a predicate of the input holds, else the input."""
        return _control().Conditional(predicate, None, self)

    def for_each(self, op: Any) -> Any:
        """`op` on each item of the output, whose items are lists."""
        return self >> _control().ElementWise(op)

    def flatten(self, max_level: int | None = None) -> Any:
        """The output with nested lists unnested, `max_level` levels of them or all."""
        return self >> _control().Flatten(max_level)

    def until_change(self, max_attempts: Any = None) -> Any:
        """Repeats this operation on the same input until the output differs from it."""
        return _control().UntilChange(self, max_attempts)

    def global_state(self, key: str) -> Any:
        """The list kept in the global state under a key; this operation does not run."""
        return _control().GlobalStateGetter(key)

    def as_global_state(self, key: str) -> Any:
        """Keeps the output in the global state under a key, and gives an empty list."""
        return self >> _control().GlobalStateSetter(key)

    def set_global_state(self, key: str, value: Any) -> Any:
        """The output; keeps a constant in the global state under a key."""
        return self + _control().GlobalStateSetter(key, value)


def _algebra() -> Any:
    from mutandis.algorithms.evolution import algebra

    return algebra


def _control() -> Any:
    from mutandis.algorithms.evolution import control

    return control


def _names(required: Any) -> str:
    kinds = required if isinstance(required, tuple) else (required,)
    return ' or '.join(f'`{kind.__name__}`' for kind in kinds)


class Selector(Operation):
    """An operation that gives some of its input, the very same objects.

    Sub-classes implement `select`, which may have the parameters `global_state` and `step`.
    """

    @abc.abstractmethod
    def select(self, inputs: list[Any], *args: Any, **kwargs: Any) -> Any:
        """The selected items."""

    @property
    def operation_method(self) -> Callable[..., Any]:
        return self.select


class DNAOperation(Operation):
    """An operation on lists of DNA."""

    @property
    def input_element_type(self) -> type[Any] | tuple[type[Any], ...] | None:
        return DNA

    @property
    def output_element_type(self) -> type[Any] | tuple[type[Any], ...] | None:
        return DNA


class Recombinator(DNAOperation):
    """An operation that makes children from several parents.

    Sub-classes implement `recombine`, which may have the parameters `global_state` and `step`.

    Attributes:
        NUM_PARENTS: how many parents there must be; None for any number.
    """

    NUM_PARENTS: ClassVar[int | None] = None

    @abc.abstractmethod
    def recombine(self, parents: list[DNA], *args: Any, **kwargs: Any) -> Any:
        """The children of the parents."""

    @property
    def operation_method(self) -> Callable[..., Any]:
        return self.recombine

    def _on_input(self, inputs: list[Any]) -> None:
        if self.NUM_PARENTS is not None and len(inputs) != self.NUM_PARENTS:
            raise ValueError(
                f'{type(self).__name__} recombines exactly {self.NUM_PARENTS} parents, but there '
                f'are {len(inputs)}: {inputs!r}. Select {self.NUM_PARENTS} before it.'
            )


class Mutator(DNAOperation):
    """An operation that changes individuals.

    Sub-classes implement `mutate`, or `mutate_list` for all of the input at once; both may have the
    parameters `global_state` and `step`. They return new DNAs and leave those given alone.
    """

    # Made on first use: how `mutate` is called.
    _sym_mutate: ClassVar[Any] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_mutate is not None:
            _set(self, '_sym_mutate', None)

    def _make_runner(self) -> Runner:
        cls = type(self)
        if (
            cls.mutate_list is not Mutator.mutate_list
            or cls.operation_method is not Mutator.operation_method
            or cls._on_input is not Operation._on_input
            or self.input_element_type is not DNA
            or self.output_element_type is not DNA
        ):
            return super()._make_runner()
        mutate = keyword_adapter(self.mutate)

        def run(inputs: Any, global_state: Any, step: int) -> list[DNA]:
            if len(inputs) == 1 and isinstance(inputs[0], DNA):
                # The usual case, without what surrounds it.
                child = mutate(inputs[0], global_state, step)
                if isinstance(child, DNA):
                    return [child]
                children = child if isinstance(child, list) else [child]
            else:
                for dna in inputs:
                    if not isinstance(dna, DNA):
                        raise self._misplaced(inputs, DNA, 'input')
                children = self.mutate_list(inputs, global_state, step)
            for dna in children:
                if not isinstance(dna, DNA):
                    raise self._misplaced(children, DNA, 'output')
            return children

        return run

    def mutate(self, dna: DNA, *args: Any, **kwargs: Any) -> Any:
        """A mutated copy of one individual, or several."""
        raise NotImplementedError(
            f'{type(self).__name__} must implement `mutate` or `mutate_list`.'
        )

    def mutate_list(
        self, dna_list: list[DNA], global_state: Any = None, step: int = 0
    ) -> list[DNA]:
        """Mutates each individual in order; by default by `mutate`."""
        mutate = self._sym_mutate
        if mutate is None:
            mutate = keyword_adapter(self.mutate)
            _set(self, '_sym_mutate', mutate)
        children: list[DNA] = []
        for dna in dna_list:
            child = mutate(dna, global_state, step)
            if isinstance(child, list):
                children.extend(child)
            else:
                children.append(child)
        return children

    @property
    def operation_method(self) -> Callable[..., Any]:
        return self.mutate_list
