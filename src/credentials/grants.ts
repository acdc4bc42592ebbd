import { isObject } from "../base/mod.ts";
import { readRules } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";

const RBAC = /^rbac\.authorization\.k8s\.io\//;

/** Whether a manifest is a Role. */
export function isRole({ apiVersion, kind }: Manifest): boolean {
  return kind === "Role" && RBAC.test(apiVersion);
}

/** Verbs and resources with which a deployer could make himself an admin of the namespace, or read what is not his. */
const DANGEROUS_VERBS = new Set(["*", "bind", "escalate", "impersonate"]);
const DANGEROUS_RESOURCES = /^(\*.*|.*\/\*|secrets|pods\/(exec|attach|portforward|proxy)|serviceaccounts\/token)$/;

/**
 * What an overlay's own Roles and RoleBindings hand on. The API server lets nobody write a Role with rules that he doesn't
 * have himself, nor a binding to such a Role, so these are rights of the deployer, too.
 *
 * @see Kubernetes `pkg/registry/rbac/role/policybased/storage.go` v1.36
 */
export class Grants {
  readonly #roles: Map<string, Manifest>;

  /** Takes all objects of the overlay. */
  constructor(manifests: readonly Manifest[]) {
    this.#roles = new Map(manifests.filter(isRole).map((role) => [keyOf(role, role.metadata.name), role]));
  }

  /** Why a deployer should not be able to write a Role or RoleBinding; undefined for what he may write. */
  refusalOf(manifest: Manifest): string | undefined {
    if (isRole(manifest)) return findDanger(manifest);
    if (manifest.kind !== "RoleBinding" || !RBAC.test(manifest.apiVersion)) return undefined;
    const { kind, name } = isObject(manifest.roleRef) ? manifest.roleRef : {};
    const role = kind === "Role" ? this.#roles.get(keyOf(manifest, String(name))) : undefined;
    if (role === undefined) return `it binds ${String(kind)} ${String(name)}, which the overlay does not have`;
    const danger = findDanger(role);
    return danger === undefined ? undefined : `it binds Role ${String(name)}, where ${danger}`;
  }
}

/** A Role of an object's own namespace. */
function keyOf({ metadata }: Manifest, name: string): string {
  return `${String(metadata.namespace ?? "")}/${name}`;
}

function findDanger(role: Manifest): string | undefined {
  for (const { resources, verbs, resourceNames } of readRules(role.rules)) {
    const verb = verbs.find((verb) => DANGEROUS_VERBS.has(verb));
    if (verb !== undefined) return `the verb ${verb} would let the deployer give himself any right`;
    const resource = resources.find((resource) => DANGEROUS_RESOURCES.test(resource));
    const isNarrow = resource === "secrets" && resourceNames !== undefined;
    if (resource !== undefined && !isNarrow) return `rights on ${resource} would be more than a deployer should have`;
  }
  return undefined;
}
