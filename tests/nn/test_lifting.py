"""`lift`: any module as a symbolic tree, and back with its weights."""

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

import mutandis as mt
from mutandis import nn as mnn


@pytest.fixture
def assert_same(assert_computes_the_same):
    def check(module, built, *inputs):
        assert type(built) is type(module) and built is not module
        assert not {id(p) for p in built.parameters()} & {id(p) for p in module.parameters()}
        assert [m.training for m in built.modules()] == [m.training for m in module.modules()]
        assert_computes_the_same(module, built, inputs)

    return check


class Block(nn.Module):
    """Refers to its parts in every way that is seen in the wild."""

    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.act = nn.ReLU()
        self.listed = [self.act]
        self.named = {'act': self.act}
        self.bound = self.act.forward
        self.width = width

    def forward(self, x):
        x = self.linear(x)
        return self.bound(x) + self.listed[0](x) + self.named['act'](x) + self.act(x)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, 4)
        self.first = nn.Linear(4, 4)
        self.second = self.first
        self.more = nn.ModuleDict({'x': nn.Linear(4, 4), 'y': self.first})
        self.out = nn.Linear(4, 10, bias=False)
        self.out.weight = self.embed.weight
        self.register_buffer('kept', torch.ones(4))
        self.register_buffer('transient', torch.full((4,), 2.0), persistent=False)
        self.nothing = None
        self.register_module('absent', None)

    def forward(self, x):
        x = self.second(self.first(self.embed(x))) * self.kept * self.transient
        return self.out(self.more['y'](self.more['x'](x)))


def small_net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Sequential(nn.Conv2d(8, 4, 1), nn.ReLU()),
        nn.Flatten(),
        nn.Linear(64, 5),
    )


IMAGES = torch.randn(2, 3, 4, 4)

MODULES = {
    'net': (small_net, IMAGES),
    'blocks': (lambda: nn.Sequential(Block(4), Block(4)), torch.randn(3, 4)),
    'tied': (Tied, torch.tensor([1, 2])),
    'transformer': (
        lambda: nn.Transformer(8, 2, 1, 1, 16, batch_first=True),
        torch.randn(2, 3, 8),
        torch.randn(2, 3, 8),
    ),
    'encoder': (
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2, enable_nested_tensor=False
        ),
        torch.randn(2, 3, 8),
    ),
    'attention': (lambda: nn.MultiheadAttention(8, 2), *[torch.randn(3, 2, 8)] * 3),
    'lstm': (lambda: nn.LSTM(4, 5, 2, bidirectional=True), torch.randn(3, 2, 4)),
    'gru': (lambda: nn.GRU(4, 5), torch.randn(3, 2, 4)),
    'weight norm': (lambda: parametrizations.weight_norm(nn.Linear(4, 4)), torch.randn(2, 4)),
    'spectral norm': (
        lambda: nn.Sequential(parametrizations.spectral_norm(nn.Linear(4, 4))),
        torch.randn(2, 4),
    ),
    'bfloat16': (lambda: small_net().bfloat16(), IMAGES.bfloat16()),
    'sequences': (
        lambda: nn.Sequential(nn.Sequential(nn.Linear(4, 4)), nn.Sequential(), nn.Tanh()),
        torch.randn(2, 4),
    ),
}


@pytest.mark.parametrize('name', MODULES)
def test_what_is_built_computes_the_same(name, assert_same):
    make, *inputs = MODULES[name]
    module = make().eval()
    assert_same(module, mnn.lift(module).build(), *inputs)


TRANSFORMERS = {
    'bert': ('BertModel', 'BertConfig', {}),
    'gpt2': ('GPT2LMHeadModel', 'GPT2Config', {'n_embd': 16, 'n_layer': 2, 'n_head': 2}),
    'llama': ('LlamaForCausalLM', 'LlamaConfig', {'num_key_value_heads': 2}),
    'albert': ('AlbertModel', 'AlbertConfig', {'embedding_size': 8}),
    'distilbert': ('DistilBertModel', 'DistilBertConfig', {'dim': 16, 'n_layers': 2, 'n_heads': 2}),
}
IMAGE_TRANSFORMERS = {
    'vit': ('ViTModel', 'ViTConfig', {'image_size': 32, 'patch_size': 8}),
    'resnet': ('ResNetModel', 'ResNetConfig', {'hidden_sizes': [8, 16], 'depths': [1, 1]}),
    'mobilenet': ('MobileNetV2Model', 'MobileNetV2Config', {}),
    'segformer': (
        'SegformerForSemanticSegmentation',
        'SegformerConfig',
        {
            'hidden_sizes': [8] * 4,
            'depths': [1] * 4,
            'num_attention_heads': [1] * 4,
            'decoder_hidden_size': 8,
        },
    ),
}


