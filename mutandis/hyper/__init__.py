"""Placeholders: programs of which some places are to be decided.

A value with placeholders (`oneof`, `manyof`, `floatv`, ...) describes a space of programs. Its
`template` gives the decision spec that algorithms see, and turns the DNA that they propose into a
concrete program.

Example::

    import mutandis as mt

    space = mt.Dict(x=mt.oneof([1, 2, 3]), y=mt.floatv(0.0, 1.0))
    for example in mt.random_sample(space, num_examples=3, seed=1):
        print(example)
"""

from typing import TYPE_CHECKING

from mutandis.base.lazy_names import lazy_names
from mutandis.hyper.base import (
    HyperPrimitive,
    HyperValue,
    get_dynamic_evaluate_fn,
    set_dynamic_evaluate_fn,
)
from mutandis.hyper.categorical import Choices, ManyOf, OneOf, manyof, oneof, permutate
from mutandis.hyper.custom import CustomHyper
from mutandis.hyper.derived import DerivedValue, ValueReference, reference
from mutandis.hyper.evolvable import Evolvable, evolve
from mutandis.hyper.iteration import iterate, random_sample
from mutandis.hyper.numerical import Float, floatv
from mutandis.hyper.object_template import ObjectTemplate, dna_spec, materialize, template

# Older names of the same things.
ChoiceList = ManyOf
ChoiceValue = OneOf
Template = ObjectTemplate
one_of = oneof
sublist_of = manyof
float_value = floatv
search_space = dna_spec

if TYPE_CHECKING:
    from mutandis.hyper.constraints import Constrained, InfeasibleSpaceError, constrain
    from mutandis.hyper.dynamic_evaluation import (
        DynamicEvaluationContext,
        dynamic_evaluate,
        trace,
    )
    from mutandis.hyper.integer import Int, intv
    from mutandis.hyper.mutation import MutationPoint, MutationType

# Loaded on first use: most programs need none of them.
_LAZY = {
    'Constrained': '.constraints',
    'InfeasibleSpaceError': '.constraints',
    'constrain': '.constraints',
    'DynamicEvaluationContext': '.dynamic_evaluation',
    'dynamic_evaluate': '.dynamic_evaluation',
    'trace': '.dynamic_evaluation',
    'Int': '.integer',
    'intv': '.integer',
    'MutationPoint': '.mutation',
    'MutationType': '.mutation',
}


__getattr__, __dir__ = lazy_names(__name__, _LAZY)


__all__ = [
    'ChoiceList',
    'ChoiceValue',
    'Choices',
    'Constrained',
    'CustomHyper',
    'DerivedValue',
    'DynamicEvaluationContext',
    'Evolvable',
    'Float',
    'HyperPrimitive',
    'HyperValue',
    'InfeasibleSpaceError',
    'Int',
    'ManyOf',
    'MutationPoint',
    'MutationType',
    'ObjectTemplate',
    'OneOf',
    'Template',
    'ValueReference',
    'constrain',
    'dna_spec',
    'dynamic_evaluate',
    'evolve',
    'float_value',
    'floatv',
    'get_dynamic_evaluate_fn',
    'intv',
    'iterate',
    'manyof',
    'materialize',
    'one_of',
    'oneof',
    'permutate',
    'random_sample',
    'reference',
    'search_space',
    'set_dynamic_evaluate_fn',
    'sublist_of',
    'template',
    'trace',
]
