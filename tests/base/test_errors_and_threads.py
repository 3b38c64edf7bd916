"""Catching errors, thread-local values, docstrings, colours and traits."""

import os
import subprocess
import sys
import threading

import pytest

import mutandis as mt
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
    assert not base.thread_local_has('v1')
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


def test_colors_are_for_terminals():
    pytest.importorskip('termcolor')
    code = """
from mutandis import base
blue = base.colored('Hi {{x}} you', 'blue')
print([blue, base.colored_block(blue, '{{', '}}', 'red')])"""

    def printed(**environment):
        # Asked anew for each: termcolor looks at the environment once in a process.
        kept = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'FORCE_COLOR')}
        return subprocess.run(
            [sys.executable, '-c', code],
            env={**kept, **environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    assert printed(FORCE_COLOR='1') == repr(
        [
            '\x1b[34mHi {{x}} you\x1b[0m',
            '\x1b[34mHi \x1b[31m{{x}}\x1b[0m\x1b[34m you\x1b[0m',
        ]
    )
    assert printed(NO_COLOR='1') == repr(['Hi {{x}} you'] * 2)


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
    assert status['a.c'].has_started and not base.timeit('x').status()['x'].has_started

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


class TestErrorInfo:
    def test_it_is_symbolic(self):
        info = mt.ErrorInfo(tag='ValueError', description='bad', stacktrace='here')
        assert isinstance(info, mt.Object) and isinstance(info, base.ErrorInfo)
        assert info.clone() == info and mt.from_json_str(info.to_json_str()) == info
        assert mt.symbolic.ErrorInfo is mt.ErrorInfo
        assert type(base.ErrorInfo.from_exception(ValueError('x'))) is mt.ErrorInfo

    def test_it_is_read_by_each_name_of_the_reference(self):
        for name in (
            'pyglove.core.symbolic.error_info.ErrorInfo',
            'pyglove.core.utils.error_utils.ErrorInfo',
        ):
            data = {'_type': name, 'tag': 'a', 'description': 'b', 'stacktrace': 'c'}
            code = f'import mutandis as mt; print(mt.from_json({data!r}).tag)'
            done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
            assert done.stdout.strip() == 'a', done.stderr

    def test_errors_may_name_their_cause(self):
        class Failure(Exception):
            def __init__(self, cause):
                super().__init__('failed')
                self.cause = cause

        assert mt.ErrorInfo.from_exception(Failure(KeyError('k'))).tag == 'Failure.KeyError'


class TestStatus:
    def test_text(self):
        assert repr(base.TimeIt.Status('a', 1.0)) == (
            "TimeIt.Status(name='a', elapse=1.0, has_ended=True, error=None)"
        )
        assert str(base.TimeIt.StatusSummary()) == 'TimeIt.StatusSummary(breakdown={})'

    def test_json_leaves_defaults_out(self):
        status = base.TimeIt.Status('a', 1.0)
        assert status.to_json() == {
            '_type': 'pyglove.core.utils.timing.TimeIt.Status',
            'name': 'a',
            'elapse': 1.0,
        }
        failed = base.TimeIt.Status('a', 1.0, False, mt.ErrorInfo('t', 'd', 's'))
        assert mt.from_json_str(failed.to_json_str()) == failed

    def test_the_average_is_over_all_that_have_started(self):
        summary = base.TimeIt.StatusSummary()
        summary.aggregate({'a': base.TimeIt.Status('a', 1.0)})
        summary.aggregate({'a': base.TimeIt.Status('a', 3.0, has_ended=False)})
        entry = summary.breakdown['a']
        assert (entry.num_started, entry.num_ended, entry.avg_duration) == (2, 1, 2.0)


def test_the_value_of_a_scope_is_gone_afterwards():
    with base.thread_local_value_scope('of_a_scope', 1, None):
        assert base.thread_local_get('of_a_scope') == 1
    assert not base.thread_local_has('of_a_scope')
    base.thread_local_set('of_a_scope', 5)
    with base.thread_local_value_scope('of_a_scope', 1, None):
        pass
    assert base.thread_local_get('of_a_scope') == 5
    base.thread_local_del('of_a_scope')


@pytest.mark.parametrize('spec', [1, 'ValueError', [1], [(ValueError,)], [[ValueError]], int])
def test_bad_specs_of_errors(spec):
    with pytest.raises(TypeError, match='Expected an exception type'):
        with base.catch_errors(spec):
            pass
