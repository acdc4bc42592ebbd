import type { User } from "./config.ts";

/** Acting as someone else. */
export interface Impersonation {
  /** Who to act as. */
  user: string;
  /** The UID to act with. */
  uid?: string;
  /** The groups to act with. */
  groups: string[];
  /** More about the user, by key. */
  extra: Record<string, string[]>;
}

/** What the command line says of impersonation; each part goes before the kubeconfig's. */
export type ImpersonationFlags = Partial<Impersonation>;

/**
 * Whom a user acts as.
 *
 * @returns Undefined for nobody else.
 * @see client-go `tools/clientcmd/client_config.go` v0.36: the flags are merged over the user's fields one by one
 */
export function mergeImpersonation(user: User, flags: ImpersonationFlags = {}): Impersonation | undefined {
  const name = flags.user || user.as;
  if (!name) return undefined;
  const uid = flags.uid || user["as-uid"];
  const { groups = [], extra = {} } = flags;
  return {
    user: name,
    ...(uid ? { uid } : {}),
    groups: groups.length > 0 ? groups : user["as-groups"] ?? [],
    extra: { ...user["as-user-extra"], ...extra },
  };
}

/**
 * What is wrong with it, in client-go's words.
 *
 * @param name Of the user.
 */
export function validateImpersonation(name: string, user: User, flags: ImpersonationFlags = {}): string[] {
  const isWanted = flags.uid || flags.groups?.length || Object.keys(flags.extra ?? {}).length || user["as-uid"] ||
    user["as-groups"]?.length || Object.keys(user["as-user-extra"] ?? {}).length;
  if (!isWanted || flags.user || user.as) return [];
  return [`requesting uid, groups or user-extra for ${name} without impersonating a user`];
}

/** The headers that ask the server for it. @see client-go `transport/round_trippers.go` v0.36 */
export function impersonationHeaders({ user, uid, groups, extra }: Impersonation): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { "Impersonate-User": user };
  if (uid !== undefined) headers["Impersonate-Uid"] = uid;
  if (groups.length > 0) headers["Impersonate-Group"] = groups;
  for (const [key, values] of Object.entries(extra)) {
    if (values.length > 0) headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = values;
  }
  return headers;
}
