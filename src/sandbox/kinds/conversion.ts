import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { groupOf, type Manifest } from "../../manifest/mod.ts";
import { normalizeObject } from "../schema/normalize.ts";
import { schemaTable } from "../schema/schema.ts";

/**
 * Converts an object between the versions that share its storage.
 *
 * @returns A new object in `apiVersion`; undefined when there is no such conversion.
 */
export function convertObject(object: Manifest, apiVersion: string): Manifest | undefined {
  if (object.apiVersion === apiVersion) return object;
  const convert = CONVERSIONS[`${object.kind} ${object.apiVersion} → ${apiVersion}`];
  if (convert !== undefined) return inFormOf(convert({ ...object, apiVersion }));
  // Versions of a custom resource differ in nothing but their name here: `conversion.strategy: None`.
  return groupOf(object.apiVersion) === groupOf(apiVersion) ? { ...object, apiVersion } : undefined;
}

/** Each version leaves out other fields when they are empty. */
function inFormOf(object: Manifest): Manifest {
  const { apiVersion, kind } = object;
  const type = schemaTable().kinds.get(`${groupOf(apiVersion) === "" ? "/" : ""}${apiVersion}/${kind}`);
  return type === undefined ? object : { kind, apiVersion, ...normalizeObject(object, type).object } as Manifest;
}

const CONVERSIONS: Record<string, (object: Manifest) => Manifest> = {
  "HorizontalPodAutoscaler autoscaling/v1 → autoscaling/v2": autoscalerToV2,
  "HorizontalPodAutoscaler autoscaling/v2 → autoscaling/v1": autoscalerToV1,
  "Event events.k8s.io/v1 → v1": (event) => renamed(event, EVENT_FIELDS.map(([core, newer]) => [newer, core])),
  "Event v1 → events.k8s.io/v1": (event) => renamed(event, EVENT_FIELDS),
};

/** Field of a core Event, and of an Event in `events.k8s.io`. */
const EVENT_FIELDS: [string, string][] = [
  ["message", "note"],
  ["involvedObject", "regarding"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];

function renamed(object: Manifest, names: [string, string][]): Manifest {
  const result: JsonObject = { ...object };
  for (const [from, to] of names) {
    if (!(from in result)) continue;
    result[to] = result[from]!;
    delete result[from];
  }
  return result as Manifest;
}

function autoscalerToV2(object: Manifest): Manifest {
  const { targetCPUUtilizationPercentage: percentage, ...spec } = (object.spec ?? {}) as JsonObject;
  const metrics: JsonValue[] = percentage === undefined ? [] : [cpuMetric(percentage)];
  return { ...object, spec: metrics.length > 0 ? { ...spec, metrics } : spec };
}

function cpuMetric(averageUtilization: JsonValue): JsonObject {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

/** What v1 has no word for is left out; a real server keeps it in annotations. */
function autoscalerToV1(object: Manifest): Manifest {
  const { metrics, behavior: _behavior, ...spec } = (object.spec ?? {}) as JsonObject;
  const cpu = (Array.isArray(metrics) ? metrics : []).filter(isObject).map(({ resource }) => resource)
    .find((resource) => isObject(resource) && resource.name === "cpu");
  const target = isObject(cpu) && isObject(cpu.target) ? cpu.target.averageUtilization : undefined;
  const { currentMetrics: _metrics, conditions: _conditions, ...status } = (object.status ?? {}) as JsonObject;
  return {
    ...object,
    spec: target === undefined ? spec : { ...spec, targetCPUUtilizationPercentage: target },
    status,
  };
}
