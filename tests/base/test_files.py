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
    files.file_system(root).mkdirs(f'{root}/a/b')
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


# -- Everything else that `mt.io` can do.


def test_reading_step_by_step(root):
    path = f'{root}/a'
    with files.open(path, 'w') as f:
        assert isinstance(f, files.File)
        f.write('hello\nworld')
        assert f.tell() == 11
        f.flush()
        assert files.readfile(path) == 'hello\nworld'
    with files.open(path) as f:
        assert f.read(3) == 'hel' and f.tell() == 3
        assert f.readline() == 'lo\n' and f.readline() == 'world' and f.readline() == ''
        assert f.seek(6) == 6 and f.read() == 'world'
        assert f.seek(0, 2) == 11
    with files.open(path, 'rb') as f:
        assert list(f) == [b'hello\n', b'world']


def test_a_shorter_content_replaces_all_of_a_longer_one(root):
    files.writefile(f'{root}/a', 'abc')
    files.writefile(f'{root}/a', 'x')
    assert files.readfile(f'{root}/a') == 'x'


def test_files_are_open_for_one_purpose(root):
    path = f'{root}/a'
    files.writefile(path, 'x')
    with files.open(path) as f, pytest.raises(OSError):
        f.write('y')
    with files.open(path, 'a') as f, pytest.raises(OSError):
        f.read()
    with pytest.raises(FileExistsError):
        files.open(path, 'x')
    with pytest.raises(ValueError):
        files.open(path, 'k')
    with files.open(path, 'r+') as f:
        assert f.read() == 'x'
        f.write('z')
    assert files.readfile(path) == 'xz'
    closed = files.open(path, 'a')
    closed.close()
    with pytest.raises(ValueError):
        closed.write('x')


def test_directories_are_no_files(root):
    files.mkdirs(f'{root}/d')
    files.writefile(f'{root}/f', 'x')
    for attempt in (files.open, files.rm):
        with pytest.raises(IsADirectoryError):
            attempt(f'{root}/d')
    for attempt in (files.rmdir, files.rmdirs):
        with pytest.raises(NotADirectoryError):
            attempt(f'{root}/f')
    for path in (f'{root}/f/x', f'{root}/f/x/y'):
        with pytest.raises(NotADirectoryError):
            files.mkdirs(path)
    with pytest.raises(NotADirectoryError):
        files.writefile(f'{root}/f/x', '')
    with pytest.raises(OSError):
        files.listdir(f'{root}/f')
    with pytest.raises(FileExistsError):
        files.mkdir(f'{root}/d')
    with pytest.raises(FileNotFoundError):
        files.mkdir(f'{root}/no/d')


def test_rename(root):
    files.writefile(f'{root}/a', '1')
    files.rename(f'{root}/a', f'{root}/b')
    assert files.listdir(root) == ['b']
    files.writefile(f'{root}/a', '2')
    files.rename(f'{root}/a', f'{root}/b')
    assert files.readfile(f'{root}/b') == '2'
    files.mkdirs(f'{root}/d/e')
    files.writefile(f'{root}/d/e/x', '3')
    files.rename(f'{root}/d', f'{root}/g')
    assert files.readfile(f'{root}/g/e/x') == '3' and not files.path_exists(f'{root}/d')
    with pytest.raises(FileNotFoundError):
        files.rename(f'{root}/none', f'{root}/x')
    with pytest.raises(OSError):
        files.rename(f'{root}/g', f'{root}/g/e/h')
    with pytest.raises(IsADirectoryError):
        files.rename(f'{root}/b', f'{root}/g')
    with pytest.raises(NotADirectoryError):
        files.rename(f'{root}/g', f'{root}/b')
    files.mkdir(f'{root}/empty')
    with pytest.raises(OSError):
        files.rename(f'{root}/empty', f'{root}/g')
    files.rename(f'{root}/g', f'{root}/empty')
    assert files.readfile(f'{root}/empty/e/x') == '3'


