"""`mutandis patches`: what is installed, applied and tested from the command line."""

import os
import subprocess
import sys
import textwrap

import pytest

pytest.importorskip('click')
pytest.importorskip('torch')

from click.testing import CliRunner

import mutandis as mt
from mutandis.cli.commands import mutandis
from mutandis.symbolic.patching import registry


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Makes throw-away packages that count as installed; nothing is known at first."""
    site = tmp_path / 'site-packages'
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr(registry, '_patchers', {})
    made = []

    def make(module, source, distribution=None, version='1.0'):
        distribution = distribution or module
        folder = site / f'{distribution}-{version}.dist-info'
        folder.mkdir(parents=True)
        (folder / 'METADATA').write_text(f'Name: {distribution}\nVersion: {version}\n')
        (folder / 'entry_points.txt').write_text(f'[mutandis.patchers]\n{module} = {module}\n')
        (site / f'{module}.py').write_text(textwrap.dedent(source))
        made.append(module)
        monkeypatch.setattr(registry, '_packages', None)
        return site

    yield make
    for module in made:
        sys.modules.pop(module, None)


SCALE = """
    import mutandis as mt

    @mt.patcher([('by', mt.typing.Int(min_value=2))], auto_doc=True)
    def scale(tree, by=2):
        '''Multiplies x.

        Args:
            tree: What has an x.
            by: By how much.
        '''
        if not hasattr(tree, 'x'):
            raise mt.patching.NotApplicable('there is no x in it')
        return {'x': tree.x * by}
