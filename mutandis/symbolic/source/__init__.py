"""Trees as Python source: `to_code`, and the patch between two trees, `diff_code`."""

from mutandis.symbolic.source.calls import Call, register_code
from mutandis.symbolic.source.patches import diff_code
from mutandis.symbolic.source.writing import Code, to_code

__all__ = ['Call', 'Code', 'diff_code', 'register_code', 'to_code']
