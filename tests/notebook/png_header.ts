/** Width and height of a PNG, from its header. */
export function pngSize(png: Uint8Array): [width: number, height: number] {
  const signature = [0x89, 0x50, 0x4e, 0x47];
  if (signature.some((byte, i) => png[i] !== byte)) throw new Error("Cannot read the PNG: its signature is missing");
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}
