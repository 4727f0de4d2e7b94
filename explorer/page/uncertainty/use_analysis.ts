/**
 * The network that lies beside the page, opened once, and what it makes of a picture, as it comes about.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef, useState } from "preact/hooks";
import { tf } from "../../../lib/backend/tf.ts";
import {
  BROWSER_BACKEND_NAMES,
  type BrowserBackendName,
  useBrowserBackend,
} from "../../../lib/backend/use_browser_backend.ts";
import { type Agreement, agreementWith, difficultiesOver, thresholdMask } from "../../compute/difficulty.ts";
import { type ModelRecord, type Network, openNetwork, type Segmentation, segmentImage } from "../../compute/network.ts";
import { type PassOptions, type PassResult, stochasticPasses } from "../../compute/stochastic_passes.ts";
import type { Picture } from "./picture.tsx";

/** A network that can compute. */
export interface ReadyNetwork extends Network {
  readonly backend: BrowserBackendName;
}

/** The network, once it is there, or what went wrong. */
export function useNetwork(): { readonly network?: ReadyNetwork; readonly problem?: string } {
  const [state, setState] = useState<{ network?: ReadyNetwork; problem?: string }>({});
  useEffect(() => {
    fetchNetwork().then((network) => setState({ network }), (error: Error) => setState({ problem: error.message }));
  }, []);
  return state;
}

/** Fetches the files and starts the backend: the one that the address names, as in `?backend=wasm`, else the fastest. */
async function fetchNetwork(): Promise<ReadyNetwork> {
  const wanted = new URLSearchParams(location.search).get("backend");
  const [record, weights, backend] = await Promise.all([
    fetchFile("model.json").then((file) => file.json() as Promise<ModelRecord>),
    fetchFile("weights.safetensors").then((file) => file.arrayBuffer()),
    useBrowserBackend({
      wasmFolder: new URL("./", document.baseURI).href,
      backend: BROWSER_BACKEND_NAMES.find((name) => name === wanted),
    }),
  ]);
  return { ...openNetwork(new Uint8Array(weights), record), backend };
}

async function fetchFile(name: string): Promise<Response> {
  const response = await fetch(name).catch(() => undefined);
  if (response?.ok) return response;
  throw new Error(`Cannot load the network: ${name} is missing beside the page (${response?.status ?? "no answer"}).`);
}

/** How the passes are asked for. */
type PassSettings = Pick<PassOptions, "passes" | "rate" | "seed">;

/** All that is known so far. */
export interface Analysis {
  /** Whose it is. */
  readonly picture: Picture;
  /** ŷ without dropout, `[size · size]` */
  readonly probability: Float32Array;
  /** The passes so far. */
  readonly passes: readonly PassResult[];
  /** How the passes were asked for. */
  readonly asked: PassSettings;
  /** How long it took so far, from the image to the last pass, milliseconds. */
  readonly milliseconds: number;
}

/** Sliders move in small steps; the passes begin anew when they rest for so long, milliseconds. */
const REST = 150;

/** Segments the picture and runs the stochastic passes, one after the other; anew whenever something changes. */
export function useAnalysis(
  network: ReadyNetwork | undefined,
  picture: Picture | undefined,
  { passes, rate, seed }: PassSettings,
): { readonly analysis?: Analysis; readonly problem?: string } {
  const [state, setState] = useState<{ analysis?: Analysis; problem?: string }>({});
  const segmented = useRef<{ picture: Picture; network: ReadyNetwork; result: Segmentation } | undefined>(undefined);
  const latest = useRef<Promise<void>>(Promise.resolve());

  useEffect(() => {
    if (!network || !picture) return;
    let stale = false;
    const asked = { passes, rate, seed };
    const run = async () => {
      const start = performance.now();
      let result = segmented.current?.result;
      if (!result || segmented.current?.picture !== picture || segmented.current.network !== network) {
        if (result) tf.dispose([result.features, result.probability]);
        result = segmentImage(network, picture.rgb, picture.size);
        segmented.current = { picture, network, result };
      }
      const probability = await result.probability.data<"float32">();
      const finished: PassResult[] = [];
      const show = () => {
        const milliseconds = performance.now() - start;
        setState({ analysis: { picture, probability, passes: [...finished], asked, milliseconds } });
      };
      for await (const pass of stochasticPasses(network, result, asked)) {
        if (stale) return;
        finished.push(pass);
        show();
        await nextFrame();
      }
    };
    const begin = () => {
      // One after the other: what runs already ends at its next pass.
      latest.current = latest.current.then(() => stale ? undefined : run()).catch((error: Error) => {
        if (!stale) setState({ problem: error.message });
      });
    };
    const timer = setTimeout(begin, segmented.current?.picture === picture ? REST : 0);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [network, picture, passes, rate, seed]);
  return state;
}

/** Whether an analysis is of this picture with these settings, and has all of its passes. */
export function isComplete(
  analysis: Analysis | undefined,
  picture: Picture | undefined,
  settings: PassSettings,
): boolean {
  if (!analysis || analysis.picture !== picture) return false;
  const { asked, passes } = analysis;
  return asked.passes === settings.passes && asked.rate === settings.rate && asked.seed === settings.seed &&
    passes.length === asked.passes;
}

/** Lets the browser draw. A page in the background is not drawn, and goes on all the same. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What is measured over regions of the maps. */
export interface RegionNumbers {
  /** Where the network predicts the lesion: `[size · size]`, 0 or 1. */
  readonly predicted: Uint8Array;
  /** D over it after each pass, nats. */
  readonly difficulties: readonly number[];
  /** D over the true lesion after the last pass, nats, where it is known. */
  readonly trueDifficulty?: number;
  /** How well the prediction agrees with the true lesion, where it is known. */
  readonly agreement?: Agreement;
  /** Whose numbers they are. */
  readonly analysis: Analysis;
  readonly threshold: number;
}

/** D over the predicted lesion, and over the true one where there is one. */
export function useDifficulties(analysis: Analysis | undefined, threshold: number): RegionNumbers | undefined {
  const [numbers, setNumbers] = useState<RegionNumbers>();
  useEffect(() => {
    if (!analysis) return;
    let stale = false;
    const { picture: { mask, size }, probability, passes } = analysis;
    const predicted = thresholdMask(probability, threshold);
    const maps = passes.map(({ information }) => information);
    Promise.all([
      difficultiesOver(maps, predicted, size),
      mask ? difficultiesOver(maps.slice(-1), mask, size) : [],
      mask ? agreementWith(probability, mask, size, threshold) : undefined,
    ]).then(([difficulties, [trueDifficulty], agreement]) => {
      if (!stale) setNumbers({ predicted, difficulties, trueDifficulty, agreement, analysis, threshold });
    });
    return () => {
      stale = true;
    };
  }, [analysis, threshold]);
  return numbers;
}
