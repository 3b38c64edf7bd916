"""`mt.to_code`: the source that a person would have written."""

import collections
import enum
import math
import sys
import types

import black
import code_samples
import numpy as np
import pytest
from code_samples import Color, Leaf, Open, Pair, Plain, Typed, Wrapped, double, scale

import mutandis as mt


def made(value, **options):
    """The value that the code of a value makes."""
    code = mt.to_code(value, **options)
    assert black.format_str(code, mode=black.Mode()) == code
    scope = dict(code.needed)
    exec(code, scope)
    return scope['value']


def body(value, **options):
    """The code without imports."""
    return mt.to_code(value, imports=False, **options)


class TestObjects:
    def test_fields_by_name_and_defaults_left_out(self):
        assert body(Leaf(x='a', y=1)) == 'value = Leaf(x="a")\n'
        assert body(Leaf(x='a'), defaults=True) == 'value = Leaf(x="a", y=1, tags=[])\n'

    def test_imports_are_in_groups_and_come_from_the_public_place(self):
        value = mt.Dict(
            a=Leaf(math.sqrt), b=mt.oneof([np.float32(1)]), c=mt.evolution.selectors.Top(1)
        )
        assert mt.to_code(value) == (
            'import math\n'
            '\n'
            'import mutandis as mt\n'
            'import numpy as np\n'
            '\n'
            'from code_samples import Leaf\n'
            '\n'
            'value = mt.Dict(\n'
            '    a=Leaf(x=math.sqrt),\n'
            '    b=mt.oneof([np.float32(1.0)]),\n'
            '    c=mt.evolution.selectors.Top(n=1),\n'
            ')\n'
        )

    def test_containers_in_a_tree_are_literals_and_at_the_root_symbolic(self):
        assert body(mt.Dict(x=[1, {'y': (1,)}])) == 'value = mt.Dict(x=[1, {"y": (1,)}])\n'
        assert body(mt.Dict({'a b': 1})) == 'value = mt.Dict({"a b": 1})\n'
        assert body(mt.List([1])) == 'value = mt.List([1])\n'
        assert body([mt.Dict(x=1)]) == 'value = [mt.Dict(x=1)]\n'
        assert type(made(mt.Dict(x={})).x) is mt.Dict

    def test_partial_objects(self):
        value = made(Pair.partial(right=Leaf.partial(y=3)))
        assert mt.eq(value, Pair.partial(right=Leaf.partial(y=3)))
        assert body(Leaf.partial()) == 'value = Leaf.partial()\n'

    def test_keys_that_are_no_names(self):
        value = Open(**{'b c': 1, 'a': 2})
        assert body(value) == 'value = Open(a=2, **{"b c": 1})\n'
        assert mt.eq(made(value), value)

    def test_functors_wrapped_classes_and_compounds(self):
        assert body(scale(1, 2.0, 3, k=4)) == 'value = scale(1, 2.0, 3, k=4)\n'
        assert body(scale(factor=3.0)) == 'value = scale(factor=3.0)\n'
        assert body(scale(1, 2.0)) == 'value = scale(x=1, factor=2.0)\n'
        assert body(Wrapped(1, 2, 3)) == 'value = Wrapped(1, 2, 3)\n'
        assert body(double(3)) == 'value = double(x=3)\n'
        for value in (scale(1, 2.0, 3, k=4), Wrapped(1, 2, 3), double(3)):
            assert mt.eq(made(value), value)

    def test_a_constructor_that_takes_other_arguments_is_passed_by(self):
        class Square(mt.Object):
            area: float

            @mt.explicit_method_override
            def __init__(self, side):
                super().__init__(area=side * side)

        code = mt.to_code(Square(3.0))
        assert code.endswith('value = Square.partial(area=9.0)\n')
        scope = dict(code.needed)
        exec(code, scope)
        assert scope['value'].area == 9.0

    def test_inferred_values_are_left_to_be_inferred(self):
        value = mt.Dict(width=3, layers=[mt.Dict(width=mt.symbolic.ValueFromParentChain())])
        assert body(value).endswith('layers=[{"width": mt.symbolic.ValueFromParentChain()}])\n')
        assert made(value).layers[0].width == 3

    def test_a_frozen_field_that_was_changed_inside(self):
        Small = mt.boilerplate_class('Small', Pair.partial(left=Leaf(1)))
        small = Small()
        small.rebind({'left.x': 2})
        with pytest.raises(ValueError, match="field 'left' of Small is frozen"):
            mt.to_code(small)


