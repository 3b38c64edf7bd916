"""Where nodes come from."""

import pytest

import mutandis as mt
from mutandis.symbolic import Origin


class Part(mt.Object):
    x: int


class TestOrigin:
    def test_equality(self):
        part = Part(1)
        assert Origin(part, 'a') == Origin(part, 'a')
        assert Origin(part, 'a') != Origin(part, 'b')
        assert Origin(part, 'a') != Origin(Part(1), 'a')
        with pytest.raises(TypeError):
            hash(Origin(None, 'a'))

    def test_tag_must_be_a_str(self):
        with pytest.raises(ValueError, match='tag'):
            Origin(None, 1)

    def test_text(self):
        part = Part(1)
        assert repr(Origin(None, 'a')) == "Origin(tag='a')"
        assert repr(Origin('file', 'load')) == "Origin(tag='load', source='file')"
        assert repr(Origin(part, 'a')) == f"Origin(tag='a', source=Part(x=1) at 0x{id(part):x})"

    def test_stack(self):
        origin = Origin(None, 'a', stacktrace=True)
        assert origin.stack[-1].name == 'test_stack' and 'test_stack' in origin.stacktrace
        assert len(Origin(None, 'a', stacktrace=True, stacklimit=2).stack) == 2
        assert Origin(None, 'a').stack is None and Origin(None, 'a').stacktrace is None

        def caller():
            return Origin(None, 'a', stacktrace=True, stacktop=-2)

        assert caller().stack[-1].name == 'test_stack'


class TestTracking:
    def test_nothing_is_recorded_by_default(self):
        assert Part(1).sym_origin is None and Part(1).clone().sym_origin is None

    def test_construction_and_copies(self):
        with mt.track_origin():
            first = Part(1)
            second = first.clone()
            third = second.clone(deep=True)
        assert first.sym_origin == Origin(None, '__init__')
        assert second.sym_origin == Origin(first, 'clone')
        assert third.sym_origin == Origin(second, 'deepclone')
        assert first.sym_origin.stack[-1].name == 'test_construction_and_copies'
        origin = third.sym_origin
        assert [o.tag for o in origin.chain()] == ['deepclone', 'clone', '__init__']
        assert [o.tag for o in origin.history()] == ['__init__', 'clone', 'deepclone']
        assert origin.chain('clone') == [second.sym_origin]
        assert origin.history(lambda o: o.source is not None)[0].source is first
        assert origin.root == first.sym_origin

    def test_setting_it(self):
        part = Part(1)
        part.sym_setorigin('file', 'load')
        part.sym_setorigin('file', 'again')
        assert part.sym_origin.tag == 'again'
        with pytest.raises(ValueError):
            part.sym_setorigin('other', 'load')

    def test_containers(self):
        with mt.track_origin():
            d, items = mt.Dict(a=[1]), mt.List([1])
            assert d.sym_origin == Origin(None, '__init__') == items.sym_origin
            assert d.a.sym_origin == Origin(None, '__init__')
            assert d.clone().sym_origin == Origin(d, 'clone')
        assert mt.Dict().sym_origin is None

    def test_copies_of_what_is_below(self):
        with mt.track_origin():
            whole = mt.Dict(part=Part(1), shared=mt.Ref(Part(2)))
            copied = whole.clone()
        assert copied.part.sym_origin == Origin(whole.part, 'clone')
        assert copied.shared is whole.shared and copied.shared.sym_origin.tag == '__init__'

    def test_results_of_functors_and_files(self, tmp_path):
        @mt.functor
        def make(x):
            return Part(x)

        with mt.track_origin():
            call = make(1)
            made = call()
            path = str(tmp_path / 'part.json')
            made.save(path)
            loaded = mt.load(path)
        assert made.sym_origin == Origin(call, 'return')
        assert loaded.sym_origin == Origin(path, 'load')
