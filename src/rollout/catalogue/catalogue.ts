import type { CatalogueEntry, FindingCode } from "./entry.ts";
export type { CatalogueEntry, FindingCode } from "./entry.ts";
import { CHANGES } from "./changes.ts";
import { CONFIGURATION } from "./configuration.ts";
import { CREATION } from "./creation.ts";
import { IMAGES } from "./images.ts";
import { NODES } from "./nodes.ts";
import { PROCESSES } from "./processes.ts";
import { READINESS } from "./readiness.ts";
import { WORKLOADS } from "./workloads.ts";

/**
 * All findings by their code. Codes are stable: a code is never given to something else.
 *
 * K10 images, K11 processes, K12 configuration and volumes, K13 nodes, K14 creation of pods, K15 readiness,
 * K16 workloads, K17 changes from outside, K18 the watch itself.
 */
export const CATALOGUE: Readonly<Record<FindingCode, CatalogueEntry>> = {
  ...IMAGES,
  ...PROCESSES,
  ...CONFIGURATION,
  ...NODES,
  ...CREATION,
  ...READINESS,
  ...WORKLOADS,
  ...CHANGES,
};

/**
 * What there is to know about a finding.
 *
 * @param code A code or a name, in any case: `K1001`, `imagenotfound`.
 * @returns Undefined when there is no such finding.
 */
export function explainFinding(code: string): (CatalogueEntry & { code: FindingCode }) | undefined {
  const wanted = code.trim().toLowerCase();
  for (const [known, entry] of Object.entries(CATALOGUE)) {
    if (known.toLowerCase() === wanted || entry.name.toLowerCase() === wanted) {
      return { code: known as FindingCode, ...entry };
    }
  }
  return undefined;
}
