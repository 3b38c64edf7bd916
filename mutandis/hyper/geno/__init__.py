"""Decision specs, DNAs, and generators of DNAs: search spaces as algorithms see them."""

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

__all__ = [
    'AttributeDict',
    'Choices',
    'ConditionalKey',
    'CustomDecisionPoint',
    'DNA',
    'DNAGenerator',
    'DNASpec',
    'DecisionPoint',
    'Deduping',
    'Float',
    'Random',
    'Space',
    'Sweeping',
    'constant',
    'custom',
    'dna_generator',
    'float_scale_spec',
    'floatv',
    'manyof',
    'oneof',
    'random_dna',
    'space',
]
