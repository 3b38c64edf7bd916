"""The JSON form of what PyTorch's constructors take besides plain values: devices and dtypes."""

import torch

from mutandis.base import register_conversion


def _dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix('torch.')


def _dtype(name: str) -> torch.dtype:
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f'{name!r} is not the name of a torch.dtype such as "float32".')
    return dtype


def register() -> None:
    """Makes devices and dtypes part of what JSON can hold."""
    register_conversion(torch.device, 'torch.device', str, torch.device)
    register_conversion(torch.dtype, 'torch.dtype', _dtype_name, _dtype)
