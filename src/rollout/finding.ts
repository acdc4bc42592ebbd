import type { ObjectRef } from "../manifest/mod.ts";
import type { FindingCode } from "./catalogue/catalogue.ts";

/**
 * How bad a finding is:
 * - `fatal`: the rollout can't succeed as things are;
 * - `confirm`: it will be called fatal unless it goes away soon;
 * - `transient`: such things pass, so it's only told.
 */
export type Severity = "fatal" | "confirm" | "transient";

/** One piece of what a finding rests upon, in the words of the cluster. */
export interface EvidenceItem {
  /** Where it comes from: an event, a condition, a container's state, an exit code, a line of a log. */
  kind: "event" | "condition" | "state" | "exit" | "log";
  /** One line. */
  text: string;
}

/** Something that hinders a rollout, and why kstage thinks so. */
export interface Finding {
  /** Stable: `K1001`. `kstage explain` tells more of it. */
  code: FindingCode;
  /** The name that goes with the code: `ImageNotFound`. */
  name: string;
  /** How bad it is. */
  severity: Severity;
  /** What it was seen at: a pod, or the workload itself. */
  object: ObjectRef;
  /** The container, where it's about one. */
  container?: string;
  /** Names of all the pods that have it, `object` among them. */
  pods: string[];
  /** The cause, in one sentence without a final period. */
  message: string;
  /** What it rests upon, the most telling first, log lines last. */
  evidence: EvidenceItem[];
  /** What to do, in one sentence without a final period. */
  nextStep: string;
}

/**
 * When a suspicion is certain enough to stop for:
 * - `now`;
 * - `after`: when it was seen `sightings` times, the first and the last at least `spanMs` apart;
 * - `never`.
 */
export type Certainty =
  | { kind: "now" }
  | { kind: "after"; sightings: number; spanMs: number }
  | { kind: "never" };

/** What a rule says of one look at the cluster; looks are put together by `SuspicionLog`. */
export interface Suspicion {
  code: FindingCode;
  object: ObjectRef;
  container?: string;
  message: string;
  evidence: EvidenceItem[];
  /** In place of the catalogue's. */
  nextStep?: string;
  certainty: Certainty;
  /** For how long the cluster itself says that this goes on (milliseconds), where it does. */
  knownForMs?: number;
  /** Isn't worth telling before it was seen for this long. @default {0} */
  quietMs?: number;
  /** An object that decides whether this is so, and is worth a look of its own. */
  lookFor?: ObjectRef;
  /** Pods that are ending, of whatever workload, may help. @default {false} */
  wantsRoom?: boolean;
  /** What tells it from other suspicions of the code, beside the container; pods with the same key become one finding. */
  key?: string;
}

/** Certain when seen twice, at least `spanMs` apart. */
export function twice(spanMs: number): Certainty {
  return { kind: "after", sightings: 2, spanMs };
}

/** Certain at once. */
export const NOW: Certainty = { kind: "now" };

/** Never certain. */
export const NEVER: Certainty = { kind: "never" };
