"""Hashes of what programs compute, to find out which ones do the same.

Many mutations change nothing that matters: a line that is not used, `a + b` instead of `b + a`.
Programs are run on a few probe inputs, and what comes out is hashed; a search then evaluates only
one of the programs with the same hash (Chen et al. 2023, arXiv 2302.06675, section 2.2; Real et al.
2020, arXiv 2003.03384, section 3).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mutandis.algorithms.mutfun.functions import Function
from mutandis.algorithms.mutfun.python_source import to_callable

__all__ = ['functional_hash']


def functional_hash(
    program: Function | Callable[..., Any], inputs: Iterable[Sequence[Any]], digits: int = 6
) -> str:
    """Returns a hash of what a program computes: equal for programs that compute the same.

    Two programs have the same hash if for each probe input their results are equal, or are the same
    kind of error. Floats count by their leading digits, so that the order of sums and products does
    not matter (but for results that happen to lie at the border of two roundings); all NaNs are
    equal, and so are 0.0 and -0.0. Numbers may be ints, floats or bools; besides them results may
    be None, texts, arrays and tensors of any library with an `__array__` method, and lists, tuples
    and dicts of those. Programs that differ only beyond the probe inputs have the same hash, so
    give several, at random.

    ::

        probes = [(1.5, -2.0), (0.3, 0.7)]
        functional_hash(program, probes) == functional_hash(other, probes)

    Args:
        program: The program, or any function.
        inputs: The probe inputs: for each, the values of the arguments.
        digits: Number of leading decimal digits that count.

    Returns:
        32 hexadecimal digits, the same in every process.
    """
    run = to_callable(program) if isinstance(program, Function) else program
    digest = hashlib.blake2b(digest_size=16)
    for args in inputs:
        try:
            result = run(*args)
        except Exception as error:
            digest.update(f'raises {type(error).__name__};'.encode())
            continue
        for part in _pieces(result, digits):
            digest.update(part)
        digest.update(b';')
    return digest.hexdigest()


def _pieces(value: Any, digits: int) -> Iterator[bytes]:
    """Yields the canonical bytes of a value."""
    if isinstance(value, (bool, int, float)):
        yield _number(value, digits)
    elif value is None or isinstance(value, (str, bytes)):
        yield repr(value).encode('utf-8', 'backslashreplace')
    elif isinstance(value, (list, tuple)):
        yield b'['
        for item in value:
            yield from _pieces(item, digits)
            yield b','
        yield b']'
    elif isinstance(value, dict):
        yield b'{'
        for key, item in value.items():
            yield from _pieces(key, digits)
            yield b':'
            yield from _pieces(item, digits)
            yield b','
        yield b'}'
    elif isinstance(value, complex):
        yield from _pieces([value.real, value.imag], digits)
    elif hasattr(value, '__array__'):
        yield from _array(value, digits)
    elif isinstance(value, Function):
        yield repr(value).encode()
    else:
        raise TypeError(
            f'The result {value!r} ({type(value).__name__}) cannot be hashed. A program may return '
            f'numbers, texts, arrays, tensors, and lists, tuples and dicts of those.'
        )


def _number(value: float, digits: int) -> bytes:
    try:
        value = float(value)
    except OverflowError:
        return hex(int(value)).encode()
    if math.isnan(value):
        return b'nan'
    # Adding 0.0 makes -0.0 the same as 0.0.
    return f'{value:.{digits - 1}e}'.encode() if value else b'0'


def _array(value: Any, digits: int) -> Iterator[bytes]:
    import numpy as np

    if hasattr(value, 'detach'):
        value = value.detach().cpu()
        if value.is_floating_point():
            value = value.double()  # Also of types that numpy does not have.
    array = np.asarray(value)
    if array.dtype == object:
        yield from _pieces(array.tolist(), digits)
        return
    if array.ndim == 0:
        yield from _pieces(array.item(), digits)
        return
    yield f'array{array.shape}'.encode()
    if array.dtype.kind in 'biuf':
        yield _rounded(array.astype(np.float64), digits).tobytes()
    elif array.dtype.kind == 'c':
        yield _rounded(array.real.astype(np.float64), digits).tobytes()
        yield _rounded(array.imag.astype(np.float64), digits).tobytes()
    else:
        yield array.tobytes()


def _rounded(array: Any, digits: int) -> Any:
    """Rounds to a number of leading digits: of each float, a whole number and a power of ten."""
    import numpy as np

    with np.errstate(all='ignore'):
        size = np.abs(array)
        usual = np.isfinite(array) & (size > 0)
        exponent = np.floor(np.log10(np.where(usual, size, 1.0)))
        # In two steps: the power of ten alone may be beyond the range of floats.
        scaled = (
            array / 10.0 ** np.trunc(exponent / 2) / 10.0 ** (exponent - np.trunc(exponent / 2))
        )
        whole = np.round(scaled * 10.0 ** (digits - 1))
        # Where rounding reached the next power.
        next_power = np.abs(whole) >= 10.0**digits
        whole = np.where(next_power, np.round(whole / 10), whole)
        exponent = exponent + next_power
    whole = np.where(
        usual, whole, np.where(np.isnan(array), np.nan, np.where(size > 0, array, 0.0))
    )
    exponent = np.where(usual, exponent, 0.0)
    whole = np.where(np.isnan(whole), np.nan, whole)
    return np.stack([whole, exponent]) + 0.0
