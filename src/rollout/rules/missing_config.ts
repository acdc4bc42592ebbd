import { groupOf, type ObjectRef } from "../../manifest/mod.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Presence } from "../evidence/surroundings.ts";
import { type Certainty, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";

/** A Secret or ConfigMap, or a key of one, that the kubelet looked for in vain. */
export interface MissingConfig {
  kind: "Secret" | "ConfigMap";
  name: string;
  /** The key that is missing; absent when the whole object is. */
  key?: string;
}

const MISSING_OBJECT = /(secret|configmap)s? "([^"]+)" not found/i;
const MISSING_KEY = /couldn't find key (\S+) in (Secret|ConfigMap) (?:[^/\s]+\/)?(\S+)/;
const MISSING_VOLUME_KEY = /references non-existent (secret|config) key: (\S+)/;

/**
 * Finds in the kubelet's words what is missing.
 *
 * @see kubernetes `pkg/kubelet/kubelet_pods.go`, `pkg/volume/secret`, `pkg/volume/configmap`
 */
export function findMissingConfig(message: string): MissingConfig | undefined {
  const object = MISSING_OBJECT.exec(message);
  if (object) return { kind: kindOf(object[1]!), name: object[2]! };
  const key = MISSING_KEY.exec(message);
  if (key) return { kind: kindOf(key[2]!), name: key[3]!.replace(/[.,:]$/, ""), key: key[1]! };
  const volumeKey = MISSING_VOLUME_KEY.exec(message);
  // Only the volume is named here, not the object.
  if (volumeKey) return { kind: kindOf(volumeKey[1]!), name: "", key: volumeKey[2]! };
  return undefined;
}

function kindOf(word: string): "Secret" | "ConfigMap" {
  return word.toLowerCase().startsWith("secret") ? "Secret" : "ConfigMap";
}

/** `Secret "db" does not exist`, `Key "url" is missing in ConfigMap "settings"`. */
export function describeMissing({ kind, name, key }: MissingConfig): string {
  if (key === undefined) return `${kind} "${name}" does not exist`;
  return `Key "${key}" is missing in ${name === "" ? `the volume's ${kind}` : `${kind} "${name}"`}`;
}

/**
 * When it's certain that something stays missing. The kubelet's word may be old, so a look at the object itself
 * decides: what is there by now will be found at the next try. An object of the overlay may reach the kubelet a moment
 * later, and something that isn't built in and has the same name (an ExternalSecret, a SealedSecret, a Certificate)
 * may still make it.
 */
export function judgeMissing(missing: MissingConfig, evidence: Evidence, patience: Patience): Certainty {
  const { overlay = [] } = evidence;
  const presence = evidence.presenceOf(missing);
  if (isThere(missing, presence)) return twice(patience.pendingMs);
  const isInOverlay = isPartOf(missing, overlay);
  if (missing.key !== undefined && isInOverlay) return twice(patience.missingMs);
  if (isInOverlay || findMaker(missing, overlay) !== undefined) return twice(patience.pendingMs);
  return twice(presence.kind === "hidden" || missing.name === "" ? patience.unseenMs : patience.missingMs);
}

function isThere({ key }: MissingConfig, presence: Presence): boolean {
  return presence.kind === "present" && (key === undefined || presence.keys.includes(key));
}

/** What to look for, to be sure; undefined where the kubelet names no object. */
export function refOfMissing({ kind, name }: MissingConfig, { ref }: Evidence): ObjectRef | undefined {
  return name === "" ? undefined : { apiVersion: "v1", kind, name, namespace: ref.namespace };
}

/** What to do about it, told from what the overlay holds. */
export function adviseOnMissing(missing: MissingConfig, evidence: Evidence): string | undefined {
  const { kind, name, key } = missing;
  const { overlay } = evidence;
  if (name === "") return `Add the key to the ${kind}, or correct the volume's items`;
  const object = `${kind} "${name}"`;
  if (name !== "" && isThere(missing, evidence.presenceOf(missing))) {
    return `It is there by now: the kubelet tries again, or run kubectl rollout restart`;
  }
  if (overlay === undefined) return undefined;
  if (isPartOf(missing, overlay)) {
    return key === undefined
      ? `The overlay has ${object}: look whether somebody deleted it, or it is in another namespace`
      : `The overlay has ${object}, but without key "${key}": add the key, or correct the reference`;
  }
  const maker = findMaker(missing, overlay);
  if (maker !== undefined) return `Look at ${maker.kind} "${maker.name}" of the overlay, which should create ${object}`;
  return `${object} is not in the overlay: add it there, create it in the cluster, or correct its name`;
}

function isPartOf({ kind, name }: MissingConfig, overlay: readonly ObjectRef[]): boolean {
  return overlay.some((ref) => groupOf(ref.apiVersion) === "" && ref.kind === kind && ref.name === name);
}

function findMaker({ name }: MissingConfig, overlay: readonly ObjectRef[]): ObjectRef | undefined {
  return overlay.find((ref) => ref.name === name && groupOf(ref.apiVersion).includes(".") && !isBuiltIn(ref));
}

function isBuiltIn({ apiVersion }: ObjectRef): boolean {
  return groupOf(apiVersion).endsWith(".k8s.io");
}
