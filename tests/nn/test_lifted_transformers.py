"""Models of `transformers` of many families, made from configurations, are lifted and built."""

import pytest
import torch

from mutandis import nn as mnn

transformers = pytest.importorskip('transformers')

SMALL = {
    'vocab_size': 50,
    'hidden_size': 16,
    'num_hidden_layers': 2,
    'num_attention_heads': 2,
    'intermediate_size': 32,
    'pad_token_id': 0,
    'bos_token_id': 1,
    'eos_token_id': 2,
}
KEY_VALUE = {**SMALL, 'num_key_value_heads': 2, 'head_dim': 8}
ENCODER_DECODER = {
    'vocab_size': 50,
    'd_model': 16,
    'encoder_layers': 1,
    'decoder_layers': 1,
    'encoder_attention_heads': 2,
    'decoder_attention_heads': 2,
    'encoder_ffn_dim': 32,
    'decoder_ffn_dim': 32,
}
VISION = {
    'hidden_size': 16,
    'num_hidden_layers': 2,
    'num_attention_heads': 2,
    'intermediate_size': 32,
    'image_size': 32,
    'patch_size': 8,
}
AUDIO = {
    **SMALL,
    'conv_dim': (8, 8),
    'conv_stride': (5, 2),
    'conv_kernel': (10, 3),
    'num_conv_pos_embeddings': 4,
    'num_conv_pos_embedding_groups': 2,
    'layerdrop': 0.0,
    'mask_time_prob': 0.0,  # The mask is drawn by numpy.
}


def tokens():
    return torch.randint(3, 50, (2, 7))


def both():
    return {'input_ids': tokens(), 'decoder_input_ids': tokens()}


def images():
    return torch.randn(2, 3, 32, 32)


def waves():
    return torch.randn(2, 800)


FAMILIES = {
    'DebertaV2': ('Model', {**SMALL, 'relative_attention': True, 'pos_att_type': ['p2c']}, tokens),
    'XLNet': ('LMHeadModel', {'vocab_size': 50, 'd_model': 16, 'n_layer': 1, 'n_head': 2}, tokens),
    'GPTNeoX': ('ForCausalLM', SMALL, tokens),
    'Gemma2': ('ForCausalLM', KEY_VALUE, tokens),
    'Mixtral': ('ForCausalLM', {**KEY_VALUE, 'num_local_experts': 2}, tokens),
    'T5': (
        'ForConditionalGeneration',
        {'vocab_size': 50, 'd_model': 16, 'd_kv': 8, 'd_ff': 32, 'num_layers': 1, 'num_heads': 2},
        both,
    ),
    'Bart': ('ForConditionalGeneration', ENCODER_DECODER, tokens),
    'Mamba': (
        'ForCausalLM',
        {'vocab_size': 50, 'hidden_size': 16, 'state_size': 4, 'num_hidden_layers': 2},
        tokens,
    ),
    'Swin': (
        'Model',
        {'image_size': 32, 'embed_dim': 8, 'depths': [1, 1], 'num_heads': [1, 2], 'window_size': 4},
        images,
    ),
    'ConvNext': (
        'ForImageClassification',
        {'hidden_sizes': [8, 16, 16, 16], 'depths': [1, 1, 1, 1]},
        images,
    ),
    'RegNet': (
        'Model',
        {'hidden_sizes': [8, 16], 'depths': [1, 1], 'embedding_size': 8, 'groups_width': 4},
        images,
    ),
    'Dinov2': ('Model', VISION, images),
    'Wav2Vec2': ('ForCTC', AUDIO, waves),
    'Whisper': (
        'ForConditionalGeneration',
        {
            **ENCODER_DECODER,
            'max_source_positions': 20,
            'num_mel_bins': 8,
            'decoder_start_token_id': 1,
            'pad_token_id': 0,
            'bos_token_id': 1,
            'eos_token_id': 2,
        },
        lambda: {'input_features': torch.randn(2, 8, 40), 'decoder_input_ids': tokens()},
    ),
    'PatchTST': (
        'Model',
        {
            'num_input_channels': 2,
            'context_length': 16,
            'patch_length': 4,
            'patch_stride': 4,
            'd_model': 8,
            'num_attention_heads': 2,
            'num_hidden_layers': 2,
            'ffn_dim': 16,
        },
        lambda: torch.randn(2, 16, 2),
    ),
}


@pytest.mark.parametrize('name', FAMILIES)
def test_computes_the_same(name, monkeypatch, assert_computes_the_same):
    monkeypatch.setenv('HF_HUB_OFFLINE', '1')
    kind, options, make_inputs = FAMILIES[name]
    torch.manual_seed(0)
    model = getattr(transformers, name + kind)(getattr(transformers, f'{name}Config')(**options))
    for training in (False, True):
        model.train(training)
        inputs = make_inputs()
        inputs = inputs if isinstance(inputs, dict) else (inputs,)
        assert_computes_the_same(model, mnn.lift(model).build(), inputs)
