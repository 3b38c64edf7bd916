"""`examples/patch_library`: rules for models that their author has never seen."""

import inspect
import re

import pytest

pytest.importorskip('torch')
pytest.importorskip('click')

import patch_library
import torch
from patch_library.layers import LoRALinear, Residual, SqueezeExcite, StochasticDepth
from torch import nn

import mutandis as mt
from mutandis import nn as mnn
from mutandis.cli.patch_checks import check, inputs_of
from mutandis.cli.zoo import MODELS

RULES = patch_library.__all__
IMAGES = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
SKIP = Residual.sym_wrapped_cls

EVERYWHERE = set(MODELS)
WITH_ACTIVATIONS = EVERYWHERE - {'language model', 'translation'}
CONVOLUTIONAL = {'convolutional', 'residual', 'symbolic', 'experiment'}
APPLIES_TO = {
    'deepen': WITH_ACTIVATIONS,
    'ema': EVERYWHERE,
    'lora?rank=2': EVERYWHERE - {'segmentation'},
    'replace_optimizer?to=Adam': {'experiment'},
    'skip_connections?every=2': {'convolutional', 'residual'},
    'skip_connections?every=1': EVERYWHERE - {'tagger', 'translation'},
    'squeeze_excite?reduction=4': CONVOLUTIONAL | {'segmentation'},
    'stochastic_depth?rate=0.5': {'residual', 'language model', 'encoder', 'translation'},
    'swap_activation?to=silu': EVERYWHERE,
    'swap_norm': CONVOLUTIONAL,
    'swap_norm?to=instance': CONVOLUTIONAL,
    'swap_norm?to=rms': {'language model', 'encoder', 'translation'},
    'widen?factor=1.5': EVERYWHERE,
}


@pytest.mark.parametrize('rule', APPLIES_TO)
def test_each_rule_applies_or_declines_and_never_breaks_a_model(rule):
    outcomes = {name: check(rule, *model) for name, model in MODELS.items()}
    broken = {name: o.detail for name, o in outcomes.items() if o.status == 'breaks'}
    assert not broken
    assert {name for name, o in outcomes.items() if o.status == 'applies'} == APPLIES_TO[rule]
    assert all(len(o.detail) > 20 for o in outcomes.values() if o.status == 'declines')


@pytest.mark.parametrize('name', RULES)
def test_each_rule_tells_what_it_does_and_its_paper(name):
    cls = getattr(patch_library, name)
    text = inspect.cleandoc(cls.__doc__)
    summary, paragraph, paper, _ = text.split('\n\n')[:4]
    assert summary.endswith('.') and len(paragraph) > 200
    assert re.search(r', (19|20)\d\d\. arXiv:\d{4}\.\d{4,5}', ' '.join(paper.split()))
    fields = [cls.__schema__.get_field(arg) for arg in mt.typing.signature(cls).arg_names]
    assert all(field.description for field in fields)


# Rules that change nothing of what is computed in eval mode.
PRESERVING = ['deepen', 'ema', 'lora?rank=2', 'stochastic_depth?rate=0.5', 'widen?factor=1.5']


@pytest.mark.parametrize('rule', PRESERVING)
@pytest.mark.parametrize('name', [n for n in MODELS if n not in ('symbolic', 'experiment')])
def test_outputs_stay_equal_where_that_is_promised(name, rule):
    make, given = MODELS[name]
    torch.manual_seed(0)
    module, inputs = make().eval(), inputs_of(given)
    with torch.no_grad():
        # Other weights than those at first, where some are zeros and ones.
        for parameter in module.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    before = inputs.run(module)
    with mnn.example_inputs(*inputs.args, **inputs.kwargs):
        try:
            built = mt.patch(mnn.lift(module), rule).build()
        except mt.patching.NotApplicable:
            assert name not in APPLIES_TO[rule]
            return
    for one, other in zip(before, inputs.run(built.eval()), strict=True):
        assert torch.allclose(one, other, rtol=1e-4, atol=1e-5)
    # The model that was lifted is as it was.
    assert all(map(torch.equal, before, inputs.run(module)))


