import { compareBytes, getPath, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { isLabelValue, isQualifiedName } from "../kinds/names.ts";
import { badRequest, type StatusError } from "./status.ts";

/** Whether an object is meant. */
export type Matcher = (object: Manifest) => boolean;

type Requirement =
  | { operator: "in" | "notin"; key: string; values: ReadonlySet<string> }
  | { operator: "exists" | "!"; key: string }
  | { operator: "gt" | "lt"; key: string; value: number };

/**
 * Parses a label selector: `app=web,tier in (a,b),!canary`.
 *
 * @throws {StatusError} BadRequest when it is malformed, in the server's words.
 * @see Kubernetes `apimachinery/pkg/labels/selector.go`
 */
export function parseLabelSelector(text: string): Matcher {
  const requirements = new SelectorParser(text).parse();
  return ({ metadata }) => {
    const labels = (metadata.labels ?? {}) as JsonObject;
    return requirements.every((requirement) => meets(labels, requirement));
  };
}

const OPERATORS: Record<string, Requirement["operator"]> = {
  in: "in",
  notin: "notin",
  "=": "in",
  "==": "in",
  "!=": "notin",
  ">": "gt",
  "<": "lt",
};

const SYMBOLS = new Set(["(", ")", ",", "=", "==", "!=", "!", ">", "<"]);

class SelectorParser {
  readonly #tokens: string[];

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[()=,!<>]|[^\s()=,!<>]+/g) ?? [];
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#tokens.length === 0) return requirements;
    if (!this.#startsRequirement()) throw this.#unexpected("!, identifier, or 'end of string'");
    for (;;) {
      requirements.push(this.#requirement());
      if (this.#tokens.length === 0) return requirements;
      if (this.#tokens[0] !== ",") throw this.#unexpected("',' or 'end of string'");
      this.#tokens.shift();
      if (!this.#startsRequirement()) throw this.#unexpected("identifier after ','");
    }
  }

  #startsRequirement(): boolean {
    const [token] = this.#tokens;
    return token !== undefined && (token === "!" || !SYMBOLS.has(token));
  }

  #requirement(): Requirement {
    const isNegated = this.#tokens[0] === "!";
    if (isNegated) this.#tokens.shift();
    const key = this.#identifier();
    for (const problem of isQualifiedName(key)) {
      throw this.#failed(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
    }
    if (isNegated) return { operator: "!", key };
    if (this.#tokens.length === 0 || this.#tokens[0] === ",") return { operator: "exists", key };
    const sign = this.#tokens[0]!;
    const operator = OPERATORS[sign];
    if (operator === undefined) throw this.#failedAt("in, notin, =, ==, !=, gt, lt");
    this.#tokens.shift();
    const values = sign === "in" || sign === "notin" ? this.#values() : [this.#exactValue()];
    if ((operator === "gt" || operator === "lt") && !/^[-+]?\d+$/.test(values[0]!)) {
      const why = "for 'Gt', 'Lt' operators, the value must be an integer";
      throw this.#failed(`values[0]: Invalid value: ${JSON.stringify(values[0])}: ${why}`);
    }
    for (const [index, value] of values.entries()) {
      for (const problem of isLabelValue(value)) {
        throw this.#failed(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
      }
    }
    if (operator === "gt" || operator === "lt") return { operator, key, value: Number(values[0]) };
    return { operator: operator as "in" | "notin", key, values: new Set(values) };
  }

  #identifier(): string {
    const [token] = this.#tokens;
    if (token === undefined || SYMBOLS.has(token)) throw this.#failedAt("identifier");
    return this.#tokens.shift()!;
  }

  #exactValue(): string {
    const [token] = this.#tokens;
    return token === undefined || token === "," ? "" : this.#identifier();
  }

  #values(): string[] {
    if (this.#peek() !== "(") throw this.#failed(`found '${this.#peek()}' expected: '('`);
    this.#tokens.shift();
    if (!isValue(this.#peek()) && !isEndOfValue(this.#peek())) throw this.#failedAt("',', ')' or identifier");
    const values = new Set<string>();
    for (let separator = ","; separator === ",";) {
      // An empty place before, between or after commas is the empty value.
      if (isEndOfValue(this.#peek())) values.add("");
      else if (isValue(this.#peek())) values.add(this.#tokens.shift()!);
      else throw this.#failedAt("',', or identifier");
      if (!isEndOfValue(this.#peek())) throw this.#failedAt("',' or ')'");
      separator = this.#tokens.shift()!;
    }
    return [...values].sort(compareBytes);
  }

  /** The next token; empty at the end. */
  #peek(): string {
    return this.#tokens[0] ?? "";
  }

  #unexpected(expected: string): StatusError {
    return badRequest(`found '${this.#peek()}', expected: ${expected}`);
  }

  #failedAt(expected: string): StatusError {
    return this.#failed(`found '${this.#peek()}', expected: ${expected}`);
  }

  #failed(why: string): StatusError {
    return badRequest(`unable to parse requirement: ${why}`);
  }
}

function isValue(token: string): boolean {
  return token !== "" && !SYMBOLS.has(token);
}

function isEndOfValue(token: string): boolean {
  return token === "," || token === ")";
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
        SELECTABLE[kind] === undefined && extra.length === 0
          ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${field}`,
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
