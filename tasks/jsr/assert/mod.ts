/**
 * `jsr:@std/assert` for machines that cannot reach JSR: the functions of Deno's own standard library as npm's
 * `deno-std` ships them, with their types written out. Deleting `links` in deno.json uses JSR's package instead.
 */
// @ts-types="./std_assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
