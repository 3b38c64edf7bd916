"""Functions of higher modules of this folder that lower ones call.

Specs hold specs that are made from annotations, and annotations are converted to specs: the cycle
is broken here, at the price of one attribute read (an import in a function costs ten times that).
"""

import typing

# Set by `annotation_conversion`.
spec_from_annotation: typing.Callable[..., typing.Any]
unwrap_annotated: typing.Callable[..., typing.Any]

# Set by `extension`.
extend: typing.Callable[..., typing.Any]