class TestSkipConnections:
    def test_layers_are_grouped_with_their_normalizations(self):
        net = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 4, 1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Conv2d(4, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 8, 3, stride=2),
        )
        built = mt.patch(mnn.lift(net), 'skip_connections?every=2').build().eval()
        assert [type(m).__name__ for m in built] == ['Conv2d', 'ReLU', 'Residual', 'ReLU', 'Conv2d']
        assert [type(m) for m in built[2].inner] == [type(m) for m in net[2:7]]
        x = net.eval()[:2](IMAGES)
        assert torch.allclose(built[:3](IMAGES), x + net[2:7](x), atol=1e-6)

    def test_shapes_of_classes_that_nobody_knows_are_proved_by_running_them(self):
        class Unknown(nn.Module):
            def __init__(self, stride):
                super().__init__()
                self.conv = nn.Conv2d(4, 4, 3, stride=stride, padding=1)

            def forward(self, x):
                return self.conv(x)

        net = nn.Sequential(Unknown(1), Unknown(2), Unknown(1), Unknown(1))
        built = mt.patch(mnn.lift(net), 'skip_connections').build()
        assert [type(m) for m in built] == [Unknown, Unknown, SKIP]

    def test_what_a_block_does_to_its_input_is_not_seen(self):
        block = nn.Sequential(nn.ReLU(inplace=True), nn.Linear(3, 3))
        net = nn.Sequential(nn.Linear(3, 3), block)
        built = mt.patch(mnn.lift(net), RULE_1).build()
        x = built[0](torch.randn(5, 3))
        expected = x + built[1].inner[1](x.relu())
        assert (x < 0).any() and torch.equal(built[1](x.clone()), expected)

    def test_sequences_that_may_be_called_part_by_part_keep_their_length(self):
        class PartByPart(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.Sequential(*[nn.Linear(4, 4) for _ in range(4)])

            def forward(self, x):
                return [x := layer(x) for layer in self.layers]

        built = mt.patch(mnn.lift(PartByPart()), 'skip_connections').build()
        kinds = [SKIP, mnn.Identity, SKIP, mnn.Identity]
        assert [type(m) for m in built.layers] == kinds
        assert [tuple(y.shape) for y in built(torch.randn(2, 4))] == [(2, 4)] * 4

    def test_all_candidates_of_a_space_must_keep_the_shape(self):
        def space(other):
            return mnn.Sequential(
                mnn.Linear(4, 4),
                mt.oneof([mnn.Linear(4, 4), mnn.Identity()]),
                mt.oneof([mnn.Linear(4, 4), other]),
            )

        patched = mt.patch(space(mnn.Sequential(mnn.Linear(4, 9), mnn.Linear(9, 4))), RULE_1)
        assert [type(part) for part in patched.sym_getattr('args')] == [Residual] * 3
        assert mt.dna_spec(patched).space_size == 4
        for net in mt.iter(patched):
            assert net(torch.randn(2, 4)).shape == (2, 4)
        patched = mt.patch(space(mnn.Linear(4, 5)), RULE_1)
        assert [type(part) is Residual for part in patched.sym_getattr('args')] == [1, 1, 0]

    def test_it_declines_and_the_tree_is_as_before(self):
        net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 6))
        tree = mnn.lift(net)
        with pytest.raises(mt.patching.NotApplicable, match='output of 2 layers'):
            mt.patch(tree, ['swap_activation', 'skip_connections'])
        assert mt.eq(tree, mnn.lift(net)) and tree.sym_origin is None


RULE_1 = 'skip_connections?every=1'


class TestSwapActivation:
    def test_what_counts_is_what_a_part_does(self):
        class Swish(nn.Module):
            def forward(self, numbers):
                return numbers * torch.sigmoid(numbers)

        class Masked(nn.Module):
            def forward(self, x, mask=None):
                return x.relu()

        kept = [
            nn.Sigmoid(),
            nn.Softmax(-1),
            nn.Dropout(),
            nn.Identity(),
            nn.Hardsigmoid(),
            Masked(),
        ]
        swapped = [Swish(), nn.ReLU(), nn.ReLU6(), nn.Tanh(), nn.PReLU(), nn.LeakyReLU(0.2)]
        tree = mt.patch(mnn.lift(nn.Sequential(*kept, *swapped)), 'swap_activation?to=mish')
        built = tree.build()
        assert [type(m) for m in built[:6]] == [type(m) for m in kept]
        assert all(isinstance(m, nn.Mish) for m in built[6:])

    def test_functions_that_layers_of_pytorch_call(self):
        torch.manual_seed(0)
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, 'gelu', batch_first=True)
        built = mt.patch(mnn.lift(layer), 'swap_activation?to=tanh').build()
        x = torch.randn(2, 3, 8)
        with torch.no_grad():
            trained, used = built.train()(x), built.eval()(x)
            assert torch.allclose(trained, used, atol=1e-6)
            assert not torch.allclose(used, layer.eval()(x), atol=1e-2)

    def test_placeholders_for_activations(self):
        net = mnn.Sequential(mnn.Linear(2, 2), mt.oneof([mnn.ReLU(), mnn.Tanh()]))
        assert isinstance(mt.patch(net, 'swap_activation?to=elu')[1], nn.ELU)

    def test_an_activation_by_itself(self):
        assert isinstance(mt.patch(mnn.lift(nn.ReLU()), 'swap_activation'), nn.GELU)


