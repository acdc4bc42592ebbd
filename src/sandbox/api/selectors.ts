import { getPath, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { badRequest } from "./status.ts";

/** Whether an object is meant. */
export type Matcher = (object: Manifest) => boolean;

type Requirement =
  | { operator: "in" | "notin"; key: string; values: ReadonlySet<string> }
  | { operator: "exists" | "!"; key: string }
  | { operator: "gt" | "lt"; key: string; value: number };

const KEY = "[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?";
const SET_BASED = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=|>|<)\\s*([^\\s,()=!<>]*)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * Parses a label selector: `app=web,tier in (a,b),!canary`.
 *
 * @throws {StatusError} BadRequest when it is malformed.
 * @see Kubernetes `apimachinery/pkg/labels/selector.go`
 */
export function parseLabelSelector(text: string): Matcher {
  const requirements = splitOutsideParentheses(text).map((part) => parseRequirement(part, text));
  return ({ metadata }) => {
    const labels = (metadata.labels ?? {}) as JsonObject;
    return requirements.every((requirement) => meets(labels, requirement));
  };
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim()).filter((part) => part !== "");
}

function parseRequirement(part: string, whole: string): Requirement {
  const [, setKey, operator, list] = SET_BASED.exec(part) ?? [];
  if (setKey !== undefined) {
    const values = new Set(list!.split(",").map((value) => value.trim()));
    return { operator: operator as "in" | "notin", key: setKey, values };
  }
  const [, key, sign, value] = EQUALITY.exec(part) ?? [];
  if (key !== undefined) {
    if (sign === ">" || sign === "<") return { operator: sign === ">" ? "gt" : "lt", key, value: Number(value) };
    return { operator: sign === "!=" ? "notin" : "in", key, values: new Set([value!]) };
  }
  const [, not, existing] = EXISTENCE.exec(part) ?? [];
  if (existing === undefined) throw badRequest(`unable to parse requirement: found '${part}' in '${whole}'`);
  return { operator: not === "!" ? "!" : "exists", key: existing };
}

function meets(labels: JsonObject, requirement: Requirement): boolean {
  const has = Object.hasOwn(labels, requirement.key);
  const value = has ? String(labels[requirement.key]) : "";
  switch (requirement.operator) {
    case "in":
      return has && requirement.values.has(value);
    case "notin":
      return !has || !requirement.values.has(value);
    case "exists":
      return has;
    case "!":
      return !has;
    case "gt":
      return has && Number(value) > requirement.value;
    case "lt":
      return has && Number(value) < requirement.value;
  }
}

/** Whether labels are meant by a LabelSelector object; an absent one means none, an empty one all. */
export function matchesSelector(selector: JsonValue | undefined, labels: JsonValue | undefined): boolean {
  if (typeof selector !== "object" || selector === null) return false;
  const own = (labels ?? {}) as JsonObject;
  const wanted = Object.entries((getPath(selector, "matchLabels") ?? {}) as JsonObject);
  if (wanted.some(([key, value]) => own[key] !== value)) return false;
  const expressions = (getPath(selector, "matchExpressions") ?? []) as JsonObject[];
  return expressions.every(({ key, operator, values }) => {
    const set = new Set(((values ?? []) as JsonValue[]).map(String));
    const name = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" }[String(operator)] ?? "in";
    return meets(own, { operator: name, key: String(key), values: set } as Requirement);
  });
}

/** Fields that field selectors may name, by `apiVersion kind`, beside `metadata.name` and `metadata.namespace`. */
const SELECTABLE: Record<string, Record<string, readonly string[]>> = {
  "v1 Pod": paths(
    "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork status.phase status.podIP status.nominatedNodeName",
  ),
  "v1 Event": {
    ...paths(
      "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent type",
    ),
    source: ["source", "component"],
  },
  "v1 Namespace": paths("status.phase"),
  "v1 Node": paths("spec.unschedulable"),
  "v1 Secret": paths("type"),
  "v1 Service": paths("spec.clusterIP spec.type"),
  "v1 ReplicationController": paths("status.replicas"),
  "apps/v1 ReplicaSet": paths("status.replicas"),
  "batch/v1 Job": paths("status.successful"),
  "certificates.k8s.io/v1 CertificateSigningRequest": paths("spec.signerName"),
};

/** Fields that read as something else than "" when absent. */
const ABSENT: Record<string, string> = {
  "spec.hostNetwork": "false",
  "spec.unschedulable": "false",
  "status.replicas": "0",
};

function paths(list: string): Record<string, readonly string[]> {
  return Object.fromEntries(list.split(" ").map((path) => [path, path.split(".")]));
}

/**
 * Parses a field selector: `metadata.name=web,status.phase!=Running`.
 *
 * @param kind `apiVersion kind` of what is listed, as it is stored.
 * @param extra Paths that a custom resource makes selectable.
 * @throws {StatusError} BadRequest for fields that the kind does not offer.
 */
export function parseFieldSelector(text: string, kind: string, extra: readonly string[] = []): Matcher {
  const known = { ...paths("metadata.name metadata.namespace"), ...SELECTABLE[kind], ...paths(extra.join(" ")) };
  const terms = text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const [, field, operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
    if (field === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const path = Object.hasOwn(known, field) ? known[field] : undefined;
    if (path === undefined) {
      throw badRequest(
        `Unable to find "${
          kind.replace(/^(\S+) /, "$1, Kind=")
        }" that match label selector "", field selector "${text}": field label not supported: ${field}`,
      );
    }
    return { field, path, equal: operator !== "!=", value: value! };
  });
  return (object) =>
    terms.every(({ field, path, equal, value }) => {
      const found = getPath(object, ...path);
      const text = found === undefined || found === null ? ABSENT[field] ?? "" : String(found);
      return (text === value) === equal;
    });
}
