import { getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";

/** A Kubernetes object as a plain value. Read-only by convention, except to the code that made it. */
export interface Manifest extends JsonObject {
  /** `v1`, `apps/v1`. */
  apiVersion: string;
  /** `Deployment`. */
  kind: string;
  /** Name, namespace, labels and so on. */
  metadata: ObjectMeta;
}

/** The part of an object's metadata that kstage reads. */
export interface ObjectMeta extends JsonObject {
  /** `metadata.name`. */
  name: string;
}

/** What names one object of a cluster. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef {
  /** `v1`, `apps/v1`. */
  apiVersion: string;
  /** `Deployment`. */
  kind: string;
  /** `metadata.namespace`; absent for objects of the whole cluster, and where it is not known yet. */
  namespace?: string;
  /** `metadata.name`. */
  name: string;
}

/** Whether a value has the shape of a Kubernetes object: apiVersion, kind and metadata.name. */
export function isManifest(value: JsonValue | undefined): value is Manifest {
  return isObject(value) && typeof value.apiVersion === "string" && typeof value.kind === "string" &&
    typeof getPath(value, "metadata", "name") === "string";
}

/** The reference of an object. */
export function refOf(manifest: Manifest): ObjectRef {
  const { name, namespace } = manifest.metadata;
  const ref: ObjectRef = { apiVersion: manifest.apiVersion, kind: manifest.kind, name };
  if (typeof namespace === "string" && namespace !== "") ref.namespace = namespace;
  return ref;
}

/** The API group of an `apiVersion`: `apps` of `apps/v1`, empty for the core group's `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** The version of an `apiVersion`: `v1` of `apps/v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf("/") + 1);
}

/** A key that is equal for equal objects whatever the API version: `group/kind/namespace/name`. */
export function refKey(ref: ObjectRef): string {
  return `${groupOf(ref.apiVersion)}/${ref.kind}/${ref.namespace ?? ""}/${ref.name}`;
}

/** A reference for people, as kubectl writes it: `deployment/api-service`, with the group where it isn't a built-in one. */
export function formatRef(ref: Pick<ObjectRef, "apiVersion" | "kind" | "name">): string {
  const group = groupOf(ref.apiVersion);
  const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
  return `${ref.kind.toLowerCase()}${isBuiltIn ? "" : `.${group}`}/${ref.name}`;
}

/** Letters of kustomize's hashes. @see kustomize `api/hasher/hasher.go` v5.8.1 (`encode`) */
const HASHED_NAME = /-[2456789bcdfghkmt]{10}$/;

/** Whether an object is a ConfigMap or Secret whose name ends in a hash of its content, so that the next has another one. */
export function hasGeneratedName({ apiVersion, kind, name }: Pick<ObjectRef, "apiVersion" | "kind" | "name">): boolean {
  return apiVersion === "v1" && (kind === "ConfigMap" || kind === "Secret") && HASHED_NAME.test(name);
}
