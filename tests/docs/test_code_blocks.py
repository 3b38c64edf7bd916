"""Every code block of the documentation does what the page says.

Python blocks of a page are run in order, in one namespace, as a reader would run them; a `text`
block that follows one directly is what it prints. In shell blocks, the make targets and the files
that are named exist.
"""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob('*.md'), *ROOT.glob('docs/**/*.md'), *ROOT.glob('benchmarks/*.md')])
BLOCK = re.compile(r'^```(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def blocks(page):
    """Yields (language, text, number of its first line, what stands before the next block)."""
    text = page.read_text(encoding='utf-8')
    found = list(BLOCK.finditer(text))
    for block, after in zip(found, [*found[1:], None], strict=False):
        gap = text[block.end() : after.start() if after else len(text)]
        yield block[1], block[2], text.count('\n', 0, block.start()) + 2, gap


def name(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize('page', PAGES, ids=name)
def test_python_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {'__name__': 'page'}
    printed = gap = None
    for language, text, line, gap_after in blocks(page):
        if language == 'python':
            pytest.importorskip('torch') if 'torch' in text else None
            # Padded, so that an error shows the line of the page.
            code = compile('\n' * (line - 1) + text, str(page), 'exec')
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(code, namespace)
            printed = out.getvalue()
        elif language == 'text' and printed is not None and not gap.strip():
            assert printed == text
        else:
            printed = None
        gap = gap_after


@pytest.mark.parametrize('page', PAGES, ids=name)
def test_commands_name_what_exists(page):
    targets = set(re.findall(r'^([\w-]+):', (ROOT / 'Makefile').read_text(), re.MULTILINE))
    for language, text, _, _ in blocks(page):
        if language in ('sh', 'bash', 'console'):
            for target in re.findall(r'^make (\w+)', text, re.MULTILINE):
                assert target in targets
            for path in re.findall(r'(?<!\S)(?:examples|tests|benchmarks|\.ci)/\S+', text):
                assert (ROOT / path).exists()


@pytest.mark.parametrize('page', PAGES, ids=name)
def test_links_lead_somewhere(page):
    for target in re.findall(r'\]\((?!https?:)([^)#]+)', page.read_text(encoding='utf-8')):
        assert (page.parent / target).exists(), target
