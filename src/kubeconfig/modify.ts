import { dirName, type FileSystem, type Host, resolvePath } from "../base/mod.ts";
import {
  cloneContents,
  type Contents,
  emptyContents,
  ENTRY_LISTS,
  equalContents,
  mergeContents,
  toContents,
} from "./contents.ts";
import { equalJson, type JsonObject } from "../base/mod.ts";
import { loadContentsEditor } from "./edit_text.ts";
import { KubeconfigError } from "./errors.ts";
import { relativizePaths } from "./local_paths.ts";
import { locateKubeconfigs } from "./locate.ts";
import { type LockOptions, withLocks } from "./lock.ts";
import { parseKubeconfigValue } from "./parse.ts";
import { replaceFile, resolveTarget } from "./store.ts";

/** Which files are read, and where what is new goes. */
export interface KubeconfigAccess {
  /** In order of precedence. */
  files: string[];
  /** Whether one file was named with a flag. */
  isExplicit: boolean;
  /** Where an entry goes that is in no file yet. */
  defaultFile: string;
}

/**
 * The files that `config` commands work on.
 *
 * @throws {KubeconfigError} NOT_FOUND when neither flag nor KUBECONFIG nor HOME says which.
 * @see client-go `tools/clientcmd/config.go` (`PathOptions`) v0.36
 */
export function openAccess({ fs, env }: Pick<Host, "fs" | "env">, explicit?: string): KubeconfigAccess {
  const { files, source } = locateKubeconfigs(env, explicit);
  const defaultFile = files.length === 1 ? files[0] : files.find((file) => fs.stat(file) !== undefined) ?? files.at(-1);
  if (defaultFile !== undefined) return { files, isExplicit: source === "flag", defaultFile };
  throw new KubeconfigError("NOT_FOUND", "Cannot choose a kubeconfig: neither KUBECONFIG nor HOME is set", "", {
    hint: "Name a file with --kubeconfig",
  });
}

/** What the files hold, merged. Files that are missing hold nothing. */
export function readContents(fs: FileSystem, access: KubeconfigAccess): Contents {
  return mergeContents([...readFiles(fs, access).values()]);
}

function readFiles(fs: FileSystem, { files }: KubeconfigAccess): Map<string, Contents> {
  const present = files.filter((file) => fs.stat(file) !== undefined);
  return new Map(present.map((file) => [file, toContents(parseKubeconfigValue(fs.readText(file), file), file)]));
}

/** How to change. */
export interface ModifyOptions extends LockOptions {
  /** Write paths relative to the kubeconfig's directory where they are below it. */
  relativize: boolean;
}

/**
 * Changes kubeconfigs as client-go's `ModifyConfig`: an entry is written to the file that it came from, a new one to the
 * default file. Unlike there, the files are read again under the lock, so that nothing of a change that others made
 * meanwhile is lost; comments, order and unknown keys stay, and each file is replaced as a whole.
 *
 * @param change Changes the merged contents in place, or throws; called a second time under the lock.
 * @returns What the second call returned.
 */
export async function modifyKubeconfigs<T>(
  host: Pick<Host, "fs" | "clock">,
  access: KubeconfigAccess,
  change: (contents: Contents) => T,
  options: ModifyOptions,
): Promise<T> {
  const { fs } = host;
  // Whatever the change has to say against it is said before anything is locked.
  change(readContents(fs, access));
  const edit = await loadContentsEditor();
  const locked = access.files.flatMap((file) => [file, resolveTarget(fs, file)]);
  return await withLocks(host, locked, () => {
    const files = readFiles(fs, access);
    const start = mergeContents([...files.values()]);
    const next = cloneContents(start);
    const result = change(next);
    const plan = planWrites({ access, files, start, next, cwd: fs.cwd(), relativize: options.relativize });
    const texts = [...plan].map(([file, after]) => {
      const before = files.get(file);
      const text = before === undefined ? "" : fs.readText(file);
      return [file, edit(text, { before: before ?? emptyContents(), after, file })] as const;
    });
    for (const [file, text] of texts) {
      const target = resolveTarget(fs, file);
      fs.makeDir(dirName(target), { mode: 0o755 });
      replaceFile(fs, target, text);
    }
    return result;
  }, options);
}

interface Change {
  access: KubeconfigAccess;
  files: ReadonlyMap<string, Contents>;
  start: Contents;
  next: Contents;
  cwd: string;
  relativize: boolean;
}

/** The contents that files are to have, for those that change. */
function planWrites(change: Change): Map<string, Contents> {
  const { access, files, start, next } = change;
  const plan = new Map<string, Contents>();
  if (equalContents(start, next)) return plan;
  const open = (file: string): Contents => {
    if (!plan.has(file)) plan.set(file, cloneContents(files.get(file) ?? emptyContents()));
    return plan.get(file)!;
  };
  if (start.currentContext !== next.currentContext) {
    open(fileOfCurrentContext(change)).currentContext = next.currentContext;
  }
  if (!equalJson(start.preferences, next.preferences)) {
    const differs = (file: string) => !equalJson(files.get(file)?.preferences ?? {}, next.preferences);
    open(access.files.find(differs) ?? access.defaultFile).preferences = next.preferences;
  }
  for (const list of ENTRY_LISTS) {
    for (const [name, { value, origin = access.defaultFile }] of next[list]) {
      if (equalJson(start[list].get(name)?.value, value)) continue;
      if (change.relativize) relativizePaths(value, list, dirName(resolvePath(change.cwd, origin)));
      open(origin)[list].set(name, { value: value as JsonObject, origin });
    }
    for (const [name, { origin = access.defaultFile }] of start[list]) {
      if (!next[list].has(name)) open(origin)[list].delete(name);
    }
  }
  return plan;
}

/** Where the current context is written; one that is to go is removed from the first file that sets it. */
function fileOfCurrentContext({ access, files, next }: Change): string {
  if (access.isExplicit || next.currentContext !== "") return access.defaultFile;
  return access.files.find((file) => (files.get(file)?.currentContext ?? "") !== "") ?? access.defaultFile;
}
