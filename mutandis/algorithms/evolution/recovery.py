"""The saved state of an evolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis.algorithms.evolution.seeding import own_streams
from mutandis.hyper.geno import DNA, AttributeDict
from mutandis.symbolic import from_json, to_json

if TYPE_CHECKING:
    from mutandis.algorithms.evolution.generator import Evolution

__all__ = ['load_state', 'save_state']

_FORMAT = 1


def save_state(evolution: Evolution) -> dict[str, Any]:
    """See `Evolution.state_dict`."""
    generator = evolution._parts[1]
    own = getattr(generator, 'state_dict', None)
    return {
        'format': _FORMAT,
        'num_proposals': evolution.num_proposals,
        'num_feedbacks': evolution.num_feedbacks,
        'population_initialized': evolution._population_initialized,
        'population': [to_json(dna) for dna in evolution._population],
        'pending': [to_json(dna) for dna in evolution._pending],
        'global_state': {k: to_json(v) for k, v in evolution._global_state.items()},
        'random': [_stream_state(stream) for stream in own_streams(evolution._parts)],
        'population_init': None if own is None else own(),
        'population_init_counts': [generator.num_proposals, generator.num_feedbacks],
    }


def load_state(evolution: Evolution, state: dict[str, Any]) -> None:
    """See `Evolution.load_state_dict`."""
    streams = own_streams(evolution._parts)
    if state.get('format') != _FORMAT or len(streams) != len(state['random']):
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
    evolution._population = [_individual(evolution, v) for v in state['population']]
    evolution._pending.clear()
    evolution._pending.extend(_individual(evolution, v) for v in state['pending'])
    evolution._global_state = AttributeDict(
        {k: from_json(v) for k, v in state['global_state'].items()}
    )
    for stream, (version, numbers, following) in zip(streams, state['random'], strict=True):
        stream.setstate((version, tuple(numbers), following))


def _stream_state(stream: Any) -> list[Any]:
    version, numbers, following = stream.getstate()
    return [version, list(numbers), following]


def _individual(evolution: Evolution, value: Any) -> DNA:
    dna: DNA = from_json(value)
    spec = evolution.dna_spec
    return dna if spec is None else dna.use_spec(spec)
