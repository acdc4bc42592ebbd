/**
 * Loads the program's scripts. They are CommonJS, because V8 takes compiled code for scripts alone, not for modules:
 * with it, the time from start to a small build is a third shorter.
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

/** Reads a script or its compiled code; undefined when there is none of that name. */
export type ReadFile = (name: string) => Uint8Array | undefined;

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
export function loadProgram(readFile: ReadFile, onLoad?: (loaded: LoadedScript) => void): typeof Program {
  const modules = new Map<string, { exports: unknown }>();
  const decoder = new TextDecoder();
  const load = (path: string): unknown => {
    if (!path.startsWith("./")) return globalThis.process.getBuiltinModule(path);
    const known = modules.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(path, module);
    const name = path.slice(2);
    const source = decoder.decode(readFile(name));
    const script = createScript(source, name, readFile(codeCacheName(name)));
    onLoad?.({ name, source, script });
    script.runInThisContext()(load, module, module.exports);
    return module.exports;
  };
  return load("./program.js") as typeof Program;
}
