import { type Evidence, expectedPods } from "../evidence/evidence.ts";
import { describeEvent, type EventView } from "../evidence/event_view.ts";
import type { ObjectRef } from "../../manifest/mod.ts";
import type { FindingCode } from "../catalogue/catalogue.ts";
import { type Certainty, type EvidenceItem, NEVER, type Suspicion, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { readConditions, readText } from "../status/fields.ts";
import { clause, repeatedForMs, type Rule } from "./rule.ts";

/** What the API server's refusal of a pod means. The first pattern that matches decides. */
const REFUSALS: readonly [RegExp, FindingCode][] = [
  [/failed calling webhook|failed to call webhook/i, "K1407"],
  [/exceeded quota|failed quota/i, "K1401"],
  [/violates PodSecurity|security context constraint|pod security policy/i, "K1403"],
  [/error looking up service account|serviceaccounts? "[^"]*" not found/i, "K1404"],
  [/because it is being terminated/i, "K1408"],
  [/admission webhook "[^"]*" denied|ValidatingAdmissionPolicy|denied (?:the )?request/i, "K1402"],
  [/(?:minimum|maximum) [\w./-]+ usage per|limit to request ratio/i, "K1405"],
  [/no PriorityClass with name|is forbidden/i, "K1402"],
  [/is invalid|admission plugin .* failed to complete/i, "K1406"],
];

/** Words of a server that will answer otherwise the next time. */
const PASSING =
  /already exists|timed? ?out|deadline exceeded|etcd|connection refused|too many requests|object has been modified|unable to (?:connect|reach)|EOF|context canceled|Internal error/i;

/** Classifies a refusal of a pod; undefined for what passes by itself. */
export function classifyRefusal(message: string): FindingCode | undefined {
  const known = REFUSALS.find(([pattern]) => pattern.test(message))?.[1];
  if (known !== undefined) return known;
  return PASSING.test(message) ? undefined : "K1409";
}

interface Refusal {
  message: string;
  evidence: EvidenceItem;
  event?: EventView;
}

/** Pods that can't even be created: K1401 to K1409. */
export const podCreationRule: Rule = (evidence, patience) => {
  const refusal = findRefusal(evidence);
  if (refusal === undefined) return [];
  const code = classifyRefusal(refusal.message);
  if (code === undefined) return [];
  return [suspectRefusal(code, refusal, evidence, patience)];
};

/** The newest refusal that still stands: a Deployment's and a ReplicaSet's conditions go away with it, events don't. */
function findRefusal(evidence: Evidence): Refusal | undefined {
  const { workload, replicaSet } = evidence;
  if (!evidence.isObserved) return undefined;
  // A Deployment repeats what any of its ReplicaSets says, so the newest's own word is better where it can be read.
  const conditions = replicaSet?.conditions ?? readConditions(workload);
  const failure = conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  const owners = [replicaSet?.uid, readText(workload, "metadata", "uid")].filter((uid) => uid !== undefined);
  const event = owners.flatMap((uid) => evidence.eventsOf(uid)).find(({ reason }) => reason === "FailedCreate");
  if (failure !== undefined) {
    const text = `ReplicaFailure is True (${failure.reason}): ${failure.message}`;
    return { message: failure.message, evidence: { kind: "condition", text }, event };
  }
  if (event === undefined || replicaSet !== undefined || !isStanding(event, evidence)) return undefined;
  return { message: stripController(event.message), evidence: { kind: "event", text: describeEvent(event) }, event };
}

/** Whether pods are missing, and none was created after the refusal. */
function isStanding({ lastMs }: EventView, evidence: Evidence): boolean {
  const { appliedMs } = evidence;
  if (evidence.newestPods.length >= (expectedPods(evidence) ?? Infinity)) return false;
  if (lastMs === undefined) return true;
  if (appliedMs !== undefined && lastMs < appliedMs - 1000) return false;
  return evidence.newestPods.every(({ createdMs }) => createdMs === undefined || createdMs <= lastMs);
}

/** `create Pod web-0 in StatefulSet web failed error: …`, `Error creating: …`. */
function stripController(message: string): string {
  return message.replace(
    /^create (?:Pod|Claim) \S+ (?:for Pod \S+ )?in StatefulSet \S+ failed error: |^Error creating: /,
    "",
  );
}

function suspectRefusal(code: FindingCode, refusal: Refusal, evidence: Evidence, patience: Patience): Suspicion {
  const account = code === "K1404" ? findServiceAccount(refusal.message) : undefined;
  const { namespace } = evidence.ref;
  const lookFor = account === undefined
    ? undefined
    : { apiVersion: "v1", kind: "ServiceAccount", name: account, namespace };
  return {
    code,
    object: evidence.ref,
    message: describeRefusal(code, clause(refusal.message)),
    evidence: [refusal.evidence],
    certainty: judgeRefusal(code, lookFor, evidence, patience),
    ...(lookFor === undefined ? {} : { lookFor }),
    wantsRoom: code === "K1401",
    knownForMs: repeatedForMs(refusal.event, evidence),
    nextStep: adviseOnRefusal(code, refusal.message),
  };
}

function judgeRefusal(
  code: FindingCode,
  account: ObjectRef | undefined,
  evidence: Evidence,
  patience: Patience,
): Certainty {
  if (code === "K1407" || code === "K1409") return NEVER;
  if (code === "K1401" && evidence.isRoomComing()) return twice(patience.roomMs);
  const isThere = account !== undefined && evidence.presenceOf(account).kind === "present";
  return twice(isThere ? patience.pendingMs : patience.createMs);
}

/** The refusal without the generated name of the pod, which differs from try to try. */
function describeRefusal(code: FindingCode, message: string): string {
  const words = message.replace(/^pods? "[^"]*" is (forbidden|invalid): /i, "");
  switch (code) {
    case "K1401":
      return `The quota does not admit another pod: ${describeQuota(words)}`;
    case "K1404":
      return `ServiceAccount "${findServiceAccount(words) ?? "?"}" does not exist`;
    case "K1407":
      return `An admission webhook does not answer: ${words}`;
    default:
      return `The API server refuses the pod: ${words}`;
  }
}

function findServiceAccount(words: string): string | undefined {
  return /serviceaccounts? "([^"]+)"/.exec(words)?.[1] ?? /service account [^/\s]+\/([^:\s]+)/.exec(words)?.[1];
}

