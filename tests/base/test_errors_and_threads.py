"""Catching errors, thread-local values, docstrings, colours and traits."""

import threading

import pytest

from mutandis import base


def caught(errors, raised, handler=None):
    with base.catch_errors(errors, handler) as context:
        if raised is not None:
            raise raised
    return context.error


@pytest.mark.parametrize(
    'errors',
    [
        ValueError,
        (ValueError, 'abc'),
        (ValueError, '^ValueError: abc$'),
        [TypeError, ValueError],
        (TypeError, ValueError),
        [(TypeError, 'abc'), (ValueError, '.*c')],
        Exception,
    ],
)
def test_matching_errors_are_caught(errors):
    error = ValueError('abc')
    assert caught(errors, error) is error
    assert base.match_error(error, errors)
    assert caught(errors, None) is None


@pytest.mark.parametrize('errors', [TypeError, (ValueError, '^abc'), [], [(ValueError, 'x')]])
def test_other_errors_pass(errors):
    with pytest.raises(ValueError):
        caught(errors, ValueError('abc'))
    assert not base.match_error(ValueError('abc'), errors)


@pytest.mark.parametrize('errors', [1, (ValueError, 1), [1], [[ValueError]]])
def test_bad_error_specs(errors):
    with pytest.raises(TypeError):
        caught(errors, None)


def test_error_handler():
    seen = []
    error = caught(ValueError, ValueError('x'), seen.append)
    assert seen == [error]


def test_thread_local_values():
    with pytest.raises(ValueError):
        base.thread_local_get('k1')
    assert base.thread_local_get('k1', 5) == 5
    base.thread_local_set('k1', 1)
    assert base.thread_local_has('k1') and base.thread_local_get('k1') == 1
    assert base.thread_local_increment('k1') == 2 and base.thread_local_decrement('k1') == 1
    seen = []
    thread = threading.Thread(target=lambda: seen.append(base.thread_local_has('k1')))
    thread.start()
    thread.join()
    assert seen == [False]
    base.thread_local_del('k1')
    assert not base.thread_local_has('k1')


def test_thread_local_stacks():
    with pytest.raises(ValueError):
        base.thread_local_pop('s1')
    with pytest.raises(ValueError):
        base.thread_local_peek('s1')
    base.thread_local_push('s1', 1)
    base.thread_local_push('s1', 2)
    assert base.thread_local_peek('s1') == 2
    assert (base.thread_local_pop('s1'), base.thread_local_pop('s1')) == (2, 1)
    with pytest.raises(IndexError):
        base.thread_local_pop('s1')
    assert base.thread_local_pop('s1', 0) == 0
    base.thread_local_set('s1', 1)
    with pytest.raises(TypeError):
        base.thread_local_pop('s1')


def test_thread_local_scopes():
    with base.thread_local_value_scope('v1', 1, 0):
        assert base.thread_local_get('v1') == 1
    assert base.thread_local_get('v1') == 0
    with base.thread_local_arg_scope('a1', x=1):
        with base.thread_local_arg_scope('a1', y=2):
            assert base.thread_local_kwargs('a1') == {'x': 1, 'y': 2}
        assert base.thread_local_kwargs('a1') == {'x': 1}
    assert base.thread_local_kwargs('a1') == {}


def documented(x, *args, **kwargs):
    """Does a thing.

    At length.

    Args:
        x (int): The x.
        *args: The rest.
        **kwargs: More.

    Returns:
        Something.

    Raises:
        ValueError: If bad.
    """


def test_docstr():
    import inspect

    doc = base.docstr(documented)
    assert doc.style is base.DocStrStyle.GOOGLE
    assert doc.short_description == 'Does a thing.' and doc.long_description == 'At length.'
    assert doc.description == 'Does a thing.\n\nAt length.'
    assert list(doc.args) == ['x', '*args', '**kwargs']
    assert doc.args['x'].type_name == 'int'
    assert doc.returns.description == 'Something.'
    assert [(r.type_name, r.description) for r in doc.raises] == [('ValueError', 'If bad.')]
    parameters = inspect.signature(documented).parameters
    assert doc.parameter(parameters['args']).description == 'The rest.'
    assert doc.parameter(parameters['kwargs']).description == 'More.'
    assert base.docstr(lambda: 1) is None


def test_colors_can_be_removed():
    assert base.decolor('\x1b[31ma\x1b[0m b') == 'a b'
    assert base.decolor(base.colored('a', 'red', 'blue', ['bold'])) == 'a'
    assert base.colored('a') == 'a'
    assert base.decolor(base.colored_block('a {{b}} {{c', '{{', '}}', 'red')) == 'a {{b}} {{c'


def test_explicit_method_override():
    @base.explicit_method_override
    def marked():
        pass

    base.ensure_explicit_method_override(marked)
    with pytest.raises(TypeError, match='explicit_method_override'):
        base.ensure_explicit_method_override(documented)
    with pytest.raises(TypeError, match='my message'):
        base.ensure_explicit_method_override(documented, 'my message')


def test_error_info():
    try:
        try:
            raise KeyError('inner')
        except KeyError as e:
            raise ValueError('outer') from e
    except ValueError as e:
        info = base.ErrorInfo.from_exception(e)
        e.__cause__ = e  # A cycle.
        assert base.ErrorInfo.from_exception(e).tag == 'ValueError'
    assert info.tag == 'ValueError.KeyError' and info.description == 'outer'
    assert 'raise ValueError' in info.stacktrace
    assert base.from_json(base.to_json(info)) == info


def test_timeit():
    with base.timeit('a') as watch:
        for _ in range(2):
            with base.timeit('b'):
                pass
        with pytest.raises(ValueError):
            with base.timeit('c'):
                raise ValueError('x')
        assert not watch.has_ended and watch.has_started
    status = watch.status()
    assert list(status) == ['a', 'a.b', 'a.c']
    assert watch.end() is False and watch.elapse >= status['a.b'].elapse >= 0
    assert [child.name for child in watch.children] == ['b', 'b', 'c']
    assert status['a.c'].error.tag == 'ValueError' and watch.children[2].has_error

    summary = base.TimeIt.StatusSummary()
    assert not summary
    summary.aggregate(status)
    summary.aggregate(status)
    entry = summary.breakdown['a.c']
    assert (entry.num_started, entry.num_ended, entry.num_failed) == (2, 2, 2)
    assert entry.error_tags == {'ValueError': 2}
    assert base.from_json(base.to_json(summary)) == summary
    assert base.from_json(base.to_json(status)) == status


def test_timeit_nests_per_thread():
    inner = []

    def work():
        with base.timeit('other') as watch:
            inner.append(watch)

    with base.timeit('a') as watch:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert watch.children == [] and inner[0].has_ended
