import { FileError, type FileSystem } from "../base/mod.ts";

/** Mode of a new file; the process's umask narrows it. */
const NEW_FILE = 0o644;

/**
 * Replaces a user's file as a whole: who reads it sees the old content or the new, never a part. A file keeps its mode,
 * and a symbolic link stays one.
 *
 * @param path A file, or where one is to be.
 * @throws {FileError} When it cannot be written; nothing has changed then.
 */
export function replaceFile(fs: FileSystem, path: string, text: string): void {
  const target = fs.lstat(path)?.kind === "symlink" ? fs.realPath(path) : path;
  const mode = fs.stat(target)?.mode;
  const temporary = `${target}.kstage-new`;
  try {
    fs.remove(temporary);
    fs.writeFile(temporary, text, { mode: mode ?? NEW_FILE, exclusive: true });
    if (mode !== undefined) fs.chmod(temporary, mode);
    fs.sync(temporary);
    fs.rename(temporary, target);
  } catch (error) {
    fs.remove(temporary);
    if (!(error instanceof FileError)) throw error;
    throw new FileError(error.code, `Cannot write "${path}": ${error.message}`, path, { cause: error });
  }
}
