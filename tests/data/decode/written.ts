/** A file with this content in a temporary folder; removed when disposed of. */
export function written(content: Uint8Array, name = "file.img"): { path: string } & Disposable {
  const folder = Deno.makeTempDirSync({ prefix: "polydice_decode_test_" });
  Deno.writeFileSync(`${folder}/${name}`, content);
  return { path: `${folder}/${name}`, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}
