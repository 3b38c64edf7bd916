"""The saved state of an evolution.

Individuals are saved once, in a table, and referred to by their index there: the population and the
lists in the global state have the very same individuals again when the state is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mutandis.algorithms.evolution.seeding import own_streams
from mutandis.hyper.geno import DNA, AttributeDict
from mutandis.symbolic import from_json, to_json

if TYPE_CHECKING:
    from mutandis.algorithms.evolution.generator import Evolution

__all__ = ['load_state', 'save_state']

_FORMAT = 2


def save_state(evolution: Evolution) -> dict[str, Any]:
    """See `Evolution.state_dict`."""
    generator = evolution._parts[1]
    own = getattr(generator, 'state_dict', None)
    table = _Table()
    return {
        'format': _FORMAT,
        'num_proposals': evolution.num_proposals,
        'num_feedbacks': evolution.num_feedbacks,
        'population_initialized': evolution._population_initialized,
        'population': [table.index(dna) for dna in evolution._population],
        'pending': [table.index(dna) for dna in evolution._pending],
        'global_state': {k: table.packed(v) for k, v in evolution._global_state.items()},
        'individuals': [to_json(dna) for dna in table.individuals],
        'random': [_stream_state(stream) for stream in own_streams(evolution._parts)],
        'population_init': None if own is None else own(),
        'population_init_counts': [generator.num_proposals, generator.num_feedbacks],
    }


def load_state(evolution: Evolution, state: dict[str, Any]) -> None:
    """See `Evolution.load_state_dict`."""
    streams = own_streams(evolution._parts)
    if (
        not isinstance(state, dict)
        or state.get('format') != _FORMAT
        or len(streams) != len(state['random'])
    ):
        raise ValueError(
            'The state is not one of this algorithm: it must have been made by `state_dict` of an '
            f'`Evolution` with the same parts ({len(streams)} of them with random numbers of their '
            'own).'
        )
    generator = evolution._parts[1]
    if state['population_init'] is not None:
        generator.load_state_dict(state['population_init'])
    generator._num_proposals, generator._num_feedbacks = state['population_init_counts']
    evolution._num_proposals = state['num_proposals']
    evolution._num_feedbacks = state['num_feedbacks']
    evolution._population_initialized = state['population_initialized']
    table = _Table([_bound(evolution, from_json(v)) for v in state['individuals']])
    evolution._population = [table.individuals[i] for i in state['population']]
    evolution._pending.clear()
    evolution._pending.extend(table.individuals[i] for i in state['pending'])
    evolution._global_state = AttributeDict(
        {k: table.unpacked(v) for k, v in state['global_state'].items()}
    )
    for dna in _individuals_in(evolution._global_state):
        _bound(evolution, dna)
    for stream, (version, numbers, following) in zip(streams, state['random'], strict=True):
        stream.setstate((version, tuple(numbers), following))


def _stream_state(stream: Any) -> list[Any]:
    version, numbers, following = stream.getstate()
    return [version, list(numbers), following]


def _bound(evolution: Evolution, dna: DNA) -> DNA:
    spec = evolution.dna_spec
    return dna if spec is None else dna.use_spec(spec)


class _Table:
    """The individuals of a state.

    Attributes:
        individuals: those met so far, each once.
    """

    def __init__(self, individuals: list[DNA] | None = None) -> None:
        self.individuals: list[DNA] = individuals or []
        self._indices: dict[int, int] = {}

    def index(self, dna: DNA) -> int:
        """The index of an individual; it is added if it is new."""
        index = self._indices.setdefault(id(dna), len(self.individuals))
        if index == len(self.individuals):
            self.individuals.append(dna)
        return index

    def packed(self, value: Any) -> list[Any]:
        """A value of the global state as `[kind, JSON value]`."""
        if isinstance(value, DNA):
            return ['individual', self.index(value)]
        if type(value) in (list, tuple):
            return [type(value).__name__, [self.packed(item) for item in value]]
        if type(value) is dict:
            return ['dict', [[self.packed(k), self.packed(v)] for k, v in value.items()]]
        return ['value', to_json(value)]

    def unpacked(self, packed: list[Any]) -> Any:
        """The value that was packed."""
        kind, content = packed
        if kind == 'individual':
            return self.individuals[content]
        if kind == 'dict':
            return {self.unpacked(k): self.unpacked(v) for k, v in content}
        if kind == 'value':
            return from_json(content)
        items = [self.unpacked(item) for item in content]
        return tuple(items) if kind == 'tuple' else items


def _individuals_in(value: Any) -> Iterator[DNA]:
    """The individuals in a value; of objects that hold some, what their `individuals()` gives."""
    if isinstance(value, DNA):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _individuals_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _individuals_in(item)
    elif hasattr(value, 'individuals'):
        yield from value.individuals()
