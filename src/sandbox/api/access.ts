import { formatDenial } from "../auth/rbac.ts";
import type { AccessAttributes, ApiContext, Call } from "./context.ts";
import { forbidden, StatusError } from "./status.ts";

/** What a request asks permission for. */
export function attributesOf({ info }: Pick<Call, "info">): AccessAttributes {
  const { verb, group, resource, subresource, name, namespace, path } = info;
  const attributes = { verb, group, resource, subresource, name, namespace };
  return info.isResource ? attributes : { ...attributes, path };
}

/**
 * Refuses what the user may not do.
 *
 * @throws {StatusError} Forbidden.
 */
export function checkAccess(context: ApiContext, { user }: Pick<Call, "user">, attributes: AccessAttributes): void {
  const { allowed, reason } = context.authorize(user, attributes);
  if (allowed) return;
  const why = formatDenial(user, attributes) + (reason === "" ? "" : `: ${reason}`);
  if (attributes.path !== undefined) throw new StatusError("Forbidden", `forbidden: ${why}`, {});
  throw forbidden({ group: attributes.group, plural: attributes.resource }, attributes.name, why);
}
