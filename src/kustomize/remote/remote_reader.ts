import { FileError, joinPath, NetworkError } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { Checkout, RemoteReader } from "../load/loader.ts";
import type { BuildOptions } from "../options.ts";
import { cloneWithProgram } from "./git_program.ts";
import { parseRepositoryUrl, type RepositoryUrl } from "./repository_url.ts";

const HTTP_TIMEOUT_MS = 27_000;
const MAX_REDIRECTS = 10;

const FORCED_PROTOCOL = "Warning: Forcing the git protocol using the 'git::' URL prefix is not supported. Kustomize " +
  "currently strips this invalid prefix, but will stop doing so in a future release. Please remove the 'git::' prefix " +
  "from your configuration.";

/** Fetches remote files and repositories, each once per build; {@link RemoteCache.close} removes what was cloned. */
export class RemoteCache implements RemoteReader {
  readonly #options: BuildOptions;
  readonly #clones = new Map<string, Promise<string>>();
  readonly #files = new Map<string, Promise<Uint8Array>>();
  readonly #directories: string[] = [];

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  fetchFile(url: string): Promise<Uint8Array> {
    return remember(this.#files, url, () => this.#fetch(url));
  }

  async clone(raw: string): Promise<Checkout> {
    const url = parseRepositoryUrl(raw);
    if (url === undefined) throw new KustomizeError("REMOTE", `Cannot clone '${raw}': it is no URL of a repository`);
    if (/^git::/i.test(raw)) this.#options.warn?.(FORCED_PROTOCOL);
    const key = `${url.cloneUrl}\n${url.ref}\n${url.submodules}`;
    const cloneDirectory = await remember(this.#clones, key, () => this.#clone(url));
    const path = joinPath(cloneDirectory, url.directory);
    const { fs } = this.#options;
    const info = fs.stat(path);
    if (info?.kind !== "directory") {
      const problem = info === undefined ? "no such directory" : "it is a file; expecting directory";
      throw new KustomizeError("NOT_FOUND", `Cannot open '${url.directory}' of ${url.cloneUrl}: ${problem}`);
    }
    const directory = fs.realPath(path);
    if (directory !== cloneDirectory && !directory.startsWith(`${cloneDirectory}/`)) {
      throw new KustomizeError("SECURITY", `"${url.directory}" refers to directory outside of repo "${url.cloneUrl}"`);
    }
    return { directory, cloneDirectory, url: raw };
  }

  close(): void {
    for (const directory of this.#directories) this.#options.fs.remove(directory, { recursive: true });
  }

  async #clone(url: RepositoryUrl): Promise<string> {
    const { fs, processes, network } = this.#options;
    const directory = fs.realPath(fs.makeTempDir("kstage-git-"));
    this.#directories.push(directory);
    try {
      if (processes === undefined) throw new FileError("NOT_FOUND", "No programs can be started", "git");
      await cloneWithProgram(url, directory, processes);
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== "NOT_FOUND") throw error;
      if (network === undefined) {
        throw new KustomizeError("REMOTE", `Cannot clone ${url.cloneUrl}: no 'git' program on path`, { cause: error });
      }
      const { cloneWithLibrary } = await import("./git_library.ts");
      await cloneWithLibrary(url, directory, fs, network);
    }
    return directory;
  }

  async #fetch(url: string): Promise<Uint8Array> {
    const { network } = this.#options;
    if (network === undefined) throw new KustomizeError("REMOTE", `Cannot fetch ${url}: there is no network here`);
    const client = network.open({});
    try {
      let location = url;
      for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
        const response = await client.fetch(location, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
        const next = response.headers.get("location");
        if (response.status >= 300 && response.status < 400 && next !== null) {
          await response.body?.cancel();
          location = new URL(next, location).href;
          continue;
        }
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
        await response.body?.cancel();
        throw new KustomizeError("REMOTE", `HTTP Error: status code ${response.status} for ${url}`);
      }
      throw new KustomizeError("REMOTE", `HTTP Error: ${url} redirects more than ${MAX_REDIRECTS} times`);
    } catch (error) {
      throw fetchFailure(error, url);
    } finally {
      client.close();
    }
  }
}

function fetchFailure(error: unknown, url: string): unknown {
  if (error instanceof NetworkError) {
    return new KustomizeError("REMOTE", `Cannot fetch ${url}: ${error.message}`, { cause: error });
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new KustomizeError("REMOTE", `Cannot fetch ${url}: no answer within ${HTTP_TIMEOUT_MS / 1000}s`);
  }
  return error;
}

function remember<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = cache.get(key);
  if (value === undefined) cache.set(key, value = make());
  return value;
}
