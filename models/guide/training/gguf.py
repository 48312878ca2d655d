"""Writes GGUF v3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), quantised as Q8_0."""

import struct
from pathlib import Path

import numpy as np

U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TENSOR_F32, TENSOR_Q8_0 = 0, 8
ALIGNMENT = 32


def write_gguf(path: Path, values: list[tuple], tensors: list[tuple[str, np.ndarray]]) -> None:
    """
    values: (key, type, value); an array's value is (type, items).
    tensors: (name, rows), matrices as (out, in) with `in` a multiple of 32. Vectors stay F32, as llama.cpp wants it.
    """
    infos, blocks, offset = b"", [], 0
    for name, data in tensors:
        kind = TENSOR_Q8_0 if data.ndim == 2 else TENSOR_F32
        block = q8_0(data) if kind == TENSOR_Q8_0 else np.ascontiguousarray(data, dtype=np.float32).tobytes()
        shape = b"".join(struct.pack("<Q", size) for size in reversed(data.shape))
        infos += string(name) + struct.pack("<I", data.ndim) + shape + struct.pack("<IQ", kind, offset)
        blocks.append(padded(block))
        offset += len(blocks[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values))
    head += b"".join(string(key) + struct.pack("<I", kind) + encoded(kind, value) for key, kind, value in values)
    path.write_bytes(padded(head + infos) + b"".join(blocks))


def q8_0(rows: np.ndarray) -> bytes:
    """Groups of 32 weights: one half-precision scale, then 32 signed bytes."""
    groups = np.ascontiguousarray(rows, dtype=np.float32).reshape(-1, 32)
    scale = np.abs(groups).max(1, keepdims=True) / 127
    steps = np.round(groups / np.where(scale > 0, scale, 1)).astype(np.int8)
    block = np.empty((len(groups), 34), dtype=np.uint8)
    block[:, :2] = scale.astype(np.float16).view(np.uint8).reshape(-1, 2)
    block[:, 2:] = steps.view(np.uint8)
    return block.tobytes()


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % ALIGNMENT)


def string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def encoded(kind: int, value) -> bytes:
    if kind == STRING:
        return string(value)
    if kind == ARRAY:
        item_kind, items = value
        return struct.pack("<IQ", item_kind, len(items)) + b"".join(encoded(item_kind, item) for item in items)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], value)
