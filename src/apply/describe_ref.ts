import { formatRef, type ObjectRef } from "../manifest/mod.ts";

/** `deployment/api in namespace shop`. */
export function describeRef(ref: ObjectRef): string {
  return formatRef(ref) + (ref.namespace === undefined ? "" : ` in namespace ${ref.namespace}`);
}