@pytest.mark.parametrize('name', [*TRANSFORMERS, *IMAGE_TRANSFORMERS])
def test_models_of_transformers(name, monkeypatch, assert_same):
    monkeypatch.setenv('HF_HUB_OFFLINE', '1')
    transformers = pytest.importorskip('transformers')
    model_name, config_name, options = {**TRANSFORMERS, **IMAGE_TRANSFORMERS}[name]
    small = {}
    if name in TRANSFORMERS or name == 'vit':
        small = {
            'vocab_size': 50,
            'hidden_size': 16,
            'num_hidden_layers': 2,
            'num_attention_heads': 2,
            'intermediate_size': 32,
            'bos_token_id': 0,
            'eos_token_id': 0,
        }
    torch.manual_seed(0)
    config = getattr(transformers, config_name)(**{**small, **options})
    model = getattr(transformers, model_name)(config).eval()
    inputs = torch.randint(0, 50, (2, 7)) if name in TRANSFORMERS else torch.randn(1, 3, 32, 32)
    tree = mnn.lift(model)
    assert_same(model, tree.build(), inputs)
    kept = {part.module_class.__module__.split('.')[0] for part in tree.report().kept}
    assert kept <= {'transformers'}


class TestTree:
    def test_children_have_the_names_of_pytorch(self):
        tree = mnn.lift(small_net())
        assert list(tree.parts()) == ['0', '1', '2', '3', '4', '5']
        assert tree.sym_getattr('3').sym_getattr('0').sym_path == '3.0'
        assert mnn.lift(Block(4)).linear.in_features == 4

    def test_any_name_will_do(self):
        names = ['self', 'rebind', 'build', 'query', '_private', 'clone', 'format', 'ä']
        module = nn.Module()
        for name in names:
            module.__dict__['_modules'][name] = nn.Linear(2, 2)
        tree = mnn.lift(module)
        assert list(tree.parts()) == names
        assert list(tree.clone().build()._modules) == names

    def test_arguments_of_known_classes(self):
        assert mnn.lift(nn.Conv2d(3, 8, 3, bias=False)).parts() == {
            'in_channels': 3,
            'out_channels': 8,
            'kernel_size': (3, 3),
            'stride': (1, 1),
            'padding': (0, 0),
            'dilation': (1, 1),
            'groups': 1,
            'bias': False,
            'padding_mode': 'zeros',
        }
        assert mnn.lift(nn.LSTM(4, 5, 2)).parts()['num_layers'] == 2
        assert mnn.lift(nn.LayerNorm(4, bias=False)).parts()['bias'] is False

    def test_selected_by_class(self):
        tree = mnn.lift(
            nn.Sequential(Block(4), nn.LSTM(4, 4), parametrizations.weight_norm(nn.Linear(4, 4)))
        )
        for cls, paths in [
            (nn.Linear, ['0.linear', '2']),
            (mnn.Linear, ['0.linear', '2']),
            (mnn.LSTM, ['1']),
            (nn.RNNBase, ['1']),
            (Block, ['0']),
        ]:
            assert mt.select(tree).at_instances_of(cls).paths() == paths

    def test_equality_ignores_weights(self):
        one, other = mnn.lift(nn.Linear(2, 3)), mnn.lift(nn.Linear(2, 3))
        assert mt.eq(one, other) and not mt.eq(one, mnn.lift(nn.Linear(2, 4)))
        assert mt.eq(mnn.lift(Tied()), mnn.lift(Tied()))

    def test_copies_and_pickles_keep_the_weights(self):
        net = small_net().eval()
        tree = mnn.lift(net)
        copies = [tree.clone(), tree.clone(deep=True), copy.deepcopy(tree)]
        for each in [*copies, pickle.loads(pickle.dumps(tree))]:
            assert torch.equal(each.build()(IMAGES), net(IMAGES))

    def test_json_has_the_structure_and_no_weights(self):
        tree = mnn.lift(small_net())
        text = tree.to_json_str()
        assert len(text) < 5000
        read = mt.from_json_str(text, trusted=True)
        assert mt.eq(read, tree)
        assert read.build()(IMAGES).shape == (2, 5)

    def test_only_modules(self):
        with pytest.raises(TypeError, match='Only a `torch.nn.Module` can be lifted'):
            mnn.lift(nn.ReLU)