/** `exceeded quota: q, requested: cpu=1, used: cpu=3, limited: cpu=4`, with the numbers side by side. */
function describeQuota(words: string): string {
  const [, quota, requested = "", used = "", limited = ""] =
    /exceeded quota: ([^,]+), requested: (.*?), used: (.*?), limited: (.*)$/.exec(words) ?? [];
  if (quota === undefined) return words;
  const usedBy = toAmounts(used);
  const limitOf = toAmounts(limited);
  const parts = [...toAmounts(requested)].map(([resource, amount]) =>
    `needs ${amount} ${resource}, ${usedBy.get(resource) ?? "?"} of ${limitOf.get(resource) ?? "?"} are used`
  );
  return `quota "${quota}": ${parts.join("; ")}`;
}

function toAmounts(list: string): Map<string, string> {
  return new Map(
    list.split(",").map((pair) => {
      const [resource = "", amount = ""] = pair.split("=");
      return [resource.trim(), amount.trim()];
    }),
  );
}

function adviseOnRefusal(code: FindingCode, message: string): string | undefined {
  const [, mustSpecify] = /must specify ([^:]+)/.exec(message) ?? [];
  if (code === "K1401" && mustSpecify !== undefined) {
    return `Set ${mustSpecify.trim()} in every container: the quota asks for it`;
  }
  const [, priorityClass] = /no PriorityClass with name (\S+)/.exec(message) ?? [];
  if (priorityClass !== undefined) return `Create PriorityClass "${priorityClass}", or correct priorityClassName`;
  return undefined;
}
