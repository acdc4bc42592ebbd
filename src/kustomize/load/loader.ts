import {
  dirName,
  FileError,
  type FileInfo,
  type FileSystem,
  isInside,
  joinPath,
  normalizePath,
} from "../../base/mod.ts";
import type { FileLookup } from "./file_lookup.ts";
import { KustomizeError, type KustomizeErrorCode } from "../errors.ts";
import { looksLikeRepository } from "../remote/looks_like_repository.ts";

/** Reads files of remote places; only there when remote resources are allowed. */
export interface RemoteReader {
  /** The content of an HTTP URL. */
  fetchFile(url: string): Promise<Uint8Array>;
  /** Clones a repository once per build and ref; the directory lives until the build ends. */
  clone(url: string): Promise<Checkout>;
}

/** A cloned repository. */
export interface Checkout {
  /** Real path of the directory that the URL means. */
  directory: string;
  /** Real path of the clone. */
  cloneDirectory: string;
  /** The URL as written, to find cycles. */
  url: string;
}

/** What a path in a kustomization turned out to be, before anything is read. */
export type Entry =
  | { kind: "file"; path: string }
  | { kind: "directory"; path: string }
  | { kind: "http"; url: string }
  | { kind: "git"; url: string }
  | { kind: "missing"; path: string };

/** How a loader reads. */
export interface LoaderOptions {
  files: FileLookup;
  /** Whether files must lie in or below the root. */
  isRestricted: boolean;
  remote: RemoteReader;
}

/** A path with an empty part, `.` or `..`; absolute ones have an empty part. */
const UNCLEAN_PATH = /(^|\/)\.{0,2}(\/|$)/;

/**
 * Reads the files of one kustomization and opens its bases (kustomize `api/internal/loader/fileloader.go` v5.8.1).
 */
export class Loader {
  /** Absolute path of the kustomization's directory without symbolic links. */
  readonly root: string;
  readonly #options: LoaderOptions;
  readonly #parent?: Loader;
  readonly #checkout?: Checkout;

  constructor(root: string, options: LoaderOptions, parent?: Loader, checkout?: Checkout) {
    this.root = root;
    this.#options = options;
    this.#parent = parent;
    this.#checkout = checkout;
  }

  /**
   * Opens the directory that is to be built.
   *
   * @throws {KustomizeError} NOT_FOUND when there is none.
   */
  static async open(target: string, options: LoaderOptions): Promise<Loader> {
    if (looksLikeRepository(target)) {
      const checkout = await options.remote.clone(target);
      return new Loader(checkout.directory, { ...options, isRestricted: true }, undefined, checkout);
    }
    return new Loader(confirmDirectory(options.files.fs, target), options);
  }

  /**
   * What a path of this kustomization is.
   *
   * @throws {KustomizeError} SECURITY when symbolic links lead around in a circle.
   */
  classify(path: string): Entry {
    if (/^https?:\/\//i.test(path)) {
      return isRepositoryUrl(path) ? { kind: "git", url: path } : { kind: "http", url: path };
    }
    const absolute = this.#resolve(path);
    const kind = this.#kindOf(absolute);
    if (kind !== undefined && kind !== "directory") return { kind: "file", path: absolute };
    if (looksLikeRepository(path)) return { kind: "git", url: path };
    return kind === undefined ? { kind: "missing", path: absolute } : { kind: "directory", path: absolute };
  }