"""


def run(*arguments, status=0):
    result = CliRunner().invoke(mutandis, ['patches', *map(str, arguments)])
    assert result.exit_code == status, (result.output, result.exception)
    return ' '.join(result.output.split())


class TestListAndShow:
    def test_all_that_is_installed_with_arguments_and_origin(self, install):
        install('first_patches', SCALE, 'first-patches', '2.1')
        assert 'first_patches.scale by=2 first-patches 2.1 Multiplies x.' in run('list')
        text = run('show', 'first_patches.scale')
        assert 'first_patches.scale, from first-patches 2.1' in text
        assert 'by Int >= 2 2 By how much.' in text and 'What has an x' not in text
        assert run('show', 'scale') == text

    def test_a_broken_package_does_not_hide_the_others(self, install):
        install('broken_patches', 'import surely_not_there\n')
        install('first_patches', SCALE)
        text = run('list')
        assert 'first_patches.scale' in text
        assert "broken_patches 1.0: ModuleNotFoundError: No module named 'surely_not_there'" in text
        assert 'cannot be loaded' in run('show', 'broken_patches.anything', status=1)

    def test_a_name_in_two_packages_is_told_apart_by_the_package(self, install, tmp_path):
        install('first_patches', SCALE)
        install('second_patches', SCALE.replace('* by', '+ by'))
        text = run('list')
        assert 'first_patches.scale' in text and 'second_patches.scale' in text
        text = run('show', 'scale', status=1)
        assert "'first_patches.scale' or 'second_patches.scale'" in text
        tree = mt.patch(mt.Dict(x=5), 'second_patches.scale?3')
        assert tree.x == 8
        (step,) = tree.sym_origin.chain('patch')
        assert (step.source.package, step.source.version) == ('second_patches', '1.0')

    def test_two_packages_of_one_name_are_an_error(self, install):
        install('first_patches', SCALE, 'honest', '1.0')
        install('first_patches', SCALE, 'other', '3.0')
        assert 'both announce patchers of a module' in run('list')

    def test_nothing_installed_and_unknown_names(self, install):
        install('no_patches', '')
        assert run('list') == 'No patches are installed.'
        assert "there is no patcher 'scale'" in run('show', 'scale', status=1)


class TestApply:
    def test_to_the_space_of_a_task_file(self, install, tmp_path):
        install('first_patches', SCALE)
        task = tmp_path / 'task.py'
        task.write_text(
            'import mutandis as mt\ndef space():\n    return mt.Dict(x=3, y=mt.oneof([1, 2]))\n'
        )
        out = tmp_path / 'out.json'
        text = run('apply', 'scale', 'scale?by=5', task, '-o', out)
        assert 'x 3 -> 6 by scale' in text and 'x 6 -> 30 by scale?by=5' in text
        assert 'patched by scale?by=5 (first_patches 1.0)' in text
        assert mt.eq(mt.load(str(out)), mt.Dict(x=30, y=mt.oneof([1, 2])))
        # What was written can be patched again; without -o nothing is written.
        assert 'x 30 -> 60' in run('apply', 'scale', out, '-o', tmp_path / 'out.py')
        assert 'space = ' in (tmp_path / 'out.py').read_text()
        assert 'x 60 -> 120' in run('apply', 'scale', tmp_path / 'out.py')
        before = out.read_text()
        assert 'x 30 -> 60' in run('apply', 'scale', out)
        assert out.read_text() == before

    def test_to_a_model_of_pytorch(self, install, tmp_path):
        import torch

        install(
            'other_patches',
            """
            import mutandis as mt
            from torch import nn

            @mt.patcher
            def smooth(model):
                mt.select(model).at_instances_of(nn.ReLU).set(mt.nn.SiLU())
                return []
            """,
        )
        task, out = tmp_path / 'task.py', tmp_path / 'model.pt'
        task.write_text(
            'from torch import nn\nmodel = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.ReLU())\n'
        )
        assert '1 Lifted(' in run('apply', 'smooth', task, '-o', out)
        built = torch.load(out, weights_only=False)
        assert [isinstance(m, torch.nn.SiLU) for m in built] == [False, True, True]

    def test_classes_of_the_task_file_are_saved_with_the_module(
        self, install, tmp_path, monkeypatch
    ):
        import torch

        install(
            'tanh_patches',
            """
            import mutandis as mt
            from torch import nn

            @mt.patcher
            def tanh(model):
                mt.select(model).at_instances_of(nn.ReLU).set(mt.nn.Tanh())
                return []
            """,
        )
        # So that it is forgotten in the end.
        monkeypatch.setitem(sys.modules, 'own_task', None)
        net = """
            from torch import nn

            class Net(nn.Sequential):
                pass

            def model():
                class Local(Net):
                    pass
                return {}(nn.ReLU())
        """
        task, out = tmp_path / 'own_task.py', tmp_path / 'model.pt'
        task.write_text(textwrap.dedent(net.format('Net')))
        run('apply', 'tanh', task, '-o', out)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, 'own_task')
        built = torch.load(out, weights_only=False)
        assert type(built).__name__ == 'Net' and isinstance(built[0], torch.nn.Tanh)
        task.write_text(textwrap.dedent(net.format('Local')))
        monkeypatch.delitem(sys.modules, 'own_task')
        before = out.read_bytes()
        assert 'torch.save cannot write' in run('apply', 'tanh', task, '-o', out, status=1)
        assert out.read_bytes() == before

    def test_a_patch_that_declines_changes_nothing(self, install, tmp_path):
        install('first_patches', SCALE)
        task, out = tmp_path / 'task.json', tmp_path / 'out.json'
        mt.save(mt.Dict(z=1), str(task))
        text = run('apply', 'scale', task, '-o', out, status=1)
        assert 'declines: there is no x in it' in text and not out.exists()

    @pytest.mark.parametrize(
        'document',
        [
            '{"_type": "os.system", "command": "true"}',
            '{"_type": "type", "name": "surely.Unknown"}',
            '{"_type": "function", "name": "os.system"}',
            '{"_type": "nobody.knows.This"}',
        ],
    )
    def test_a_saved_tree_is_data(self, install, tmp_path, document):
        install('first_patches', SCALE)
        target = tmp_path / 'tree.json'
        target.write_text('{"_type": "mutandis.symbolic.Dict", "x": ' + document + '}')
        before = set(sys.modules)
        text = run('apply', 'scale', target, status=1)
        assert text.startswith('Error: ') and 'Traceback' not in text
        assert not {'surely', 'nobody'} & (set(sys.modules) - before)

    @pytest.mark.parametrize(
        'patch', ['__import__("os").system("true")', 'scale?by=2+2', 'scale?by=1', 'scale?of=2', '']
    )
    def test_strings_are_read_and_never_evaluated(self, install, tmp_path, patch):
        install('first_patches', SCALE)
        target = tmp_path / 'tree.json'
        mt.save(mt.Dict(x=1), str(target))
        assert run('apply', patch, target, status=1).startswith('Error: ')

    def test_files_that_define_nothing(self, install, tmp_path):
        install('first_patches', SCALE)
        (tmp_path / 'task.py').write_text('modle = 1\n')
        assert 'defines neither' in run('apply', 'scale', tmp_path / 'task.py', status=1)
        (tmp_path / 'task.py').write_text('model = 1\n')
        assert 'needs a symbolic value' in run('apply', 'scale', tmp_path / 'task.py', status=1)
        (tmp_path / 'task.txt').write_text('')
        assert 'expected a task file' in run('apply', 'scale', tmp_path / 'task.txt', status=1)


MODELS = """
    import torch
    from torch import nn

    models = {
        'mlp': (lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU()), torch.ones(3, 2)),
        'rnn': (lambda: nn.GRU(2, 2), (torch.ones(3, 2),)),
    }
