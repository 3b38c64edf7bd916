"""Bad input: the documented exception, the path and the remedy in its text, and nothing changed."""

import pytest

import mutandis as mt


class Layer(mt.Object):
    filters: int
    kernel: int = 3


class Model(mt.Object):
    layers: list[Layer]
    lr: float = 0.1


@pytest.fixture
def model():
    return Model([Layer(1), Layer(2)])


@pytest.fixture
def space():
    return Model([Layer(mt.oneof([1, 2])), Layer(mt.oneof([3, 4]))], lr=mt.floatv(0.1, 1.0))


class TestPrograms:
    def test_a_wrong_type_names_class_and_path(self):
        with pytest.raises(TypeError, match=r'Layer\.filters: Expected int'):
            Layer('x')

    def test_a_failed_rebind_changes_nothing(self, model):
        before = model.clone()
        with pytest.raises(TypeError, match=r'layers\[1\]\.filters'):
            model.rebind({'lr': 0.5, 'layers[0]': Layer(9), 'layers[1].filters': 'x'})
        assert model == before
        assert all(str(x.sym_path) == f'layers[{i}]' for i, x in enumerate(model.layers))

    def test_a_missing_argument_names_the_remedy(self):
        with pytest.raises(TypeError, match=r"'filters'.*Layer\.partial"):
            Layer()

    def test_an_unknown_argument_gets_a_suggestion(self):
        with pytest.raises(TypeError, match="Did you mean 'filters'"):
            Layer(1, filtres=2)

    def test_an_unknown_key_gets_a_suggestion(self, model):
        with pytest.raises(KeyError, match=r"layers\[0\].*Did you mean 'filters'"):
            model.rebind({'layers[0].filtres': 3})

    def test_a_path_that_leads_nowhere(self, model):
        with pytest.raises(KeyError, match=r"the List at 'layers' has 2 items, and no 7"):
            model.rebind({'layers[7].filters': 3})
        with pytest.raises(KeyError, match=r"the root Model has no 'layer'. Did you mean 'layers'"):
            model.rebind({'layer[0].filters': 3})
        with pytest.raises(KeyError, match=r"in brackets: 'layers\[1\]'"):
            model.rebind({'layers.1.filters': 3})
        with pytest.raises(KeyError, match=r"'lr' is a float.*Rebind 'lr' itself"):
            model.rebind({'lr.scale': 3})

    def test_a_key_outside_a_schema(self):
        T = mt.typing
        spec = T.Dict([('lr', T.Float(0.1)), (T.StrKey('tag_.*'), T.Str())])
        config = mt.Dict(opt=mt.Dict(value_spec=spec))
        message = r"the Dict at 'opt'. Did you mean 'lr'\? Known keys: \['lr', StrKey\(regex"
        with pytest.raises(KeyError, match=message):
            config.rebind({'opt.lrs': 0.2})
        with pytest.raises(KeyError, match="No 'lrs' in the Dict at 'opt'. Did you mean 'lr'"):
            del config.opt['lrs']

    def test_sealed_and_read_only(self, model):
        with pytest.raises(mt.WritePermissionError, match=r'root Model is sealed.*seal\(False\)'):
            model.clone().seal().rebind(lr=0.5)
        with pytest.raises(mt.WritePermissionError, match='root Model are read-only.*rebind'):
            model.lr = 0.5

    def test_an_argument_of_a_wrapped_class(self):
        class Plain:
            def __init__(self, width):
                self.width = width

        Wrapped = mt.wrap(Plain, [('width', mt.typing.Int())])
        with pytest.raises(TypeError, match='Plain.*Expected int.*'):
            Wrapped('wide')


