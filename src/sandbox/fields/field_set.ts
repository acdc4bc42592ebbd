import { compareBytes, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Type } from "../schema/schema.ts";

/**
 * A set of paths in an object, as `managedFields` writes them: each step is `f:name` (field or map key), `k:{…}` (list
 * item by its keys), `v:…` (item of a set) or `i:…` (index).
 *
 * A path is in the set by itself (`members`) or because a longer one is (`children`), or both.
 *
 * @see structured-merge-diff v6 `fieldpath/set.go`
 */
export class FieldSet {
  readonly members = new Set<string>();
  readonly children = new Map<string, FieldSet>();

  /** Whether no path is in it. */
  get isEmpty(): boolean {
    if (this.members.size > 0) return false;
    for (const child of this.children.values()) if (!child.isEmpty) return false;
    return true;
  }

  /** The set below a step, made when there is none. */
  child(step: string): FieldSet {
    let child = this.children.get(step);
    if (child === undefined) this.children.set(step, child = new FieldSet());
    return child;
  }

  /** Adds a path; an empty one is ignored. */
  insert(path: readonly string[]): void {
    if (path.length === 0) return;
    const parent = path.slice(0, -1).reduce((set: FieldSet, step) => set.child(step), this);
    parent.members.add(path.at(-1)!);
  }

  has(path: readonly string[]): boolean {
    const parent = path.slice(0, -1).reduce((set: FieldSet | undefined, step) => set?.children.get(step), this);
    return parent?.members.has(path.at(-1)!) ?? false;
  }

  union(other: FieldSet): FieldSet {
    const result = new FieldSet();
    for (const set of [this, other]) for (const step of set.members) result.members.add(step);
    for (const step of new Set([...this.children.keys(), ...other.children.keys()])) {
      const child = (this.children.get(step) ?? EMPTY).union(other.children.get(step) ?? EMPTY);
      if (!child.isEmpty) result.children.set(step, child);
    }
    return result;
  }

  intersection(other: FieldSet): FieldSet {
    const result = new FieldSet();
    for (const step of this.members) if (other.members.has(step)) result.members.add(step);
    for (const [step, set] of this.children) {
      const child = set.intersection(other.children.get(step) ?? EMPTY);
      if (!child.isEmpty) result.children.set(step, child);
    }
    return result;
  }

  /** The paths of this set that are not in the other one by themselves. */
  difference(other: FieldSet): FieldSet {
    const result = new FieldSet();
    for (const step of this.members) if (!other.members.has(step)) result.members.add(step);
    for (const [step, set] of this.children) {
      const child = set.difference(other.children.get(step) ?? EMPTY);
      if (!child.isEmpty) result.children.set(step, child);
    }
    return result;
  }

  /** The paths of this set that are neither in the other one nor below a path of it. */
  recursiveDifference(other: FieldSet): FieldSet {
    const result = new FieldSet();
    for (const step of this.members) if (!other.members.has(step)) result.members.add(step);
    for (const [step, set] of this.children) {
      if (other.members.has(step)) continue;
      const child = set.recursiveDifference(other.children.get(step) ?? EMPTY);
      if (!child.isEmpty) result.children.set(step, child);
    }
    return result;
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).isEmpty && other.difference(this).isEmpty;
  }

  /** Every path, parents first, in the order of {@link FieldSet.toJson}. */
  *paths(prefix: readonly string[] = []): Generator<string[]> {
    for (const step of [...new Set([...this.members, ...this.children.keys()])].sort(compareSteps)) {
      const path = [...prefix, step];
      if (this.members.has(step)) yield path;
      yield* this.children.get(step)?.paths(path) ?? [];
    }
  }

  /** The `fieldsV1` object. */
  toJson(): JsonObject {
    const json: JsonObject = {};
    for (const step of [...new Set([...this.members, ...this.children.keys()])].sort(compareSteps)) {
      const child = this.children.get(step);
      const below = child === undefined || child.isEmpty ? {} : child.toJson();
      const isMember = this.members.has(step);
      if (Object.keys(below).length === 0) {
        if (isMember) json[step] = {};
      } else json[step] = isMember ? { ".": {}, ...below } : below;
    }
    return json;
  }

  /** Reads a `fieldsV1` object. */
  static fromJson(json: JsonValue | undefined): FieldSet {
    const set = new FieldSet();
    if (!isObject(json)) return set;
    for (const [step, below] of Object.entries(json)) {
      if (step === "." || !isObject(below)) continue;
      const names = Object.keys(below);
      if (names.length === 0 || names.includes(".")) set.members.add(step);
      if (names.some((name) => name !== ".")) set.children.set(step, FieldSet.fromJson(below));
    }
    return set;
  }
}

const EMPTY = new FieldSet();

/** Fields, then items by key, then values, then indexes; each by its bytes. */
function compareSteps(a: string, b: string): number {
  const order = "fkvi";
  return order.indexOf(a[0]!) - order.indexOf(b[0]!) || compareBytes(a, b);
}

/** A path for people: `.spec.containers[name="web"].image`. */
export function formatFieldPath(path: readonly string[]): string {
  return path.map(formatStep).join("");
}

/** One step for people: `.spec`, `[name="web"]`, `[="x"]`, `[0]`. */
export function formatStep(step: string): string {
  const text = step.slice(2);
  if (step.startsWith("f:")) return `.${text}`;
  if (step.startsWith("i:")) return `[${text}]`;
  if (step.startsWith("v:")) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as JsonObject);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
}

/**
 * The set with all fields of records added that lead to a path of it: owning `spec.replicas` then owns `spec` too, but
 * not the maps and list items on the way.
 *
 * @see structured-merge-diff v6 `Set.EnsureNamedFieldsAreMembers`
 */
export function withNamedFields(set: FieldSet, type: Type): FieldSet {
  const result = new FieldSet();
  for (const step of set.members) result.members.add(step);
  for (const [step, child] of set.children) {
    if (type.is === "record" && step.startsWith("f:") && type.fields.has(step.slice(2))) result.members.add(step);
    result.children.set(step, withNamedFields(child, typeBelow(type, step)));
  }
  return result;
}

/** The type of what a step leads to; `any` where it is not known. */
export function typeBelow(type: Type, step: string): Type {
  if (step.startsWith("f:")) {
    if (type.is === "record") return type.fields.get(step.slice(2))?.type ?? ANY;
    return type.is === "map" ? type.element : ANY;
  }
  return type.is === "list" ? type.element : ANY;
}

const ANY: Type = { is: "any" };
