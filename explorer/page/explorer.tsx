/** @jsxImportSource preact */
/**
 * The page on uncertainty: an image, its mask, its stochastic passes, D and ε.
 *
 * @module
 */
/// <reference lib="dom" />
import { render, type VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { imageEpsilon } from "../compute/difficulty.ts";
import { referenceAt } from "../compute/network.ts";
import { Explanation } from "./uncertainty/explanation.tsx";
import { examplePicture, EXAMPLES, filePicture, type Picture, PictureSource } from "./uncertainty/picture.tsx";
import { Results } from "./uncertainty/results.tsx";
import { type Settings, SettingsForm, trainedSettings } from "./uncertainty/settings.tsx";
import { Stage } from "./uncertainty/stage.tsx";
import { isComplete, useAnalysis, useDifficulties, useNetwork } from "./uncertainty/use_analysis.ts";

/** Settings while the network is on its way: the thesis'. */
const FIRST: Settings = { passes: 10, rate: 0.5, threshold: 0.5, percentile: 25, slope: 2, seed: 1 };

/** The whole page below its title. */
function Explorer(): VNode {
  const { network, problem: networkProblem } = useNetwork();
  const [settings, setSettings] = useState(FIRST);
  const [picture, setPicture] = useState<Picture>();
  const [fileProblem, setFileProblem] = useState<string>();
  const [shownPass, setShownPass] = useState<number>();
  const examples = useExamples(network?.record.experiment.imageSize, picture !== undefined);
  useEffect(() => setPicture((now) => now ?? examples[0]), [examples]);

  // Unless the visitor was faster, the settings are those that the network was trained with.
  useEffect(() => {
    if (network) setSettings((now) => now === FIRST ? trainedSettings(network.record) : now);
  }, [network]);

  const { analysis, problem: analysisProblem } = useAnalysis(network, picture, settings);
  const numbers = useDifficulties(analysis, settings.threshold);
  const finished = analysis?.passes.length ?? 0;
  const pass = Math.min(shownPass ?? finished, finished);
  useEffect(() => setShownPass(undefined), [picture, settings.passes, settings.rate, settings.seed]);

  const choose = (chosen: Picture) => {
    setFileProblem(undefined);
    setPicture(chosen);
  };
  const read = (file: File) => {
    if (!network) return;
    filePicture(file, network.record.experiment.imageSize).then(
      choose,
      (error: Error) => setFileProblem(error.message),
    );
  };
  const isDropping = useDrop(read);

  const isDone = isComplete(analysis, picture, settings) && numbers?.analysis === analysis &&
    numbers?.threshold === settings.threshold;
  const reference = network && referenceAt(network.record, (analysis?.asked ?? settings).rate)?.difficulties;
  const difficulty = numbers?.difficulties[pass - 1];
  const control = {
    percentile: settings.percentile,
    slope: settings.slope,
    epsilonMin: network?.record.experiment.epsilonMin,
    epsilonMax: network?.record.experiment.epsilonMax,
  };
  const result = reference && difficulty !== undefined ? imageEpsilon(difficulty, reference, control) : undefined;
  const problem = networkProblem ?? analysisProblem;
  return (
    <>
      {problem && <p class="notice problem" role="alert">{problem}</p>}
      {network?.record.name && (
        <p class="facts">
          This is your network: <b id="network-name">{network.record.name}</b>, trained on{" "}
          {network.record.experiment.dataset ?? "data that its file does not name"}.
        </p>
      )}
      <div class={isDropping ? "dashboard dropping" : "dashboard"}>
        <PictureSource
          examples={examples}
          chosen={picture}
          problem={fileProblem}
          onChoose={choose}
          onFile={read}
        />
        <Stage
          picture={picture}
          analysis={analysis}
          expected={settings.passes}
          pass={pass}
          threshold={settings.threshold}
          isDone={isDone}
          backend={network?.backend}
          onPass={setShownPass}
        />
        <Results
          network={network}
          settings={settings}
          control={control}
          reference={reference}
          numbers={numbers}
          pass={pass}
          isDone={isDone}
          difficulty={difficulty}
          result={result}
        />
        <SettingsForm
          settings={settings}
          onChange={setSettings}
          onReset={() => setSettings(network ? trainedSettings(network.record) : FIRST)}
        />
      </div>
      <Explanation record={network?.record} />
    </>
  );
}

/** The examples, drawn one by one: the first at once, the others once the page has its first image. */
function useExamples(size: number | undefined, hasPicture: boolean): readonly Picture[] {
  const [examples, setExamples] = useState<readonly Picture[]>([]);
  useEffect(() => {
    if (!size || examples.length === EXAMPLES.length) return;
    const delay = hasPicture ? 60 : 0;
    const timer = setTimeout(() => setExamples([...examples, examplePicture(EXAMPLES[examples.length], size)]), delay);
    return () => clearTimeout(timer);
  }, [size, hasPicture, examples]);
  return examples;
}

/** Takes files that are dropped anywhere on the page. Returns whether one is held over it. */
function useDrop(onFile: (file: File) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setIsOver(false);
      const file = event.dataTransfer?.files[0];
      if (file) onFile(file);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onFile]);
  return isOver;
}

const place = document.querySelector("main")!;
place.replaceChildren();
render(<Explorer />, place);
