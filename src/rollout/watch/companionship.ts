import type { Companions, Evidence } from "../evidence/evidence.ts";
import type { Finding } from "../finding.ts";
import { readTime } from "../status/fields.ts";
import type { Status } from "../status/status.ts";

/**
 * Which of the workloads that are watched together still start: what isn't there yet may be what another one's
 * processes crash for. A workload that is in trouble itself is no excuse: two that crash would wait for each other.
 */
export class Companionship {
  readonly #starting = new Set<string>();
  /** Workloads that were starting, and when they had their first pod. */
  readonly #readyMs = new Map<string, number>();

  /** Takes in what a look at a workload has shown. */
  note(
    key: string,
    { evidence, status, findings }: { evidence?: Evidence; status?: Status; findings: Finding[] },
  ): void {
    const isTroubled = findings.some(({ severity }) => severity !== "transient");
    if (evidence !== undefined && status?.kind === "inProgress" && !isTroubled && hasNone(evidence)) {
      this.#starting.add(key);
    } else if (this.#starting.delete(key) && evidence !== undefined && !isTroubled) {
      const readyMs = firstReadyMs(evidence);
      if (readyMs !== undefined) this.#readyMs.set(key, readyMs);
    }
  }

  /** What the others are doing. */
  of(key: string): Companions {
    const isStarting = this.#starting.size > (this.#starting.has(key) ? 1 : 0);
    let readyMs: number | undefined;
    for (const [other, otherMs] of this.#readyMs) {
      if (other !== key) readyMs = Math.max(readyMs ?? otherMs, otherMs);
    }
    return readyMs === undefined ? { isStarting } : { isStarting, readyMs };
  }
}

function hasNone({ counts }: Evidence): boolean {
  return counts !== undefined && counts.desired > 0 && counts.available === 0;
}

/** When the first of the newest pods was ready, or the Job was done. */
function firstReadyMs({ workload, newestPods }: Evidence): number | undefined {
  const times = newestPods.flatMap(({ conditions }) =>
    conditions.flatMap(({ type, status, transitionMs }) =>
      type === "Ready" && status === "True" && transitionMs !== undefined ? [transitionMs] : []
    )
  );
  return times.length > 0 ? Math.min(...times) : readTime(workload, "status", "completionTime");
}
