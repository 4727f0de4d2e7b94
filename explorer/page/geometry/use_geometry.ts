/**
 * Everything that follows from prediction, mask and parameters.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef, useState } from "preact/hooks";
import { useBrowserBackend } from "../../../lib/backend/use_browser_backend.ts";
import { lossCurve } from "../../../lib/loss/loss_curve.ts";
import {
  type LossAtPair,
  lossAtPair,
  LOSSES,
  lossField,
  lossOf,
  type LossParameters,
  type PairGeometry,
  pairGeometry,
  type Vector,
} from "../../compute/vector_losses.ts";
import type { AngleCurve } from "./losses.tsx";

/** What is asked. */
export interface GeometryQuestion {
  readonly prediction: Vector;
  readonly mask: Vector;
  readonly parameters: LossParameters;
  /** Id of the loss whose landscape is shown. */
  readonly chosen: string;
}

/** What follows. */
export interface GeometryAnswer {
  readonly question: GeometryQuestion;
  readonly geometry: PairGeometry;
  /** By the loss' id. */
  readonly losses: Readonly<Record<string, LossAtPair>>;
  readonly field: Float32Array;
  readonly curves: readonly AngleCurve[];
}

/** Points of the landscape along each side. */
const CELLS = 61;
const ANGLES = Array.from({ length: 41 }, (_, index) => index / 40 * Math.PI / 2);
/** At s = 0 there is no angle, and no curve. */
const LEAST_SCALE = 0.01;

/** The answer to the newest question that is answered; questions that were overtaken are left out. */
export function useGeometry(
  question: GeometryQuestion,
): { readonly answer?: GeometryAnswer; readonly problem?: string } {
  const [state, setState] = useState<{ answer?: GeometryAnswer; problem?: string }>({});
  const newest = useRef(question);
  const isBusy = useRef(false);
  newest.current = question;
  useEffect(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    const work = async () => {
      let answered: GeometryQuestion | undefined;
      while (answered !== newest.current) {
        answered = newest.current;
        setState({ answer: await answerTo(answered) });
      }
    };
    work().catch((error: Error) => setState({ problem: error.message })).finally(() => isBusy.current = false);
  }, [question]);
  return state;
}

async function answerTo(question: GeometryQuestion): Promise<GeometryAnswer> {
  // Two pixels are too few for a graphics card: plain JavaScript is faster, and there at once.
  await useBrowserBackend({ backend: "cpu", wasmFolder: "" });
  const { prediction, mask, parameters, chosen } = question;
  const geometry = await pairGeometry(prediction, mask);
  const losses: Record<string, LossAtPair> = {};
  for (const { id, make } of LOSSES) losses[id] = await lossAtPair(make(parameters), prediction, mask);
  const scale = Math.min(1, Math.max(LEAST_SCALE, geometry.scale));
  const curves: AngleCurve[] = [];
  for (const { id, name, make } of LOSSES.filter(({ ofAngle }) => ofAngle)) {
    curves.push({ id, name, points: await lossCurve(make(parameters), { scale, angles: ANGLES }) });
  }
  return { question, geometry, losses, field: await lossField(lossOf(chosen).make(parameters), mask, CELLS), curves };
}
