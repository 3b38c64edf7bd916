"""The law of `lift` that several files hold models against."""

import pytest


def run(module, inputs):
    """Outputs and gradients, by the same random numbers each time."""
    # Not above: a file like this one is imported even where PyTorch is missing.
    import torch

    from mutandis.nn.observing import tensors_of

    torch.manual_seed(1)
    module.zero_grad()
    returned = module(**inputs) if isinstance(inputs, dict) else module(*inputs)
    outputs = list(tensors_of(returned))
    sum(output.abs().sum() for output in outputs if output.requires_grad).backward()
    return outputs, {name: p.grad for name, p in module.named_parameters()}


@pytest.fixture
def assert_computes_the_same():
    """Asserts that a built module has the names, outputs and gradients of the lifted one."""

    import torch

    def check(module, built, inputs):
        assert list(built.state_dict()) == list(module.state_dict())
        outputs, grads = run(module, inputs)
        others, other_grads = run(built, inputs)
        assert outputs and len(outputs) == len(others)
        assert all(map(torch.equal, outputs, others))
        assert grads.keys() == other_grads.keys()
        for name, grad in grads.items():
            assert (grad is None) == (other_grads[name] is None), name
            assert grad is None or torch.equal(grad, other_grads[name]), name

    return check
