import { type Manifest, type ObjectRef, versionOf } from "../manifest/mod.ts";
import { groupOf } from "../manifest/mod.ts";
import type { Change, Plan } from "./change.ts";
import { withoutNoise } from "./compare.ts";
import { maskSecret } from "./mask.ts";

/** How one object would change, as text. */
export interface ObjectDiff {
  /** The object. */
  ref: ObjectRef;
  /** Whether it is new. */
  kind: "create" | "update";
  /** Unified diff of the YAML, without what the server keeps by itself; a Secret's values are masked. */
  text: string;
}

/** How to show differences. */
export interface DiffOptions {
  /** Lines around a difference. @default {3} */
  context?: number;
}

/**
 * The differences that applying a plan would make, object by object in its order; unchanged objects and those of which
 * only the ownership changes have none. A deferred object is shown as its manifest says it, without the server's
 * defaults.
 */
export async function diffPlan(plan: Plan, options: DiffOptions = {}): Promise<ObjectDiff[]> {
  const changed = plan.changes.map(sidesOf).filter((sides) => sides !== undefined);
  if (changed.length === 0) return [];
  const [{ createTwoFilesPatch, FILE_HEADERS_ONLY }, { writeYaml }] = await Promise.all([
    import("diff"),
    import("../yaml/mod.ts"),
  ]);
  const write = (object: Manifest | undefined) => object === undefined ? "" : writeYaml(object);
  return changed.map(({ ref, kind, before, after }) => {
    const name = fileName(ref);
    const text = createTwoFilesPatch(`live/${name}`, `planned/${name}`, write(before), write(after), "", "", {
      context: options.context ?? 3,
      headerOptions: FILE_HEADERS_ONLY,
    });
    return { ref, kind, text };
  });
}

interface Sides {
  ref: ObjectRef;
  kind: ObjectDiff["kind"];
  before: Manifest | undefined;
  after: Manifest;
}

function sidesOf(change: Change): Sides | undefined {
  const { ref } = change;
  switch (change.kind) {
    case "create":
      return { ref, kind: "create", ...show(undefined, change.result) };
    case "deferred":
      return { ref, kind: "create", ...show(undefined, change.desired) };
    case "recreate":
      return { ref, kind: "update", ...show(change.live, change.result) };
    case "update":
      return change.paths.length === 0 ? undefined : { ref, kind: "update", ...show(change.live, change.result) };
    default:
      return undefined;
  }
}

function show(before: Manifest | undefined, after: Manifest): { before: Manifest | undefined; after: Manifest } {
  const masked = maskSecret(before && withoutNoise(before), withoutNoise(after));
  return { before: masked.before, after: masked.after! };
}

/** Such as `apps.v1.Deployment.shop.api`: what kubectl's diff calls it. */
function fileName({ apiVersion, kind, namespace = "", name }: ObjectRef): string {
  return [groupOf(apiVersion), versionOf(apiVersion), kind, namespace, name].join(".").replace(/^\./, "");
}
