import { CATALOGUE } from "./catalogue/catalogue.ts";
import { isCause, isTimeUp } from "./diagnose.ts";
import type { Certainty, Finding, Severity, Suspicion } from "./finding.ts";

/** What is remembered of one suspicion. */
interface Record {
  firstMs: number;
  lastCountedMs: number;
  sightings: number;
}

const SEVERITY_ORDER: readonly Severity[] = ["fatal", "confirm", "transient"];

/**
 * Remembers, for one workload, which suspicions were seen when, and makes findings of them. A suspicion that is gone
 * for a while keeps its history: a container between two crashes looks well.
 */
export class SuspicionLog {
  readonly #records = new Map<string, Record>();

  /**
   * Takes in one look at the cluster.
   *
   * @param suspicions All of this moment.
   * @param nowMs Milliseconds since 1970.
   * @returns Findings, the most telling first; suspicions of several pods that differ in nothing else are one finding.
   */
  observe(suspicions: Suspicion[], nowMs: number): Finding[] {
    const groups = new Map<string, Finding>();
    for (const suspicion of suspicions) {
      const record = this.#note(suspicion, nowMs);
      if (isQuiet(suspicion, record, nowMs)) continue;
      merge(groups, suspicion, severityOf(suspicion, record, nowMs));
    }
    return [...groups.values()].sort(compareFindings);
  }

  /** When, if nothing changes, one of these suspicions will be worth another look; undefined for never. */
  nextLookMs(suspicions: Suspicion[], nowMs: number): number | undefined {
    let next: number | undefined;
    for (const suspicion of suspicions) {
      const record = this.#records.get(recordKey(suspicion));
      if (record === undefined) continue;
      const knownMs = suspicion.knownForMs ?? 0;
      const times = [record.firstMs + (suspicion.quietMs ?? 0) - knownMs];
      if (suspicion.certainty.kind === "after") times.push(nextSightingMs(suspicion.certainty, record));
      for (const time of times) if (time > nowMs && (next === undefined || time < next)) next = time;
    }
    return next;
  }

  #note(suspicion: Suspicion, nowMs: number): Record {
    const key = recordKey(suspicion);
    const record = this.#records.get(key);
    if (record === undefined) {
      const first = { firstMs: nowMs, lastCountedMs: nowMs, sightings: 1 };
      this.#records.set(key, first);
      return first;
    }
    const { certainty } = suspicion;
    if (certainty.kind === "after" && nowMs >= nextSightingMs(certainty, record)) {
      record.sightings++;
      record.lastCountedMs = nowMs;
    }
    return record;
  }
}

/** Sightings are counted at even distances, so that a burst of watch events doesn't count as many. */
function nextSightingMs({ sightings, spanMs }: Certainty & { kind: "after" }, { lastCountedMs }: Record): number {
  return lastCountedMs + spanMs / Math.max(1, sightings - 1);
}

function severityOf({ certainty, knownForMs = 0 }: Suspicion, record: Record, nowMs: number): Severity {
  if (certainty.kind === "now") return "fatal";
  if (certainty.kind === "never") return "transient";
  const isSeenOften = record.sightings >= certainty.sightings && nowMs - record.firstMs >= certainty.spanMs;
  return isSeenOften || knownForMs >= certainty.spanMs ? "fatal" : "confirm";
}

function isQuiet({ quietMs = 0, knownForMs = 0 }: Suspicion, { firstMs }: Record, nowMs: number): boolean {
  return nowMs - firstMs + knownForMs < quietMs;
}

/** What one finding is about: the same trouble of several pods is told once. */
function findingKey({ code, container = "", key = "" }: Suspicion): string {
  return `${code}\0${container}\0${key}`;
}

/** What is timed: by pod, for what one pod got over doesn't make the next one's case worse. */
function recordKey(suspicion: Suspicion): string {
  return `${findingKey(suspicion)}\0${suspicion.object.name}`;
}

function merge(groups: Map<string, Finding>, suspicion: Suspicion, severity: Severity): void {
  const { code, object, container, message, evidence } = suspicion;
  const known = groups.get(findingKey(suspicion));
  const pods = object.kind === "Pod" ? [object.name] : [];
  if (known !== undefined) {
    known.pods = [...new Set([...known.pods, ...pods])];
    if (SEVERITY_ORDER.indexOf(severity) < SEVERITY_ORDER.indexOf(known.severity)) {
      Object.assign(known, { severity, object, message, evidence });
    }
    return;
  }
  const entry = CATALOGUE[code];
  groups.set(findingKey(suspicion), {
    code,
    name: entry.name,
    severity,
    object,
    ...(container === undefined ? {} : { container }),
    pods,
    message,
    evidence,
    nextStep: suspicion.nextStep ?? entry.steps[0],
  });
}

/**
 * The worst first, among equals causes before outcomes; that the time was up comes last, however bad it is, for the
 * first finding is what people read.
 */
export function compareFindings(a: Finding, b: Finding): number {
  return Number(isTimeUp(a.code)) - Number(isTimeUp(b.code)) ||
    SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) ||
    Number(isCause(b.code)) - Number(isCause(a.code));
}