def test_copy(root, tmp_path):
    files.writefile(f'{root}/a', b'\0\1', mode='wb')
    files.copy(f'{root}/a', f'{root}/b')
    assert files.readfile(f'{root}/b', 'rb') == b'\0\1'
    files.mkdir(f'{root}/d')
    files.copy(f'{root}/a', f'{root}/d')
    assert files.readfile(f'{root}/d/a', 'rb') == b'\0\1'
    with pytest.raises(IsADirectoryError):
        files.copy(f'{root}/d', f'{root}/e')
    with pytest.raises(FileNotFoundError):
        files.copy(f'{root}/none', f'{root}/e')
    other = '/mem/test_copy' if not root.startswith('/mem/') else str(tmp_path / 'other')
    files.mkdirs(other)
    files.copy(f'{root}/a', f'{other}/x')
    files.copy(f'{root}/a', other)
    assert files.readfile(f'{other}/x', 'rb') == files.readfile(f'{other}/a', 'rb') == b'\0\1'
    with pytest.raises(ValueError, match='different file systems'):
        files.rename(f'{root}/a', f'{other}/y')


def test_glob_and_times(root):
    for name in ('a.txt', 'b.txt', 'c.md'):
        files.writefile(f'{root}/{name}', '')
    assert sorted(files.glob(f'{root}/*.txt')) == [f'{root}/a.txt', f'{root}/b.txt']
    assert files.glob(f'{root}/[c-z].md') == [f'{root}/c.md']
    made = files.getctime(f'{root}/a.txt')
    files.writefile(f'{root}/a.txt', 'x')
    assert files.getmtime(f'{root}/a.txt') >= made > 1e9
    with pytest.raises(FileNotFoundError):
        files.getmtime(f'{root}/none')


def test_the_pattern_of_memory_files_crosses_directories():
    files.mkdirs('/mem/test_glob/d')
    files.writefile('/mem/test_glob/d/x', '')
    assert files.glob('/mem/test_glob/*x') == ['/mem/test_glob/d/x']


def test_rmdirs(root):
    files.mkdirs(f'{root}/a/b/c')
    files.writefile(f'{root}/keep', '')
    files.rmdirs(f'{root}/a/b/c')
    assert files.listdir(root) == ['keep']
    with pytest.raises(FileNotFoundError):
        files.rmdirs(f'{root}/a')


@pytest.mark.parametrize('path', [1, None, b'/tmp'])
def test_paths_are_text(path):
    for call in (files.open, files.path_exists, files.listdir):
        with pytest.raises(ValueError, match='path'):
            call(path)


def test_names_that_begin_like_the_prefix():
    files.mkdirs('/mem/me/mem')
    files.writefile('/mem/me/mem/m', 'x')
    assert files.listdir('/mem/me') == ['mem'] and files.listdir('/mem/me/mem') == ['m']


def test_the_longest_prefix_counts():
    outer, inner = files.MemoryFileSystem('/pre/'), files.MemoryFileSystem('/pre/fix/')
    files.add_file_system('/pre/', outer)
    files.add_file_system('/pre/fix/', inner)
    files.writefile('/pre/fix/a', '1')
    files.writefile('/pre/b', '2')
    assert inner.listdir('/pre/fix/') == ['a'] and outer.listdir('/pre/') == ['b']


def test_a_file_system_of_the_user():
    class Upper(files.MemoryFileSystem):
        def open(self, path, mode='r', **kwargs):
            return super().open(path.upper(), mode, **kwargs)

    files.add_file_system('/upper/', Upper('/UPPER/'))
    files.writefile('/upper/a', 'x')
    assert files.file_system('/upper/a').listdir('/UPPER/') == ['A']
    with pytest.raises(TypeError):
        files.FileSystem()


