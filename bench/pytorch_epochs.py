"""A whole adaptive training from image files to test scores, as PyTorch's users write it.

DataLoader with workers, torchvision's transforms, channels_last, fused Adam, validation after every epoch, and N full
passes of MC Dropout over the training images before every update of epsilon (thesis, Algorithm 1). Reads its settings as
JSON from the file named first, writes `{"dice": …}` of the test images to standard output.
"""

import copy
import json
import os
import sys
from pathlib import Path

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import tv_tensors
from torchvision.transforms import InterpolationMode, v2

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from pytorch_unet import UNet, image_difficulty, lesion_probability, polydice1_loss, set_mc_dropout  # noqa: E402


class LesionImages(Dataset):
    """Image files and their masks, resized to squares; `[3, size, size]` in [0, 1], `[size, size]`, and the index."""

    def __init__(self, pairs: list[list[str]], size: int, augment: bool):
        self.pairs = pairs
        self.read = v2.Compose([v2.ToImage(), v2.Resize((size, size), antialias=True)])
        self.read_mask = v2.Compose([v2.ToImage(), v2.Resize((size, size), interpolation=InterpolationMode.NEAREST)])
        flips = [v2.RandomHorizontalFlip(), v2.RandomVerticalFlip()]
        colour = v2.RandomApply([v2.ColorJitter(brightness=0.2, contrast=0.2)])
        self.augment = v2.Compose([*flips, colour]) if augment else None
        self.to_float = v2.ToDtype(torch.float32, scale=True)

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int):
        image_file, mask_file = self.pairs[index]
        image = self.read(Image.open(image_file).convert("RGB"))
        mask = tv_tensors.Mask(self.read_mask(Image.open(mask_file).convert("L")))
        if self.augment:
            image, mask = self.augment(image, mask)
        return self.to_float(image), (mask[0] > 127).float(), index


def dice(probability: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Dice coefficient of each image at the threshold 0.5, `[batch]`; two empty masks have 1."""
    predicted = (probability > 0.5).float()
    both = (predicted * mask).sum(dim=(1, 2))
    total = predicted.sum(dim=(1, 2)) + mask.sum(dim=(1, 2))
    return torch.where(total > 0, 2 * both / total.clamp(min=1), torch.ones_like(total))


def controlled_epsilon(difficulty: torch.Tensor, settings: dict) -> torch.Tensor:
    """The epsilon of each image from its difficulty (eqs. 9 to 11)."""
    origin = torch.quantile(difficulty, settings["percentile"] / 100)
    normalized = (difficulty - origin) / (difficulty.std(correction=0) + 1e-8)
    low, high = settings["epsilonMin"], settings["epsilonMax"]
    return low + (high - low) * torch.sigmoid(settings["slope"] * normalized)


def main() -> None:
    settings = json.loads(Path(sys.argv[1]).read_text())
    torch.manual_seed(settings["seed"])
    device = torch.device(settings["device"])
    size, batch, workers = settings["imageSize"], settings["batchSize"], settings["workers"]

    def loader(part: str, training: bool = False) -> DataLoader:
        images = LesionImages(settings["parts"][part], size, augment=training and settings["augmentation"])
        return DataLoader(images, batch_size=batch, shuffle=training, num_workers=workers, persistent_workers=workers > 0)

    train, measured = loader("train", training=True), loader("train")
    validation, test = loader("validation"), loader("test")
    network = UNet(settings["baseWidth"], settings["dropoutRate"], settings["depth"])
    network = network.to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=settings["learningRate"], fused=True)
    epsilon = torch.zeros(len(settings["parts"]["train"]), device=device)

    def placed(image: torch.Tensor) -> torch.Tensor:
        return image.to(device, memory_format=torch.channels_last)

    def difficulties() -> torch.Tensor:
        set_mc_dropout(network)
        found = []
        with torch.inference_mode():
            for image, mask, _ in measured:
                image = placed(image)
                samples = torch.stack([lesion_probability(network(image)) for _ in range(settings["passes"])])
                found.append(image_difficulty(samples, mask.to(device)))
        return torch.cat(found)

    def mean_dice(images: DataLoader) -> float:
        network.eval()
        with torch.inference_mode():
            found = [dice(lesion_probability(network(placed(image))), mask.to(device)) for image, mask, _ in images]
        return torch.cat(found).mean().item()

    best, best_weights = -1.0, None
    for epoch in range(1, settings["epochs"] + 1):
        if epoch >= settings["startEpoch"] and (epoch - settings["startEpoch"]) % settings["interval"] == 0:
            epsilon = controlled_epsilon(difficulties(), settings)
        network.train()
        for image, mask, index in train:
            losses = polydice1_loss(lesion_probability(network(placed(image))), mask.to(device), epsilon[index.to(device)])
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
        score = mean_dice(validation)
        if score > best:
            best, best_weights = score, copy.deepcopy(network.state_dict())
    last = mean_dice(test)
    network.load_state_dict(best_weights)
    print(json.dumps({"dice": mean_dice(test), "lastDice": last}))


if __name__ == "__main__":
    main()