class TestChanges:
    def test_replacements_are_seen_by_whatever_refers_to_the_part(self):
        tree = mnn.lift(nn.Sequential(Block(4), Block(4)))
        mt.select(tree).at_instances_of(nn.ReLU).set(nn.Tanh())
        built = tree.build()
        for block in built:
            assert type(block.act) is nn.Tanh
            assert block.listed[0] is block.named['act'] is block.bound.__self__ is block.act
        assert built[0].act is not built[1].act
        assert built(torch.randn(2, 4)).shape == (2, 4)

    def test_widths_carry_over_what_fits(self):
        net = small_net()
        tree = mnn.lift(net)
        tree.rebind({'0.out_channels': 12, '1.num_features': 12, '3.0.in_channels': 12})
        built = tree.build()
        assert built(IMAGES).shape == (2, 5)
        assert torch.equal(built[0].weight[:8], net[0].weight)
        assert torch.equal(built[3][0].weight[:, :8], net[3][0].weight)
        assert built[5].weight is not net[5].weight and torch.equal(built[5].weight, net[5].weight)

    def test_a_changed_part_keeps_hooks_mode_type_and_ties(self):
        module = Tied().double().eval()
        module.first.register_forward_hook(lambda m, args, out: out * 0)
        module.embed.weight.requires_grad_(False)
        tree = mnn.lift(module)
        tree.rebind({'embed.padding_idx': 3, 'first.bias': False})
        built = tree.build()
        assert built.embed.padding_idx == 3 and built.first.bias is None
        assert built.embed.weight is built.out.weight
        assert not built.embed.weight.requires_grad
        assert built.first is built.second is built.more['y']
        assert built.first.weight.dtype == torch.float64 and not built.first.training
        assert not built.first(torch.randn(1, 4, dtype=torch.float64)).any()

    def test_what_takes_the_place_of_a_tied_module_takes_all_places(self):
        tree = mnn.lift(Tied())
        tree.rebind(first=mnn.Identity())
        built = tree.build()
        assert built.first is built.second is built.more['y']
        assert type(built.first) is mnn.Identity

    def test_new_parts_have_the_type_and_mode_of_the_others(self):
        tree = mnn.lift(small_net().double().eval())
        tree.rebind({'1': mnn.GroupNorm(2, 8), '2': mnn.Dropout(0.5)})
        built = tree.build()
        assert not built[2].training and built[1].weight.dtype == torch.float64
        assert built(IMAGES.double()).shape == (2, 5)

    def test_depth(self):
        tree = mnn.lift(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)))
        mt.select(tree).at_instances_of(nn.Linear).insert_after(mnn.Dropout(0.5))
        assert [type(m).__name__ for m in tree.build()] == [
            'Linear',
            'Dropout',
            'ReLU',
            'Linear',
            'Dropout',
        ]
        mt.select(tree).at_instances_of(nn.ReLU).remove()
        assert list(tree.build()._modules) == ['0', '1', '2', '3']

    def test_insertion_outside_a_sequence_makes_one(self):
        net = Block(4)
        tree = mnn.lift(net)
        mt.select(tree).at_instances_of(nn.Linear).insert_before(mnn.Dropout(0.0))
        built = tree.build()
        assert type(built.linear) is nn.Sequential and type(built.linear[1]) is nn.Linear
        x = torch.randn(2, 4)
        assert torch.equal(built(x), net(x))

    def test_a_module_takes_the_place_of_an_attribute(self):
        class Applies(nn.Module):
            def __init__(self):
                super().__init__()
                self.linear = nn.Linear(4, 4)
                self.function = torch.relu

            def forward(self, x):
                return self.function(self.linear(x))

        net = Applies()
        tree = mnn.lift(net)
        tree.rebind(function=mnn.Tanh())
        x = torch.randn(2, 4)
        assert torch.equal(tree.build()(x), net.linear(x).tanh())
        assert torch.equal(net(x), net.linear(x).relu())

    def test_wrapping_in_a_class_of_ones_own(self):
        class Residual(nn.Module):
            def __init__(self, inner, scale=1.0):
                super().__init__()
                self.inner, self.scale = inner, scale

            def forward(self, x):
                return x + self.scale * self.inner(x)

        block = Block(4)
        tree = mt.select(mnn.lift(block)).wrap(
            lambda node: mnn.Lifted(Residual, inner=node, scale=0.5)
        )
        x = torch.randn(2, 4)
        assert torch.equal(tree.build()(x), x + 0.5 * block(x))
        symbolic = mt.symbolize(Residual)
        tree = mt.select(mnn.lift(block)).wrap(symbolic)
        assert torch.equal(mnn.build(tree)(x), x + block(x))

    def test_symbolic_layers_around_lifted_ones(self):
        tree = mnn.lift(nn.Sequential(Block(4)))
        mt.select(tree).at_instances_of(Block).wrap(lambda b: mnn.Sequential(b, mnn.Tanh()))
        built = tree.build()
        assert type(built[0][0]) is Block and built(torch.randn(2, 4)).abs().max() <= 1

    def test_placeholders_make_a_space(self):
        tree = mnn.lift(small_net().eval())
        mt.select(tree).at_instances_of(nn.ReLU).set(mt.oneof([mnn.ReLU(), mnn.SiLU()]))
        assert mt.dna_spec(tree).space_size == 4
        kinds = [(type(b[2]), type(b[3][1])) for b in (c.build() for c in mt.iter(tree))]
        assert kinds == [(a, b) for a in (mnn.ReLU, mnn.SiLU) for b in (mnn.ReLU, mnn.SiLU)]
        with pytest.raises(ValueError, match="placeholders at '2', '3.1'"):
            tree.build()

    def test_weights_may_be_shared(self):
        net = small_net()
        built = mnn.lift(net).build(share_weights=True)
        assert all(a is b for a, b in zip(net.parameters(), built.parameters(), strict=True))
        built = mnn.lift(net).build()
        with torch.no_grad():
            built[0].weight.zero_()
        assert net[0].weight.any()


