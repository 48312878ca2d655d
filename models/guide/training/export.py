"""Writes a trained network as a GGUF file that llama.cpp runs."""

from pathlib import Path

import gguf
from gguf import ARRAY, BOOL, F32, I32, STRING, U32
from network import NORM_EPSILON, ROPE_BASE, Network
from tokenizer import END_OF_TEXT, PADDING, TURN_END, Tokenizer

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def export(path: Path, network: Network, tokenizer: Tokenizer) -> None:
    shape = network.shape
    special = [token.startswith("<|") and token.endswith("|>") for token in tokenizer.tokens]
    values = [
        ("general.architecture", STRING, "llama"),
        ("general.name", STRING, "llm guide"),
        ("general.license", STRING, "mit"),
        ("general.file_type", U32, 7),
        ("llama.context_length", U32, shape.context),
        ("llama.embedding_length", U32, shape.width),
        ("llama.block_count", U32, shape.layers),
        ("llama.feed_forward_length", U32, shape.inner),
        ("llama.attention.head_count", U32, shape.heads),
        ("llama.attention.head_count_kv", U32, shape.heads),
        ("llama.attention.layer_norm_rms_epsilon", F32, NORM_EPSILON),
        ("llama.rope.dimension_count", U32, shape.width // shape.heads),
        ("llama.rope.freq_base", F32, ROPE_BASE),
        ("llama.vocab_size", U32, shape.vocabulary),
        ("tokenizer.ggml.model", STRING, "gpt2"),
        ("tokenizer.ggml.pre", STRING, "gpt-2"),
        ("tokenizer.ggml.tokens", ARRAY, (STRING, tokenizer.tokens)),
        ("tokenizer.ggml.token_type", ARRAY, (I32, [3 if control else 1 for control in special])),
        ("tokenizer.ggml.merges", ARRAY, (STRING, [f"{a} {b}" for a, b in tokenizer.merges])),
        ("tokenizer.ggml.bos_token_id", U32, tokenizer.special(END_OF_TEXT)),
        ("tokenizer.ggml.eos_token_id", U32, tokenizer.special(TURN_END)),
        ("tokenizer.ggml.padding_token_id", U32, tokenizer.special(PADDING)),
        ("tokenizer.ggml.add_bos_token", BOOL, False),
        ("tokenizer.ggml.add_eos_token", BOOL, False),
        ("tokenizer.chat_template", STRING, CHAT_TEMPLATE),
    ]
    tensors = [("token_embd.weight", network.embedding.weight)]
    for index, block in enumerate(network.blocks):
        tensors += [
            (f"blk.{index}.{name}.weight", part.weight)
            for name, part in (
                ("attn_norm", block.attention_norm),
                ("attn_q", block.q),
                ("attn_k", block.k),
                ("attn_v", block.v),
                ("attn_output", block.output),
                ("ffn_norm", block.inner_norm),
                ("ffn_gate", block.gate),
                ("ffn_up", block.up),
                ("ffn_down", block.down),
            )
        ]
    tensors.append(("output_norm.weight", network.norm.weight))
    gguf.write_gguf(path, values, [(name, weight.detach().float().cpu().numpy()) for name, weight in tensors])
