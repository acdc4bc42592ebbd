import type { JsonObject } from "../base/mod.ts";

/** Sets of fields, as `managedFields` has them, of an object without a record of owners. */
export interface Adoption {
  /** What client-side apply set, and what becomes ours. */
  fields: JsonObject;
  /** What stays with `before-first-apply`. */
  rest: JsonObject;
}