class TestSwapNorm:
    def test_scales_and_shifts_are_kept(self):
        norm = nn.BatchNorm2d(12)
        nn.init.uniform_(norm.weight)
        nn.init.uniform_(norm.bias)
        built = mt.patch(mnn.lift(nn.Sequential(norm)), 'swap_norm?groups=8').build()
        assert isinstance(built[0], nn.GroupNorm) and built[0].num_groups == 4
        assert torch.equal(built[0].weight, norm.weight) and torch.equal(built[0].bias, norm.bias)

    def test_what_normalizes_something_else_stays(self):
        tree = mnn.lift(nn.Sequential(nn.LayerNorm(4), nn.BatchNorm1d(4)))
        built = mt.patch(tree, 'swap_norm?to=rms').build()
        assert [type(m).__name__ for m in built] == ['RMSNorm', 'BatchNorm1d']


class TestWidenAndDeepen:
    def test_units_are_copied_and_shared_out(self):
        net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
        built = mt.patch(mnn.lift(net), 'widen?factor=2').build()
        assert torch.equal(built[0].weight, net[0].weight.repeat(2, 1))
        assert torch.equal(built[2].weight, net[2].weight.repeat(1, 2) / 2)

    def test_tied_weights_are_left_alone(self):
        net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3), nn.Linear(3, 1))
        net[2].weight = net[0].weight
        with pytest.raises(mt.patching.NotApplicable):
            mt.patch(mnn.lift(net[:3]), 'widen')

    def test_what_is_read_by_others_is_found_out(self):
        class Skipping(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)

            def forward(self, x):
                y = self.first(x)
                return self.second(y) + y

        with mnn.example_inputs(torch.randn(2, 4)):
            with pytest.raises(mt.patching.NotApplicable, match='one other layer only'):
                mt.patch(mnn.lift(Skipping()), 'widen')

    def test_new_layers_are_the_identity_at_first_and_can_be_trained(self):
        net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 5), nn.Tanh())
        built = mt.patch(mnn.lift(net), 'deepen').build()
        assert [type(m).__name__ for m in built[1]] == ['ReLU', 'Conv2d', 'ReLU']
        assert torch.equal(built(IMAGES), net(IMAGES)) and built[1][1].weight.requires_grad

    def test_models_keep_their_type_of_numbers(self):
        net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)).double()
        tree = mt.patch(mnn.lift(net), ['widen', 'deepen'])
        x = torch.randn(5, 2, dtype=torch.float64)
        assert torch.allclose(tree.build()(x), net(x))


