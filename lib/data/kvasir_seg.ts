/**
 * Kvasir-SEG: 1000 colonoscopy images with polyp masks (D. Jha et al., MMM 2020).
 *
 * @module
 */
import type { RealDataset } from "./real_dataset.ts";

/** Pairs of images that show one polyp almost alike and have to stay on one side of a split. */
const NEAR_DUPLICATES: readonly (readonly [string, string])[] = [
  ["cju77k828z46w0871r0avuoo9", "cju30bmab08bi0835mvlr6e0r"],
  ["cju886ryxnsl50801r93jai7q", "cju8amfdtqi4x09871tygrgqe"],
  ["cju76lsehyia10987u54vn8rb", "cju772304yw5t0818vbw8kkjf"],
  ["cju5fydrud94708507vo6oy21", "cju7avvi51iox0817ym55y6tt"],
];

/** Kvasir-SEG as its authors publish it: `images/*.jpg` and `masks/*.jpg`, both JPEG, of 333 sizes. */
export const KVASIR_SEG: RealDataset = {
  name: "kvasir-seg",
  title: "Kvasir-SEG",
  source: "https://datasets.simula.no/downloads/kvasir-seg.zip",
  layouts: [{ images: "images", masks: "masks" }],
  extensions: [".jpg", ".jpeg"],
  official: { count: 1000, foreground: 55_068_086, bytes: 53_000_000 },
  releases: [{ format: "JPEG", manifest: "SHA256SUMS", folder: "Kvasir-SEG" }],
  terms: [
    "For research and education only; any other use, commercial use included, needs the authors' written permission.",
    "Whatever reports results on it cites D. Jha et al., Kvasir-SEG: A Segmented Polyp Dataset, MMM 2020.",
    "The authors' page: https://datasets.simula.no/kvasir-seg/",
  ],
  /** An image's own id, but one id for both images of a near-duplicate pair. */
  groupsOf(ids) {
    const leader = new Map(NEAR_DUPLICATES.map(([first, second]) => [second, first]));
    return { groups: ids.map((id) => leader.get(id) ?? id), notes: [] };
  },
};
