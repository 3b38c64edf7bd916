"""`python -m mutandis.cli`: the command where it is not on the path."""

from mutandis.cli import main

main()
