"""The progress line of a search."""

import io
import sys

import pytest
from tuning_helpers import Recorder, space

import mutandis as mt
from mutandis.tuning import progress
from mutandis.tuning.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal():
    console = pytest.importorskip('rich.console')
    return console.Console(file=io.StringIO(), force_terminal=True, width=100, _environ={})


def test_trial_best_and_times_are_shown():
    console = terminal()
    with Progress(30, console=console) as bar:
        bar.begin(0)
        for k in range(1, 31):
            bar.update(k, 0.25)
    text = console.file.getvalue()
    assert 'trial 30/30' in text
    assert 'best 0.25' in text
    assert 'left' in text


def test_no_limit():
    console = terminal()
    with Progress(None, console=console) as bar:
        bar.begin(0)
        bar.update(7, None)
    assert 'trial 7' in console.file.getvalue()


def test_fast_trials_are_not_all_drawn(monkeypatch):
    console = terminal()
    with Progress(10_000, console=console) as bar:
        shown = []
        monkeypatch.setattr(bar, '_show', lambda: shown.append(1))
        for k in range(10_000):
            bar.update(k, 1.0)
        assert len(shown) < 100


class FakeTask:
    def __init__(self, total, completed, elapsed, first=0, spent=0.0):
        self.total, self.completed, self.elapsed = total, completed, elapsed
        self.fields = {'first': first, 'spent': spent}


@pytest.mark.parametrize(
    'task, text',
    [
        (FakeTask(None, 3, 10.0), '-:--:--'),
        (FakeTask(10, 0, 10.0), '-:--:--'),
        (FakeTask(10, 5, 100.0, spent=100.0), '0:01:40'),
        (FakeTask(10, 5, 110.0, spent=100.0), '0:01:30'),
        (FakeTask(10, 5, 999.0, spent=100.0), '0:00:00'),
        # Trials of an earlier search took no time of this one.
        (FakeTask(10, 5, 100.0, first=4, spent=100.0), '0:08:20'),
    ],
)
def test_time_left(task, text):
    assert progress.time_left(task) == text


def test_quiet_when_not_a_terminal(capsys):
    mt.search(space(), lambda p: p.x, Recorder(), 3)
    assert capsys.readouterr() == ('', '')


def test_shown_on_a_terminal_unless_asked_not_to(monkeypatch):
    pytest.importorskip('rich')
    monkeypatch.setenv('TERM', 'xterm')
    monkeypatch.setattr(sys, 'stderr', Terminal())
    mt.search(space(), lambda p: p.x, Recorder(), 3, progress=False)
    assert sys.stderr.getvalue() == ''
    mt.search(space(), lambda p: p.x, Recorder(), 3)
    assert 'trial 3/3' in sys.stderr.getvalue()


def test_quiet_without_rich(monkeypatch):
    monkeypatch.setattr(sys, 'stderr', Terminal())
    for name in [*(m for m in sys.modules if m.startswith('rich')), 'rich']:
        monkeypatch.setitem(sys.modules, name, None)
    result = mt.search(space(), lambda p: p.x, Recorder(), 3)
    assert len(result.trials) == 3
    assert sys.stderr.getvalue() == ''


def test_rich_is_not_imported_when_quiet():
    import subprocess

    code = (
        'import sys, mutandis as mt\n'
        'mt.search(mt.oneof([1, 2]), lambda x: x, num_examples=2)\n'
        'assert not any(m == "rich" or m.startswith("rich.") for m in sys.modules)\n'
    )
    subprocess.run([sys.executable, '-c', code], check=True, stderr=subprocess.PIPE)
