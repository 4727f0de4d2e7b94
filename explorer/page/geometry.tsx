/** @jsxImportSource preact */
/**
 * The script of the page on the losses' geometry.
 *
 * @module
 */
/// <reference lib="dom" />
import { render } from "preact";
import { LossGeometry } from "./geometry/loss_geometry.tsx";

const place = document.querySelector("main")!;
place.replaceChildren();
render(<LossGeometry />, place);
