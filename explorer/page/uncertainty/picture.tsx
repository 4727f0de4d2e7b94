/** @jsxImportSource preact */
/**
 * The image that is looked at: an example drawn here, or a file of the visitor's; and where it is chosen.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { syntheticImage } from "../../../lib/data/synthetic/image.ts";

/** An image, ready for the network. */
export interface Picture {
  readonly name: string;
  /** Height = width, pixels. */
  readonly size: number;
  /** `[size, size, 3]` flat, RGB in [0, 1] */
  readonly rgb: Float32Array;
  /** The true lesion, where it is known: `[size, size]`, 0 or 1. */
  readonly mask?: Uint8Array;
  /** What to show: a square canvas, at least of the network's size. */
  readonly canvas: HTMLCanvasElement;
}

/** Images of another seed than the training set's, so that the network has seen none of them. */
const EXAMPLE_SEED = 2026;

/** Synthetic images and what they are called, from easy to hard. */
export const EXAMPLES = [
  { name: "Plain", index: 4 },
  { name: "Two", index: 14 },
  { name: "Pale", index: 2 },
  { name: "Shadow", index: 8 },
  { name: "Faint", index: 26 },
  { name: "Hidden", index: 37 },
];

/** Side of what is shown of a visitor's image, pixels. */
const SHOWN = 640;
/** Kinds of files that every browser decodes. */
const FILE_TYPES = "image/png,image/jpeg,image/webp,image/bmp,image/gif";

/** Draws an example. */
export function examplePicture({ name, index }: typeof EXAMPLES[number], size: number): Picture {
  const { image, mask } = syntheticImage(EXAMPLE_SEED, index, size);
  const shown = new ImageData(size, size);
  for (let pixel = 0; pixel < size * size; pixel++) {
    shown.data.set(image.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    shown.data[4 * pixel + 3] = 255;
  }
  const canvas = squareCanvas(size);
  contextOf(canvas).putImageData(shown, 0, 0);
  return {
    name: `Synthetic image: ${name}`,
    size,
    rgb: Float32Array.from(image, (value) => value / 255),
    mask,
    canvas,
  };
}

/**
 * Reads a file, its proportions given up as in training.
 *
 * @throws {Error} When it is no image that the browser can decode.
 */
export async function filePicture(file: Blob & { readonly name?: string }, size: number): Promise<Picture> {
  const name = file.name ?? "Image";
  let bitmap: ImageBitmap;
  try {
    // An embedded colour profile is not applied, as in the project's own decoder.
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Error(
      `Cannot read "${name}": this is no image that the browser can decode. Choose a PNG or a JPEG file.`,
    );
  }
  const [input, canvas] = [squareCanvas(size), squareCanvas(SHOWN)];
  for (const target of [input, canvas]) {
    const context = contextOf(target);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, target.width, target.height);
  }
  bitmap.close();
  const { data } = contextOf(input).getImageData(0, 0, size, size);
  const rgb = new Float32Array(3 * size * size);
  for (let entry = 0; entry < rgb.length; entry++) rgb[entry] = data[4 * Math.floor(entry / 3) + entry % 3] / 255;
  return { name, size, rgb, canvas };
}

function squareCanvas(side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext("2d", { willReadFrequently: true })!;
}

/** What can be chosen. */
interface PictureSourceProps {
  /** The examples that are drawn so far. */
  readonly examples: readonly Picture[];
  readonly chosen?: Picture;
  /** What is wrong with the file that was given. */
  readonly problem?: string;
  readonly onChoose: (picture: Picture) => void;
  readonly onFile: (file: File) => void;
}

/** The examples as small pictures, and a button for a file. Files may be dropped anywhere on the page as well. */
export function PictureSource({ examples, chosen, problem, onChoose, onFile }: PictureSourceProps): VNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <section class="source" aria-labelledby="source-title">
      <h2 id="source-title">Image</h2>
      <div class="examples" role="group" aria-label="Synthetic examples">
        {EXAMPLES.map(({ name }, index) => (
          <button
            key={name}
            type="button"
            class="example"
            aria-pressed={examples[index] !== undefined && examples[index] === chosen}
            disabled={!examples[index]}
            onClick={() => onChoose(examples[index])}
          >
            <PictureCanvas picture={examples[index]} />
            <span>{name}</span>
          </button>
        ))}
      </div>
      <button type="button" class="drop" onClick={() => input.current!.click()}>
        <b>Choose an image</b> <span>or drop one anywhere. It stays in this browser.</span>
      </button>
      <input
        ref={input}
        type="file"
        accept={FILE_TYPES}
        hidden
        aria-label="Image file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = ""; // the same file may be chosen again
          if (file) onFile(file);
        }}
      />
      {problem && <p class="problem" role="alert">{problem}</p>}
    </section>
  );
}

/** The image alone, for who sees it, or described. */
export function PictureCanvas(
  { picture, description }: { readonly picture?: Picture; readonly description?: string },
): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (!picture) return;
    const shown = canvas.current!;
    shown.width = shown.height = picture.canvas.width;
    shown.getContext("2d")!.drawImage(picture.canvas, 0, 0);
  }, [picture]);
  const role = description === undefined
    ? { "aria-hidden": true as const }
    : { role: "img" as const, "aria-label": description };
  return <canvas ref={canvas} width="1" height="1" {...role} />;
}
