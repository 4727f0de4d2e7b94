"""PyTorch's side of `deno task bench`: reads one JSON request a line, writes one JSON answer a line.

The requests are described in messages.ts. Standard output carries nothing but answers: what libraries print goes to
standard error.
"""

import json
import os
import resource
import sys
import time
import warnings

ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch  # noqa: E402
from torch import nn  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from pytorch_unet import UNet, image_difficulty, lesion_probability, polydice1_loss, set_mc_dropout  # noqa: E402
from safetensors_file import read_safetensors  # noqa: E402

LEARNING_RATE = 1e-3
CONVOLUTION_AXES = (3, 2, 0, 1)  # [height, width, in, out] to [out, in, height, width]


MAXIMUM_RESIDENT_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


def milliseconds_since(start: float) -> float:
    return 1000 * (time.perf_counter() - start)


def usage() -> dict:
    """Processor seconds of this process over all threads, and the most memory it has held, bytes."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "processorSeconds": used.ru_utime + used.ru_stime,
        "peakBytes": used.ru_maxrss * MAXIMUM_RESIDENT_UNIT,
    }


def available_cores() -> int:
    """The cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Worker:
    """Holds one piece of work at a time: what `prepare` set up and `run` repeats."""

    def __init__(self, device: str):
        self.device = torch.device(device)
        self.inputs: dict[str, torch.Tensor] = {}
        self.step = None

    def load(self, request: dict) -> dict:
        """Images, masks, epsilons and weights of the case; not timed."""
        self.inputs = read_safetensors(request["inputs"])
        return {}

    def prepare(self, request: dict) -> dict:
        """Builds network, optimiser and data as the variant asks."""
        torch.compiler.reset()
        torch.manual_seed(0)
        start = time.perf_counter()
        self.step = self.train_step(request) if request["work"] == "train" else self.mc_step(request)
        return {"milliseconds": milliseconds_since(start)}

    def run(self, request: dict) -> dict:
        """Repeats the work; the milliseconds of every step, and what the last one computed."""
        times, value = [], 0.0
        for _ in range(request["count"]):
            start = time.perf_counter()
            value = self.step()
            times.append(milliseconds_since(start))
        return {"milliseconds": times, "value": value}

    def network(self, request: dict, dropout_rate: float) -> UNet:
        weights = {name.removeprefix("weights."): tensor for name, tensor in self.inputs.items() if "weights." in name}
        network = UNet(request["baseWidth"], dropout_rate)
        arranged = {
            name: tensor.permute(CONVOLUTION_AXES) if tensor.dim() == 4 else tensor for name, tensor in weights.items()
        }
        missing, unexpected = network.load_state_dict(arranged, strict=False)
        if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
            raise ValueError(f"Cannot carry the weights over: missing {missing}, unexpected {unexpected}")
        return network.to(self.device, memory_format=self.layout(request))

    def layout(self, request: dict) -> torch.memory_format:
        return torch.channels_last if request["variant"]["layout"] == "channels_last" else torch.contiguous_format

    def batches(self, request: dict, count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Images [batch, 3, size, size] in the variant's layout and masks [batch, size, size]."""
        images = self.inputs["images"][:count].permute(0, 3, 1, 2)
        masks = self.inputs["masks"][:count]
        return [
            (image.to(self.device, copy=True).contiguous(memory_format=self.layout(request)), mask.to(self.device))
            for image, mask in zip(images.split(request["batch"]), masks.split(request["batch"]))
        ]

    def autocast(self, request: dict) -> torch.autocast:
        enabled = request["precision"] == "bfloat16"
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=enabled)

    def compiled(self, request: dict, function):
        return torch.compile(function) if request["variant"]["compile"] else function

    def train_step(self, request: dict):
        network = self.network(request, request["dropoutRate"]).train()
        fused = request["variant"]["fusedAdam"]
        optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, **({"fused": True} if fused else {}))
        ((image, mask),) = self.batches(request, request["batch"])
        epsilon = self.inputs["epsilon"][: request["batch"]].to(self.device)

        def forward(image: torch.Tensor, mask: torch.Tensor, epsilon: torch.Tensor):
            with self.autocast(request):
                logits = network(image)
            return polydice1_loss(lesion_probability(logits), mask, epsilon)

        forward = self.compiled(request, forward)

        def step() -> float:
            losses = forward(image, mask, epsilon)
            loss = losses.mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            self.losses = losses.detach()
            return loss.item()

        self.evaluated_network = network
        return step

    def mc_step(self, request: dict):
        network = self.network(request, request["dropoutRate"])
        set_mc_dropout(network)
        batches = self.batches(request, request["images"])

        def stochastic_pass(image: torch.Tensor) -> torch.Tensor:
            return lesion_probability(network(image))

        stochastic_pass = self.compiled(request, stochastic_pass)

        def step() -> float:
            difficulties = []
            with torch.inference_mode(), self.autocast(request):
                for image, mask in batches:
                    samples = torch.stack([stochastic_pass(image) for _ in range(request["passes"])])
                    difficulties.append(image_difficulty(samples, mask))
                return torch.cat(difficulties).mean().item()

        return step

    def compare(self, request: dict) -> dict:
        """Losses of training steps without dropout, then probabilities in evaluation: for comparison with ours."""
        step = self.train_step(request)
        losses = []
        for _ in range(request["steps"]):
            step()
            losses.append(self.losses.tolist())
        ((image, _),) = self.batches(request, request["batch"])
        with torch.inference_mode():
            probability = lesion_probability(self.evaluated_network.eval()(image))
        return {"losses": losses, "probabilities": probability.flatten().tolist()}

    def usage(self, request: dict) -> dict:
        """Nothing: every answer carries the usage."""
        return {}

    def peak(self, request: dict) -> dict:
        """Repeats large arithmetic of one kind: a product of two square matrices, or a convolution."""
        dtype = torch.bfloat16 if request["precision"] == "bfloat16" else torch.float32

        def filled(*shape: int) -> torch.Tensor:
            return torch.full(shape, 0.5, device=self.device, dtype=dtype)

        if request["kind"] == "product":
            a, b = (filled(request["size"], request["size"]) for _ in range(2))
            compute = lambda: (a @ b)[0, 0].item()  # noqa: E731
        else:
            nhwc, hwio = request["image"], request["kernel"]
            image = filled(*nhwc).permute(0, 3, 1, 2)
            kernel = filled(hwio[3], hwio[0], hwio[1], hwio[2]).permute(0, 3, 1, 2)
            compute = lambda: nn.functional.conv2d(image, kernel, padding=1)[0, 0, 0, 0].item()  # noqa: E731
        times, value = [], 0.0
        with torch.inference_mode():
            for _ in range(request["count"]):
                start = time.perf_counter()
                value = compute()
                times.append(milliseconds_since(start))
        return {"milliseconds": times, "value": value}


def main() -> None:
    device = sys.argv[1]
    if device == "cpu":
        torch.set_num_threads(available_cores())
    elif not torch.cuda.is_available():
        raise SystemExit("PyTorch sees no GPU")
    else:
        torch.backends.cuda.matmul.allow_tf32 = True  # as TensorFlow does by default
    worker = Worker(device)
    name = torch.cuda.get_device_name() if device == "cuda" else cpu_name()
    has_bfloat16 = torch.cuda.is_bf16_supported() if device == "cuda" else torch.ops.mkldnn._is_mkldnn_bf16_supported()
    precisions = ["float32", "bfloat16"] if has_bfloat16 else ["float32"]
    answer({"ok": True, "framework": f"PyTorch {torch.__version__}", "device": name, "precisions": precisions})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer({"ok": True, **getattr(worker, request["operation"])(request)})
        except Exception as error:  # noqa: BLE001: the driver decides what a failure means
            answer({"ok": False, "error": f"{type(error).__name__}: {error}".splitlines()[0]})


def cpu_name() -> str:
    return f"CPU, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}"


def answer(message: dict) -> None:
    ANSWERS.write(json.dumps({**message, "usage": usage()}) + "\n")
    ANSWERS.flush()


if __name__ == "__main__":
    main()
