"""Equality and hash of values that are no nodes, arrays and tensors among them.

`left == right` of two arrays is an array of answers, and asking that for its truth raises. Here
two arrays are equal when their shape, dtype and content are; NaN in the same place counts as the
same content, so that a copy equals its original. (Scalars stay with Python: `nan != nan`, unless
it is the very same object.) Equal arrays have equal hashes.

NumPy and PyTorch are never imported from here: who holds an array has imported its library.
"""

from __future__ import annotations

import sys
from typing import Any

from mutandis.base.traits import LEAF_TYPES

_ABSENT = object()


def plain_eq(left: Any, right: Any) -> bool:
    """Returns `left == right` as a bool, whatever the two are.

    Args:
        left: Any value.
        right: Any value. An array equals only an array of the same kind, shape, dtype and content.
    """
    if left is right:
        return True
    if left.__class__ in LEAF_TYPES and right.__class__ in LEAF_TYPES:
        return bool(left == right)
    if is_array(left) or is_array(right):
        return _same_array(left, right)
    try:
        result = left == right
        return result if result.__class__ is bool else bool(result)
    except (ValueError, TypeError, RuntimeError):
        if not (hasattr(left.__class__, 'shape') or hasattr(right.__class__, 'shape')):
            raise
    return _same_table(left, right)


def is_array(value: Any) -> bool:
    """Whether a value is a NumPy array, a tensor, or looks like one."""
    if value.__class__ in LEAF_TYPES or isinstance(value, type):
        return False
    numpy = sys.modules.get('numpy')
    if numpy is not None and isinstance(value, getattr(numpy, 'generic', ())):
        return False  # A scalar of NumPy compares and hashes like a number.
    cls = value.__class__
    return hasattr(cls, 'shape') and hasattr(cls, 'dtype') and hasattr(cls, '__array__')


def is_real_scalar(value: Any) -> bool:
    """Whether a value is a number of NumPy that `int`, `float` or `bool` stands for."""
    numpy = sys.modules.get('numpy')
    return numpy is not None and isinstance(value, (numpy.bool_, numpy.integer, numpy.floating))


def array_lt(left: Any, right: Any) -> bool:
    """Orders two arrays by shape, dtype, and the first element that differs; NaN comes last."""
    facts = [(tuple(v.shape), str(v.dtype)) for v in (left, right)]
    if facts[0] != facts[1]:
        return facts[0] < facts[1]
    for a, b in zip(left.reshape(-1).tolist(), right.reshape(-1).tolist(), strict=True):
        if a != a or b != b:
            if a == a or b == b:
                return bool(a == a)
        elif a != b:
            return bool(a < b)
    return False


def hashable(value: Any) -> Any:
    """Returns what stands for a plain value in a hash: the value itself, but for arrays."""
    if value.__class__ in LEAF_TYPES or not is_array(value):
        return value
    return _array_token(value)


def _same_array(left: Any, right: Any) -> bool:
    """Whether two values, at least one of which is an array, are the same array."""
    if not (is_array(left) and is_array(right)):
        return False
    torch = sys.modules.get('torch')
    if torch is not None:
        tensors = [isinstance(v, torch.Tensor) for v in (left, right)]
        if any(tensors):
            return all(tensors) and _same_tensor(torch, left, right)
    if tuple(left.shape) != tuple(right.shape) or left.dtype != right.dtype:
        return False
    numpy = sys.modules.get('numpy')
    if numpy is None:
        return _all_true(left == right)
    a, b = numpy.asarray(left), numpy.asarray(right)
    if a.dtype.hasobject:
        return a.dtype.names is None and all(
            plain_eq(x, y) for x, y in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
        )
    if a.dtype.kind in 'fcmM':
        return bool(((a == b) | ((a != a) & (b != b))).all())
    return bool(numpy.all(a == b))


def _same_tensor(torch: Any, left: Any, right: Any) -> bool:
    if left.shape != right.shape or left.dtype != right.dtype:
        return False
    if left.layout != right.layout or left.is_meta or right.is_meta:
        return False
    with torch.no_grad():
        if left.layout != torch.strided:
            left, right = left.to_dense(), right.to_dense()
        if left.is_quantized:
            left, right = left.dequantize(), right.dequantize()
        if left.device != right.device:
            left, right = left.cpu(), right.cpu()
        return bool(((left == right) | ((left != left) & (right != right))).all())


def _same_table(left: Any, right: Any) -> bool:
    """Whether two values with a shape but not of one type, such as data frames, are equal."""
    if left.__class__ is not right.__class__:
        return False
    equals = getattr(left, 'equals', None)
    if callable(equals):
        return bool(equals(right))
    if getattr(left, 'shape', _ABSENT) != getattr(right, 'shape', _ABSENT):
        return False
    return _all_true(left == right)


def _all_true(result: Any) -> bool:
    reduce = getattr(result, 'all', None)
    return bool(result if reduce is None else reduce())


def _array_token(value: Any) -> tuple[Any, ...]:
    """Returns a hashable value that is equal for equal arrays."""
    facts = (tuple(value.shape), str(value.dtype))
    torch = sys.modules.get('torch')
    if torch is not None and isinstance(value, torch.Tensor):
        if value.is_meta:
            return (*facts, id(value))
        with torch.no_grad():
            if value.layout != torch.strided:
                value = value.to_dense()
            if value.is_quantized:
                value = value.dequantize()
            if value.is_complex():
                value = torch.view_as_real(value.resolve_conj())
            if value.is_floating_point():
                value = value.double()
            value = value.cpu().contiguous().numpy()
    numpy = sys.modules.get('numpy')
    if numpy is None:
        return facts
    array = numpy.ascontiguousarray(value)
    kind = array.dtype.kind
    if kind in 'fc':
        # One zero and one NaN: -0.0 equals 0.0, and any NaN counts as the same.
        array = numpy.where(array != array, numpy.nan, array + 0)
    elif kind not in 'biu':
        return facts
    return (*facts, array.tobytes())


__all__ = ['array_lt', 'hashable', 'is_array', 'is_real_scalar', 'plain_eq']