class TestPlaceholders:
    @pytest.mark.parametrize(
        'text',
        [
            'mt.oneof([1, 2], name="a", hints="h")',
            'mt.oneof([mt.oneof([1, 2]), [mt.floatv(0.0, 1.0)]])',
            'mt.manyof(2, [1, 2, 3])',
            'mt.manyof(2, [1, 2, 3], distinct=False, sorted=True, name="a")',
            'mt.permutate([1, 2, 3], name="order")',
            'mt.floatv(0.1, 1.0, scale="log", name="lr")',
            'mt.intv(1, 9, step=2)',
            'mt.intv(1, 4096, log=True, name="width")',
            'mt.hyper.reference("a.b[0]")',
            'mt.DNA([1, (0, 2), 0.5, "text"])',
            'mt.constrain(mt.Dict(x=mt.oneof([1, 2])), len, on="dict")',
            'mt.template(mt.Dict(x=mt.oneof([1, 2])))',
        ],
    )
    def test_as_they_were_made(self, text):
        value = eval(text, {'mt': mt})
        assert body(value) == f'value = {text}\n'
        assert mt.eq(made(value), value)

    def test_evolve_and_filters(self):
        value = mt.evolve(mt.Dict(x=1), code_samples.module_level, name='e')
        assert body(value) == 'value = mt.evolve(mt.Dict(x=1), module_level, name="e")\n'
        filtered = mt.hyper.OneOf(candidates=[1, 2], where=callable)
        assert body(filtered) == 'value = mt.hyper.OneOf(candidates=[1, 2], where=callable)\n'
        assert mt.eq(made(filtered), filtered)

    def test_decision_specs(self):
        spec = mt.dna_spec(mt.Dict(x=mt.oneof([1, mt.oneof([2, 3])]), y=mt.intv(1, 5)))
        assert mt.eq(made(spec), spec)
        dna = mt.random_dna(spec)
        assert mt.eq(made(dna), dna)


class TestNames:
    def test_local_classes_are_named_and_listed(self):
        class Local(mt.Object):
            x: int

        code = mt.to_code(mt.Dict(a=Local(1), b=Local))
        assert code.needed == {'Local': Local}
        assert code.startswith(
            '"""Run this where `Local` can be seen: code cannot import that."""\n'
        )

    def test_two_of_one_name(self):
        def make():
            class Local(mt.Object):
                x: int

            return Local

        first, second = make(), make()
        value = mt.Dict(a=first(1), b=second(2))
        code = mt.to_code(value)
        assert code.needed == {'Local': first, 'Local_2': second}
        assert mt.eq(made(value), value)

    def test_imports_of_one_name(self, monkeypatch):
        other = types.ModuleType('other_samples')
        other.Leaf = type('Leaf', (mt.Object,), {'__module__': 'other_samples'})
        monkeypatch.setitem(sys.modules, 'other_samples', other)
        value = mt.Dict(a=Leaf(1), b=other.Leaf())
        code = mt.to_code(value)
        assert 'from code_samples import Leaf\nfrom other_samples import Leaf as Leaf_2\n' in code
        assert mt.eq(made(value), value)

    def test_a_class_named_like_a_builtin_or_an_import(self):
        class set(mt.Object):  # noqa: A001
            x: int

        class mt_(mt.Object):
            x: int

        mt_.__name__ = mt_.__qualname__ = 'mt'
        value = mt.Dict(a=set(1), b=[mt_(1), {2, 3}, set.partial()])
        assert mt.eq(made(value), value)

    def test_lambdas_have_no_name(self):
        with pytest.raises(ValueError, match=r"a\.b\[1\]: The function '<lambda>' has no name"):
            mt.to_code(mt.Dict(a=mt.Dict(b=[1, lambda x: x])))

    def test_names_are_checked(self):
        fake = types.new_class('x; import os', (mt.Object,))
        with pytest.raises(ValueError, match='has no name that code could refer to'):
            mt.to_code(fake())
        for name in ('a b', 'class', '1', 'x=1;y', ''):
            with pytest.raises(ValueError, match='the name of a variable'):
                mt.to_code(1, name=name)

    def test_texts_stay_texts(self):
        nasty = '"""\n\\"; __import__("os").system("false") #\''
        value = mt.Dict(**{'x': nasty, nasty: [nasty]})
        assert mt.eq(made(value), value)
        assert mt.eq(made(Open(**{nasty: 1})), Open(**{nasty: 1}))

    def test_methods(self):
        assert body(dict.fromkeys) == 'value = dict.fromkeys\n'
        assert body(str.upper) == 'value = str.upper\n'
        with pytest.raises(ValueError, match="'append' is bound to an object"):
            mt.to_code([].append)


