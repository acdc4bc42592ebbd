import { copyScalarText, isObject, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";
import type { YamlErrorCode } from "./errors.ts";
import { type KeyKind, keyText } from "./nodes.ts";
import type { Provenance } from "./provenance.ts";
import type { YamlVersion } from "./resolve.ts";

/** Why a key or its value cannot be part of a mapping. */
export interface MappingProblem {
  code: YamlErrorCode;
  problem: string;
  hint?: string;
}

const WANT_MAP = "map merge requires map or sequence of maps as the value";

/**
 * An object being read, with its merge keys.
 *
 * For resources (version 3) a key may occur once, keys of the object win over merged ones, and of a list of sources the
 * first wins, as in `rnode.go` of kyaml v0.21.1 and `decode.go` of go.yaml.in/yaml v3.0.4. Version 2 applies what it
 * reads in order, as `decode.go` of go.yaml.in/yaml v2.4.3 does: a later key or merge overwrites.
 */
export class MappingBuilder {
  readonly object: JsonObject = {};
  private sources: JsonObject[] | undefined;

  /** @param isRoot Whether it is a document's content, where kustomize takes keys that are no strings by their text. */
  constructor(
    private readonly version: YamlVersion,
    private readonly isRoot: boolean,
    private readonly provenance: Provenance,
  ) {}

  /** Adds a key that is a string. */
  add(key: string, value: JsonValue): MappingProblem | undefined {
    const { object } = this;
    // The load comes first because it is cheap; only inherited names need the second look.
    if (object[key] !== undefined && this.version === 3 && Object.hasOwn(object, key)) {
      return { code: "DUPLICATE_KEY", problem: `mapping key ${JSON.stringify(key)} already defined` };
    }
    setKey(object, key, value);
    return undefined;
  }

  /** The string that a key other than a string becomes. */
  nameOf(text: string, kind: KeyKind, value: JsonValue): string | MappingProblem {
    if (this.version === 2) {
      return keyText(value) ?? { code: "BAD_VALUE", problem: `unsupported map key ${JSON.stringify(text)}` };
    }
    if (kind === "null") {
      if (text === "") return text;
      return {
        code: "BAD_VALUE",
        problem: `mapping key ${JSON.stringify(text)} already defined (kustomize repeats a key that is null)`,
        hint: `Quote the key: "${text}"`,
      };
    }
    if (this.isRoot) return text;
    const problem = `mapping key ${text} is no string (json: unsupported type: map[interface {}]interface {})`;
    return { code: "BAD_VALUE", problem, hint: `Quote the key: "${text}"` };
  }

  /** Adds the value of a merge key. */
  merge(value: JsonValue): MappingProblem | undefined {
    const sources = Array.isArray(value) ? value : [value];
    if (sources.some(Array.isArray)) {
      return { code: "BAD_VALUE", problem: "invalid map merge: received a nested sequence" };
    }
    if (!sources.every(isObject)) return { code: "BAD_VALUE", problem: WANT_MAP };
    if (this.version === 2) {
      for (const source of sources.toReversed()) for (const key of Object.keys(source)) this.copy(source, key);
      return undefined;
    }
    if (this.sources !== undefined) return { code: "DUPLICATE_KEY", problem: "duplicate merge key" };
    this.sources = sources;
    return undefined;
  }

  /** Called when all keys have been read. */
  finish(): JsonObject {
    if (this.sources !== undefined) this.applyMerges(this.sources);
    return this.object;
  }

  /**
   * kustomize copies the sources' own keys first and a merge key of theirs along with them. There is room for one merge
   * key, so the first source's counts, and after everything else.
   */
  private applyMerges(sources: JsonObject[]): void {
    const own = new Set(Object.keys(this.object));
    const { merged } = this.provenance;
    for (const source of sources) this.copyMissing(source, (key) => !merged.get(source)?.has(key));
    const nested = sources.find((source) => merged.has(source));
    if (nested !== undefined) this.copyMissing(nested, (key) => merged.get(nested)!.has(key));
    merged.set(this.object, new Set(Object.keys(this.object).filter((key) => !own.has(key))));
  }

  private copyMissing(source: JsonObject, isWanted: (key: string) => boolean): void {
    for (const key of Object.keys(source)) {
      if (isWanted(key) && !Object.hasOwn(this.object, key)) this.copy(source, key);
    }
  }

  private copy(source: JsonObject, key: string): void {
    const { object, provenance: { places } } = this;
    setKey(object, key, source[key]!);
    copyScalarText(source, key, object, key);
    const place = places?.get(source)?.get(key);
    if (place !== undefined) places?.get(object)?.set(key, place);
  }
}
