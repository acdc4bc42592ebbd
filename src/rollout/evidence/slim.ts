import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { readObjects } from "../status/fields.ts";
import type { SurroundingKind } from "./surroundings.ts";

/** Which parts of an object to keep: `true` for all of one, a shape for parts of it; lists are kept item by item. */
interface Shape {
  readonly [key: string]: true | Shape;
}

const METADATA: Shape = {
  name: true,
  namespace: true,
  uid: true,
  labels: true,
  creationTimestamp: true,
  deletionTimestamp: true,
  deletionGracePeriodSeconds: true,
  ownerReferences: { uid: true, controller: true },
};

const CONTAINERS: Shape = {
  name: true,
  image: true,
  restartPolicy: true,
  readinessProbe: true,
  livenessProbe: true,
  startupProbe: true,
};

/** What is read of each kind: a pod's variables and volumes, and everybody's field managers, are most of its size. */
const SHAPES: Readonly<Record<SurroundingKind, Shape>> = {
  Pod: {
    metadata: METADATA,
    spec: {
      nodeName: true,
      restartPolicy: true,
      readinessGates: true,
      imagePullSecrets: true,
      containers: CONTAINERS,
      initContainers: CONTAINERS,
    },
    status: {
      phase: true,
      reason: true,
      message: true,
      conditions: true,
      containerStatuses: true,
      initContainerStatuses: true,
    },
  },
  ReplicaSet: {
    metadata: { ...METADATA, annotations: { "deployment.kubernetes.io/revision": true } },
    spec: { replicas: true },
    status: { replicas: true, availableReplicas: true, conditions: true },
  },
  ControllerRevision: { metadata: METADATA, revision: true },
  Event: {
    metadata: METADATA,
    involvedObject: true,
    regarding: true,
    type: true,
    reason: true,
    message: true,
    note: true,
    count: true,
    series: true,
    eventTime: true,
    firstTimestamp: true,
    lastTimestamp: true,
    deprecatedCount: true,
    deprecatedFirstTimestamp: true,
    deprecatedLastTimestamp: true,
  },
  Node: { metadata: METADATA, status: { conditions: true } },
};

/** What is read of an object around workloads. */
export function slimSurrounding(kind: SurroundingKind, object: Manifest): Manifest {
  const { apiVersion } = object;
  return { apiVersion, kind, ...pick(object, SHAPES[kind]) as JsonObject } as Manifest;
}

/** A workload without what nobody reads: which fields its managers own, and what was last applied. */
export function slimWorkload(object: Manifest): Manifest {
  const { annotations, managedFields: _, ...metadata } = object.metadata;
  const managers = readObjects(object, "metadata", "managedFields");
  const { "kubectl.kubernetes.io/last-applied-configuration": __, ...kept } = isObject(annotations) ? annotations : {};
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(annotations === undefined ? {} : { annotations: kept }),
      ...(managers.length === 0 ? {} : { managedFields: managers.map(({ fieldsV1: _, ...manager }) => manager) }),
    },
  } as Manifest;
}

function pick(value: JsonValue | undefined, shape: Shape): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => pick(item, shape) ?? null);
  if (!isObject(value)) return value;
  const picked: JsonObject = {};
  for (const [key, part] of Object.entries(shape)) {
    const found = getPath(value, key);
    const kept = part === true ? found : pick(found, part);
    if (kept !== undefined) picked[key] = kept;
  }
  return picked;
}
