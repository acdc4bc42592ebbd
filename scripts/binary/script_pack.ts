/**
 * The pack: all scripts and their compiled code, one after the other, in the binary but outside of what the runtime
 * embeds. What is embedded the runtime reads into memory at every start, twice, which took a fifth of the time of a
 * small build; from the pack a run reads the few scripts that it needs.
 *
 *     binary: the runtime | the pack | what is embedded | length of the last two fields, in eight bytes
 *
 * The runtime looks for the embedded part from the end of the file, and so is not disturbed by what is before it.
 */
import type { ReadFile } from "./script_loader.ts";

/** What is where in the pack; embedded as {@link PACK_INDEX}. */
export interface PackIndex {
  /** Bytes of the pack. */
  size: number;
  /** Whether the pack is embedded, too, as {@link PACK}: on systems where nothing may be put into a binary. */
  isEmbedded: boolean;
  /** File name → first byte in the pack, and number of bytes. */
  files: Record<string, [at: number, size: number]>;
}

export const PACK_INDEX = "pack.json";
export const PACK = "scripts.pack";

/**
 * Opens the pack of the binary that runs. The file stays open, so that a binary that is replaced meanwhile goes on with
 * its own scripts.
 */
export function openPack(): ReadFile {
  const here = import.meta.dirname;
  const { size: packSize, isEmbedded, files }: PackIndex = JSON.parse(Deno.readTextFileSync(`${here}/${PACK_INDEX}`));
  const file = Deno.openSync(isEmbedded ? `${here}/${PACK}` : Deno.execPath());
  const start = isEmbedded ? 0 : findEmbedded(file) - packSize;
  return (name) => {
    if (!Object.hasOwn(files, name)) return undefined;
    const [at, size] = files[name]!;
    file.seekSync(start + at, Deno.SeekMode.Start);
    return readBytes(file, size);
  };
}

/** Where what the runtime embeds starts in a binary. */
export function findEmbedded(binary: Deno.FsFile): number {
  const end = binary.seekSync(-8, Deno.SeekMode.End) + 8;
  return end - Number(new DataView(readBytes(binary, 8).buffer).getBigUint64(0, true));
}

function readBytes(file: Deno.FsFile, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count;) {
    const read = file.readSync(bytes.subarray(done));
    if (read === null) throw new Error(`The binary ends too early: it is not complete`);
    done += read;
  }
  return bytes;
}
