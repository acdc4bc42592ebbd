import type { Gvk } from "./gvk.ts";

/** Which kinds live outside of namespaces, as far as the schema in use knows. */
export interface Scopes {
  /** True only when the schema knows the kind and says that it is cluster-scoped. */
  isClusterScoped(apiVersion: string, kind: string): boolean;
}

/** A kind of a build. There is one object per kind, so kinds are compared and looked up by identity. */
export interface Kind extends Gvk {
  readonly apiVersion: string;
  readonly isClusterScoped: boolean;
}

/** The kinds that a build has met. */
export class KindTable {
  readonly #scopes: Scopes;
  readonly #kinds = new Map<string, Map<string, Kind>>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  get(apiVersion: string, kind: string): Kind {
    let kinds = this.#kinds.get(apiVersion);
    if (kinds === undefined) this.#kinds.set(apiVersion, kinds = new Map());
    let found = kinds.get(kind);
    if (found === undefined) {
      const isClusterScoped = this.#scopes.isClusterScoped(apiVersion, kind);
      kinds.set(kind, found = { ...splitApiVersion(apiVersion), kind, apiVersion, isClusterScoped });
    }
    return found;
  }

  /** Forgets what is known, after the schema changed. */
  clear(): void {
    this.#kinds.clear();
  }
}

/** Splits an `apiVersion` at its first slash; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
