/** @jsxImportSource preact */
/**
 * The script of the page on uncertainty.
 *
 * @module
 */
/// <reference lib="dom" />
import { render } from "preact";
import { Explorer } from "./uncertainty/explorer.tsx";

const place = document.querySelector("main")!;
place.replaceChildren();
render(<Explorer />, place);
