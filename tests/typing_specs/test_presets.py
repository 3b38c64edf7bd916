"""Preset arguments and optional keywords."""

import pytest

import mutandis.typing as T


@T.enable_preset_args()
def f(x, y=T.PresetArgValue(default=1), z=T.PresetArgValue()):  # noqa: B008
    return x, y, z


def test_precedence():
    with pytest.raises(ValueError):
        f(1)
    assert f(1, z=2) == (1, 1, 2)
    with T.preset_args({'z': 4, 'x': 9}):
        assert f(1) == (1, 1, 4)
        assert f(1, 2) == (1, 2, 4)
        assert f(1, z=7) == (1, 1, 7)
        with pytest.raises(TypeError):
            f()


def test_nested_scopes():
    with T.preset_args({'z': 4}):
        with T.preset_args({'y': 5}):
            with pytest.raises(ValueError):
                f(1)
        with T.preset_args({'y': 5}, inherit_preset=True):
            assert f(1) == (1, 5, 4)
        assert f(1) == (1, 1, 4)


def test_all_preset_values():
    @T.enable_preset_args(include_all_preset_kwargs=True, preset_name='m')
    def g(x, y=T.PresetArgValue(), **kwargs):  # noqa: B008
        return x, y, kwargs

    with T.preset_args({'y': 1, 'w': 2}, preset_name='m'):
        assert g(1) == (1, 1, {'w': 2})
        assert g(1, 2, w=3) == (1, 2, {'w': 3})


def test_unmarked_functions_are_untouched():
    def g(x):
        return x

    assert T.enable_preset_args()(g) is g
    assert T.PresetArgValue.inspect(g) == {}
    assert T.PresetArgValue.inspect(f) == {'y': T.PresetArgValue(1), 'z': T.PresetArgValue()}


def test_resolve_args():
    assert T.PresetArgValue.resolve_args(
        [1, 2], {}, ['x', 'y', 'z'], {'y': T.PresetArgValue(2), 'z': 5}, {'y': 5}
    ) == ([1, 2, 5], {})


def test_optional_keywords():
    def plain(x):
        return x

    call = T.CallableWithOptionalKeywordArgs(plain, ['y'])
    assert call(1, y=2) == 1
    with pytest.raises(TypeError):
        call(1, q=2)
    assert T.CallableWithOptionalKeywordArgs(lambda **kw: kw, ['y'])(y=2) == {'y': 2}
