import git, { type GitHttpRequest, type GitHttpResponse } from "isomorphic-git";
import { dirName, type FileSystem, type HttpClient, joinPath, type Network } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { nodeFileSystem } from "./node_file_system.ts";
import type { RepositoryUrl } from "./repository_url.ts";

/**
 * Clones one commit over HTTP(S) without a git program.
 *
 * Symbolic links become files that hold their target, as git itself does where links are not to be had.
 *
 * @param directory An empty directory.
 * @throws {KustomizeError} REMOTE for other schemes, a ref that does not exist, submodules and network failures.
 */
export async function cloneWithLibrary(
  url: RepositoryUrl,
  directory: string,
  fs: FileSystem,
  network: Network,
): Promise<void> {
  if (!/^https?:\/\//.test(url.cloneUrl)) {
    throw new KustomizeError("REMOTE", `Cannot clone ${url.cloneUrl}: no 'git' program on path`, {
      hint: "Install git, or use an https:// URL",
    });
  }
  const client = network.open({});
  const signal = AbortSignal.timeout(url.timeoutMs);
  const store = { fs: nodeFileSystem(fs), dir: directory };
  try {
    await git.init(store);
    await git.addRemote({ ...store, remote: "origin", url: url.cloneUrl });
    const { fetchHead } = await git.fetch({
      ...store,
      http: { request: (request) => send(client, request, signal) },
      remote: "origin",
      ref: url.ref || "HEAD",
      depth: 1,
      singleBranch: true,
      tags: false,
    });
    if (fetchHead === null) throw new Error(`there is no ${url.ref || "HEAD"}`);
    const { commit } = await git.readCommit({ ...store, oid: fetchHead });
    await writeTree(store, commit.tree, directory, fs, url);
  } catch (error) {
    if (error instanceof KustomizeError) throw error;
    const reason = signal.aborted ? `hit ${url.timeoutMs / 1000}s timeout` : (error as Error).message;
    throw new KustomizeError("REMOTE", `Cannot clone ${url.cloneUrl} at ${url.ref || "HEAD"}: ${reason}`, {
      cause: error,
      hint: `Check that ${url.ref || "HEAD"} is a branch, tag or commit there`,
    });
  } finally {
    client.close();
  }
}

type Store = { fs: ReturnType<typeof nodeFileSystem>; dir: string };

async function writeTree(
  store: Store,
  oid: string,
  directory: string,
  fs: FileSystem,
  url: RepositoryUrl,
): Promise<void> {
  fs.makeDir(directory);
  const { tree } = await git.readTree({ ...store, oid });
  for (const entry of tree) {
    const path = joinPath(directory, entry.path);
    // A tree of hostile making may hold names that lead elsewhere.
    if (dirName(path) !== directory || entry.path === ".git") continue;
    if (entry.type === "tree") await writeTree(store, entry.oid, path, fs, url);
    else if (entry.type === "blob") fs.writeFile(path, (await git.readBlob({ ...store, oid: entry.oid })).blob);
    else if (url.submodules) {
      throw new KustomizeError("REMOTE", `Cannot clone ${url.cloneUrl}: it has submodules, for which git is needed`, {
        hint: "Install git, or add ?submodules=false to the URL",
      });
    }
  }
}

async function send(client: HttpClient, request: GitHttpRequest, signal: AbortSignal): Promise<GitHttpResponse> {
  const { url, method = "GET", headers = {}, body } = request;
  const response = await client.fetch(url, { method, headers, body: body && await collect(body), signal });
  const location = response.headers.get("location");
  if (response.status >= 300 && response.status < 400 && location !== null && method === "GET") {
    await response.body?.cancel();
    return await send(client, { ...request, url: new URL(location, url).href }, signal);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return {
    url,
    method,
    statusCode: response.status,
    statusMessage: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: once(bytes),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

async function collect(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
