/**
 * The model card of a run: what anyone should know who gets its weights (M. Mitchell et al., Model Cards for Model
 * Reporting, FAT* 2019), with the head that Hugging Face reads.
 *
 * @module
 */
import { CVC_CLINICDB } from "../data/cvc_clinicdb.ts";
import { KVASIR_SEG } from "../data/kvasir_seg.ts";
import { LOSSES } from "../loss/losses.ts";
import { METRIC_NAMES, type MetricName } from "../metrics/metric_names.ts";
import type { StateDictNames } from "../model/state_dict_names.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { mean, sampleStandardDeviation } from "../statistics/mean.ts";
import { markdownCell, yamlString } from "../text/escape.ts";
import { markdownTable } from "../text/markdown_table.ts";
import type { Run, TestRow } from "./run.ts";

/** Name of the card's file: where Hugging Face and code hosts look for it. */
export const MODEL_CARD_FILE = "README.md";

/** A file of weights beside the card. */
export interface ModelCardFile {
  readonly name: string;
  readonly kind: "safetensors" | "layers-model" | "onnx";
  /** Of the best validation epoch, or of the last epoch. */
  readonly weights: TestRow["weights"];
  /** What the tensors of a safetensors file are called. Default `"named"`. */
  readonly names?: StateDictNames;
}

/** What is known of a data set's terms; of others the card says that it knows none. */
const DATA: Readonly<
  Record<string, { readonly about: string; readonly terms: readonly string[]; readonly isOpen: boolean }>
> = {
  "synthetic": {
    about:
      "Images rendered by the project (`lib/data/synthetic/dataset.ts`). They show no patient, and nothing about " +
      "real images follows from the scores below.",
    terms: ["The project's own licence, MIT."],
    isOpen: true,
  },
  "kvasir-seg": {
    about: "Kvasir-SEG: 1000 colonoscopy images of real patients with masks of polyps (D. Jha et al., Kvasir-SEG, " +
      "MMM 2020).",
    terms: KVASIR_SEG.terms,
    isOpen: false,
  },
  "cvc-clinicdb": {
    about:
      "CVC-ClinicDB: 612 frames of 29 colonoscopy videos of real patients with masks of polyps (J. Bernal et al., " +
      "WM-DOVA maps, CMIG 43, 2015).",
    terms: CVC_CLINICDB.terms,
    isOpen: false,
  },
};

/**
 * The card as Markdown, made from the run's record alone.
 *
 * @param files The weights beside the card.
 */
export function modelCard(run: Run, files: readonly ModelCardFile[]): string {
  const { experiment } = run;
  const title = markdownCell(`U-Net for polyps, ${lossTitle(experiment)}, ${experiment.dataset}, run ${run.hash}`);
  return [
    frontMatter(experiment),
    `# ${title}`,
    "A U-Net (O. Ronneberger et al., 2015) that gives every pixel of an RGB image a probability of belonging to a polyp, " +
    "made by Adaptive PolyDice, a project that reproduces a thesis on segmentation with an uncertainty-adaptive loss.",
    "## Intended use",
    "Research and teaching: to check the project's results, to compare losses and to try uncertainty estimates by " +
    "MC Dropout. **It is not a medical device.** It must not be used for diagnosis, treatment or any decision about a " +
    "patient. It was trained and tested on images of one source; on other endoscopes, hospitals, organs or picture " +
    "sizes nothing is known about it. A low uncertainty does not show that a prediction is right.",
    "## Data",
    dataSection(run),
    "## Results",
    resultsSection(run),
    "## Configuration",
    markdownTable(
      ["setting", "value"],
      Object.entries(experiment).map(([key, value]) => [key, markdownCell(`${value}`)]),
    ),
    "Trained with: " + markdownCell(environmentLine(run)),
    "## Files",
    markdownTable(["file", "what it is"], files.map((file) => [`\`${file.name}\``, fileDescription(file, run)])),
    ...loadingSections(experiment, files),
    "## Licence",
    licenceSection(experiment),
  ].join("\n\n") + "\n";
}

