"""Installation: `pip install .[torch,examples,cli]`; the extras are listed below."""

import pathlib
import re

from setuptools import find_packages, setup

HERE = pathlib.Path(__file__).parent
VERSION = re.search(
    r"__version__ = '(.+)'", (HERE / 'mutandis' / 'version.py').read_text(encoding='utf-8')
)[1]

CLI = ['click>=8.1', 'rich>=13.0', 'termcolor>=2.0']

EXTRAS = {
    # Models, weight sharing, reinforcement learning.
    'torch': ['torch>=2.1'],
    # Persistent studies on SQLite and PostgreSQL.
    'study': ['SQLAlchemy>=2.0', 'psycopg[binary]>=3.1', *CLI],
    # Optuna's samplers and its dashboard.
    'optuna': ['optuna>=3.6', 'optuna-dashboard>=0.16'],
    # Trials on many machines.
    'ray': ['ray>=2.9'],
    # Command line, progress bars, tables.
    'cli': CLI,
    # Interactive reports.
    'report': ['plotly>=5.18'],
    # Real data for the programs in examples/.
    'examples': ['scikit-learn>=1.3'],
    # Experiment trackers.
    'tensorboard': ['tensorboard>=2.15'],
    'mlflow': ['mlflow>=2.9'],
    # The documentation site.
    'docs': ['mkdocs-material>=9.5', 'mkdocstrings[python]>=0.24'],
    # The test-suite and the static checks.
    'test': [
        'pytest>=9.0',
        'pytest-xdist>=3.5',
        'pytest-benchmark>=4.0',
        'hypothesis>=6.90',
        'transformers>=4.40',
        'black>=24.0',
        'nbclient>=0.9',
        'selenium>=4.16',
        'ruff>=0.6',
        'mypy>=1.11',
        'pyright[nodejs]>=1.1.380',
        'import-linter>=2.1',
    ],
}

setup(
    name='mutandis',
    version=VERSION,
    description='Programs as mutable symbolic trees; search over any part of them.',
    long_description=(HERE / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    packages=find_packages(include=['mutandis', 'mutandis.*']),
    package_data={'mutandis': ['py.typed']},
    python_requires='>=3.10',
    install_requires=[
        'docstring_parser>=0.16',
        'typing_extensions>=4.9',
        'numpy>=1.24',
    ],
    extras_require=EXTRAS,
    entry_points={'console_scripts': ['mutandis = mutandis.cli:main']},
    classifiers=[
        'Intended Audience :: Developers',
        'Intended Audience :: Science/Research',
        'Programming Language :: Python :: 3',
        'Programming Language :: Python :: 3.11',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
        'Topic :: Software Development :: Libraries',
        'Typing :: Typed',
    ],
)
