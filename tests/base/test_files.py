"""Files by path."""

import os
import stat

import pytest

from mutandis.base import files


@pytest.fixture(params=['local', 'memory'])
def root(request, tmp_path):
    if request.param == 'local':
        return str(tmp_path)
    path = f'/mem/{tmp_path.name}'
    files.mkdirs(path)
    return path


def test_write_and_read(root):
    path = f'{root}/a.txt'
    files.writefile(path, 'häh\n')
    assert files.readfile(path) == 'häh\n'
    assert files.readfile(path, 'rb') == 'häh\n'.encode()
    files.writefile(path, 'more', mode='a')
    assert files.readfile(path) == 'häh\nmore'
    with files.open(path) as f:
        assert list(f) == ['häh\n', 'more']
    files.writefile(path, b'\0', mode='wb')
    assert files.readfile(path, 'rb') == b'\0'


def test_files_that_do_not_exist(root):
    path = f'{root}/none'
    with pytest.raises(FileNotFoundError):
        files.readfile(path)
    assert files.readfile(path, nonexist_ok=True) is None
    with pytest.raises(FileNotFoundError):
        files.rm(path)
    with pytest.raises(FileNotFoundError):
        files.writefile(f'{root}/no/dir', 'x')
    assert not files.path_exists(path)


def test_directories(root):
    files.mkdirs(f'{root}/a/b')
    files.mkdirs(f'{root}/a/b')
    with pytest.raises(FileExistsError):
        files.mkdirs(f'{root}/a/b', exist_ok=False)
    files.writefile(f'{root}/a/x', '1')
    assert sorted(files.listdir(f'{root}/a')) == ['b', 'x']
    assert f'{root}/a/x' in files.listdir(f'{root}/a', fullpath=True)
    assert files.isdir(f'{root}/a') and not files.isdir(f'{root}/a/x')
    with pytest.raises(OSError):
        files.rmdir(f'{root}/a')
    files.rm(f'{root}/a/x')
    files.rmdir(f'{root}/a/b')
    assert files.listdir(f'{root}/a') == []


def test_permissions_follow_the_umask(tmp_path):
    path = str(tmp_path / 'f')
    files.writefile(path, 'x')
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o666 & ~umask
    files.writefile(path, 'x', perms=0o600)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_own_file_systems():
    files.add_file_system('/own/', files.MemoryFileSystem('/own/'))
    files.writefile('/own/x', '1')
    assert files.readfile('/own/x') == '1' and not files.path_exists('/mem/x')


def test_a_file_is_written_as_a_whole(root):
    path = f'{root}/a.txt'
    files.write_atomically(path, 'one')
    assert files.readfile(path) == 'one'
    files.write_atomically(path, b'two')
    assert files.readfile(path) == 'two'
    assert files.listdir(root) == ['a.txt']


def test_or_not_at_all(root, monkeypatch):
    path = f'{root}/a.txt'
    files.writefile(path, 'old')

    def fail(*args):
        raise OSError('disk full')

    monkeypatch.setattr(type(files.file_system(path)), 'rename', fail)
    with pytest.raises(OSError, match='disk full'):
        files.write_atomically(path, 'new')
    assert files.readfile(path) == 'old'
    assert files.listdir(root) == ['a.txt']
    with pytest.raises(TypeError):
        files.write_atomically(path, 3)
    assert files.listdir(root) == ['a.txt']
