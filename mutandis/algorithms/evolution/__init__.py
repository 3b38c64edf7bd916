"""Evolution: algorithms that keep a population and renew it by operations.

`Evolution` is the machine; the operations that it is given are expressions of `selectors`,
`mutators` and `recombinators`, combined by operators (see `Operation`). `regularized_evolution` and
`hill_climb` are ready-made ones.
"""

from mutandis.algorithms import scalars
from mutandis.algorithms.evolution import (
    base,
    mutators,
    recombinators,
    selectors,
    where,
)
from mutandis.algorithms.evolution import hill_climbing as hill_climb_lib
from mutandis.algorithms.evolution import nondominated_sorting as nsga2_lib
from mutandis.algorithms.evolution import reference_points as nsga3_lib
from mutandis.algorithms.evolution import regularized as regularized_evolution_lib
from mutandis.algorithms.evolution import speciation as neat_lib
from mutandis.algorithms.evolution.algebra import (
    Concatenation,
    Difference,
    Identity,
    Intersection,
    Inversion,
    Lambda,
    Pipeline,
    Power,
    Repeat,
    Slice,
    SymmetricDifference,
    Union,
)
from mutandis.algorithms.evolution.control import (
    Choice,
    Conditional,
    ElementWise,
    Flatten,
    GlobalStateGetter,
    GlobalStateSetter,
    UntilChange,
)
from mutandis.algorithms.evolution.generator import Evolution
from mutandis.algorithms.evolution.hill_climbing import hill_climb
from mutandis.algorithms.evolution.nondominated_sorting import nsga2
from mutandis.algorithms.evolution.notes import (
    get_feedback_sequence_number,
    get_fitness,
    get_generation_id,
    is_initial_population,
    set_fitness,
)
from mutandis.algorithms.evolution.operation import (
    DNAOperation,
    Mutator,
    Operation,
    Recombinator,
    Selector,
)
from mutandis.algorithms.evolution.reference_points import nsga3
from mutandis.algorithms.evolution.regularized import (
    RegularizedEvolution,
    regularized_evolution,
)
from mutandis.algorithms.evolution.speciation import neat
from mutandis.algorithms.scalars import Scalar, scalar_spec, scalar_value

__all__ = [
    'Choice',
    'Concatenation',
    'Conditional',
    'DNAOperation',
    'Difference',
    'ElementWise',
    'Evolution',
    'Flatten',
    'GlobalStateGetter',
    'GlobalStateSetter',
    'Identity',
    'Intersection',
    'Inversion',
    'Lambda',
    'Mutator',
    'Operation',
    'Pipeline',
    'Power',
    'Recombinator',
    'RegularizedEvolution',
    'Repeat',
    'Scalar',
    'Selector',
    'Slice',
    'SymmetricDifference',
    'Union',
    'UntilChange',
    'base',
    'get_feedback_sequence_number',
    'get_fitness',
    'get_generation_id',
    'hill_climb',
    'hill_climb_lib',
    'is_initial_population',
    'mutators',
    'neat',
    'neat_lib',
    'nsga2',
    'nsga2_lib',
    'nsga3',
    'nsga3_lib',
    'recombinators',
    'regularized_evolution',
    'regularized_evolution_lib',
    'scalar_spec',
    'scalar_value',
    'scalars',
    'selectors',
    'set_fitness',
    'where',
]