function frontMatter({ dataset }: Experiment): string {
  const licence = DATA[dataset]?.isOpen ? ["license: mit"] : [
    "license: other",
    "license_name: terms-of-the-training-data",
  ];
  return [
    "---",
    ...licence,
    "pipeline_tag: image-segmentation",
    "tags: [medical-imaging, polyp-segmentation, u-net, polydice, uncertainty, mc-dropout]",
    `datasets: [${yamlString(dataset)}]`,
    "metrics: [dice, iou, precision, recall]",
    "---",
  ].join("\n");
}

function dataSection({ experiment, parts, data }: Run): string {
  const { dataset, split, splitSeed, imageSize, fit } = experiment;
  const { about, terms } = DATA[dataset] ??
    { about: `Data set "${markdownCell(dataset)}".`, terms: ["Not known here; ask who provides the data."] };
  return [
    `- ${about}`,
    `- Terms of the data: ${terms.join(" ")}`,
    `- Split \`${split}\`, seed ${splitSeed}: ${parts.train.length} training, ${parts.validation.length} validation, ${parts.test.length} ` +
    "test images." + (split === "random" ? " Related images may stand on both sides of a random split." : ""),
    `- ${
      fit === "pad" ? "Padded to a square and resized" : "Resized, proportions given up,"
    } to ${imageSize} × ${imageSize} pixels, values in [0, 1].`,
    `- SHA-256 of images and masks: ${markdownCell(data.pixels)}.`,
  ].join("\n");
}

function resultsSection({ experiment, test, bestEpoch, history }: Run): string {
  const rows = (["best", "last"] as const).flatMap((weights) => {
    const images = test.filter((row) => row.weights === weights);
    if (images.length === 0) return [];
    const cell = (name: MetricName) => {
      const values = images.map((row) => row[name]);
      const deviation = values.length > 1 ? sampleStandardDeviation(values) : 0;
      return `${mean(values).toFixed(4)} ± ${deviation.toFixed(4)}`;
    };
    const epoch = weights === "best" ? bestEpoch : history.length;
    return [[markdownCell(`${weights} (epoch ${epoch})`), `${images.length}`, ...METRIC_NAMES.map(cell)]];
  });
  return [
    markdownTable(["weights", "n", "Dice", "IoU", "precision", "recall"], rows),
    `Mean ± standard deviation over the n test images, each at probability 0.5. One run with seed ${experiment.seed}: how ` +
    "far runs with other seeds lie apart does not show here. `best` is the epoch with the highest validation Dice.",
  ].join("\n\n");
}

function environmentLine({ environment, seconds }: Run): string {
  const { backend, device, deno, platform, finishedAt } = environment;
  return `${backend} on ${device}, Deno ${deno}, ${platform}; ${seconds.toFixed(0)} s; finished ${finishedAt}.`;
}

function fileDescription({ kind, weights }: ModelCardFile, { experiment }: Run): string {
  const which = weights === "best" ? "best validation epoch" : "last epoch";
  const formats: Readonly<Record<ModelCardFile["kind"], string>> = {
    "safetensors": "safetensors, a PyTorch state dict",
    "layers-model": `tfjs LayersModel for images of ${experiment.imageSize} × ${experiment.imageSize}`,
    "onnx": `ONNX, for images of any size that is a multiple of ${2 ** experiment.depth}`,
  };
  return `weights of the ${which}; ${formats[kind]}`;
}

