"""JSON forms of NumPy arrays and scalars, and of PyTorch tensors: dtype, shape and bytes.

Neither library is imported to write. Reading an array imports NumPy, which every installation has;
reading a tensor needs PyTorch to be imported by the program, unless the text is trusted.
"""

from __future__ import annotations

import base64
import math
import re
import sys
from typing import Any

from mutandis.base.json_markers import TYPE_NAME_KEY as TYPE_KEY

# What may stand as a dtype: kinds whose elements are bytes that mean themselves.
_DTYPE = re.compile(r'[<>|=]?([biufcSU]\d+|[mM]8(\[\d*[a-zA-Zμ]+\])?)')


def array_to_json(value: Any) -> Any:
    """Encodes an array, an array scalar or a tensor; else NotImplemented."""
    numpy = sys.modules.get('numpy')
    if numpy is not None:
        if type(value) is numpy.ndarray:
            return _numpy_to_json(value, 'ndarray')
        if isinstance(value, numpy.generic):
            return _numpy_to_json(value, 'numpy')
    torch = sys.modules.get('torch')
    if torch is not None:
        if isinstance(value, torch.Tensor):
            return _tensor_to_json(value, torch)
        if isinstance(value, torch.dtype):
            return {TYPE_KEY: 'torch.dtype', 'value': _dtype_name(value)}
        if isinstance(value, torch.device):
            return {TYPE_KEY: 'torch.device', 'value': str(value)}
    return NotImplemented


def _dtype_name(dtype: Any) -> str:
    return str(dtype).removeprefix('torch.')


def _numpy_to_json(value: Any, kind: str) -> Any:
    if not _DTYPE.fullmatch(value.dtype.str):
        return NotImplemented
    return {
        TYPE_KEY: kind,
        'dtype': value.dtype.str,
        'shape': list(value.shape),
        'data': base64.b64encode(value.tobytes()).decode('ascii'),
    }


def _tensor_to_json(value: Any, torch: Any) -> Any:
    is_parameter = type(value) is torch.nn.Parameter
    if not is_parameter and type(value) is not torch.Tensor:
        return NotImplemented
    if value.layout is not torch.strided or value.is_quantized or value.is_meta:
        return NotImplemented
    data = value.detach().cpu().contiguous().resolve_conj().resolve_neg().reshape(-1)
    content = data.view(torch.uint8).numpy().tobytes() if data.numel() else b''
    result: dict[str, Any] = {
        TYPE_KEY: 'tensor',
        'dtype': _dtype_name(value.dtype),
        'shape': list(value.shape),
        'data': base64.b64encode(content).decode('ascii'),
    }
    if is_parameter:
        result['parameter'] = True
    if value.requires_grad != is_parameter:
        result['requires_grad'] = value.requires_grad
    return result


def array_from_json(json_value: dict[str, Any], trusted: bool | None) -> Any:
    """Decodes an array, an array scalar or a tensor.

    Raises:
        ValueError: The data does not fit the dtype and shape.
        TypeError: It is a tensor, and the program has not imported PyTorch.
    """
    kind, dtype, shape = json_value[TYPE_KEY], json_value['dtype'], json_value['shape']
    if not isinstance(shape, (list, tuple)) or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f'The shape of an array is a list of sizes. Encountered: {shape!r}.')
    data = base64.b64decode(json_value['data'], validate=True)
    if kind == 'tensor':
        return _tensor_from_json(json_value, dtype, shape, data, trusted)
    import numpy

    if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
        raise ValueError(f'{dtype!r} is no dtype of plain bytes, such as "<f4".')
    try:
        array = numpy.ndarray(tuple(shape), numpy.dtype(dtype), bytearray(data))
    except (TypeError, ValueError, MemoryError) as e:
        raise ValueError(f'{len(data)} bytes are no array {shape} of {dtype}: {e}') from None
    _check_size(array.nbytes, data, shape, dtype)
    return array if kind == 'ndarray' else array[()]


def _tensor_from_json(
    json_value: dict[str, Any], name: Any, shape: Any, data: bytes, trusted: bool | None
) -> Any:
    torch = _torch(trusted)
    dtype = _dtype(torch, name)
    size = math.prod(shape)
    _check_size(size * dtype.itemsize, data, shape, name)
    if size:
        tensor = torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
    else:
        tensor = torch.empty(shape, dtype=dtype)
    is_parameter = json_value.get('parameter') is True
    requires_grad = json_value.get('requires_grad', is_parameter) is True
    try:
        if is_parameter:
            return torch.nn.Parameter(tensor, requires_grad)
        return tensor.requires_grad_() if requires_grad else tensor
    except RuntimeError as e:
        raise ValueError(f'A tensor of {name} takes no gradient: {e}') from None


def device_or_dtype_from_json(json_value: dict[str, Any], trusted: bool | None) -> Any:
    """Decodes a device or a dtype of PyTorch; errors as in `array_from_json`."""
    torch, text = _torch(trusted), json_value['value']
    if json_value[TYPE_KEY] == 'torch.dtype':
        return _dtype(torch, text)
    try:
        return torch.device(text)
    except (RuntimeError, TypeError) as e:
        raise ValueError(f'{text!r} is not the name of a torch.device, such as "cuda:0".') from e


def _torch(trusted: bool | None) -> Any:
    if 'torch' not in sys.modules and not trusted:
        raise TypeError(
            'Refused to decode a value of PyTorch: that would import it. Import torch before, or '
            'pass `trusted=True`.'
        )
    import torch

    return torch


def _dtype(torch: Any, name: Any) -> Any:
    dtype = vars(torch).get(name) if isinstance(name, str) else None
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f'{name!r} is not the name of a torch.dtype, such as "float32".')
    return dtype


def _check_size(size: int, data: bytes, shape: Any, dtype: Any) -> None:
    if size != len(data):
        raise ValueError(
            f'An array {shape} of {dtype} has {size} bytes. Encountered: {len(data)} bytes.'
        )
