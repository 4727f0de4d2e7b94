"""Reads a safetensors file of float32 tensors with nothing but PyTorch."""

import json
import struct

import torch


def read_safetensors(path: str) -> dict[str, torch.Tensor]:
    """The file's tensors by name."""
    with open(path, "rb") as file:
        (header_length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(header_length))
        start = 8 + header_length
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] != "F32":
                raise ValueError(f'Cannot read tensor "{name}": expected F32, found {entry["dtype"]}')
            begin, end = entry["data_offsets"]
            file.seek(start + begin)
            values = bytearray(end - begin)
            file.readinto(values)
            tensors[name] = torch.frombuffer(values, dtype=torch.float32).reshape(entry["shape"])
    return tensors
