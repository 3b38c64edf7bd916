"""Layers whose PyTorch constructor does not tell its arguments, with constructors that do.

The fields of a symbolic class are the parameters of its constructor. Some classes of `torch.nn`
only take `*args, **kwargs` where their documentation names arguments. Each of these gets a subclass
here, which `layers.py` makes symbolic in its place.
"""

from typing import Any

from torch import nn


class RNN(nn.RNN):
    """`torch.nn.RNN` with the arguments of its documentation."""

    _sym_adapts = nn.RNN

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

    _sym_adapts = nn.LSTM

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

    _sym_adapts = nn.GRU

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


ADAPTED: dict[str, type[nn.Module]] = {cls.__name__: cls for cls in (RNN, LSTM, GRU)}
