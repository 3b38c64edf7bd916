"""What all tests share: in CI (`MUTANDIS_CI=1`) a test that would be skipped fails instead."""

import importlib.util
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]
IN_CI = bool(os.environ.get('MUTANDIS_CI'))

# No deadline: shared cores are slow at times. In CI the same examples every time.
hypothesis.settings.register_profile(
    'mutandis',
    deadline=None,
    derandomize=IN_CI,
    max_examples=int(os.environ.get('MUTANDIS_EXAMPLES', '100')),
)
hypothesis.settings.load_profile('mutandis')


def _fail_instead_of_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.outcome == 'skipped' and not hasattr(report, 'wasxfail'):
        report.outcome = 'failed'
        report.longrepr = f'Skipped, which CI does not allow: {report.longrepr}'


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_instead_of_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_instead_of_skip(report)
    return report


@pytest.fixture(scope='module')
def load_program() -> Iterator[Callable[[Path], ModuleType]]:
    """Loads a program, such as an example, as a module under the name of its file."""
    loaded: list[str] = []

    def load(path: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # JSON and the source of programs name its classes and functions.
        sys.modules[path.stem] = module
        loaded.append(path.stem)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in loaded:
        del sys.modules[name]


@pytest.fixture
def patch_library_path(tmp_path: Path) -> list[str]:
    """What must be on the path so that `examples/patch_library` counts as an installed package."""
    dist_info = tmp_path / 'site' / 'patch_library-0.1.0.dist-info'
    dist_info.mkdir(parents=True)
    (dist_info / 'METADATA').write_text('Name: patch-library\nVersion: 0.1.0\n')
    entry_point = '[mutandis.patchers]\npatch_library = patch_library\n'
    (dist_info / 'entry_points.txt').write_text(entry_point)
    return [str(dist_info.parent), str(ROOT / 'examples' / 'patch_library')]
