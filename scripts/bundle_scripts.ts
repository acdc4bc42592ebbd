/** Makes the scripts of the binary out of the sources: what scripts/binary/script_loader.ts loads. */
import { type OutputChunk, rollup } from "rollup";

/**
 * Joins modules into one script for what is loaded at every start, and one for each part that is loaded when it is
 * needed. deno bundle resolves imports, strips types and minifies, but it only splits its result as modules, into very
 * many; rollup makes CommonJS of them, and puts together what is always loaded together.
 *
 * @param modules A directory with the result of `deno bundle --code-splitting`, made from program.ts.
 * @param scripts The directory to write into.
 */
export async function bundleScripts(modules: string, scripts: string): Promise<void> {
  const bundle = await rollup({
    input: `${modules}/program.js`,
    external: /^node:/,
    treeshake: false, // done by deno bundle
    preserveEntrySignatures: "allow-extension", // no script that only passes on what another exports
    onwarn: (warning) => {
      throw new Error(`rollup: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({
    format: "cjs",
    dynamicImportInCjs: false,
    interop: "default",
    esModule: false,
    externalLiveBindings: false,
    freeze: false,
    compact: true,
    banner: "(function (require, module, exports) {",
    footer: "})",
  });
  await bundle.close();
  await Deno.mkdir(scripts, { recursive: true });
  for (const { fileName, code } of output as OutputChunk[]) {
    await Deno.writeTextFile(`${scripts}/${fileName}`, escapeNonAscii(code));
  }
}

/** The scripts that are left as V8 reads them fastest: one byte per character, in half the memory. */
function escapeNonAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
