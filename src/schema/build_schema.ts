import { CodedError, type JsonValue } from "../base/mod.ts";
import { builtInDefinition, isNamespaced, type SchemaNode, strategicMergeFacts } from "./built_in.ts";
import { type FindDefinition, type OpenApiFacts, openApiSchema } from "./open_api.ts";

/** What can be wrong with a kustomization's `openapi` field. */
export type SchemaErrorCode = "BOTH_PATH_AND_VERSION" | "UNKNOWN_VERSION" | "INVALID";

/** The schema that a kustomization asks for cannot be used. Messages hold kustomize's words. */
export class SchemaError extends CodedError<SchemaErrorCode> {
  override name = "SchemaError";
}

/** A kustomization's `openapi` field. */
export interface OpenApiField {
  /** A built-in version: `v1.21.2` is the only one. */
  version?: string;
  /** Reads the document that `path` names; called when a kind is first asked for. */
  document?: () => JsonValue;
}

/** The only version that kustomize 5.8.1 carries. */
const BUILT_IN_VERSION = "v1.21.2";

/**
 * The schema of one build: the built-in facts, until a kustomization brings its own.
 *
 * kustomize keeps this in global variables and fills them when first asked, so what is known depends on the order of
 * questions: a custom document replaces the built-in definitions, unless those were already used, or a kind was asked
 * for that is not built in. The scope of built-in kinds is always known.
 *
 * @see kustomize `kyaml/openapi/openapi.go` v5.8.1, `SetSchema`, `initSchema`, `IsNamespaceScoped`
 */
export class BuildSchema {
  #custom?: () => JsonValue;
  #isSet = false;
  /** Whether the sources in use have been read. */
  #isLoaded = false;
  /** Whether the built-in definitions are read with the next ones. */
  #wantsBuiltIn = false;
  #hasBuiltIn = false;
  /** Custom documents that were read, newest last; the built-in definitions have their place among them. */
  #sources: ("builtIn" | OpenApiFacts)[] = [];

  /**
   * Takes over a kustomization's `openapi` field. The outermost kustomization's field is final, when it has one;
   * otherwise the first one that is met below.
   *
   * @param field Undefined when the kustomization has none.
   * @throws {SchemaError}
   */
  use(field: OpenApiField | undefined): void {
    if (this.#isSet) return;
    if (field?.document !== undefined) {
      if (field.version !== undefined) {
        throw new SchemaError(
          "BOTH_PATH_AND_VERSION",
          "Cannot use openapi: builtin version and custom schema provided, cannot use both",
          { hint: "Remove either openapi.path or openapi.version" },
        );
      }
      this.#custom = field.document;
    } else {
      if (field?.version === undefined || field.version === "") return;
      if (field.version !== BUILT_IN_VERSION) {
        throw new SchemaError(
          "UNKNOWN_VERSION",
          `Cannot use openapi version "${field.version}": the specified OpenAPI version is not built in`,
          { hint: `Use ${BUILT_IN_VERSION}, the only built-in version, or openapi.path` },
        );
      }
    }
    this.#isSet = true;
    this.#isLoaded = false;
  }

  /** The schema of a kind; undefined when it is not known. */
  node(apiVersion: string, kind: string): SchemaNode | undefined {
    this.#load();
    return this.#newest((source) =>
      source === "builtIn" ? strategicMergeFacts(apiVersion, kind) : source.node(apiVersion, kind)
    );
  }

  /**
   * Whether a kind certainly lives outside of namespaces: known, and cluster-scoped. Kinds that nobody knows count as
   * namespaced.
   *
   * @see kustomize `kyaml/openapi/openapi.go` v5.8.1, `IsCertainlyClusterScoped`
   */
  isClusterScoped(apiVersion: string, kind: string): boolean {
    const builtIn = isNamespaced(apiVersion, kind);
    if (builtIn !== undefined) return !builtIn;
    if (!this.#isLoaded && this.#custom === undefined) {
      this.#wantsBuiltIn = true;
      return false;
    }
    this.#load();
    return this.#sources.some((s) => s !== "builtIn" && s.isNamespaced(apiVersion, kind) === false);
  }

  /** A custom document may refer to what is built in. */
  #definition(name: string): SchemaNode | undefined {
    return this.#newest((source) => source === "builtIn" ? builtInDefinition(name) : source.definition(name));
  }

  #newest(find: (source: "builtIn" | OpenApiFacts) => SchemaNode | undefined): SchemaNode | undefined {
    for (let i = this.#sources.length - 1; i >= 0; i--) {
      const node = find(this.#sources[i]!);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  #load(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    if (this.#custom === undefined) this.#wantsBuiltIn = true;
    else this.#sources.push(readDocument(this.#custom, (name) => this.#definition(name)));
    if (this.#wantsBuiltIn && !this.#hasBuiltIn) this.#sources.push("builtIn");
    this.#hasBuiltIn ||= this.#wantsBuiltIn;
  }
}

function readDocument(document: () => JsonValue, find: FindDefinition): OpenApiFacts {
  try {
    return openApiSchema(document(), find);
  } catch (cause) {
    throw new SchemaError("INVALID", `Cannot use openapi.path: invalid schema file: ${(cause as Error).message}`, {
      cause,
    });
  }
}