def test_paths_with_a_protocol():
    pytest.importorskip('fsspec')
    root = 'memory://test_files'
    files.mkdirs(f'{root}/a')
    files.writefile(f'{root}/a/x.txt', 'häh')
    assert files.readfile(f'{root}/a/x.txt') == 'häh'
    assert files.path_exists(f'{root}/a/x.txt') and not files.path_exists(f'{root}/b')
    assert files.listdir(f'{root}/a') == ['x.txt'] and files.isdir(f'{root}/a')
    assert len(files.glob(f'{root}/a/*.txt')) == 1
    files.copy(f'{root}/a/x.txt', f'{root}/a/y.txt')
    files.rename(f'{root}/a/y.txt', f'{root}/a/z.txt')
    files.copy(f'{root}/a/z.txt', '/mem/from_fsspec')
    assert files.readfile('/mem/from_fsspec') == 'häh'
    assert files.getmtime(f'{root}/a/z.txt') > 1e9
    files.rm(f'{root}/a/z.txt')
    with pytest.raises(FileNotFoundError):
        files.readfile(f'{root}/a/z.txt')
    with pytest.raises(ValueError, match='different file systems'):
        files.rename(f'{root}/a/x.txt', f'file:///tmp/x-{os.getpid()}')
    with pytest.raises(ValueError, match='nosuch'):
        files.open('nosuch://x')


# -- Records.


@pytest.mark.parametrize('name', ['x.txt', 'new/x.txt', 'x'])
def test_records_of_lines(root, name):
    path = f'{root}/{name}'
    with files.open_sequence(path, 'w') as records:
        records.add('a\n')
        records.add(b'b')
        records.add('c\nd')
        with pytest.raises(ValueError, match='serializer'):
            records.add(1)
        with pytest.raises(ValueError, match='writing'):
            list(records)
        records.flush()
    with files.open_sequence(path, 'a') as records:
        records.add('e')
    with files.open_sequence(path) as records:
        with pytest.raises(NotImplementedError):
            len(records)
        assert list(records) == ['a', 'b', 'c', 'd', 'e']
        with pytest.raises(ValueError, match='reading'):
            records.add('x')


def test_records_of_other_types(root):
    path = f'{root}/x'
    with files.open_sequence(path, 'w', serializer=str) as records:
        records.add(1)
    with files.open_sequence(path, deserializer=int) as records:
        assert list(records) == [1]


def test_the_directory_of_records(root, monkeypatch, tmp_path):
    with pytest.raises(FileNotFoundError):
        files.open_sequence(f'{root}/new/x', 'w', make_dirs_if_not_exist=False)
    monkeypatch.chdir(tmp_path)
    with files.open_sequence('bare', 'w') as records:
        records.add('x')
    assert (tmp_path / 'bare').read_text() == 'x\n'


def test_permissions_of_records(tmp_path):
    path = tmp_path / 'x'
    files.open_sequence(path, 'w', perms=0o600).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize('suffix', ['', '@10', '-00000-of-00010'])
def test_records_in_memory(suffix):
    path = f'/anywhere/x.mem{suffix}'
    with files.open_sequence(path, 'w') as records:
        assert isinstance(records, files.MemorySequence)
        records.add('a\n')
        assert len(records) == 1
        with pytest.raises(ValueError):
            list(records)
    with pytest.raises(ValueError, match='closed'):
        records.add('b')
    with files.open_sequence(path, 'a') as records:
        records.add(b'b')
    with files.open_sequence(path) as records:
        assert list(records) == ['a\n', b'b']
        with pytest.raises(ValueError):
            records.add('x')


def test_own_forms_of_records():
    class Reversed(files.LineSequenceIO):
        def open(self, path, mode, **kwargs):
            kwargs['serializer'] = lambda text: text[::-1]
            return super().open(path, mode, **kwargs)

    files.add_sequence_io('rev', Reversed())
    for path in ('/mem/x.rev@2', '/mem/x.REV', '/mem/x.rev@all'):
        with files.open_sequence(path, 'w') as records:
            records.add('ab')
        assert files.readfile(path) == 'ba\n'
