/**
 * Loads the program's scripts, which stand beside this file in the binary. They are CommonJS, because V8 takes compiled
 * code for scripts alone, not for modules: with it, the time from start to a small build is a third shorter.
 */
import type * as Program from "./program.ts";

/** A script of `node:vm`, named here because importing its types would import the module. */
export interface Script {
  cachedDataRejected?: boolean;
  runInThisContext(): (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown) => void;
  createCachedData(): Uint8Array;
}

/** A script that the program has loaded. */
export interface LoadedScript {
  name: string;
  source: string;
  script: Script;
}

type ScriptConstructor = new (source: string, options: { filename: string; cachedData?: Uint8Array }) => Script;

/** What compiled code is called, beside the script `name`. */
export const codeCacheName = (name: string): string => `${name}.code`;

/** Makes a script, with V8's compiled code for it where there is some. V8 refuses code of another version of itself. */
export function createScript(source: string, filename: string, cachedData?: Uint8Array): Script {
  const vm = globalThis.process.getBuiltinModule("node:vm") as unknown as { Script: ScriptConstructor };
  return new vm.Script(source, { filename, cachedData });
}

/**
 * Loads the program.
 *
 * @param onLoad Is told of each script when it is loaded.
 */
export function loadProgram(onLoad?: (loaded: LoadedScript) => void): typeof Program {
  const modules = new Map<string, { exports: unknown }>();
  const load = (name: string): unknown => {
    if (!name.startsWith("./")) return globalThis.process.getBuiltinModule(name);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const path = `${import.meta.dirname}/${name.slice(2)}`;
    const source = Deno.readTextFileSync(path);
    const script = createScript(source, path, readIfThere(codeCacheName(path)));
    onLoad?.({ name: name.slice(2), source, script });
    script.runInThisContext()(load, module, module.exports);
    return module.exports;
  };
  return load("./program.js") as typeof Program;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
