/** @jsxImportSource preact */
/**
 * The losses of the pair, one a row; one of them is chosen for the landscape.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { type LossAtPair, LOSSES } from "../../compute/vector_losses.ts";

/** What is listed. */
export interface LossListProps {
  /** By the loss' id. */
  readonly losses?: Readonly<Record<string, LossAtPair>>;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** No bar grows beyond this loss, so that a cross entropy of 80 nats leaves the others to be seen. */
const LONGEST = 4;

/** Name, bar, loss and length of the gradient. */
export function LossList({ losses, chosen, onChoose }: LossListProps): VNode {
  const most = Math.max(1, ...Object.values(losses ?? {}).map(({ loss }) => Math.min(loss, LONGEST)));
  return (
    <div class="losses" role="radiogroup" aria-label="Loss whose landscape is shown">
      <p class="loss-head" aria-hidden="true">
        <span /> <span /> <span>L</span> <span>‖∂L/∂ŷ‖</span>
      </p>
      {LOSSES.map(({ id, name }) => {
        const { loss, gradient } = losses?.[id] ?? {};
        return (
          <label key={id} class="loss">
            <span>
              <input type="radio" name="loss" checked={chosen === id} onChange={() => onChoose(id)} /> {name}
            </span>
            <svg class={`loss-bar ${id}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="whole" width="100" height="10" />
              <rect class="part" width={100 * Math.min(1, (loss ?? 0) / most)} height="10" />
            </svg>
            <output id={`loss-${id}`}>{loss?.toFixed(3) ?? "–"}</output>
            <output>{gradient ? Math.hypot(...gradient).toFixed(2) : "–"}</output>
          </label>
        );
      })}
    </div>
  );
}
