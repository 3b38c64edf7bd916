"""What all placeholders share: their spec, decoding, encoding, and the hook of define-by-run.

A *hyper value* stands for a set of values. Seen by an algorithm it is a decision spec; a DNA that
fits the spec picks one member of the set. A *hyper primitive* is a hyper value that can be placed
in a program, where it becomes one decision point.
"""

import threading
from collections.abc import Callable
from typing import Annotated, Any

from mutandis.hyper import geno
from mutandis.symbolic import NonDeterministic, Object
from mutandis.symbolic.object_meta import ObjectMeta

EvaluateFn = Callable[[Any], Any]


class HyperValue(NonDeterministic):
    """A value that stands for many: one for each DNA of its decision spec."""

    __slots__ = ()

    # Whether it is a space under a constraint (see `constrain`).
    is_constrained = False

    _dna: Any = None
    _value_of_dna: Any = None

    def dna_spec(self, location: Any = None) -> Any:
        """Returns the decision spec.

        Args:
            location: Where the value stands (KeyPath or text); None for the root.
        """
        raise NotImplementedError

    def decode(self, dna: geno.DNA) -> Any:
        """Returns the concrete value that a DNA picks, built anew, without side effects.

        Raises:
            ValueError: The DNA does not fit.
        """
        raise NotImplementedError

    def encode(self, value: Any) -> geno.DNA:
        """Returns the DNA that `decode` turns into `value`.

        Raises:
            ValueError: No DNA gives this value.
        """
        raise NotImplementedError

    @property
    def dna(self) -> geno.DNA | None:
        """The DNA set by `set_dna`, None when there is none."""
        dna: geno.DNA | None = self._dna
        return dna

    def set_dna(self, dna: geno.DNA | None) -> None:
        """Sets the DNA that calling this object decodes."""
        self._dna = dna
        self._value_of_dna = None

    def __call__(self) -> Any:
        """Returns the value of the DNA that was set; it is decoded once.

        Raises:
            ValueError: No DNA was set.
        """
        if self._dna is None:
            raise ValueError(
                f'No DNA is set on this {type(self).__name__}. Call `set_dna(dna)` first, or use '
                f'`decode(dna)`.'
            )
        if self._value_of_dna is None:
            self._value_of_dna = (self.decode(self._dna),)
        return self._value_of_dna[0]


class _DynamicEvaluation(threading.local):
    """The evaluation functions in force: one of the process, and one for each thread."""

    fn: EvaluateFn | None = None
    suspended = False


_THREAD = _DynamicEvaluation()
_process_fn: EvaluateFn | None = None
# How many functions are set, over all threads. Constructing a placeholder looks at nothing else.
_num_active = 0
_lock = threading.Lock()


def set_dynamic_evaluate_fn(fn: EvaluateFn | None, per_thread: bool = True) -> None:
    """Makes the construction of a placeholder return `fn(placeholder)` from now on.

    Args:
        fn: Receives each placeholder made; None switches this off.
        per_thread: Whether it concerns this thread only, or all of them.
    """
    swap_dynamic_evaluate_fn(fn, per_thread)


def swap_dynamic_evaluate_fn(fn: EvaluateFn | None, per_thread: bool) -> EvaluateFn | None:
    """Sets the function of this thread, or that of the process, and returns the former one."""
    global _process_fn, _num_active
    with _lock:
        previous = _THREAD.fn if per_thread else _process_fn
        _num_active += (fn is not None) - (previous is not None)
        if per_thread:
            _THREAD.fn = fn
        else:
            _process_fn = fn
    return previous


def get_dynamic_evaluate_fn() -> EvaluateFn | None:
    """Returns the function in force in this thread, None when there is none."""
    if not _num_active:
        return None
    return _THREAD.fn if _THREAD.fn is not None else _process_fn


class HyperPrimitiveMeta(ObjectMeta):
    """Metaclass of placeholders: hands new ones to the evaluation function in force.

    Copies and placeholders read from JSON are no new ones.
    """

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        primitive = super().__call__(*args, **kwargs)
        if _num_active and not _THREAD.suspended:
            evaluate = get_dynamic_evaluate_fn()
            if evaluate is not None:
                return evaluate(primitive)
        return primitive


class HyperPrimitive(Object, HyperValue, metaclass=HyperPrimitiveMeta):
    """A placeholder: one decision point of the program that holds it.

    To make a kind of your own, sub-class it with `dna_spec`, `decode` and `encode`.
    """

    name: Annotated[
        str | None,
        'Name of the decision. Placeholders of one name are one decision in define-by-run.',
    ] = None
    hints: Annotated[Any, 'Anything that algorithms want to know about the decision.'] = None

    # Validation need not work out the path for it: it does so itself when something is wrong.
    custom_apply_lazy_path = True

    def _at_path(self) -> str:
        """The path of the placeholder as the end of a message; empty at the root."""
        path = self.sym_path
        return f' (path={path})' if path else ''

    def _sym_remake(self, values: Any) -> Any:
        # Of classes with a constructor of their own copies are made by calling it.
        with _suspended():
            return super()._sym_remake(values)

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Builds a placeholder from its JSON form."""
        with _suspended():
            return super().from_json(json_value, **kwargs)


class _suspended:
    """Scope in which placeholders are made as they are."""

    __slots__ = ('outer',)

    def __enter__(self) -> None:
        self.outer = _THREAD.suspended
        _THREAD.suspended = True

    def __exit__(self, *args: Any) -> None:
        _THREAD.suspended = self.outer
