/** @jsxImportSource preact */
/**
 * The formulas of the losses that s and θ determine, with the pair's numbers in their places.
 *
 * @module
 */
import type { VNode } from "preact";
import type { GeometryAnswer } from "./use_geometry.ts";

/** Formula above, numbers below. */
export function LossFormulas({ answer }: { readonly answer: GeometryAnswer }): VNode {
  const { geometry, losses, question: { parameters: { epsilon, kappa } } } = answer;
  const [s, cosine, angle] = [geometry.scale, geometry.cosine, geometry.angle].map((value) => value.toFixed(3));
  const rows: readonly (readonly [id: string, name: string, formula: string, numbers: string])[] = [
    ["dice", "Dice", "1 − s · cos θ", `1 − ${s} · ${cosine}`],
    [
      "polydice1",
      "PolyDice-1",
      "(1 − s) + s · (½ + ε) · θ²",
      `(1 − ${s}) + ${s} · ${(0.5 + epsilon).toFixed(2)} · ${angle}²`,
    ],
    ["polydice2", "Order 2", "(1 − s) + s · (θ²/2 − θ⁴/24)", `(1 − ${s}) + ${s} · (${angle}²/2 − ${angle}⁴/24)`],
    [
      "tvmf",
      "t-vMF Dice",
      "(2 − (1 + cos θ) / (1 + κ(1 − cos θ)))²",
      `(2 − (1 + ${cosine}) / (1 + ${kappa} · (1 − ${cosine})))²`,
    ],
  ];
  return (
    <dl class="formulas">
      {rows.map(([id, name, formula, numbers]) => [
        <dt key={`${id} name`}>{name}</dt>,
        <dd key={id}>
          {formula}
          <span>{numbers} = {losses[id].loss.toFixed(3)}</span>
        </dd>,
      ])}
    </dl>
  );
}
