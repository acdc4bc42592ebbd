import { describeEvent, type EventView } from "../evidence/event_view.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { ContainerView, PodView } from "../evidence/pod_view.ts";
import { type Certainty, type EvidenceItem, type Suspicion, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";

/** Looks at one workload's evidence and says what seems to be wrong; pure. */
export type Rule = (evidence: Evidence, patience: Patience) => Suspicion[];

/** Cluster and caller may disagree by this much about the time. */
const CLOCK_TOLERANCE_MS = 5_000;

/** Whether a pod was there before the apply: what was wrong with it may just have been mended. */
export function isOlderThanApply({ createdMs, hasArrived }: PodView, { appliedMs }: Evidence): boolean {
  return appliedMs !== undefined && !hasArrived && createdMs !== undefined &&
    createdMs < appliedMs - CLOCK_TOLERANCE_MS;
}

/** Makes kstage wait longer before it's certain about a pod that is older than the apply. */
export function certaintyFor(pod: PodView, certainty: Certainty, evidence: Evidence, patience: Patience): Certainty {
  if (certainty.kind === "never" || !isOlderThanApply(pod, evidence)) return certainty;
  const spanMs = Math.max(patience.staleMs, certainty.kind === "after" ? certainty.spanMs : 0);
  return twice(spanMs);
}

/** Events about a pod's container, newest first; events that name no container count for all. */
export function containerEvents(pod: PodView, container: ContainerView, evidence: Evidence): EventView[] {
  return evidence.eventsOf(pod.uid).filter(({ fieldPath }) =>
    fieldPath === "" || fieldPath.endsWith(`{${container.name}}`)
  );
}

/** For how long an event has been repeated since the apply; undefined for one that was seen once. */
export function repeatedForMs(event: EventView | undefined, { appliedMs = 0 }: Evidence): number | undefined {
  if (event?.firstMs === undefined || event.lastMs === undefined || event.count < 2) return undefined;
  return Math.max(0, event.lastMs - Math.max(event.firstMs, appliedMs));
}

/** An event as evidence. */
export function eventItem(event: EventView): EvidenceItem {
  return { kind: "event", text: describeEvent(event) };
}

/** A container's waiting state as evidence. */
export function stateItem({ name, state }: ContainerView): EvidenceItem[] {
  if (state.kind !== "waiting") return [];
  return [{
    kind: "state",
    text: `container ${name} is waiting: ${state.reason}${state.message && `: ${state.message}`}`,
  }];
}

/** `container "web"`, `init container "migrate"`. */
export function describeContainer({ name, role }: ContainerView): string {
  return `${role === "main" ? "container" : role === "init" ? "init container" : "sidecar container"} "${name}"`;
}

/** A sentence's last words: on one line, without a final period. */
export function clause(text: string): string {
  return text.trim().replace(/\s+/g, " ").replace(/\.$/, "");
}
