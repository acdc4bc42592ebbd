import { isObject, type JsonValue } from "../base/mod.ts";

/** The type that a value must have; null always passes, as in Go's JSON decoder, and unknown keys do. */
export type Shape =
  | "string"
  | "boolean"
  | "anything"
  | { listOf: Shape }
  | { valuesOf: Shape }
  | { fields: Record<string, Shape> };

/** The first value of the wrong type. */
export interface ShapeFault {
  path: (string | number)[];
  /** `a string`, `a list`, … */
  wanted: string;
}

const EXTENSIONS: Shape = { listOf: { fields: { name: "string", extension: "anything" } } };

const CLUSTER: Shape = {
  fields: {
    server: "string",
    "tls-server-name": "string",
    "insecure-skip-tls-verify": "boolean",
    "certificate-authority": "string",
    "certificate-authority-data": "string",
    "proxy-url": "string",
    "disable-compression": "boolean",
    extensions: EXTENSIONS,
  },
};

const EXEC: Shape = {
  fields: {
    command: "string",
    args: { listOf: "string" },
    env: { listOf: { fields: { name: "string", value: "string" } } },
    apiVersion: "string",
    installHint: "string",
    provideClusterInfo: "boolean",
    interactiveMode: "string",
  },
};

const USER: Shape = {
  fields: {
    "client-certificate": "string",
    "client-certificate-data": "string",
    "client-key": "string",
    "client-key-data": "string",
    token: "string",
    tokenFile: "string",
    as: "string",
    "as-uid": "string",
    "as-groups": { listOf: "string" },
    "as-user-extra": { valuesOf: { listOf: "string" } },
    username: "string",
    password: "string",
    "auth-provider": { fields: { name: "string", config: { valuesOf: "string" } } },
    exec: EXEC,
    extensions: EXTENSIONS,
  },
};

const CONTEXT: Shape = {
  fields: { cluster: "string", user: "string", namespace: "string", extensions: EXTENSIONS },
};

/** The shape of a kubeconfig. @see client-go `tools/clientcmd/api/v1/types.go` v0.36 */
export const KUBECONFIG_SHAPE: Shape = {
  fields: {
    clusters: { listOf: { fields: { name: "string", cluster: CLUSTER } } },
    users: { listOf: { fields: { name: "string", user: USER } } },
    contexts: { listOf: { fields: { name: "string", context: CONTEXT } } },
    "current-context": "string",
    preferences: { fields: { colors: "boolean", extensions: EXTENSIONS } },
    extensions: EXTENSIONS,
  },
};

/** The first value, in the order of the text, that does not have the type it must have. */
export function findShapeFault(value: JsonValue, shape: Shape, path: ShapeFault["path"] = []): ShapeFault | undefined {
  if (value === null || shape === "anything") return undefined;
  if (shape === "string") return typeof value === "string" ? undefined : { path, wanted: "a string" };
  if (shape === "boolean") return typeof value === "boolean" ? undefined : { path, wanted: "true or false" };
  if ("listOf" in shape) {
    if (!Array.isArray(value)) return { path, wanted: "a list" };
    return firstFault(value.map((item, i) => [i, item, shape.listOf]), path);
  }
  if (!isObject(value)) return { path, wanted: "a mapping" };
  return firstFault(Object.entries(value).map(([key, item]) => [key, item, shapeAt(shape, key)]), path);
}

function shapeAt(shape: Exclude<Shape, string>, key: string): Shape {
  if ("valuesOf" in shape) return shape.valuesOf;
  return "fields" in shape && Object.hasOwn(shape.fields, key) ? shape.fields[key]! : "anything";
}

function firstFault(children: [string | number, JsonValue, Shape][], path: ShapeFault["path"]): ShapeFault | undefined {
  for (const [key, item, shape] of children) {
    const fault = findShapeFault(item, shape, [...path, key]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
