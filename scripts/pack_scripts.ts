/** Makes the pack of the binary's scripts: see scripts/binary/script_pack.ts. */
import { findEmbedded, type PackIndex } from "./binary/script_pack.ts";

/** Puts the files of a directory one after the other. */
export async function createPack(
  directory: string,
  isEmbedded: boolean,
): Promise<{ pack: Uint8Array; index: PackIndex }> {
  const names = (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort();
  const files: PackIndex["files"] = {};
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (const name of names) {
    const part = await Deno.readFile(`${directory}/${name}`);
    files[name] = [size, part.length];
    parts.push(part);
    size += part.length;
  }
  return { pack: new Uint8Array(await new Blob(parts).arrayBuffer()), index: { size, isEmbedded, files } };
}

/** Puts the pack into a binary, right before what the runtime embeds. */
export function insertPack(binary: string, pack: Uint8Array): void {
  using file = Deno.openSync(binary, { read: true, write: true });
  const place = findEmbedded(file);
  const embedded = Deno.readFileSync(binary).subarray(place);
  file.seekSync(place, Deno.SeekMode.Start);
  for (const part of [pack, embedded]) {
    for (let written = 0; written < part.length;) written += file.writeSync(part.subarray(written));
  }
}
