"""Layers whose PyTorch constructor does not tell its arguments, with constructors that do.

The fields of a symbolic class are the parameters of its constructor. Some classes of `torch.nn`
only take `*args, **kwargs` where their documentation names arguments, or treat what they are given
in a way that a tree of arguments must follow. Each of these gets a subclass here, which `layers.py`
makes symbolic in its place.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from torch import nn


class Sequential(nn.Sequential):
    """`torch.nn.Sequential`: layers in a row, given one by one or as one mapping by name."""

    def __init__(self, *args: Any) -> None:
        if len(args) == 1 and isinstance(args[0], Mapping):
            # PyTorch asks for an OrderedDict; in the tree it has become a symbolic `Dict`.
            super().__init__(OrderedDict(args[0].items()))
        else:
            super().__init__(*args)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            # A slice shares its layers with this module, but a node has one parent: not symbolic.
            return nn.Sequential(OrderedDict(list(self._modules.items())[index]))
        return super().__getitem__(index)


class RNN(nn.RNN):
    """`torch.nn.RNN` with the arguments of its documentation."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = 'tanh',
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            nonlinearity,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
        )


class LSTM(nn.LSTM):
    """`torch.nn.LSTM` with the arguments of its documentation."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            proj_size,
            device=device,
            dtype=dtype,
        )


class GRU(nn.GRU):
    """`torch.nn.GRU` with the arguments of its documentation."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
        )


def without_arguments(cls: type[nn.Module]) -> type[nn.Module]:
    """Returns a subclass of `cls` (`Tanh`, `Sigmoid`, ...) whose constructor takes nothing.

    Such a class inherits `Module.__init__(*args, **kwargs)`, which refuses whatever it is given.
    """

    def __init__(self: nn.Module) -> None:
        cls.__init__(self)

    return type(cls.__name__, (cls,), {'__init__': __init__, '__doc__': cls.__doc__})


ADAPTED: dict[str, type[nn.Module]] = {cls.__name__: cls for cls in (Sequential, RNN, LSTM, GRU)}