class TestVariables:
    def test_what_references_share_is_made_once(self):
        shared = Leaf(1)
        value = mt.Dict(a=mt.Ref(shared), b=[mt.Ref(shared)], c=mt.Ref([1]))
        assert body(value) == (
            'leaf = Leaf(x=1)\nvalue = mt.Dict(a=mt.Ref(leaf), b=[mt.Ref(leaf)], c=mt.Ref([1]))\n'
        )
        new = made(value)
        assert new.a is new.b[0]
        assert type(new.c) is list

    def test_repeated_parts_are_written_once_and_stay_apart(self):
        def leaf():
            return Leaf('a long text that fills most of the line', tags=['red', 'green'])

        value = mt.Dict(left=leaf(), right=[leaf(), leaf()])
        code = body(value)
        assert code.count('a long text') == 1
        assert code.endswith('value = mt.Dict(left=left, right=[left, left])\n')
        new = made(value)
        assert mt.eq(new, value)
        assert new.left is not new.right[0]
        assert new.left.sym_path == 'left'

    def test_large_trees_are_put_together_from_variables(self):
        layers = [Typed(f'layer{i}', settings={f'{i}{j}': 0.5 for j in range(9)}) for i in range(5)]
        value = Pair(left=Leaf(layers), right=Leaf(list(range(50))))
        code = body(value)
        assert 'typed = Typed(\n' in code
        assert 'typed_2 = Typed(\n' in code
        assert code.endswith(
            'value = Pair(left=Leaf(x=[typed, typed_2, typed_3, typed_4, typed_5]), '
            'right=Leaf(x=x))\n'
        )
        assert mt.eq(made(value), value)

    def test_variables_do_not_hide_names(self):
        deep = 0
        for _ in range(40):
            deep = Leaf(x=mt.Dict(value=deep, mt=1, list=[2], Leaf=3, **{'class': 4}))
        assert mt.eq(made(deep), deep)

    @pytest.mark.parametrize('name', ['_', '_1', '__2a', '_Block', '_class', 'Foo_Bar'])
    def test_names_with_underscores(self, name):
        cls = type(name, (mt.Object,), {'__module__': __name__, '__annotations__': {'x': object}})
        shared = cls(1)
        value = mt.Dict({name: list(range(400)), 'refs': [mt.Ref(shared), mt.Ref(shared)]})
        new = made(value)
        assert new[name] == value[name] and new.refs[0] is new.refs[1] and new.refs[0].x == 1

    def test_a_tree_of_depth_5000(self):
        tree = None
        for i in range(5000):
            tree = Pair(left=tree, right=i)
        scope = {}
        exec(mt.to_code(tree), scope)
        assert mt.eq(scope['value'], tree)

    def test_without_a_variable(self):
        code = mt.to_code(mt.Dict(x=1), name=None, imports=False)
        assert eval(code) == mt.Dict(x=1)


class TestValuesOfOthers:
    def test_an_unknown_value_is_an_error_that_names_place_and_remedy(self):
        with pytest.raises(ValueError, match=r'a\[0\]: a Plain .*`mt.register_code\(Plain, ...\)`'):
            mt.to_code(mt.Dict(a=[Plain(3)]))

    def test_a_writer_says_which_call_makes_the_value(self):
        class Money:
            def __init__(self, amount, currency='EUR'):
                self.amount, self.currency = amount, currency

            def __eq__(self, other):
                return vars(self) == vars(other)

        mt.register_code(Money, lambda m: mt.symbolic.Call(Money, m.amount, currency=m.currency))
        value = mt.Dict(price=Money([1, mt.Dict(x=2)]))
        code = body(value)
        assert code == 'value = mt.Dict(price=Money([1, mt.Dict(x=2)], currency="EUR"))\n'
        assert mt.eq(made(value), value)

    def test_a_symbolic_class_can_say_so_itself(self):
        class Square(mt.Object):
            area: float

            def _sym_source(self):
                return mt.symbolic.Call(of_side, self.area**0.5)

        def of_side(side):
            return Square(side * side)

        assert body(Square(9.0)) == 'value = of_side(3.0)\n'
        assert mt.eq(made(Square(9.0)), Square(9.0))

    def test_writers_are_checked(self):
        class Text:
            pass

        with pytest.raises(TypeError, match='got 1'):
            mt.register_code(1, str)
        with pytest.raises(TypeError, match='function of a value'):
            mt.register_code(Text, 'text')
        mt.register_code(Text, lambda value: 'import os')
        with pytest.raises(TypeError, match='must return a `Call`'):
            mt.to_code(Text())

    def test_a_container_that_holds_itself(self):
        items = [1]
        items.append(items)
        with pytest.raises(ValueError, match=r'\[1\]: the container holds itself'):
            mt.to_code(items)

    def test_special_floats_and_large_numbers(self):
        assert body(float('nan')) == 'value = float("nan")\n'
        assert body([-math.inf, -0.0]) == 'value = [float("-inf"), -0.0]\n'
        assert made(-(7**9999)) == -(7**9999)

    def test_enums_and_flags(self):
        class Mode(enum.Flag):
            READ = 1
            WRITE = 2

        assert body(Color.RED) == 'value = Color.RED\n'
        assert made(Mode.READ | Mode.WRITE) == Mode.READ | Mode.WRITE

    def test_torch_values(self):
        torch = pytest.importorskip('torch')
        value = [torch.float32, torch.device('cpu'), torch.nn.functional.relu, torch.relu]
        assert made(value) == value
        tensor = torch.tensor([[1.5, 2.0]], dtype=torch.float64)
        new = made(tensor)
        assert new.dtype == tensor.dtype
        assert torch.equal(new, tensor)

    def test_named_tuples(self):
        Point = collections.namedtuple('Point', 'x y')

        class Shifted(Point):
            def __new__(cls, x, y):
                return super().__new__(cls, x + 1, y)

        assert body(Point(1, [2])) == 'value = Point(x=1, y=[2])\n'
        with pytest.raises(ValueError, match='a Shifted cannot be written as code'):
            mt.to_code(Shifted(1, 2))
