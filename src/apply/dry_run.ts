import { ApiError, type ApplyResult, type KubeClient } from "../kube/mod.ts";
import type { Candidate } from "./prepare.ts";

/** How to ask the server what an apply would do; the same settings as of the apply itself. */
export interface DryRunOptions {
  fieldManager: string;
  force: boolean;
  fieldValidation: "Strict" | "Warn" | "Ignore";
}

/** The server's verdict on one object. */
export type Verdict = { kind: "accepted"; result: ApplyResult } | { kind: "refused"; error: ApiError };

/** Refusals that concern the whole cluster and not the one object. */
const FATAL = new Set<ApiError["code"]>(["UNAUTHORIZED", "NOT_KUBERNETES", "REDIRECT"]);

/**
 * Asks the server what applying an object would do.
 *
 * @throws {ApiError} UNAUTHORIZED, NOT_KUBERNETES or REDIRECT: no other object would fare better.
 * @throws {NetworkError} When no answer came.
 */
export async function dryRun(
  client: KubeClient,
  { desired }: Pick<Candidate, "desired">,
  options: DryRunOptions,
  signal: AbortSignal,
): Promise<Verdict> {
  const { fieldManager, force, fieldValidation } = options;
  try {
    const result = await client.apply(desired, { fieldManager, force, fieldValidation, dryRun: true, signal });
    return { kind: "accepted", result };
  } catch (error) {
    if (!(error instanceof ApiError) || FATAL.has(error.code)) throw error;
    return { kind: "refused", error };
  }
}
