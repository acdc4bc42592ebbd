import { FileError, type FileInfo, type FileSystem } from "../../base/mod.ts";

/** The part of Node's `fs.promises` that isomorphic-git calls, on our port. */
export function nodeFileSystem(fs: FileSystem) {
  const attempt = <T>(act: () => T): Promise<T> => {
    try {
      return Promise.resolve(act());
    } catch (error) {
      return Promise.reject(toNodeError(error));
    }
  };
  const info = (path: string, read: (path: string) => FileInfo | undefined) =>
    attempt(() => {
      const found = read(path);
      if (found === undefined) throw new FileError("NOT_FOUND", `Cannot read ${path}: it does not exist`, path);
      return toStats(found);
    });
  return {
    promises: {
      readFile: (path: string, options?: { encoding?: string } | string) =>
        attempt(() => {
          const encoding = typeof options === "string" ? options : options?.encoding;
          return encoding === "utf8" ? fs.readText(path) : fs.readFile(path);
        }),
      writeFile: (path: string, content: Uint8Array | string) => attempt(() => fs.writeFile(path, content)),
      unlink: (path: string) => attempt(() => fs.remove(path)),
      readdir: (path: string) => attempt(() => fs.readDir(path)),
      mkdir: (path: string) => attempt(() => fs.makeDir(path)),
      rmdir: (path: string) => attempt(() => fs.remove(path, { recursive: true })),
      stat: (path: string) => info(path, (name) => fs.stat(name)),
      lstat: (path: string) => info(path, (name) => fs.lstat(name)),
      readlink: (path: string) => Promise.reject(nodeError("EINVAL", `${path} is no link`)),
      symlink: (path: string) => Promise.reject(nodeError("EPERM", `${path} cannot be made`)),
    },
  };
}

function toStats({ kind, size, mode, modifiedMs = 0 }: FileInfo) {
  return {
    type: kind === "directory" ? "dir" : kind,
    size,
    mode: mode ?? 0o644,
    mtimeMs: modifiedMs,
    ctimeMs: modifiedMs,
    uid: 0,
    gid: 0,
    dev: 0,
    ino: 0,
    isFile: () => kind === "file",
    isDirectory: () => kind === "directory",
    isSymbolicLink: () => kind === "symlink",
  };
}

const NODE_CODES: Partial<Record<FileError["code"], string>> = {
  NOT_FOUND: "ENOENT",
  EXISTS: "EEXIST",
  IS_DIRECTORY: "EISDIR",
  NOT_DIRECTORY: "ENOTDIR",
  DENIED: "EACCES",
  LOOP: "ELOOP",
};

function toNodeError(error: unknown): unknown {
  return error instanceof FileError ? nodeError(NODE_CODES[error.code] ?? "EIO", error.message) : error;
}

function nodeError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
