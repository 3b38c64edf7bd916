"""What evolution notes about a DNA: who it is, when it came, and how good it is.

The notes are metadata of the DNA: they are part of its JSON form, and a copy of the DNA forgets
them, because a copy is another individual.
"""

from __future__ import annotations

from typing import Any

from mutandis.hyper.geno import DNA

__all__ = [
    'DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER',
    'DNA_METADATA_FITNESS',
    'DNA_METADATA_GENERATION_ID',
    'DNA_METADATA_INITIAL_POPULATION',
    'DNA_METADATA_PROPOSAL_ID',
    'get_feedback_sequence_number',
    'get_fitness',
    'get_generation_id',
    'get_proposal_id',
    'is_initial_population',
    'set_feedback_sequence_number',
    'set_fitness',
    'set_generation_id',
    'set_proposal_id',
]

DNA_METADATA_PROPOSAL_ID = 'proposal_id'
DNA_METADATA_GENERATION_ID = 'generation_id'
DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER = 'feedback_sequence_number'
DNA_METADATA_INITIAL_POPULATION = 'initial_population'
DNA_METADATA_FITNESS = 'reward'

_ABSENT = object()


def _get(dna: DNA, key: str) -> Any:
    value = dna._metadata_get(key, _ABSENT)
    if value is _ABSENT:
        raise KeyError(key)
    return value


def set_proposal_id(dna: DNA, proposal_id: int) -> DNA:
    """Notes the number of the proposal, from 1. Returns the DNA."""
    return dna.set_metadata(DNA_METADATA_PROPOSAL_ID, proposal_id)


def get_proposal_id(dna: DNA) -> int:
    """The number of the proposal, from 1.

    Raises:
        KeyError: it has not been noted.
    """
    return int(_get(dna, DNA_METADATA_PROPOSAL_ID))


def set_generation_id(dna: DNA, generation_id: int) -> DNA:
    """Notes the number of the generation, from 1. Returns the DNA."""
    return dna.set_metadata(DNA_METADATA_GENERATION_ID, generation_id)


def get_generation_id(dna: DNA) -> int:
    """The number of the generation that the DNA belongs to; the initial one is 1.

    Raises:
        KeyError: it has not been noted.
    """
    return int(_get(dna, DNA_METADATA_GENERATION_ID))


def set_feedback_sequence_number(dna: DNA, number: int) -> DNA:
    """Notes that the DNA was the n-th to get a reward, from 1. Returns the DNA."""
    return dna.set_metadata(DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER, number)


def get_feedback_sequence_number(dna: DNA) -> int | None:
    """Which reward in the order of arrival was this DNA's, from 1; None before it has one."""
    number: int | None = dna._metadata_get(DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER)
    return number


def set_fitness(dna: DNA, fitness: float | tuple[float, ...] | list[float]) -> DNA:
    """Notes the reward. Returns the DNA."""
    return dna.set_metadata(DNA_METADATA_FITNESS, fitness)


def get_fitness(dna: DNA) -> Any:
    """The reward: a number, or a tuple or list of numbers for several objectives.

    Raises:
        KeyError: there has been no feedback.
    """
    return _get(dna, DNA_METADATA_FITNESS)


def is_initial_population(dna: DNA) -> bool:
    """Whether the DNA was proposed for the initial population.

    Raises:
        KeyError: it has not been noted.
    """
    return bool(_get(dna, DNA_METADATA_INITIAL_POPULATION))