class TestReport:
    def test_everything_of_pytorch_is_known(self):
        assert str(mnn.lift(small_net()).report()) == 'Nothing is kept as it is.'

    def test_unknown_leaves_are_kept(self):
        class Scale(nn.Module):
            def __init__(self, by):
                super().__init__()
                self.weight = nn.Parameter(torch.full((), by))

            def forward(self, x):
                return x * self.weight

        module = nn.Sequential(Scale(2.0), parametrizations.weight_norm(nn.Linear(4, 4)))
        report = mnn.lift(module).report()
        assert [(p.path, p.module_class) for p in report.kept] == [('0', Scale), ('1', nn.Linear)]
        assert 'cannot be read off' in report.kept[0].reason
        assert 'parametrized' in report.kept[1].reason
        mnn.register_arguments(Scale, lambda module: {'by': module.weight.item()})
        tree = mnn.lift(module)
        assert tree.sym_getattr('0').by == 2.0
        assert [p.path for p in tree.report().kept] == ['1']

    def test_a_wrong_reader_is_found_out(self):
        class Wrong(nn.Module):
            def __init__(self, size):
                super().__init__()
                self.weight = nn.Parameter(torch.zeros(size))

        mnn.register_arguments(Wrong, lambda module: {'size': 3})
        assert [p.path for p in mnn.lift(nn.Sequential(Wrong(4))).report().kept] == ['0']

    def test_hooks_that_remember_what_is_not_followed_are_doubted(self):
        net = small_net()
        outside, listed = nn.Linear(2, 2), [net[5]]
        net[0].register_forward_hook(lambda m, args, out: out + outside.bias.sum())
        net[1].register_forward_hook(lambda m, args, out: out + listed[0].bias.sum())
        first, second = mnn.lift(net).report().doubts
        assert first.startswith('0: a hook remembers a Linear that is no part of the model')
        assert second.startswith('1: a hook remembers a list of parts of the model')
