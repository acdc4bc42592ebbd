import { getPath, isObject, type JsonValue, stringifyJson } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, findCondition } from "./fields.ts";
import { parseFieldQuery, queryField } from "./field_query.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/** Says when an object is ready, where its kind's own rule is unknown or wrong. */
export const READY_ANNOTATION = "kstage.dev/ready";

/**
 * Status by the annotation `kstage.dev/ready`, whose value is written as the one of `kubectl wait --for`:
 * `condition=Ready`, `condition=Degraded=False`, `jsonpath={.status.phase}=Running`, or `jsonpath={.status.address}`
 * (any value that isn't empty).
 *
 * @returns Undefined when the object has no such annotation; failed when its value can't be understood.
 */
export function readyAnnotationStatus(object: Manifest): Status | undefined {
  const rule = getPath(object, "metadata", "annotations", READY_ANNOTATION);
  if (typeof rule !== "string") return undefined;
  const [, form, rest = ""] = /^(condition|jsonpath)=(.+)$/s.exec(rule.trim()) ?? [];
  if (form === "condition") return conditionStatus(object, rest);
  const status = form === "jsonpath" ? fieldStatus(object, rest) : undefined;
  return status ?? failed(
    "InvalidReadyAnnotation",
    `Cannot read annotation ${READY_ANNOTATION}: "${rule}" is neither condition=NAME[=VALUE] nor jsonpath={PATH}[=VALUE]`,
  );
}

function conditionStatus(object: Manifest, expression: string): Status {
  const [type = "", wanted = "True"] = expression.split("=");
  const condition = findCondition(object, type);
  // kubectl compares conditions without regard to case.
  if (condition?.status.toLowerCase() === wanted.toLowerCase()) {
    return current(`Condition ${type} is ${condition.status}`);
  }
  const state = condition === undefined ? "it is not set" : describeCondition(condition);
  return inProgress(`Waiting for condition ${type} to be ${wanted}: ${state}`);
}

function fieldStatus(object: Manifest, expression: string): Status | undefined {
  const [, text = "", , wanted] = /^'?(\{[^}]*\}|[^=']+)'?(=(.*))?$/s.exec(expression) ?? [];
  const query = parseFieldQuery(text);
  if (query === undefined) return undefined;
  const values = queryField(object, query);
  const found = values.map(formatValue).join(" ");
  const isReady = wanted === undefined ? found !== "" : values.length > 0 && found === wanted;
  if (isReady) return current(`${text} is ${found}`);
  const state = values.length === 0 ? "it is not set" : `it is "${found}"`;
  return inProgress(`Waiting for ${text}${wanted === undefined ? "" : ` to be "${wanted}"`}: ${state}`);
}

function formatValue(value: JsonValue): string {
  return isObject(value) || Array.isArray(value) ? stringifyJson(value) : String(value ?? "");
}
