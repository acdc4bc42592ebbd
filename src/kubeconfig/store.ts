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
