import { formatRef, groupOf, type ObjectRef } from "../manifest/mod.ts";
import type { ApiResource } from "./contract.ts";

/** What the client was asked to do. */
export type ApiVerb =
  | "get"
  | "list"
  | "watch"
  | "apply"
  | "create"
  | "patch"
  | "delete"
  | "log"
  | "discover"
  | "request";

/** What a request is for: the facts that its errors and retries need. */
export interface Operation {
  verb: ApiVerb;
  /** The object, where it is about one. */
  ref?: ObjectRef;
  resource?: ApiResource;
  namespace?: string;
  /** What `discover` and `request` are about: an API version, a path. */
  subject?: string;
  /** Texts that no message may hold: the data of a Secret that is written. */
  secrets?: () => string[];
}

/** The failed action of an error message: `Cannot apply deployment/api-service in namespace testing`. */
export function describeFailure(operation: Operation): string {
  const { verb, ref, resource, namespace, subject } = operation;
  const place = namespace === undefined ? "" : ` in namespace ${namespace}`;
  if (verb === "discover") return `Cannot discover what the server offers in ${subject}`;
  if (verb === "log") return `Cannot read the log of ${ref === undefined ? "the pod" : formatRef(ref)}${place}`;
  // Reviews and objects with a generated name have none yet.
  if (ref?.name !== undefined) return `Cannot ${verb} ${formatRef(ref)}${place}`;
  if (resource === undefined) return `Cannot ${verb} ${subject ?? "the server"}`;
  const group = groupOf(resource.apiVersion);
  return `Cannot ${verb} ${resource.plural}${group === "" ? "" : `.${group}`}${place}`;
}
