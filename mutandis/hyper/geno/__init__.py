"""Decision specs, DNAs, and generators of DNAs: search spaces as algorithms see them."""

from typing import TYPE_CHECKING

from mutandis.base.lazy_names import lazy_names
from mutandis.hyper.geno.categorical import Choices, manyof, oneof
from mutandis.hyper.geno.custom import CustomDecisionPoint, custom
from mutandis.hyper.geno.deduping import Deduping
from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.dna_generator import DNAGenerator, dna_generator
from mutandis.hyper.geno.keys import AttributeDict, ConditionalKey
from mutandis.hyper.geno.numerical import Float, float_scale_spec, floatv
from mutandis.hyper.geno.random import Random, random_dna
from mutandis.hyper.geno.space import Space, constant, space
from mutandis.hyper.geno.spec import DecisionPoint, DNASpec
from mutandis.hyper.geno.sweeping import Sweeping

if TYPE_CHECKING:
    from mutandis.hyper.geno.int_range import IntRange, intv
    from mutandis.hyper.geno.mass import DNASampler, feasible_mass

# Loaded on first use: most programs need none of them.
_LAZY = {
    'DNASampler': '.mass',
    'IntRange': '.int_range',
    'feasible_mass': '.mass',
    'intv': '.int_range',
}

__getattr__, __dir__ = lazy_names(__name__, _LAZY)

__all__ = [
    'AttributeDict',
    'Choices',
    'ConditionalKey',
    'CustomDecisionPoint',
    'DNA',
    'DNAGenerator',
    'DNASampler',
    'DNASpec',
    'DecisionPoint',
    'Deduping',
    'Float',
    'IntRange',
    'Random',
    'Space',
    'Sweeping',
    'constant',
    'custom',
    'dna_generator',
    'feasible_mass',
    'float_scale_spec',
    'floatv',
    'intv',
    'manyof',
    'oneof',
    'random_dna',
    'space',
]
