import type { AccessAttributes, AccessDecision, User } from "../api/context.ts";
import { forbidden, StatusError } from "../api/status.ts";
import type { TokenAuthority } from "./tokens.ts";

/** Somebody with a fixed bearer token, as a token file of the API server names them. */
export interface SandboxUser {
  name: string;
  token: string;
  uid?: string;
  /** `system:masters` may do everything. */
  groups?: readonly string[];
}

const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** Finds out who a request comes from. */
export class Authenticator {
  readonly #users: Map<string, User>;
  readonly #tokens: TokenAuthority;

  constructor(users: readonly SandboxUser[], tokens: TokenAuthority) {
    this.#tokens = tokens;
    this.#users = new Map(users.map(({ token, name, uid, groups = [] }) => {
      const user: User = { name, groups: [...groups, "system:authenticated"] };
      if (uid !== undefined) user.uid = uid;
      return [token, user];
    }));
  }

  /**
   * The user of a request; anonymous without credentials.
   *
   * @throws {StatusError} Unauthorized when there is a token that is not valid.
   */
  async authenticate(headers: Headers): Promise<User> {
    const authorization = headers.get("authorization") ?? "";
    const [, token] = /^bearer (\S+)\s*$/i.exec(authorization) ?? [];
    if (token === undefined) return ANONYMOUS;
    const user = await this.authenticateToken(token);
    if (user === undefined) throw unauthorized();
    return user;
  }

  /** The user of a token; undefined when it is not valid. */
  async authenticateToken(token: string): Promise<User | undefined> {
    return this.#users.get(token) ?? await this.#tokens.authenticate(token);
  }
}

/** 401, which says nothing else on purpose. */
export function unauthorized(): StatusError {
  return new StatusError("Unauthorized", "Unauthorized");
}

/**
 * The user that a request wants to act as, when it may.
 *
 * @param authorize Whether the real user may impersonate.
 * @throws {StatusError} Forbidden.
 */
export function impersonate(
  headers: Headers,
  user: User,
  authorize: (attributes: AccessAttributes) => AccessDecision,
): User {
  const name = headers.get("impersonate-user");
  if (name === null) return user;
  const groups = headers.get("impersonate-group")?.split(/,\s*/) ?? [];
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  const isAccount = namespace !== undefined;
  check(isAccount ? "serviceaccounts" : "users", isAccount ? account! : name, namespace ?? "");
  for (const group of groups) check("groups", group, "");
  const uid = headers.get("impersonate-uid");
  if (uid !== null) check("uids", uid, "", "authentication.k8s.io");
  const extra = extraOf(headers);
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) check("userextras", value, "", "authentication.k8s.io", key);
  }
  const implied = isAccount ? ["system:serviceaccounts", `system:serviceaccounts:${namespace}`] : [];
  const authenticated = name === "system:anonymous" ? ["system:unauthenticated"] : ["system:authenticated"];
  return {
    name,
    groups: [...new Set([...groups, ...(groups.length === 0 ? implied : []), ...authenticated])],
    ...(uid === null ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };

  function check(resource: string, target: string, inNamespace: string, group = "", subresource = ""): void {
    const attributes = {
      verb: "impersonate",
      group,
      resource,
      subresource,
      name: target,
      namespace: inNamespace,
    };
    if (authorize(attributes).allowed) return;
    const where = inNamespace === "" ? "at the cluster scope" : `in the namespace "${inNamespace}"`;
    const full = subresource === "" ? resource : `${resource}/${subresource}`;
    throw forbidden(
      { group, plural: full },
      target,
      `User ${JSON.stringify(user.name)} cannot impersonate resource "${full}" in API group "${group}" ${where}`,
    );
  }
}

/** `Impersonate-Extra-KEY` headers; several values of one key stand in one header by now. */
function extraOf(headers: Headers): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  headers.forEach((value, name) => {
    const key = /^impersonate-extra-(.+)$/.exec(name)?.[1];
    if (key !== undefined) extra[decodeURIComponent(key).toLowerCase()] = value.split(/,\s*/);
  });
  return extra;
}