  /**
   * Opens a base.
   *
   * @throws {KustomizeError} NOT_FOUND, SECURITY (outside of a cloned repository, absolute) or CYCLE.
   */
  async openBase(path: string): Promise<Loader> {
    if (path === "") throw new KustomizeError("INVALID_CONFIG", "Cannot open a base: new root cannot be empty");
    const entry = this.classify(path);
    if (entry.kind === "git" || entry.kind === "http") return await this.#openRepository(entry.url);
    if (path.startsWith("/")) {
      throw new KustomizeError("SECURITY", `Cannot open a base: new root '${path}' cannot be absolute`);
    }
    const root = confirmDirectory(this.#options.files.fs, entry.path);
    this.#refuseLeavingRepository(root);
    this.#refuseCycle(root);
    return new Loader(root, this.#options, this);
  }

  /**
   * The absolute path of a file, symbolic links resolved.
   *
   * @throws {KustomizeError} NOT_FOUND, or SECURITY when it is not in or below the root.
   */
  resolveFile(path: string): string {
    const absolute = this.#resolve(path);
    if (!this.#options.isRestricted) return absolute;
    const real = this.#attempt(absolute, () => this.#options.files.realFile(absolute));
    if (!isInside(this.root, dirName(real))) {
      throw new KustomizeError("SECURITY", `security; file '${absolute}' is not in or below '${this.root}'`, {
        hint: "Move the file below the kustomization, or build with --load-restrictor LoadRestrictionsNone",
      });
    }
    return real;
  }

  /** The content of a file or HTTP URL. */
  async readFile(path: string): Promise<Uint8Array> {
    if (/^https?:\/\//i.test(path)) return await this.#options.remote.fetchFile(path);
    const file = this.resolveFile(path);
    return this.#attempt(file, () => this.#options.files.fs.readFile(file));
  }

  /**
   * The text of a file or HTTP URL.
   *
   * @throws {KustomizeError} INVALID_RESOURCE when it is no UTF-8.
   */
  async readText(path: string): Promise<string> {
    if (/^https?:\/\//i.test(path)) return decodeText(await this.#options.remote.fetchFile(path), path);
    return this.#readText(this.resolveFile(path));
  }

  /** The text of a file beside the kustomization, or undefined when there is none. */
  readOwnText(name: string): string | undefined {
    const path = joinPath(this.root, name);
    const kind = this.#kindOf(path);
    if (kind === undefined || kind === "directory") return undefined;
    return this.#readText(this.resolveFile(name));
  }

  /** Where a path of this kustomization points to, for messages and places. */
  display(path: string): string {
    return /^https?:\/\//i.test(path) ? path : this.#resolve(path);
  }

  /** The clone that this kustomization lives in, if any. */
  get repository(): Checkout | undefined {
    return this.#checkout ?? this.#parent?.repository;
  }

  #kindOf(path: string): FileInfo["kind"] | undefined {
    return this.#attempt(path, () => this.#options.files.kindOf(path));
  }

  #resolve(path: string): string {
    // Most paths need no cleaning, and there are many of them.
    if (!UNCLEAN_PATH.test(path)) return this.root === "/" ? `/${path}` : `${this.root}/${path}`;
    return path.startsWith("/") ? normalizePath(path) : joinPath(this.root, path);
  }

  async #openRepository(url: string): Promise<Loader> {
    for (let loader: Loader | undefined = this as Loader; loader; loader = loader.#parent) {
      if (loader.#checkout?.url.startsWith(url)) {
        throw new KustomizeError(
          "CYCLE",
          `cycle detected: URI '${url}' referenced by previous URI '${loader.#checkout.url}'`,
        );
      }
    }
    const checkout = await this.#options.remote.clone(url);
    return new Loader(checkout.directory, { ...this.#options, isRestricted: true }, this, checkout);
  }

  #refuseLeavingRepository(base: string): void {
    const checkout = this.repository;
    if (checkout === undefined || isInside(checkout.cloneDirectory, base)) return;
    throw new KustomizeError(
      "SECURITY",
      "security; bases in kustomizations found in cloned git repos must be within the repo, " +
        `but base '${base}' is outside '${checkout.cloneDirectory}'`,
    );
  }

  #refuseCycle(candidate: string): void {
    for (let loader: Loader | undefined = this as Loader; loader; loader = loader.#parent) {
      if (!isInside(candidate, loader.root)) continue;
      throw new KustomizeError(
        "CYCLE",
        `cycle detected: candidate root '${candidate}' contains visited root '${loader.root}'`,
        { hint: "A base may not be the kustomization itself or a directory above it" },
      );
    }
  }

  #readText(file: string): string {
    const { fs } = this.#options.files;
    const text = this.#attempt(file, () => fs.readText(file));
    // Reading as text replaces invalid bytes; only then is it worth to look at the bytes.
    return text.includes("\ufffd") ? decodeText(this.#attempt(file, () => fs.readFile(file)), file) : text;
  }

  #attempt<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw fileFailure(error, path);
    }
  }
}

/** The real path of a directory. */
function confirmDirectory(fs: FileSystem, path: string): string {
  let real: string;
  try {
    real = fs.realPath(path);
  } catch (error) {
    const { code, message, hint } = fileFailure(error, path);
    throw new KustomizeError(code, `must build at directory: not a valid directory: ${message}`, {
      hint,
      cause: error,
    });
  }
  if (fs.stat(real)?.kind === "directory") return real;
  throw new KustomizeError("NOT_FOUND", `must build at directory: not a valid directory: '${real}' is a file`, {
    hint: "Name the directory with the kustomization",
  });
}

/** A file error in kustomize's words. */
function fileFailure(error: unknown, path: string): KustomizeError {
  if (!(error instanceof FileError)) throw error;
  const known: Partial<Record<FileError["code"], [KustomizeErrorCode, string]>> = {
    NOT_FOUND: ["NOT_FOUND", `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`],
    NOT_DIRECTORY: ["NOT_FOUND", `open ${path}: not a directory`],
    IS_DIRECTORY: ["INVALID_CONFIG", `'${path}' must resolve to a file`],
    LOOP: ["SECURITY", `evalsymlink failure on '${path}' : EvalSymlinks: too many links`],
    DENIED: ["NOT_FOUND", `open ${path}: permission denied`],
  };
  const [code, message] = known[error.code] ?? ["NOT_FOUND", `open ${path}: ${error.message}`];
  const hint = error.code === "NOT_FOUND"
    ? "Check how it is spelled: paths in a kustomization start at its own directory"
    : undefined;
  return new KustomizeError(code, message, { hint, cause: error });
}

/** Text of UTF-8 bytes; a byte order mark is kept for the reader to judge. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new KustomizeError("INVALID_RESOURCE", `Cannot read ${file}: invalid UTF-8`, { place: { file }, cause });
  }
}

/** Whether an HTTP URL is that of a repository rather than of a file: what a web server would answer with a page. */
export function isRepositoryUrl(url: string): boolean {
  const path = url.replace(/^https?:\/\/[^/]*/i, "").split("?")[0]!;
  if (/\.git(\/|$)|\/_git\/|\/\//.test(path)) return true;
  return /^https?:\/\/github\.com\/[^/]+\/[^/]+/i.test(url) && !/\/(raw|releases\/download|archive)\//.test(path);
}
