import type { Processes, ProcessResult } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { RepositoryUrl } from "./repository_url.ts";

/**
 * Clones one commit with the git program (kustomize `api/internal/git/cloner.go` v5.8.1).
 *
 * @param directory An empty directory.
 * @throws {FileError} NOT_FOUND when there is no git; {@link KustomizeError} REMOTE when git fails or takes too long.
 */
export async function cloneWithProgram(url: RepositoryUrl, directory: string, processes: Processes): Promise<void> {
  const run = (...args: string[]) => runGit(url, args, directory, processes);
  await run("init", "--quiet");
  await run("remote", "add", "origin", url.cloneUrl);
  await run("fetch", "--depth=1", url.cloneUrl, url.ref || "HEAD");
  await run("checkout", "--quiet", "FETCH_HEAD");
  if (url.submodules) await run("submodule", "update", "--init", "--recursive");
}

async function runGit(url: RepositoryUrl, args: string[], cwd: string, processes: Processes): Promise<void> {
  const signal = AbortSignal.timeout(url.timeoutMs);
  let result: ProcessResult;
  try {
    result = await processes.run("git", args, { cwd, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw timedOut(url, args, error);
  }
  // A program that was stopped may also end like any other.
  if (signal.aborted) throw timedOut(url, args);
  if (result.exitCode === 0) return;
  const output = new TextDecoder().decode(result.stderr).trim();
  const hint = /couldn't find remote ref|not our ref/.test(output)
    ? `Check that ${url.ref || "HEAD"} is a branch, tag or commit of ${url.cloneUrl}`
    : undefined;
  throw new KustomizeError("REMOTE", `failed to run 'git ${args.join(" ")}': ${output.replaceAll("\n", "; ")}`, {
    hint,
  });
}

function timedOut(url: RepositoryUrl, args: string[], cause?: unknown): KustomizeError {
  return new KustomizeError("REMOTE", `hit ${url.timeoutMs / 1000}s timeout running 'git ${args.join(" ")}'`, {
    cause,
    hint: "Add ?timeout=2m to the URL for a slow repository",
  });
}
