"""Utilities that programs over symbolic values use: paths, text, plain hierarchies, errors."""

from mutandis.base import *  # noqa: F403
