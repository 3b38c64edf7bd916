"""`ObjectFactory`: an object from a base, patches and overrides."""

import json

import pytest

import mutandis as mt
from mutandis.symbolic.patching import from_maybe_serialized


class Data(mt.Object):
    path: str = 'train'
    sizes: list[int] = [1, 2]


class Task(mt.Object):
    lr: float = 0.1
    data: Data = Data()
    extra: dict = {}


@mt.patcher(auto_typing=True)
def factory_lr(task, lr: float):
    def check(result):
        if result.lr != lr:
            raise ValueError('lr was changed')

    return {'lr': lr}, check


class TestBase:
    def test_an_instance_is_copied(self):
        base = Task()
        factory = mt.ObjectFactory(Task, base, {'lr': 0.5})
        first, second = factory(), factory()
        assert first == second == Task(lr=0.5) and first is not second
        assert base == Task() and factory.base_value == Task()

    def test_functions_and_classes_make_one(self):
        assert mt.ObjectFactory(Task, lambda: Task(lr=1.0))() == Task(lr=1.0)
        assert mt.ObjectFactory(Task, Task)() == Task()

    def test_a_path_is_loaded(self, tmp_path):
        Task(lr=3.0).save(str(tmp_path / 'task.json'))
        assert mt.ObjectFactory(Task, str(tmp_path / 'task.json'))() == Task(lr=3.0)

    @pytest.mark.parametrize('base', [1, None, Data(), lambda: 1])
    def test_other_values(self, base):
        with pytest.raises(TypeError, match='Task'):
            mt.ObjectFactory(Task, base)()


class TestPatches:
    def test_every_form(self):
        for patches in ('factory_lr?0.5', {'lr': 0.5}, [factory_lr(lr=0.5)]):
            assert mt.ObjectFactory(Task, Task, patches)().lr == 0.5

    def test_they_are_validated(self):
        with pytest.raises(ValueError, match='lr was changed'):
            mt.ObjectFactory(Task, Task, ['factory_lr?0.5', {'lr': 0.1}])()


class TestOverrides:
    @pytest.mark.parametrize(
        'overrides',
        [
            {'lr': 0.5, 'data': {'path': 'test'}},
            {'lr': 0.5, 'data.path': 'test'},
            '{"lr": 0.5, "data": {"path": "test"}}',
            '{"lr": 0.5, "data.path": "test"}',
        ],
    )
    def test_nested_paths_and_json(self, overrides):
        task = mt.ObjectFactory(Task, Task, ['factory_lr?9'], overrides)()
        assert task == Task(lr=0.5, data=Data(path='test'))

    def test_from_a_file(self, tmp_path):
        path = tmp_path / 'overrides.json'
        path.write_text(json.dumps({'data': {'path': 'file'}}))
        assert mt.ObjectFactory(Task, Task, None, str(path))().data.path == 'file'

    def test_lists_are_replaced_as_a_whole(self):
        for sizes in ([], [7], [7, 8, 9]):
            made = mt.ObjectFactory(Task, Task, None, {'data': {'sizes': sizes}})()
            assert made.data.sizes == sizes
        assert mt.ObjectFactory(Task, Task, None, {'data.sizes[0]': 5})().data.sizes == [5, 2]

    def test_keys_that_do_not_exist_are_made(self):
        made = mt.ObjectFactory(Task, Task, None, {'extra': {'a': {'b': 1, 'c': {'d': 2}}}})()
        assert made.extra == {'a': {'b': 1, 'c': {'d': 2}}}

    def test_unknown_fields(self):
        with pytest.raises(KeyError):
            mt.ObjectFactory(Task, Task, None, {'nothing': 1})()

    def test_what_is_no_dict(self):
        with pytest.raises(TypeError, match='overrides must be a dict'):
            mt.ObjectFactory(Task, Task, None, '[1]')()
        with pytest.raises(TypeError):
            mt.ObjectFactory(Task, Task, None, 1)
        with pytest.raises(ValueError):
            mt.ObjectFactory(Task, Task, None, '{')()


def test_it_is_symbolic():
    factory = mt.ObjectFactory(Task, Task(lr=3.0), ['factory_lr?0.5'], {'lr': 0.7})
    assert mt.from_json_str(factory.to_json_str()) == factory == factory.clone()
    assert factory().lr == 0.7
    space = mt.ObjectFactory(Task, Task(), [factory_lr(lr=mt.oneof([0.1, 0.2]))])
    assert [f().lr for f in mt.iter(space)] == [0.1, 0.2]


class TestMaybeSerialized:
    def test_values_are_returned(self):
        task = Task()
        assert from_maybe_serialized(task) is from_maybe_serialized(task, Task) is task
        assert from_maybe_serialized(None) is None

    def test_texts_and_files_are_read(self, tmp_path):
        path = tmp_path / 'task.json'
        path.write_text(Task().to_json_str())
        for source in (str(path), Task().to_json_str()):
            assert from_maybe_serialized(source, Task) == Task()

    def test_errors(self):
        with pytest.raises(TypeError, match='Expected an instance of Data'):
            from_maybe_serialized(Task().to_json_str(), Data)
        with pytest.raises(ValueError):
            from_maybe_serialized('no json')

    def test_classes_are_not_imported_by_name(self):
        # A class that is not registered is data, or an error; its module is not imported.
        import sys

        sys.modules.pop('this', None)
        with pytest.raises((TypeError, ValueError)):
            from_maybe_serialized('{"_type": "this.Zen", "x": 1}', Task)
        assert 'this' not in sys.modules
