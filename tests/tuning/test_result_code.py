"""`result.save_code(path)`: the best program of a search as a file of code."""

import subprocess
import sys
import textwrap

import black
import pytest

import mutandis as mt

SCRIPT = """
import mutandis as mt


class Net(mt.Object):
    width: int
    layers: list[int]


def size(net):
    return net.width * sum(net.layers)


def main():
    space = Net(mt.oneof([1, 2, 3]), mt.manyof(2, [4, 5], distinct=False))
    result = mt.search(space, size, 'sweep', progress=False)
    print(result.save_code('out/best.py', name='net', run=size))


if __name__ == '__main__':
    main()
"""


def run(*arguments, cwd):
    process = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_the_file_runs_without_the_search(tmp_path):
    (tmp_path / 'find_net.py').write_text(SCRIPT)
    printed = run('find_net.py', cwd=tmp_path)
    code = (tmp_path / 'out' / 'best.py').read_text()
    assert printed == code + '\n'
    expected = textwrap.dedent(f"""\
        import sys

        sys.path.insert(0, "{tmp_path}")

        from find_net import Net, size

        net = Net(width=3, layers=[5, 5])

        if __name__ == "__main__":
            print(size(net))
        """)
    # The name of the folder may be too long for one line.
    assert code == black.format_str(expected, mode=black.Mode())
    assert black.format_str(code, mode=black.Mode()) == code
    assert run('best.py', cwd=tmp_path / 'out') == '30\n'
    assert run('-c', 'import best; print(best.net.width)', cwd=tmp_path / 'out') == '3\n'


def test_no_folder_is_needed_beside_the_program(tmp_path):
    (tmp_path / 'find_net.py').write_text(SCRIPT.replace('out/', ''))
    run('find_net.py', cwd=tmp_path)
    assert 'sys.path' not in (tmp_path / 'best.py').read_text()
    assert run('best.py', cwd=tmp_path) == '30\n'


def test_a_script_whose_name_is_no_identifier_cannot_be_imported(tmp_path):
    (tmp_path / 'find-net.py').write_text(SCRIPT)
    process = subprocess.run(
        [sys.executable, 'find-net.py'], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert "'size', 'Net' cannot be imported from anywhere" in process.stderr
    assert not (tmp_path / 'out').exists()


def search(space, **options):
    return mt.search(space, lambda d: float(d.x), 'sweep', progress=False, **options)


def test_the_code_makes_the_best_program(tmp_path):
    result = search(mt.Dict(x=mt.oneof([1, 3, 2]), y=mt.DNA))
    code = result.save_code(tmp_path / 'best.py')
    scope = {}
    exec(code, scope)
    assert scope['program'] == result.best == mt.Dict(x=3, y=mt.DNA)


def test_local_classes_are_refused(tmp_path):
    class Local(mt.Object):
        x: int

    result = search(Local(mt.oneof([1, 2])))
    with pytest.raises(ValueError, match="'Local' cannot be imported from anywhere"):
        result.save_code(tmp_path / 'best.py')
    with pytest.raises(ValueError, match='`run` cannot be called by the file'):
        search(mt.Dict(x=mt.oneof([1, 2]))).save_code(tmp_path / 'best.py', run=lambda x: x)
    with pytest.raises(ValueError, match='name of a variable'):
        search(mt.Dict(x=mt.oneof([1, 2]))).save_code(tmp_path / 'best.py', name='a b')
    assert not (tmp_path / 'best.py').exists()


def test_without_a_completed_trial_there_is_no_program(tmp_path):
    def fail(program):
        raise ValueError

    result = mt.search(
        mt.Dict(x=mt.oneof([1, 2])), fail, 'sweep', progress=False, skip_on_exceptions=(ValueError,)
    )
    with pytest.raises(ValueError, match='no trial was completed'):
        result.save_code(tmp_path / 'best.py')