"""
RULES = """
    import torch
    from torch import nn
    import mutandis as mt

    @mt.patcher
    def smooth(model):
        places = mt.select(model).at_instances_of(nn.ReLU)
        if not places.count():
            raise mt.patching.NotApplicable('there is no ReLU')
        places.set(mt.nn.SiLU())
        return []

    @mt.patcher
    def cut(model):
        return {'0': mt.nn.Linear(2, 3)}

    @mt.patcher
    def deaden(model):
        class Dead(nn.Module):
            def forward(self, x):
                return torch.zeros(3, 2)
        mt.select(model).at_instances_of(nn.ReLU).set(mt.nn.lift(Dead()))
        return []

    @mt.patcher
    def fail(model):
        raise RuntimeError('a mistake')

    @mt.patcher
    def half_done(model):
        model.rebind({'0': None})
        raise mt.patching.NotApplicable('too late')

    @mt.patcher
    def needy(model, size):
        return []
"""


class TestTest:
    @pytest.fixture
    def models(self, install, tmp_path):
        install('rules', RULES)
        path = tmp_path / 'zoo.py'
        path.write_text(textwrap.dedent(MODELS))
        return path

    def test_what_applies_and_what_declines(self, models):
        text = run('test', 'smooth', '--models', models)
        assert 'smooth mlp applies' in text and 'smooth rnn declines there is no ReLU' in text
        assert text.endswith('applies: 1, declines: 1, breaks: 0')

    @pytest.mark.parametrize(
        'rule, why',
        [
            ('cut', 'the shapes of outputs change from [(3, 2)] to [(3, 3)]'),
            ('fail', 'RuntimeError: a mistake'),
            ('deaden', 'no weight gets a gradient'),
        ],
    )
    def test_what_breaks_ends_with_status_1(self, models, rule, why):
        text = run('test', rule, '--models', models, '-v', status=1)
        assert f'{rule} mlp breaks' in text and 'Traceback' in text
        assert why in text

    def test_what_declines_late_has_changed_nothing(self, models):
        text = run('test', 'half_done', '--models', models)
        assert 'half_done mlp declines too late' in text and 'breaks: 0' in text

    def test_what_needs_arguments_is_told(self, models):
        text = run('test', 'needy', '--models', models)
        assert 'needy (all) not tested it needs size' in text
        assert 'applies: 2' in run('test', 'needy?size=1', '--models', models)

    def test_all_that_are_installed_by_default(self, models):
        text = run('test', '--models', models, status=1)
        assert 'rules.smooth' in text and 'rules.cut' in text and 'rules.needy' in text

    def test_a_file_that_defines_no_models(self, models, tmp_path):
        path = tmp_path / 'empty.py'
        path.write_text('models = [1]\n')
        assert 'must define `models`' in run('test', 'smooth', '--models', path, status=1)


def test_the_command_itself(patch_library_path, tmp_path):
    (tmp_path / 'zoo.py').write_text(textwrap.dedent(MODELS))
    path = os.pathsep.join([*patch_library_path, os.environ.get('PYTHONPATH', '')])

    def call(*arguments):
        return subprocess.run(
            [sys.executable, '-m', 'mutandis.cli', 'patches', *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=dict(os.environ, PYTHONPATH=path),
        )

    listed = call('list')
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.count('patch-library 0.1.0') == 10
    tested = call('test', 'skip_connections?every=1', '--models', 'zoo.py')
    assert tested.returncode == 0, tested.stdout
    assert 'applies: 1, declines: 1, breaks: 0' in tested.stdout


def test_without_click_the_extra_is_named(monkeypatch):
    from mutandis import cli

    monkeypatch.setitem(sys.modules, 'click', None)
    with pytest.raises(SystemExit, match=r'click, .* pip install "mutandis\[cli\]"'):
        cli.main()
