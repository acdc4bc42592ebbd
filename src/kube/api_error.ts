import { CodedError, type CodedErrorOptions } from "../base/mod.ts";
import type { ObjectRef } from "../manifest/mod.ts";
import type { ApiVerb } from "./operation.ts";
import type { PolicyRule } from "./policy_rule.ts";

/**
 * What an API server's answer means:
 * - `UNAUTHORIZED` 401; `FORBIDDEN` 403 by RBAC or another authorizer;
 * - `ADMISSION_DENIED` refused by quota, Pod Security, a webhook or a policy; `ADMISSION_FAILED` a webhook didn't answer;
 * - `NOT_FOUND` no such object; `KIND_UNKNOWN` no such resource type; `EXPIRED` 410, a version that is too old;
 * - `CONFLICT` another manager's field or another version; `ALREADY_EXISTS`; `INVALID` 422; `BAD_REQUEST` other 4xx;
 * - `TOO_MANY_REQUESTS` 429; `SERVER_ERROR` 5xx;
 * - `NOT_KUBERNETES` something else answered; `REDIRECT` 3xx.
 */
export type ApiErrorCode =
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "ADMISSION_DENIED"
  | "ADMISSION_FAILED"
  | "NOT_FOUND"
  | "KIND_UNKNOWN"
  | "EXPIRED"
  | "CONFLICT"
  | "ALREADY_EXISTS"
  | "INVALID"
  | "BAD_REQUEST"
  | "TOO_MANY_REQUESTS"
  | "SERVER_ERROR"
  | "NOT_KUBERNETES"
  | "REDIRECT";

/** One cause of a refusal, as in `details.causes` of a Status. */
export interface StatusCause {
  /** `FieldValueInvalid`, `FieldManagerConflict` … */
  reason?: string;
  /** For people. */
  message?: string;
  /** Such as `spec.replicas`. */
  field?: string;
}

/** What is known of an answer beside its code and message. */
export interface ApiErrorFacts {
  /** The HTTP status. */
  status: number;
  /** What was tried. */
  verb: ApiVerb;
  /** The object it was tried on. */
  ref?: ObjectRef;
  /** `reason` of the Status: `Invalid`, `Forbidden` … */
  reason?: string;
  /** The Status' own message; Secret data is hidden. */
  serverMessage?: string;
  /** `details.causes` of the Status. @default {[]} */
  causes?: StatusCause[];
  /** What the Status is about, such as the namespace that is missing: resource (plural), group and name. */
  about?: { kind?: string; group?: string; name?: string };
  /** The rules that a 403 asks for. @default {[]} */
  missingRules?: readonly PolicyRule[];
  /** How long the server asks to wait. */
  retryAfterMs?: number;
  /** Which attempt of the request it ended. @default {1} */
  attempt?: number;
}

/** The API server, or what stands in its place, refused a request. No message holds a token or a Secret's data. */
export class ApiError extends CodedError<ApiErrorCode> {
  /** The class, for those who can't use `instanceof`. */
  override name = "ApiError";
  /** The HTTP status. */
  readonly status: number;
  /** What was tried. */
  readonly verb: ApiVerb;
  /** The object it was tried on. */
  readonly ref?: ObjectRef;
  /** `reason` of the Status: `Invalid`, `Forbidden` … */
  readonly reason?: string;
  /** The Status' own message, empty when there was none; Secret data is hidden. */
  readonly serverMessage: string;
  /** `details.causes` of the Status. */
  readonly causes: readonly StatusCause[];
  /** What the Status is about, such as the namespace that is missing: resource (plural), group and name. */
  readonly about?: { kind?: string; group?: string; name?: string };
  /** The rules that a 403 asks for; several only where a Role was to grant what its writer doesn't have. */
  readonly missingRules: readonly PolicyRule[];
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /** Which attempt of the request it ended, from 1. */
  readonly attempt: number;

  /** Takes the facts of an answer; see {@link ApiErrorFacts}. */
  constructor(code: ApiErrorCode, message: string, facts: ApiErrorFacts, options: CodedErrorOptions = {}) {
    super(code, message, options);
    this.status = facts.status;
    this.verb = facts.verb;
    this.ref = facts.ref;
    this.reason = facts.reason;
    this.serverMessage = facts.serverMessage ?? "";
    this.causes = facts.causes ?? [];
    this.about = facts.about;
    this.missingRules = facts.missingRules ?? [];
    this.retryAfterMs = facts.retryAfterMs;
    this.attempt = facts.attempt ?? 1;
  }
  /** The first of {@link missingRules}. */
  get missingRule(): PolicyRule | undefined {
    return this.missingRules[0];
  }
}