/** How to load each kind of file that is there. */
function loadingSections(experiment: Experiment, files: readonly ModelCardFile[]): string[] {
  const { imageSize } = experiment;
  const safetensors = files.find(({ kind }) => kind === "safetensors");
  const layersModel = files.find(({ kind }) => kind === "layers-model");
  const onnx = files.find(({ kind }) => kind === "onnx");
  const sections: string[] = [];
  if (safetensors) {
    sections.push(
      "## Load it in PyTorch",
      ...pytorchSection(experiment, safetensors),
      "## Load it with the project's library",
      "`@polydice/adaptive` is `lib/mod.ts` of the project.",
      code("ts", [
        'import { forward, lesionProbability, loadUNetWeights, unetLayers, useBackend } from "@polydice/adaptive";',
        "",
        "await useBackend();",
        `const { options, weights } = loadUNetWeights(await Deno.readFile("${safetensors.name}"));`,
        'const logits = forward(unetLayers(options), weights, image, { batchNorm: "running" });',
        `const probability = lesionProbability(logits); // image [batch, ${imageSize}, ${imageSize}, 3] in [0, 1]`,
      ]),
    );
  }
  if (layersModel) {
    sections.push(
      "## Load it in tfjs",
      "Standard layers only; nothing has to be registered. In browsers and Node.js, from any address:",
      code("js", [
        `const model = await tf.loadLayersModel("https://…/${layersModel.name}");`,
        `const probability = model.predict(image); // [batch, ${imageSize}, ${imageSize}, 2]; [..., 1] is the polyp`,
      ]),
    );
  }
  if (onnx) {
    sections.push(
      "## Load it in ONNX Runtime",
      code("python", [
        "import onnxruntime",
        "",
        `session = onnxruntime.InferenceSession("${onnx.name}")`,
        '(probability,) = session.run(["probability"], {"image": image})  # [batch, height, width]',
        `# image: float32, [batch, 3, ${imageSize}, ${imageSize}] in [0, 1]`,
      ]),
    );
  }
  return sections;
}

function pytorchSection({ baseWidth, depth, dropoutRate, imageSize }: Experiment, file: ModelCardFile): string[] {
  const load = `model.load_state_dict(load_file("${file.name}"))`;
  const image = `[batch, 3, ${imageSize}, ${imageSize}] in [0, 1]`;
  if (file.names === "sequential") {
    return [
      "The tensors have the names of github.com/milesial/Pytorch-UNet, whose network with bilinear upsampling and " +
      `convolutions without bias has this form at base width 64 and depth 4; this one has ${baseWidth} and ${depth}. ` +
      "It has no dropout.",
      code("python", [
        "from safetensors.torch import load_file",
        "",
        load,
        `probability = model.eval()(image).softmax(dim=1)[:, 1]  # image ${image}`,
      ]),
    ];
  }
  return [
    "`UNet` is the project's `bench/pytorch_unet.py`; an export has it beside this card.",
    code("python", [
      "from safetensors.torch import load_file",
      "from pytorch_unet import UNet, lesion_probability, set_mc_dropout",
      "",
      `model = UNet(base_width=${baseWidth}, dropout_rate=${dropoutRate}, depth=${depth})`,
      load,
      "model.eval()  # or set_mc_dropout(model) for passes with dropout",
      `probability = lesion_probability(model(image))  # image ${image}`,
    ]),
  ];
}

function licenceSection({ dataset }: Experiment): string {
  const code = "The code is under the MIT licence.";
  return DATA[dataset]?.isOpen
    ? `${code} So are these weights.`
    : `${code} The weights were made from data whose terms stand above: use and share them only as those terms allow. No ` +
      "image is in them, but whether weights can give away what they were trained on is not known for certain.";
}

function lossTitle({ loss, epsilon, epsilonControl, focalGamma }: Experiment): string {
  const { title, readsEpsilon } = LOSSES[loss];
  if (loss === "focal") return `${title} (γ = ${focalGamma})`;
  if (!readsEpsilon) return title;
  return epsilonControl === "adaptive" ? `Adaptive ${title}` : `${title} (ε = ${epsilon})`;
}

function code(language: string, lines: readonly string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}
