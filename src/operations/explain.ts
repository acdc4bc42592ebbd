import { CodedError } from "../base/mod.ts";
import { CATALOGUE, type CatalogueEntry, explainFinding, type FindingCode } from "../rollout/mod.ts";

/** What is known of one finding. */
export type ExplainedFinding = CatalogueEntry & { code: FindingCode };

/** There is no such finding. */
export class ExplainError extends CodedError<"UNKNOWN_CODE"> {
  /** A user's mistake. */
  override name = "UsageError";
}

/** All codes with their names, in order. */
export function listFindings(): { code: string; name: string }[] {
  return Object.entries(CATALOGUE).map(([code, { name }]) => ({ code, name }));
}

/**
 * What a finding means, when kstage stops for it, and what to do.
 *
 * @param code Such as `K1001`, or its name, in any case.
 * @throws {ExplainError} With the list of all codes.
 */
export function explainCode(code: string): ExplainedFinding {
  const found = explainFinding(code);
  if (found !== undefined) return found;
  const list = listFindings().map((finding) => `${finding.code} ${finding.name}`).join("\n");
  throw new ExplainError("UNKNOWN_CODE", `Cannot explain "${code}": there is no such code`, { hint: list });
}
