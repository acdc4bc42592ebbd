import { getPath, type JsonValue } from "../base/mod.ts";
import { groupOf, type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { type Candidate, isDefinition } from "./prepare.ts";

/** Objects among those to apply without which the server can't judge another one. */
export interface Prerequisites {
  /** Its namespace and the definition of its kind: without them not even a dry-run can pass. */
  blocking: string[];
  /** What admission may look up: the role of a binding, the ServiceAccount and classes of a bare pod. */
  consulted: string[];
}

/** Prerequisites of each object by {@link refKey}, as keys of objects in the same set. */
export function findPrerequisites(candidates: readonly Candidate[]): Map<string, Prerequisites> {
  const keys = new Set(candidates.map(({ ref }) => refKey(ref)));
  const definitions = indexDefinitions(candidates);
  return new Map(candidates.map(({ ref, desired }) => {
    const namespace = ref.namespace === undefined ? [] : [keyOf("v1", "Namespace", ref.namespace)];
    const definition = definitions.get(`${groupOf(ref.apiVersion)}/${ref.kind}`);
    const blocking = [...namespace, ...(definition === undefined ? [] : [definition])];
    return [refKey(ref), {
      blocking: blocking.filter((key) => keys.has(key)),
      consulted: consultedBy(desired, ref).filter((key) => keys.has(key)),
    }];
  }));
}

/** `group/Kind` → key of the CustomResourceDefinition. */
function indexDefinitions(candidates: readonly Candidate[]): Map<string, string> {
  return new Map(
    candidates.filter(({ desired }) => isDefinition(desired)).map(({ ref, desired }) => [
      `${getPath(desired, "spec", "group")}/${getPath(desired, "spec", "names", "kind")}`,
      refKey(ref),
    ]),
  );
}

function consultedBy(object: Manifest, { namespace }: ObjectRef): string[] {
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case "rbac.authorization.k8s.io/RoleBinding":
    case "rbac.authorization.k8s.io/ClusterRoleBinding": {
      const kind = getPath(object, "roleRef", "kind");
      const roleNamespace = kind === "Role" ? namespace : undefined;
      return named("rbac.authorization.k8s.io/v1", kind, getPath(object, "roleRef", "name"), roleNamespace);
    }
    case "/Pod":
      return [
        ...named("v1", "ServiceAccount", getPath(object, "spec", "serviceAccountName"), namespace),
        ...named("scheduling.k8s.io/v1", "PriorityClass", getPath(object, "spec", "priorityClassName")),
        ...named("node.k8s.io/v1", "RuntimeClass", getPath(object, "spec", "runtimeClassName")),
      ];
    default:
      return [];
  }
}

function named(
  apiVersion: string,
  kind: JsonValue | undefined,
  name: JsonValue | undefined,
  namespace?: string,
): string[] {
  return typeof kind === "string" && typeof name === "string" ? [keyOf(apiVersion, kind, name, namespace)] : [];
}

function keyOf(apiVersion: string, kind: string, name: string, namespace?: string): string {
  return refKey({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
}
