/**
 * CVC-ClinicDB: 612 frames of 29 colonoscopy video sequences with polyp masks (J. Bernal et al., CMIG 43, 2015).
 *
 * @module
 */
import { parse } from "@std/csv";
import { readSplitFile, type RealDataset } from "./real_dataset.ts";

/** Table of columns frame (1..612) and sequence (1..29). */
const SEQUENCE_TABLE = "clinicdb_frame_sequence.csv";

/**
 * CVC-ClinicDB in its official layout (TIFF) and those of common mirrors (PNG); all frames are 384 × 288 pixels. The
 * TIFFs' pixels equal the PNGs'.
 */
export const CVC_CLINICDB: RealDataset = {
  name: "cvc-clinicdb",
  title: "CVC-ClinicDB",
  source: "https://www.dropbox.com/s/p5qe9eotetjnbmq/CVC-ClinicDB.rar?dl=1",
  layouts: [
    { images: "images", masks: "masks" },
    { images: "PNG/Original", masks: "PNG/Ground Truth" },
    { images: "TIF/Original", masks: "TIF/Ground Truth" },
    { images: "Original", masks: "Ground Truth" },
  ],
  extensions: [".png", ".tif", ".tiff"],
  official: { count: 612, foreground: 6_203_529, bytes: 271_000_000 },
  releases: [
    { format: "TIFF", manifest: "SHA256SUMS-CVC-ClinicDB-TIF", folder: "CVC-ClinicDB-TIF" },
    { format: "PNG", manifest: "SHA256SUMS", folder: "CVC-ClinicDB" },
  ],
  terms: [
    "The use of these images is permitted for research and educational purposes only.",
    "Copyright of the images: Hospital Clinic, Barcelona, Spain; of the masks: Computer Vision Center, Barcelona, Spain.",
    "Whatever reports results on it cites J. Bernal et al., WM-DOVA maps for accurate polyp highlighting in colonoscopy, " +
    "Computerized Medical Imaging and Graphics 43, 2015.",
  ],
  /** "sequence 7" for a frame of the seventh video, its own id for a file that is no frame of the official set. */
  groupsOf(ids) {
    const rows = parse(readSplitFile(SEQUENCE_TABLE), { skipFirstRow: true });
    const sequence = new Map(rows.map((row) => [row.frame, row.sequence]));
    const groups = ids.map((id) => sequence.has(id) ? `sequence ${sequence.get(id)}` : id);
    const unknown = ids.filter((id, index) => groups[index] === id);
    const note = `${unknown.length} files are no frame of the official set and stand outside the video sequences: `;
    return { groups, notes: unknown.length === 0 ? [] : [note + unknown.join(", ")] };
  },
};
