#!/usr/bin/env python3
"""tinymodel - a vision model of random weights that is small enough for any machine: FOLDER/tiny.gguf and FOLDER/mmproj.gguf

usage: tinymodel.py VOCABULARY.gguf FOLDER      (needs gguf and numpy from PyPI; the vocabulary is llama.cpp's ggml-vocab-llama-spm.gguf)

What it writes is nonsense. Its one trick: the first number of each embedding is large and the same for all, so the first column of the
output matrix says how likely each token is whatever came before. Words are likely, and so are quotes and brackets: a grammar made of a JSON
schema then comes to an end. Formats: GGUF, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; the names of tensors are those of
llama.cpp's architectures "llama" and "clip" (projector mlp).
"""
import sys

import gguf
import numpy

WIDTH, INNER, BLOCKS, HEADS, CONTEXT = 64, 96, 1, 2, 65536
TOKENS = 4000  # the vocabulary's first ones are the most frequent; a grammar has to look at each of them for each word
SIDE, PATCH = 224, 14
ROLES = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
TEMPLATE = """{%- for message in messages -%}
{{ '<|' + message['role'] + '|>' }}
{%- if message['content'] is string -%}{{ message['content'] }}
{%- else -%}{%- for part in message['content'] if part['type'] == 'text' -%}{{ part['text'] }}{%- endfor -%}{%- endif -%}
{{ '<|end|>' }}{%- endfor -%}{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"""
SIGNS = {'"': 7.5, '",': 5.0, '"]': 5.0, '.': 5.0, '"}': 3.5, ',': 3.0, ']': 3.0, '}': 3.0, ':': 3.0, '{': 3.0, '[': 3.0, '</s>': 3.0, '<|end|>': 3.0}

random = numpy.random.default_rng(12)


def some(*shape, spread=0.1):
    return (random.standard_normal(shape) * spread).astype(numpy.float32)


def likelihood(token):
    """How much more likely than others a token is: whole English-looking words, and what ends strings and lists."""
    word = token.removeprefix("\u2581")
    if token in SIGNS:
        return SIGNS[token]
    return 4.0 if token != word and len(word) > 1 and word.isascii() and word.isalpha() and word.islower() else 0.0


def language_model(vocabulary, path):
    fields = gguf.GGUFReader(vocabulary).fields
    kept = [i for i, token in enumerate(fields["tokenizer.ggml.tokens"].contents()) if i < TOKENS or len(token) == 1 and token.isascii() or token in SIGNS]
    tokens, scores, types = ([values[i] for i in kept] for values in (fields["tokenizer.ggml." + name].contents() for name in ("tokens", "scores", "token_type")))
    tokens += ROLES
    model = gguf.GGUFWriter(path, "llama")
    for add, value in ((model.add_context_length, CONTEXT), (model.add_embedding_length, WIDTH), (model.add_block_count, BLOCKS),
                       (model.add_feed_forward_length, INNER), (model.add_head_count, HEADS), (model.add_head_count_kv, HEADS),
                       (model.add_rope_dimension_count, WIDTH // HEADS), (model.add_layer_norm_rms_eps, 1e-5), (model.add_vocab_size, len(tokens)),
                       (model.add_tokenizer_model, "llama"), (model.add_tokenizer_pre, "default"), (model.add_token_list, tokens),
                       (model.add_token_scores, scores + [0.0] * len(ROLES)),
                       (model.add_token_types, types + [gguf.TokenType.CONTROL] * len(ROLES)),
                       (model.add_bos_token_id, 1), (model.add_eos_token_id, 2), (model.add_unk_token_id, 0),
                       (model.add_eot_token_id, tokens.index("<|end|>")), (model.add_chat_template, TEMPLATE)):
        add(value)
    embedding, output = some(len(tokens), WIDTH, spread=1.0), some(len(tokens), WIDTH, spread=0.4)
    embedding[:, 0] = 24.0
    after_norm = 24.0 / numpy.sqrt((24.0**2 + WIDTH - 1) / WIDTH)
    output[:, 0] = [likelihood(token) / after_norm for token in tokens]
    tensors = {"token_embd": embedding, "output": output, "output_norm": numpy.ones(WIDTH, numpy.float32)}
    for i in range(BLOCKS):
        attention, down = some(WIDTH, WIDTH, spread=0.02), some(WIDTH, INNER, spread=0.02)
        attention[0, :] = down[0, :] = 0  # nothing changes the first number
        tensors |= {f"blk.{i}.attn_norm": numpy.ones(WIDTH, numpy.float32), f"blk.{i}.ffn_norm": numpy.ones(WIDTH, numpy.float32),
                    f"blk.{i}.attn_output": attention, f"blk.{i}.ffn_down": down, f"blk.{i}.ffn_gate": some(INNER, WIDTH),
                    f"blk.{i}.ffn_up": some(INNER, WIDTH), **{f"blk.{i}.attn_{part}": some(WIDTH, WIDTH, spread=0.3) for part in "qkv"}}
    write(model, {name + ".weight": values for name, values in tensors.items()})


def projector(path):
    model = gguf.GGUFWriter(path, "clip")
    model.add_bool("clip.has_vision_encoder", True)
    model.add_bool("clip.use_gelu", False)
    model.add_string("clip.projector_type", "mlp")
    for name, value in {"image_size": SIDE, "patch_size": PATCH, "embedding_length": WIDTH, "feed_forward_length": INNER, "block_count": 2,
                        "projection_dim": WIDTH, "attention.head_count": HEADS}.items():
        model.add_uint32("clip.vision." + name, value)
    model.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    model.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    model.add_array("clip.vision.image_std", [0.25, 0.25, 0.25])
    tensors = {"v.class_embd": some(WIDTH), "v.patch_embd.weight": some(WIDTH, 3, PATCH, PATCH),
               "v.position_embd.weight": some((SIDE // PATCH) ** 2 + 1, WIDTH)}
    layers = {"v.pre_ln": None, "mm.0": (WIDTH, WIDTH), "mm.2": (WIDTH, WIDTH)}
    for i in range(2):
        layers |= {f"v.blk.{i}.{norm}": None for norm in ("ln1", "ln2")}
        layers |= {f"v.blk.{i}.attn_{part}": (WIDTH, WIDTH) for part in ("q", "k", "v", "out")}
        layers |= {f"v.blk.{i}.ffn_up": (INNER, WIDTH), f"v.blk.{i}.ffn_down": (WIDTH, INNER)}
    for name, shape in layers.items():
        tensors[name + ".weight"] = numpy.ones(WIDTH, numpy.float32) if shape is None else some(*shape)
        tensors[name + ".bias"] = numpy.zeros(WIDTH if shape is None else shape[0], numpy.float32)
    write(model, tensors)


def write(model, tensors):
    model.add_file_type(gguf.LlamaFileType.ALL_F32)
    for name, values in tensors.items():
        model.add_tensor(name, values)
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


language_model(sys.argv[1], sys.argv[2] + "/tiny.gguf")
projector(sys.argv[2] + "/mmproj.gguf")