class TestLoRA:
    def test_only_the_small_matrices_are_trained(self):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(4, 8), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 3))
        x, y = torch.randn(20, 4), torch.randn(20, 3)
        tuned = mt.patch(mnn.lift(net), 'lora?rank=2&only=3').build()
        assert [n for n, p in tuned.named_parameters() if p.requires_grad] == [
            '3.lora_a',
            '3.lora_b',
        ]
        assert torch.equal(tuned(x), net(x)) and all(p.requires_grad for p in net.parameters())
        optimizer = torch.optim.Adam([p for p in tuned.parameters() if p.requires_grad], 0.05)
        losses = []
        for _ in range(30):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(tuned(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert losses[-1] < 0.9 * losses[0]
        assert torch.equal(tuned[0].weight, net[0].weight)
        assert torch.equal(tuned[3].inner.weight, net[3].weight)
        assert torch.allclose(
            tuned(x), nn.functional.linear(tuned[:3](x), tuned[3].weight, tuned[3].bias), atol=1e-6
        )

    def test_layers_whose_weights_others_compute_with(self):
        net = nn.MultiheadAttention(4, 2)
        tuned = mt.patch(mnn.lift(net), 'lora').build()
        assert type(tuned.out_proj) is LoRALinear.sym_wrapped_cls
        x = torch.randn(3, 2, 4)
        tuned(x, x, x)[0].sum().backward()
        assert tuned.out_proj.lora_b.grad.any()

    def test_twice_is_once_and_spaces_have_no_weights_to_keep(self):
        tree = mt.patch(mnn.lift(nn.Sequential(nn.Linear(2, 2))), 'lora')
        with pytest.raises(mt.patching.NotApplicable, match='no linear layer'):
            mt.patch(tree, 'lora')
        space = mnn.Sequential(mnn.Linear(2, 2), mt.oneof([mnn.ReLU(), mnn.Tanh()]))
        with pytest.raises(mt.patching.NotApplicable, match='decide first'):
            mt.patch(space, 'lora')


class TestEma:
    def test_averages_move_once_a_step_and_are_used_in_eval_mode(self):
        net = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(net.weight)
        model = mt.patch(mnn.lift(net), 'ema?decay=0.5').build()
        x = torch.ones(1, 1)
        expected = 0.0
        for step in range(1, 4):
            model.train()(x)
            with torch.no_grad():
                model.inner.weight.add_(1.0)
            decay = min(0.5, (1 + step) / (10 + step))
            expected = decay * expected + (1 - decay) * step
            for _ in range(2):
                assert model.eval()(x).item() == pytest.approx(expected)
            assert model.train()(x).item() == step

    def test_it_trains_inside_an_experiment(self):
        run = mt.Dict(model=mnn.Linear(2, 1), steps=3)
        mt.patch(run, 'ema')
        assert run.model.in_features == 2 and 'steps' in run.model.state_dict()
        with pytest.raises(mt.patching.NotApplicable, match='averaged already'):
            mt.patch(run, 'ema')


@pytest.mark.parametrize('rule', ['skip_connections?every=1', 'lora', 'ema', 'squeeze_excite'])
def test_what_is_built_can_be_saved_by_torch_and_the_tree_as_json_and_as_code(rule, tmp_path):
    net = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.Flatten(), nn.Linear(192, 3)).eval()
    tree = mt.patch(mnn.lift(net), rule)
    built = tree.build()
    torch.save(built, tmp_path / 'net.pt')
    loaded = torch.load(tmp_path / 'net.pt', weights_only=False)
    assert torch.equal(loaded(IMAGES), built(IMAGES))
    assert mt.eq(mt.from_json_str(tree.to_json_str(), trusted=True), tree)
    names = {}
    exec(mt.to_code(tree, name='tree'), names)
    assert mt.eq(names['tree'], tree)


class TestBlocks:
    def test_a_block_is_left_out_for_a_batch_with_the_mean_unchanged(self):
        torch.manual_seed(0)
        model = StochasticDepth(mnn.Linear(2, 2), 0.4)
        x = torch.ones(1, 2)
        outputs = torch.cat([model.train()(x) for _ in range(3000)])
        assert 0.36 < (outputs == x).all(1).float().mean() < 0.44
        assert torch.allclose(outputs.mean(0), model.eval()(x)[0], atol=0.1)

    def test_later_blocks_are_left_out_more_often(self):
        net = nn.Sequential(*[nn.Sequential(nn.Linear(2, 2), nn.ReLU()) for _ in range(4)])
        built = mt.patch(mnn.lift(net), 'stochastic_depth?rate=0.4').build()
        assert [block.rate for block in built] == pytest.approx([0.1, 0.2, 0.3, 0.4])

    def test_channels_are_weighed_behind_the_normalization(self):
        net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
        built = mt.patch(mnn.lift(net), 'squeeze_excite?reduction=4').build().eval()
        assert (
            type(built[1]) is SqueezeExcite.sym_wrapped_cls and built[1].squeeze.out_features == 2
        )
        ratio = built[:2](IMAGES) / net.eval()[:2](IMAGES)
        assert torch.allclose(ratio, ratio.mean((-2, -1), keepdim=True), atol=1e-4)
        assert built[1].num_features == 8  # It answers for what is in it.


class TestReplaceOptimizer:
    def test_the_arguments_that_the_new_one_has_are_kept(self):
        sgd = mt.wrap(torch.optim.SGD)
        run = mt.Dict(
            model=mnn.Linear(1, 1), opt=sgd.partial(lr=0.3, momentum=0.9, weight_decay=0.1)
        )
        mt.patch(run, 'replace_optimizer?to=AdamW&weight_decay=0.2')
        made = run.opt.clone(override={'params': list(run.model.parameters())})
        assert isinstance(made, torch.optim.AdamW)
        assert made.defaults['lr'] == 0.3 and made.defaults['weight_decay'] == 0.2

    def test_functors_names_and_placeholders(self):
        @mt.functor
        def sgd(params, lr=0.1):
            return torch.optim.SGD(params, lr)

        run = mt.Dict(optimizer=sgd(lr=0.5), name='SGD', optim=mt.oneof(['SGD', 'Adam']))
        mt.patch(run, 'replace_optimizer?to=RMSprop')
        assert (run.name, run.optim) == ('SGD', 'RMSprop')
        made = run.optimizer(nn.Linear(1, 1).parameters())
        assert isinstance(made, torch.optim.RMSprop) and made.defaults['lr'] == 0.5

    def test_what_it_cannot_do_it_says(self):
        run = mt.Dict(optimizer='SGD')
        with pytest.raises(mt.patching.NotApplicable, match='lr cannot be told'):
            mt.patch(run, 'replace_optimizer?lr=0.1')
        assert run.optimizer == 'SGD'


def small(**more):
    sizes = {'vocab_size': 50, 'hidden_size': 16, 'num_hidden_layers': 2, 'intermediate_size': 32}
    return {**sizes, 'num_attention_heads': 2, 'bos_token_id': 0, 'eos_token_id': 0, **more}


WORDS, PHOTOS = torch.arange(14).reshape(2, 7), torch.randn(2, 3, 32, 32)
PRETRAINED = {
    'bert': ('BertModel', 'BertConfig', small(), WORDS),
    'llama': ('LlamaForCausalLM', 'LlamaConfig', small(num_key_value_heads=2), WORDS),
    'vit': ('ViTModel', 'ViTConfig', small(image_size=32, patch_size=8), PHOTOS),
    'resnet': ('ResNetModel', 'ResNetConfig', {'hidden_sizes': [8, 16], 'depths': [1, 2]}, PHOTOS),
    'segformer': (
        'SegformerForSemanticSegmentation',
        'SegformerConfig',
        {
            'hidden_sizes': [8] * 2,
            'depths': [1] * 2,
            'num_attention_heads': [1] * 2,
            'num_encoder_blocks': 2,
            'sr_ratios': [2, 1],
            'patch_sizes': [7, 3],
            'strides': [4, 2],
            'mlp_ratios': [2, 2],
            'decoder_hidden_size': 8,
        },
        PHOTOS,
    ),
}
APPLIES_TO_PRETRAINED = {
    'deepen': {'resnet', 'segformer'},
    'ema': set(PRETRAINED),
    'lora': set(PRETRAINED) - {'resnet'},
    'skip_connections?every=1': {'bert', 'llama', 'vit', 'resnet'},
    'squeeze_excite': {'vit', 'resnet', 'segformer'},
    'stochastic_depth': {'bert', 'llama', 'vit', 'resnet'},
    'swap_activation?to=mish': set(PRETRAINED),
    'swap_norm?to=rms': {'bert', 'vit', 'segformer'},
    'widen': {'bert', 'vit', 'resnet', 'segformer'},
}


@pytest.mark.slow
@pytest.mark.parametrize('name', PRETRAINED)
def test_models_of_transformers(name, monkeypatch):
    monkeypatch.setenv('HF_HUB_OFFLINE', '1')
    transformers = pytest.importorskip('transformers')
    model_name, config_name, options, x = PRETRAINED[name]
    torch.manual_seed(0)
    config = getattr(transformers, config_name)(**options)
    model = getattr(transformers, model_name)(config)
    before = inputs_of(x).run(model.eval())
    applied = set()
    for rule in APPLIES_TO_PRETRAINED:
        with mnn.example_inputs(x):
            try:
                patched = mt.patch(mnn.lift(model), rule)
            except mt.patching.NotApplicable:
                continue
        applied.add(rule)
        built = patched.build()
        outputs = inputs_of(x).run(built.eval())
        assert [y.shape for y in outputs] == [y.shape for y in before], rule
        built.train()(x)[0].float().sum().backward()
        assert any(p.grad is not None for p in built.parameters()), rule
    assert applied == {r for r, names in APPLIES_TO_PRETRAINED.items() if name in names}
