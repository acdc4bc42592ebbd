import { baseName, dirName, type FileInfo, type FileSystem, joinPath } from "../../base/mod.ts";

/**
 * Asks the file system what paths are, each once per build: nearly all files are no links and lie in few directories,
 * so that one question per file is enough where resolving every path would take one per part of it.
 */
export class FileLookup {
  readonly fs: FileSystem;
  readonly #infos = new Map<string, FileInfo | undefined>();
  readonly #directories = new Map<string, string>();

  constructor(fs: FileSystem) {
    this.fs = fs;
  }

  /** What a path is, links followed; undefined when there is nothing. */
  kindOf(path: string): FileInfo["kind"] | undefined {
    const info = this.#info(path);
    return info?.kind === "symlink" ? this.fs.stat(path)?.kind : info?.kind;
  }

  /**
   * The absolute path of a file with all symbolic links resolved.
   *
   * @throws {FileError} As the file system does.
   */
  realFile(path: string): string {
    const info = this.#info(path);
    if (info === undefined || info.kind === "symlink") return this.fs.realPath(path);
    const directory = dirName(path);
    let real = this.#directories.get(directory);
    if (real === undefined) this.#directories.set(directory, real = this.fs.realPath(directory));
    return real === directory ? path : joinPath(real, baseName(path));
  }

  #info(path: string): FileInfo | undefined {
    if (this.#infos.has(path)) return this.#infos.get(path);
    const info = this.fs.lstat(path);
    this.#infos.set(path, info);
    return info;
  }
}
