import { groupOf, type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { annotationOf } from "./apply_set.ts";
import { ApplyError } from "./apply_error.ts";
import { applyRank } from "./order.ts";
import { describeRef } from "./describe_ref.ts";

/**
 * The annotation that names what an object is applied after: `group/kind/name` or `group/namespaces/ns/kind/name`, the
 * group empty for the core one, several divided by commas.
 *
 * @see cli-utils `pkg/object/dependson/strings.go` v0.37
 */
export const DEPENDS_ON = "config.kubernetes.io/depends-on";

/** How far apart two objects of one rank are of which one waits for the other. */
const STEP = 2 ** -20;

/** An object with its manifest. */
interface Ordered {
  ref: ObjectRef;
  desired: Manifest;
}

/** When an object is applied. */
export interface DependencyRank {
  /** As {@link applyRank}, with a fraction for those that wait for others of their rank. */
  rank: number;
  /** What it names among the objects. */
  dependsOn: ObjectRef[];
  /** What it names beside them: `kind/name in namespace ns`. */
  missing: string[];
}

/**
 * The order of objects by kind and by what they say they depend on: what another one names comes before it, also where
 * its kind would come later.
 *
 * @param options `onCycle: "ignore"` orders what names itself in the end by its kind alone.
 * @returns By {@link refKey}.
 * @throws {ApplyError} MANIFEST_INVALID for an annotation that can't be read, DEPENDENCY_CYCLE.
 */
export function dependencyRanks(
  objects: readonly Ordered[],
  options: { onCycle?: "throw" | "ignore" } = {},
): Map<string, DependencyRank> {
  return new Ranking(objects, options.onCycle ?? "throw").ranks();
}

class Ranking {
  readonly #objects: Map<string, Ordered>;
  readonly #ranks = new Map<string, DependencyRank>();
  readonly #isStrict: boolean;

  constructor(objects: readonly Ordered[], onCycle: "throw" | "ignore") {
    this.#objects = new Map(objects.map((object) => [refKey(object.ref), object]));
    this.#isStrict = onCycle === "throw";
  }

  ranks(): Map<string, DependencyRank> {
    for (const [key, object] of this.#objects) this.#visit(key, object, []);
    return this.#ranks;
  }

  #visit(key: string, object: Ordered, path: readonly string[]): number {
    const known = this.#ranks.get(key);
    if (known !== undefined) return known.rank;
    const start = path.indexOf(key);
    if (start >= 0) {
      if (this.#isStrict) throw this.#cycle(path.slice(start));
      return applyRank(object.ref);
    }
    let rank = applyRank(object.ref);
    const dependsOn: ObjectRef[] = [];
    const missing: string[] = [];
    for (const dependency of this.#dependenciesOf(object)) {
      const otherKey = refKey(dependency);
      const other = this.#objects.get(otherKey);
      if (other === undefined) missing.push(describeRef(dependency));
      else {
        dependsOn.push(other.ref);
        rank = Math.max(rank, this.#visit(otherKey, other, [...path, key]) + STEP);
      }
    }
    this.#ranks.set(key, { rank, dependsOn, missing });
    return rank;
  }

  #dependenciesOf({ ref, desired }: Ordered): ObjectRef[] {
    const text = annotationOf(desired, DEPENDS_ON);
    if (text === undefined) return [];
    return text.split(",").map((item) => item.trim()).filter((item) => item !== "").flatMap((item) => {
      const dependency = parseDependency(item);
      if (dependency !== undefined) return [dependency];
      if (this.#isStrict) throw unreadable(ref, item);
      return [];
    });
  }

  #cycle(keys: readonly string[]): ApplyError {
    const refs = keys.map((key) => this.#objects.get(key)!.ref);
    const path = [...refs, refs[0]!].map(describeRef).join(" depends on ");
    return new ApplyError("DEPENDENCY_CYCLE", `Cannot order the objects: ${path}`, refs, {
      hint: `Remove one of these ${DEPENDS_ON} annotations`,
    });
  }
}

/** What an entry of the annotation names, of whatever version; undefined when it can't be read. */
export function parseDependency(text: string): ObjectRef | undefined {
  const [group = "", ...parts] = text.split("/");
  const [kind, name, namespace] = parts.length === 4 && parts[0] === "namespaces"
    ? [parts[2], parts[3], parts[1]]
    : [parts[0], parts[1]];
  if (parts.length !== 2 && namespace === undefined) return undefined;
  if (!kind || !name || namespace === "") return undefined;
  // The version does not matter to what the object is.
  const apiVersion = group === "" ? "v1" : `${group}/v1`;
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function unreadable(ref: ObjectRef, item: string): ApplyError {
  const message = `Cannot apply ${describeRef(ref)}: its annotation ${DEPENDS_ON} has "${item}"`;
  const group = groupOf(ref.apiVersion);
  return new ApplyError("MANIFEST_INVALID", message, [ref], {
    hint: "Write group/kind/name, or group/namespaces/NAMESPACE/kind/name, such as " +
      `${group}/${ref.namespace ? `namespaces/${ref.namespace}/` : ""}${ref.kind}/${ref.name}`,
  });
}
