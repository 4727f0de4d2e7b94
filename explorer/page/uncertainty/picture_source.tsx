/** @jsxImportSource preact */
/**
 * Where the image comes from: examples to choose, or a file.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { EXAMPLES, FILE_TYPES, type Picture } from "./picture.ts";
import { PictureCanvas } from "./tiles.tsx";

/** What can be chosen. */
export interface PictureSourceProps {
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
        {EXAMPLES.map((example, index) => (
          <ExampleButton
            key={example.name}
            name={example.name}
            picture={examples[index]}
            pressed={examples[index] !== undefined && examples[index] === chosen}
            onChoose={onChoose}
          />
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

interface ExampleButtonProps {
  readonly name: string;
  readonly picture?: Picture;
  readonly pressed: boolean;
  readonly onChoose: (picture: Picture) => void;
}

function ExampleButton({ name, picture, pressed, onChoose }: ExampleButtonProps): VNode {
  return (
    <button
      type="button"
      class="example"
      aria-pressed={pressed}
      disabled={!picture}
      onClick={() => picture && onChoose(picture)}
    >
      <PictureCanvas picture={picture} />
      <span>{name}</span>
    </button>
  );
}
