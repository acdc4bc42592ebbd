import { getPath, isObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type Condition, describeCondition, generationOf, readConditions, readText } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/** Conditions that say, when true, that the object works; the first that an object has decides. */
const READY_CONDITIONS = [
  "Ready",
  "Available",
  "Healthy",
  "Succeeded",
  "Completed",
  "Complete",
  "Established",
  "Programmed",
  "Accepted",
  "Deployed",
  "Active",
  "Running",
  "Synced",
];

/** Conditions that say, when true, that the controller gave up. */
const FAILED_CONDITIONS = ["Failed", "Failure"];

/** Fields that tell the state in one word, in the order in which they are looked at. */
const STATE_FIELDS: readonly string[][] = [
  ["health", "status"],
  ["phase"],
  ["currentPhase"],
  ["state"],
  ["currentState"],
  ["status"],
  ["health"],
];

/** Words for a state in lower case, without spaces, dashes and underscores. A word in neither set says nothing. */
const READY_WORDS = new Set(
  ("ready running active available bound succeeded success successful completed complete healthy deployed " +
    "established synced installed provisioned online up ok green valid finished done")
    .split(" "),
);
const WAITING_WORDS = new Set(
  ("pending creating created progressing inprogress processing initializing initialising provisioning updating upgrading " +
    "reconciling installing waiting deploying starting restarting scheduling configuring scaling paused suspended " +
    "unknown missing notready yellow queued preparing").split(" "),
);
const FAILED_WORDS = new Set("failed failure error errored degraded unhealthy lost invalid crashed red".split(" "));

/**
 * Status of an object of an unknown kind, by the conventions that controllers follow: a `Ready` condition or one of
 * its kin, else one word in the status. An object that says neither is current, for most say nothing at all.
 *
 * @see kstatus `pkg/kstatus/status/status.go` v0.37.2 for the `Ready` condition
 */
export function customResourceStatus(object: Manifest): Status {
  return conditionStatus(object) ?? wordStatus(object) ?? current(`${describe(object)} exists`);
}

function conditionStatus(object: Manifest): Status | undefined {
  const conditions = readConditions(object);
  const failure = conditions.find(({ type, status }) => FAILED_CONDITIONS.includes(type) && status === "True");
  if (failure) {
    return failed(failure.reason || failure.type, `${describe(object)} has failed: ${describeCondition(failure)}`);
  }
  for (const type of READY_CONDITIONS) {
    const condition = conditions.find((candidate) => candidate.type === type);
    if (condition === undefined) continue;
    if (isStale(condition, object)) return inProgress(`Waiting for ${describe(object)} to be observed`);
    if (condition.status === "True") return current(`${describe(object)}: condition ${type} is true`);
    return inProgress(`Waiting for ${describe(object)}: ${describeCondition(condition)}`);
  }
  return undefined;
}

/** Gateway API and others note in each condition which generation it's about. */
function isStale(condition: Condition, object: Manifest): boolean {
  return condition.observedGeneration !== undefined && condition.observedGeneration < generationOf(object);
}

function wordStatus(object: Manifest): Status | undefined {
  for (const path of STATE_FIELDS) {
    const value = getPath(object, "status", ...path);
    if (typeof value !== "string" || isObject(value)) continue;
    const word = value.toLowerCase().replace(/[\s_-]/g, "");
    const state = `status.${path.join(".")} is ${value}`;
    if (READY_WORDS.has(word)) return current(`${describe(object)}: ${state}`);
    if (WAITING_WORDS.has(word)) return inProgress(`Waiting for ${describe(object)}: ${state}`);
    if (FAILED_WORDS.has(word)) {
      const message = readText(object, "status", "message") || readText(object, "status", "reason");
      return failed(value, `${describe(object)} has failed: ${state}${message === "" ? "" : `: ${message}`}`);
    }
  }
  return undefined;
}

function describe(object: Manifest): string {
  return `${object.kind.toLowerCase()} "${object.metadata.name}"`;
}
