"""The thesis' U-Net (Table 1), PolyDice-1 (eq. 5) and MC Dropout (eqs. 6 to 8) as PyTorch's users write them.

Parameters have the names of lib/model/unet_weights.ts, so that weights can be carried over.
"""

import torch
from torch import Tensor, nn

DEPTH = 4
DROPOUT_RATE = 0.5


class DoubleConv(nn.Module):
    """(3x3 convolution without bias, batch norm, ReLU) twice."""

    def __init__(self, inputs: int, inner: int, outputs: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inner, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(x)))


class UNet(nn.Module):
    """inc, down1..4, up1..4, outc; dropout after the last encoder block and after the last decoder block."""

    def __init__(self, base_width: int, dropout_rate: float = DROPOUT_RATE, depth: int = DEPTH):
        super().__init__()
        self.depth = depth
        widths = [base_width * 2 ** min(level, depth - 1) for level in range(depth + 1)]
        self.inc = DoubleConv(3, widths[0], widths[0])
        for level in range(1, depth + 1):
            self.add_module(f"down{level}", DoubleConv(widths[level - 1], widths[level], widths[level]))
        below = widths[depth]
        for step in range(1, depth + 1):
            level = depth - step
            joined = below + widths[level]
            outputs = base_width if level == 0 else widths[level] // 2
            self.add_module(f"up{step}", DoubleConv(joined, joined // 2, outputs))
            below = outputs
        self.outc = nn.Conv2d(below, 2, 1)
        self.pool = nn.MaxPool2d(2)
        self.upsample = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.encoder_dropout = nn.Dropout(dropout_rate)
        self.decoder_dropout = nn.Dropout(dropout_rate)

    def forward(self, image: Tensor) -> Tensor:
        """[batch, 3, height, width] to logits [batch, 2, height, width]."""
        features = [self.inc(image)]
        for level in range(1, self.depth + 1):
            features.append(getattr(self, f"down{level}")(self.pool(features[-1])))
        x = self.encoder_dropout(features[self.depth])
        for step in range(1, self.depth + 1):
            skip = features[self.depth - step]
            x = getattr(self, f"up{step}")(torch.cat([skip, self.upsample(x)], dim=1))
        return self.outc(self.decoder_dropout(x))


def lesion_probability(logits: Tensor) -> Tensor:
    """softmax(logits)[:, 1] in float32, [batch, height, width]."""
    return logits.float().softmax(dim=1)[:, 1]


def polydice1_loss(probability: Tensor, mask: Tensor, epsilon: Tensor) -> Tensor:
    """(1 - s) + s (1/2 + epsilon) theta^2 of every image, [batch]; epsilon is [batch]."""
    product = (probability * mask).sum(dim=(1, 2))
    squared_length = (probability * probability).sum(dim=(1, 2))
    squared_mask_length = (mask * mask).sum(dim=(1, 2))
    lengths = (squared_length * squared_mask_length).sqrt()
    scale = 2 * lengths / (squared_length + squared_mask_length)
    angle = torch.acos((product / lengths).clamp(-1 + 1e-7, 1 - 1e-7))
    return (1 - scale) + scale * (0.5 + epsilon) * angle * angle


def binary_entropy(probability: Tensor) -> Tensor:
    """-p log p - (1 - p) log(1 - p), in nats; 0 log 0 = 0."""
    return torch.special.entr(probability) + torch.special.entr(1 - probability)


def set_mc_dropout(model: nn.Module) -> None:
    """Evaluation mode with the dropout modules alone in training mode."""
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.train()


def image_difficulty(samples: Tensor, mask: Tensor) -> Tensor:
    """Mean mutual information over each mask's positive pixels, [batch]; samples are [passes, batch, height, width]."""
    information = binary_entropy(samples.mean(dim=0)) - binary_entropy(samples).mean(dim=0)
    inside = information.clamp(min=0) * mask
    return inside.sum(dim=(1, 2)) / mask.sum(dim=(1, 2)).clamp(min=1)
