import { baseName, dirName, FileError, type FileInfo, type FileSystem, resolvePath } from "../base/mod.ts";

type Node =
  | { kind: "file"; content: Uint8Array; mode: number }
  | { kind: "directory"; mode: number }
  | { kind: "symlink"; target: string };

/** Files for {@link createMemoryFileSystem}: path → text, bytes, or the target of a symbolic link. */
export type MemoryFiles = Record<string, string | Uint8Array | { symlink: string }>;

/**
 * A file system in memory, with the same errors and symbolic links as a real one; permissions are recorded, not enforced.
 *
 * @param files What is there at first; missing directories are made.
 * @param cwd The working directory. @default {"/"}
 */
export function createMemoryFileSystem(files: MemoryFiles = {}, cwd = "/"): FileSystem {
  const tree = new MemoryTree(cwd);
  for (const [path, content] of Object.entries(files)) {
    const full = resolvePath(cwd, path);
    tree.makeDir(dirName(full), 0o755);
    if (typeof content === "object" && "symlink" in content) {
      tree.nodes.set(full, { kind: "symlink", target: content.symlink });
    } else tree.write(full, content, 0o644, false);
  }
  tree.makeDir(cwd, 0o755);
  return toFileSystem(tree, cwd);
}

function toFileSystem(tree: MemoryTree, cwd: string): FileSystem {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let temporary = 0;
  return {
    cwd: () => cwd,
    readFile: (path) => tree.read(path).slice(),
    readText: (path) => decoder.decode(tree.read(path)),
    stat: (path) => tree.info(path, true),
    lstat: (path) => tree.info(path, false),
    readDir: (path) => tree.names(path),
    realPath: (path) => tree.existing(path, "resolve"),
    writeFile: (path, content, { mode = 0o644, exclusive = false } = {}) => tree.write(path, content, mode, exclusive),
    chmod: (path, mode) => tree.chmod(path, mode),
    rename: (from, to) => tree.rename(from, to),
    sync: (path) => void tree.read(path),
    makeDir: (path, { mode = 0o755 } = {}) => tree.makeDir(path, mode),
    remove: (path, { recursive = false } = {}) => tree.remove(path, recursive),
    makeTempDir: (prefix) => {
      const path = `/tmp/${prefix}${++temporary}`;
      tree.makeDir(path, 0o700);
      return path;
    },
  };
}

const MAX_LINKS = 40;

class MemoryTree {
  readonly nodes = new Map<string, Node>([["/", { kind: "directory", mode: 0o755 }]]);

  constructor(private readonly cwd: string) {}

  /** The path with every symbolic link resolved, whether or not its last part exists. */
  resolve(path: string, followLast = true): string {
    let links = 0;
    let done = "";
    let rest = resolvePath(this.cwd, path).split("/").filter(Boolean);
    while (rest.length > 0) {
      const part = rest.shift()!;
      const here = part === ".." ? dirName(done || "/") : `${done === "/" ? "" : done}/${part}`;
      const node = this.nodes.get(here);
      if (node?.kind === "symlink" && (followLast || rest.length > 0)) {
        if (++links > MAX_LINKS) {
          throw new FileError("LOOP", `Cannot resolve "${path}": too many levels of symbolic links`, path);
        }
        rest = [...resolvePath(dirName(here), node.target).split("/").filter(Boolean), ...rest];
        done = "";
      } else done = here;
    }
    return done || "/";
  }

  existing(path: string, verb: string): string {
    const full = this.resolve(path);
    if (!this.nodes.has(full)) {
      throw new FileError("NOT_FOUND", `Cannot ${verb} "${path}": no such file or directory`, path);
    }
    return full;
  }

  read(path: string): Uint8Array {
    const node = this.nodes.get(this.existing(path, "read"))!;
    if (node.kind !== "file") throw new FileError("IS_DIRECTORY", `Cannot read "${path}": it is a directory`, path);
    return node.content;
  }

  info(path: string, follow: boolean): FileInfo | undefined {
    const node = this.nodes.get(this.resolve(path, follow));
    if (!node) return undefined;
    if (node.kind === "symlink") return { kind: "symlink", size: node.target.length };
    return { kind: node.kind, size: node.kind === "file" ? node.content.length : 0, mode: node.mode, modifiedMs: 0 };
  }

  names(path: string): string[] {
    const full = this.existing(path, "list");
    if (this.nodes.get(full)!.kind !== "directory") {
      throw new FileError("NOT_DIRECTORY", `Cannot list "${path}": it is not a directory`, path);
    }
    return [...this.nodes.keys()].filter((key) => key !== "/" && dirName(key) === full).map(baseName).sort();
  }

  write(path: string, content: Uint8Array | string, mode: number, exclusive: boolean): void {
    const full = this.resolve(path);
    const old = this.nodes.get(full);
    if (old && exclusive) throw new FileError("EXISTS", `Cannot write "${path}": it exists already`, path);
    if (old?.kind === "directory") {
      throw new FileError("IS_DIRECTORY", `Cannot write "${path}": it is a directory`, path);
    }
    if (this.nodes.get(dirName(full))?.kind !== "directory") {
      throw new FileError("NOT_FOUND", `Cannot write "${path}": no such file or directory`, path);
    }
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
    this.nodes.set(full, { kind: "file", content: bytes, mode: old?.kind === "file" ? old.mode : mode });
  }

  chmod(path: string, mode: number): void {
    const node = this.nodes.get(this.existing(path, "change the mode of"))!;
    if (node.kind !== "symlink") node.mode = mode;
  }

  rename(from: string, to: string): void {
    const source = this.resolve(from, false);
    const target = this.resolve(to, false);
    if (!this.nodes.has(source)) {
      throw new FileError("NOT_FOUND", `Cannot rename "${from}": no such file or directory`, from);
    }
    for (const [path, node] of [...this.nodes]) {
      if (path !== source && !path.startsWith(source + "/")) continue;
      this.nodes.delete(path);
      this.nodes.set(target + path.slice(source.length), node);
    }
  }

  makeDir(path: string, mode: number): void {
    const full = this.resolve(path);
    if (this.nodes.get(full)?.kind === "directory") return;
    if (this.nodes.has(full)) throw new FileError("EXISTS", `Cannot create "${path}": it exists already`, path);
    this.makeDir(dirName(full), 0o755);
    this.nodes.set(full, { kind: "directory", mode });
  }

  remove(path: string, recursive: boolean): void {
    const full = this.resolve(path, false);
    const below = [...this.nodes.keys()].filter((key) => key.startsWith(full + "/"));
    if (below.length > 0 && !recursive) {
      throw new FileError("OTHER", `Cannot remove "${path}": the directory is not empty`, path);
    }
    for (const key of [full, ...below]) this.nodes.delete(key);
  }
}
