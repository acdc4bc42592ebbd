import type { ApiError, StatusCause } from "../kube/mod.ts";

/**
 * How API servers refuse a change of a field that can't be changed. Sources: apimachinery `validation/objectmeta.go`
 * (FieldImmutableErrorMsg) and the validation packages of core, apps, rbac and storage.
 */
const IMMUTABLE_MESSAGES: readonly RegExp[] = [
  /\bis immutable\b/,
  /may not change once set/,
  /updates to .+ are forbidden/s,
  /cannot change roleRef/,
  /pod updates may not change fields other than/,
];

/**
 * The fields for which an object would have to be recreated; empty when the server refuses it for anything else as
 * well, because then a new object would be refused too.
 */
export function immutableFields(error: ApiError): string[] {
  if (error.code !== "INVALID" || error.causes.length === 0 || !error.causes.every(isImmutable)) return [];
  return [...new Set(error.causes.map(({ field }) => field ?? ""))];
}

function isImmutable({ message = "" }: StatusCause): boolean {
  return IMMUTABLE_MESSAGES.some((pattern) => pattern.test(message));
}
