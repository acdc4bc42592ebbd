import { type Evidence, livePods } from "../evidence/evidence.ts";
import type { EventView } from "../evidence/event_view.ts";
import type { PodView } from "../evidence/pod_view.ts";
import { NEVER, type Suspicion } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { adviseOnMissing, describeMissing, findMissingConfig, judgeMissing, refOfMissing } from "./missing_config.ts";
import { certaintyFor, clause, eventItem, repeatedForMs, type Rule } from "./rule.ts";

const REASONS = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume"]);

/** Volumes that can't be attached or mounted: K1204; and pods without a sandbox: K1206. */
export const volumesRule: Rule = (evidence, patience) =>
  livePods(evidence).filter(isWaitingForNode).flatMap((pod) => {
    const events = evidence.eventsOf(pod.uid);
    const failures = events.filter(({ reason }) => REASONS.has(reason));
    // Some of these events only sum up others: the one that names what is missing says most.
    const telling = failures.find(({ message }) => findMissingConfig(message) !== undefined) ?? failures[0];
    if (telling !== undefined) return [suspectMount(pod, telling, evidence, patience)];
    const sandbox = events.find(({ reason }) => reason === "FailedCreatePodSandBox");
    return sandbox === undefined ? [] : [suspectSandbox(pod, sandbox)];
  });

/** Has a node, but no container has ever been started there. */
function isWaitingForNode({ phase, nodeName, containers }: PodView): boolean {
  const isUntouched = containers.every(({ state, restartCount }) =>
    restartCount === 0 && (state.kind === "unknown" ||
      (state.kind === "waiting" && (state.reason === "ContainerCreating" || state.reason === "PodInitializing")))
  );
  return phase === "Pending" && nodeName !== "" && isUntouched;
}

function suspectMount(pod: PodView, event: EventView, evidence: Evidence, patience: Patience): Suspicion {
  const missing = findMissingConfig(event.message);
  const [, volume] = /for volume "([^"]+)"/.exec(event.message) ?? [];
  const subject = volume === undefined ? "A volume" : `Volume "${volume}"`;
  const cause = missing === undefined ? shorten(event.message) : describeMissing(missing);
  return {
    code: "K1204",
    object: pod.ref,
    key: volume ?? event.reason,
    message: `${subject} cannot be ${event.reason === "FailedMount" ? "mounted" : "attached"}: ${cause}`,
    evidence: [eventItem(event)],
    nextStep: missing === undefined ? undefined : adviseOnMissing(missing, evidence),
    lookFor: missing && refOfMissing(missing, evidence),
    certainty: certaintyFor(
      pod,
      missing === undefined ? NEVER : judgeMissing(missing, evidence, patience),
      evidence,
      patience,
    ),
    knownForMs: repeatedForMs(event, evidence),
  };
}

function suspectSandbox(pod: PodView, event: EventView): Suspicion {
  return {
    code: "K1206",
    object: pod.ref,
    message: `The node cannot set up the pod: ${shorten(event.message)}`,
    evidence: [eventItem(event)],
    certainty: NEVER,
    quietMs: 15_000,
  };
}

/** The message without the step that failed: `MountVolume.SetUp failed for volume "x" : `. */
function shorten(message: string): string {
  return clause(message.replace(/^(MountVolume|AttachVolume|MapVolume)\.\S+ failed for volume "[^"]*" ?: /, ""));
}
