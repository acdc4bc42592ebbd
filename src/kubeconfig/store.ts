import { FileError, type FileSystem } from "../base/mod.ts";
import { KubeconfigError } from "./errors.ts";

/** What became of a kubeconfig's permissions. */
export interface StoredFile {
  /** The file itself, symbolic links resolved. */
  target: string;
  /** The mode of the file that was replaced; undefined when there was none. */
  modeBefore?: number;
  mode: number;
}

/** Only the owner may read a kubeconfig. */
const PRIVATE = 0o600;

/** The file behind a path: what a symbolic link leads to, or the path itself. */
export function resolveTarget(fs: FileSystem, file: string): string {
  if (fs.lstat(file)?.kind !== "symlink") return file;
  try {
    return fs.realPath(file);
  } catch (cause) {
    if (!(cause instanceof FileError) || cause.code !== "NOT_FOUND") throw cause;
    throw new KubeconfigError("NOT_FOUND", `Cannot write "${file}": the symbolic link leads nowhere`, file, { cause });
  }
}

/**
 * Replaces a file as a whole: who reads it sees the old content or the new, never a part, whatever happens meanwhile.
 * The new file is readable by its owner alone; a mode that is stricter still is kept.
 *
 * @param target A path that is no symbolic link, locked by the caller, in a directory that exists.
 */
export function replaceFile(fs: FileSystem, target: string, text: string): StoredFile {
  const modeBefore = fs.stat(target)?.mode;
  const mode = ((modeBefore ?? PRIVATE) & PRIVATE) || PRIVATE;
  // One fixed name, so that what a killed run left behind is found and removed by the next.
  const temporary = `${target}.kstage-new`;
  try {
    fs.remove(temporary);
    fs.writeFile(temporary, text, { mode: PRIVATE, exclusive: true });
    fs.sync(temporary);
    fs.chmod(temporary, mode);
    fs.rename(temporary, target);
  } catch (error) {
    fs.remove(temporary);
    throw error;
  }
  return { target, mode, ...(modeBefore === undefined ? {} : { modeBefore }) };
}

/** A kubeconfig that only this run knows of. */
export interface PrivateKubeconfig {
  /** Where it is. */
  file: string;
  /** Removes the file and its directory; doing so twice is fine. */
  dispose(): void;
}

/**
 * Writes a kubeconfig (0600) into a new private directory (0700).
 *
 * @param text See `renderContext`.
 */
export function createPrivateKubeconfig(fs: FileSystem, text: string): PrivateKubeconfig {
  const directory = fs.makeTempDir("kstage-");
  const dispose = () => fs.remove(directory, { recursive: true });
  try {
    const file = `${directory}/config`;
    fs.writeFile(file, text, { mode: PRIVATE, exclusive: true });
    return { file, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
