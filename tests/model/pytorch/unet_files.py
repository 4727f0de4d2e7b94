"""Weights between our library and PyTorch, for tests/model/unet_weights_file_test.ts.

    unet_files.py make FOLDER BASE_WIDTH DEPTH      a PyTorch network's state dict, images and its probabilities
    unet_files.py apply NAMES WEIGHTS IMAGES OUT    the probabilities of a PyTorch network with weights that we saved

`make FOLDER 3 2` has made the files beside this one; their metadata name the version of PyTorch.
"""

import json
import struct
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

from pytorch_unet import UNet, lesion_probability  # noqa: E402
from safetensors_file import read_safetensors  # noqa: E402

TYPES = {torch.float32: ("F32", "f"), torch.int64: ("I64", "q")}


class SequentialDoubleConv(nn.Module):
    """The block as an nn.Sequential, whose layers have numbers for names."""

    def __init__(self, inputs: int, inner: int, outputs: int):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(inputs, inner, 3, padding=1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.double_conv(x)


class Part(nn.Module):
    """A module with one module in it, under a name."""

    def __init__(self, name: str, module: nn.Module):
        super().__init__()
        self.add_module(name, module)
        self.inside = [module]

    def forward(self, x: Tensor) -> Tensor:
        return self.inside[0](x)


class SequentialUNet(UNet):
    """The same network, its parts named as in github.com/milesial/Pytorch-UNet."""

    def __init__(self, base_width: int, depth: int):
        super().__init__(base_width, depth=depth)
        for name, block in list(self.named_children()):
            if isinstance(block, nn.Module) and hasattr(block, "conv1"):
                convolutions = block.conv1, block.conv2
                widths = convolutions[0].in_channels, convolutions[0].out_channels, convolutions[1].out_channels
                setattr(self, name, self.part(name, SequentialDoubleConv(*widths)))
        self.outc = Part("conv", self.outc)

    def part(self, name: str, block: nn.Module) -> nn.Module:
        if name == "inc":
            return block
        if name.startswith("up"):
            return Part("conv", block)
        # The network pools before the block; an identity stands in the place of the pooling that this one holds.
        return Part("maxpool_conv", nn.Sequential(nn.Identity(), block))


def network(names: str, base_width: int, depth: int) -> UNet:
    return SequentialUNet(base_width, depth) if names == "sequential" else UNet(base_width, depth=depth)


def write_safetensors(path: Path, tensors: dict[str, Tensor]) -> None:
    header, values, offset = {"__metadata__": {"format": "pt", "torch": torch.__version__}}, b"", 0
    for name, tensor in tensors.items():
        dtype, letter = TYPES[tensor.dtype]
        data = struct.pack(f"<{tensor.numel()}{letter}", *tensor.flatten().tolist())
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        values, offset = values + data, offset + len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + values)


def make(folder: Path, base_width: int, depth: int) -> None:
    """Random weights, with running averages of random batches, so that every tensor has a part in the result."""
    torch.manual_seed(0)
    model = network("named", base_width, depth)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    shape = (2, 3, 4 * 2**depth, 6 * 2**depth)
    with torch.inference_mode():
        for _ in range(20):
            model(torch.rand(shape))
        image = torch.rand(shape)
        probability = lesion_probability(model.eval()(image))
        sequential = network("sequential", base_width, depth)
        state = dict(zip(sequential.state_dict(), model.state_dict().values(), strict=True))
        sequential.load_state_dict(state)
        torch.testing.assert_close(lesion_probability(sequential.eval()(image)), probability, rtol=0, atol=0)
    write_safetensors(folder / "named.safetensors", model.state_dict())
    write_safetensors(folder / "sequential.safetensors", sequential.state_dict())
    write_safetensors(folder / "example.safetensors", {"image": image, "probability": probability})


def apply(names: str, weights: str, images: str, out: Path) -> None:
    state = read_safetensors(weights)
    depth = len({name.split(".")[0] for name in state if name.startswith("down")})
    first = next(tensor for name, tensor in state.items() if name.startswith("inc."))
    model = network(names, first.shape[0], depth)
    model.load_state_dict(state)  # strict: every tensor must be there, and no other
    with torch.inference_mode():
        probability = lesion_probability(model.eval()(read_safetensors(images)["image"]))
    write_safetensors(out, {"probability": probability})


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder, base_width, depth]:
            make(Path(folder), int(base_width), int(depth))
        case ["apply", names, weights, images, out]:
            apply(names, weights, images, Path(out))
        case _:
            raise SystemExit(__doc__)
