"""The one place that holds the version; `setup.py` reads this file as text."""

__version__ = '0.1.0'
