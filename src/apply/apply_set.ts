import type { JsonObject, JsonValue } from "../base/mod.ts";
import { compareBytes, getPath } from "../base/mod.ts";
import { groupOf, type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import { describeRef } from "./describe_ref.ts";

/**
 * ApplySets, as kubectl keeps them: a parent object says which kinds and namespaces its members are of, and each member
 * has a label with the parent's id.
 *
 * @see KEP-3659 and kubectl `pkg/cmd/apply/applyset.go` v1.36
 */

/** The label of a member: its set's id. */
export const PART_OF_LABEL = "applyset.kubernetes.io/part-of";

const ID_LABEL = "applyset.kubernetes.io/id";
const TOOLING = "applyset.kubernetes.io/tooling";
const GROUP_KINDS = "applyset.kubernetes.io/contains-group-kinds";
const NAMESPACES = "applyset.kubernetes.io/additional-namespaces";

/** Which tool keeps the set, `<name>/<version>`; no other tool changes it. The version is that of this way of keeping. */
const OWN_TOOLING = "kstage/v1.0.0";

/** Who owns the parent's labels and annotations; apart from the manager of objects, so that neither removes the other's. */
export const APPLY_SET_MANAGER = "kstage-applyset";

/** A set of objects that are applied together and of which those that leave the overlay are pruned. */
export interface ApplySet {
  /** Such as `applyset-wHf5Gity0G0nPN34KuNBIBBEOu2H9ED2KqsblMPFygM-v1`. */
  id: string;
  /** The Secret or ConfigMap that stands for the set. */
  parent: ObjectRef;
}

/** Where a set keeps its inventory. */
export interface ApplySetParent {
  /** What holds the inventory. @default {"Secret"} */
  kind?: "Secret" | "ConfigMap";
  /** The parent's namespace. */
  namespace: string;
  /** The parent's name. */
  name: string;
}

/** The set of a parent; the parent need not exist. */
export async function defineApplySet({ kind = "Secret", namespace, name }: ApplySetParent): Promise<ApplySet> {
  const parent: ObjectRef = { apiVersion: "v1", kind, namespace, name };
  return { id: await computeApplySetId(parent), parent };
}

/** The id that a parent object must have: equal for equal name, namespace, kind and group. */
export async function computeApplySetId({ apiVersion, kind, namespace = "", name }: ObjectRef): Promise<string> {
  const text = [name, namespace, kind, groupOf(apiVersion)].join(".");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `applyset-${hash.toBase64({ alphabet: "base64url", omitPadding: true })}-v1`;
}

/** What a parent says about its members: where they may be. */
export interface SetScope {
  /** `Kind.group`, or `Kind` for the core group; sorted. */
  kinds: string[];
  /** Namespaces beside the parent's own; sorted. */
  namespaces: string[];
}

/** The scope that objects need. */
export function scopeOf({ parent }: ApplySet, refs: readonly ObjectRef[]): SetScope {
  const members = refs.filter((ref) => refKey(ref) !== refKey(parent));
  const namespaces = members.map(({ namespace }) => namespace).filter((namespace) => namespace !== undefined);
  return {
    kinds: sorted(members.map(formatGroupKind)),
    namespaces: sorted(namespaces.filter((namespace) => namespace !== parent.namespace)),
  };
}

/** The scope that covers both. */
export function uniteScopes(a: SetScope, b: SetScope): SetScope {
  return { kinds: sorted([...a.kinds, ...b.kinds]), namespaces: sorted([...a.namespaces, ...b.namespaces]) };
}

/** Whether two scopes are the same. */
export function equalScopes(a: SetScope, b: SetScope): boolean {
  return formatScope(a) === formatScope(b);
}

function formatScope({ kinds, namespaces }: SetScope): string {
  return `${kinds.join(",")} ${namespaces.join(",")}`;
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareBytes);
}

function formatGroupKind({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): string {
  const group = groupOf(apiVersion);
  return group === "" ? kind : `${kind}.${group}`;
}

/** Group and kind of an entry of {@link SetScope.kinds}. */
export function parseGroupKind(text: string): { group: string; kind: string } {
  const dot = text.indexOf(".");
  return dot < 0 ? { group: "", kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
}

/** What is applied to the parent, with {@link APPLY_SET_MANAGER}. */
export function parentManifest({ id, parent }: ApplySet, { kinds, namespaces }: SetScope): Manifest {
  const { apiVersion, kind, name, namespace = "" } = parent;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { [ID_LABEL]: id },
      annotations: {
        [TOOLING]: OWN_TOOLING,
        [GROUP_KINDS]: kinds.join(","),
        [NAMESPACES]: namespaces.join(","),
      },
    },
  };
}

/**
 * What a parent says about its members.
 *
 * @throws {ApplyError} SET_FOREIGN when the object is no parent, another's, or kept by another tool.
 */
export function readScope(set: ApplySet, parent: Manifest): SetScope {
  const id = labelOf(parent, ID_LABEL);
  const tooling = annotationOf(parent, TOOLING);
  if (id !== set.id) {
    const state = id === undefined
      ? "the object is there, but no inventory of an ApplySet"
      : `its label ${ID_LABEL} is "${id}", not "${set.id}"`;
    throw foreign(set, state, "Give the inventory another name, or remove the object if nothing else needs it");
  }
  if (tooling?.split("/")[0] !== OWN_TOOLING.split("/")[0]) {
    const hint = "Give the inventory another name; the tool's own inventory can be deleted once kstage has applied all";
    throw foreign(set, `it is kept by ${tooling ? `"${tooling}"` : "an unknown tool"}`, hint);
  }
  return { kinds: listOf(annotationOf(parent, GROUP_KINDS)), namespaces: listOf(annotationOf(parent, NAMESPACES)) };
}

function foreign({ parent }: ApplySet, state: string, hint: string): ApplyError {
  return new ApplyError("SET_FOREIGN", `Cannot use ${describeRef(parent)} as inventory: ${state}`, [parent], { hint });
}

function listOf(text = ""): string[] {
  return sorted(text.split(",").map((item) => item.trim()).filter((item) => item !== ""));
}

/** The id of the set that an object says it belongs to. */
export function partOf(object: Manifest): string | undefined {
  return labelOf(object, PART_OF_LABEL);
}

/** The object with a set's label. */
export function withSetLabel(object: Manifest, id: string): Manifest {
  const labels = getPath(object, "metadata", "labels");
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...labels as JsonObject | undefined, [PART_OF_LABEL]: id } },
  };
}

/**
 * Whether the label of a set came by an apply. Controllers copy labels to what they make (EndpointSlices get those of
 * their Service): such a copy makes no member.
 */
export function isAppliedMember(object: Manifest): boolean {
  const entries = object.metadata.managedFields;
  return Array.isArray(entries) && entries.some((entry) =>
    getPath(entry, "operation") === "Apply" &&
    getPath(entry, "fieldsV1", "f:metadata", "f:labels", `f:${PART_OF_LABEL}`) !== undefined
  );
}

function labelOf(object: Manifest, name: string): string | undefined {
  return asText(getPath(object, "metadata", "labels", name));
}

/** An annotation of an object. */
export function annotationOf(object: Manifest, name: string): string | undefined {
  return asText(getPath(object, "metadata", "annotations", name));
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
