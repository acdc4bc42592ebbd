import { FileError, type FileErrorCode, type FileInfo, type FileSystem } from "../base/mod.ts";

/** The local file system on Deno. */
export function createDenoFileSystem(): FileSystem {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    cwd: () => Deno.cwd(),
    readFile: (path) => attempt("read", path, () => Deno.readFileSync(path)),
    readText: (path) => attempt("read", path, () => decoder.decode(Deno.readFileSync(path))),
    stat: (path) => lookUp(path, () => Deno.statSync(path)),
    lstat: (path) => lookUp(path, () => Deno.lstatSync(path)),
    readDir: (path) => attempt("list", path, () => [...Deno.readDirSync(path)].map((entry) => entry.name).sort()),
    realPath: (path) => attempt("resolve", path, () => Deno.realPathSync(path)),
    writeFile: (path, content, { mode, exclusive = false } = {}) =>
      attempt("write", path, () => {
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        Deno.writeFileSync(path, bytes, { mode, createNew: exclusive });
      }),
    chmod: (path, mode) => attempt("change the mode of", path, () => Deno.chmodSync(path, mode)),
    rename: (from, to) => attempt("rename", from, () => Deno.renameSync(from, to)),
    sync: (path) => attempt("sync", path, () => syncFile(path)),
    makeDir: (path, { mode } = {}) => attempt("create", path, () => Deno.mkdirSync(path, { recursive: true, mode })),
    remove: (path, { recursive = false } = {}) => removeIfThere(path, recursive),
    makeTempDir: (prefix) => attempt("create", prefix, () => Deno.makeTempDirSync({ prefix })),
  };
}

function syncFile(path: string): void {
  using file = Deno.openSync(path, { read: true, write: true });
  file.syncSync();
}

function removeIfThere(path: string, recursive: boolean): void {
  try {
    Deno.removeSync(path, { recursive });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw toFileError("remove", path, error);
  }
}

function lookUp(path: string, read: () => Deno.FileInfo): FileInfo | undefined {
  try {
    return toFileInfo(read());
  } catch (error) {
    // A build looks for many files that may be missing, and making one more error takes longer than looking.
    if (error instanceof Deno.errors.NotFound) return undefined;
    const known = toFileError("look up", path, error);
    if (known.code === "NOT_DIRECTORY") return undefined;
    throw known;
  }
}

function toFileInfo(info: Deno.FileInfo): FileInfo {
  return {
    kind: info.isFile ? "file" : info.isDirectory ? "directory" : info.isSymlink ? "symlink" : "other",
    size: info.size,
    mode: info.mode === null ? undefined : info.mode & 0o7777,
    modifiedMs: info.mtime?.getTime(),
  };
}

function attempt<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw toFileError(verb, path, error);
  }
}

const REASONS: Record<FileErrorCode, string> = {
  NOT_FOUND: "no such file or directory",
  EXISTS: "it exists already",
  IS_DIRECTORY: "it is a directory",
  NOT_DIRECTORY: "a part of the path is not a directory",
  DENIED: "permission denied",
  LOOP: "too many levels of symbolic links",
  OTHER: "",
};

function toFileError(verb: string, path: string, error: unknown): FileError {
  const code = fileErrorCode(error);
  const reason = REASONS[code] || (error instanceof Error ? error.message : String(error));
  return new FileError(code, `Cannot ${verb} "${path}": ${reason}`, path, { cause: error });
}

function fileErrorCode(error: unknown): FileErrorCode {
  if (error instanceof Deno.errors.NotFound) return "NOT_FOUND";
  if (error instanceof Deno.errors.AlreadyExists) return "EXISTS";
  if (error instanceof Deno.errors.IsADirectory) return "IS_DIRECTORY";
  if (error instanceof Deno.errors.NotADirectory) return "NOT_DIRECTORY";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) return "DENIED";
  if (error instanceof Deno.errors.FilesystemLoop) return "LOOP";
  // Reading a directory as a file has no error class of its own on every release.
  if (error instanceof Error && /os error 21\b|EISDIR/.test(error.message)) return "IS_DIRECTORY";
  if (error instanceof Error && /os error 20\b|ENOTDIR/.test(error.message)) return "NOT_DIRECTORY";
  return "OTHER";
}