class TestSpaces:
    def test_a_choice_out_of_range(self, space):
        before = space.clone()
        with pytest.raises(ValueError, match=r'out of range.*layers\[1\]\.filters'):
            mt.materialize(space, mt.DNA([0, 5, 0.5]))
        with pytest.raises(ValueError, match=r'out of range.*layers\[0\]\.filters'):
            mt.materialize(space, {'layers[0].filters': 7, 'layers[1].filters': 0, 'lr': 0.5})
        assert space == before

    @pytest.mark.parametrize('dna', [1, [0, 1], [0, 1, 2, 3], [0.5, 0.5, 0.5], ['a', 1, 0.2]])
    def test_a_dna_for_another_space(self, space, dna):
        with pytest.raises(ValueError, match='does not fit its space'):
            mt.template(space).decode(mt.DNA(dna))

    def test_a_candidate_of_a_wrong_type(self):
        with pytest.raises(TypeError, match=r'candidates\[1\]'):
            Layer(mt.oneof([1, 'a']))

    def test_a_placeholder_where_a_value_is_needed(self):
        torch = pytest.importorskip('torch')
        from mutandis import nn

        net = nn.Sequential(nn.Linear(4, mt.oneof([2, 3])), nn.ReLU())
        with pytest.raises(TypeError, match=r'args\[0\]\.out_features.*[Mm]aterialize'):
            net(torch.zeros(1, 4))

    def test_a_functor_with_a_placeholder_is_not_called(self):
        @mt.functor
        def add(x, y):
            return x + y

        with pytest.raises(ValueError, match='y'):
            add(1, mt.oneof([1, 2]))()


class TestSearches:
    def test_a_nan_reward_leaves_the_trial_pending(self, space):
        name = 'bad-input-nan'
        for _, feedback in mt.sample(space, mt.geno.Random(1), 2, name=name):
            with pytest.raises(ValueError, match=r'NaN.*feedback\.skip'):
                feedback(float('nan'))
            assert feedback.status == 'PENDING'
            feedback(1.0)
        assert [t.status for t in mt.poll_result(name).trials] == ['COMPLETED'] * 2

    def test_a_nan_reward_of_a_task_keeps_what_was_found(self, space):
        rewards = iter([0.5, float('nan')])
        with pytest.raises(ValueError, match='NaN') as info:
            mt.search(space, lambda program: next(rewards), num_examples=5, seed=1)
        assert info.value.search_result.best_trial.final_measurement.reward == 0.5

    def test_nothing_to_search(self):
        with pytest.raises(ValueError, match='no placeholder'):
            mt.search(Model([]), lambda program: 1.0, num_examples=1)


class TestJson:
    def test_truncated_text(self, model):
        text = mt.to_json_str(model)
        for end in range(0, len(text) - 1, 7):
            with pytest.raises(ValueError):
                mt.from_json_str(text[:end])

    def test_an_unknown_class_names_path_and_remedy(self):
        text = '{"a": [1, {"_type": "no.such.Class", "x": 1}]}'
        with pytest.raises(TypeError, match=r'no\.such\.Class.*path=a\[1\]'):
            mt.from_json_str(text)

    def test_a_bad_field_names_its_path(self, model):
        text = mt.to_json_str(model).replace('"filters": 2', '"filters": "two"')
        with pytest.raises(TypeError, match=r'layers\[1\]\.filters'):
            mt.from_json_str(text)

    @pytest.mark.parametrize(
        'value',
        [
            {'_type': 'function', 'name': 'x', 'code': '4wAA', 'defaults': None},
            {'_type': 'mutandis.base.json_registry._OpaqueObject', 'value': 'gASVJAAAAAAAAAA='},
            {'_type': 'xml.dom.minidom.Node'},
            {'_type': 'function', 'name': 'antigravity.fly_away'},
            {'__context__': {'shared_objects': [{'_type': 'antigravity.X'}]}, '__root__': 1},
        ],
    )
    def test_nothing_is_imported_unpickled_or_run(self, value):
        import sys

        loaded = set(sys.modules)
        with pytest.raises(TypeError):
            mt.from_json(value)
        assert 'antigravity' not in sys.modules
        assert not {m for m in set(sys.modules) - loaded if m.startswith('xml.dom')}
