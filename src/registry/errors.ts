import { CodedError, type CodedErrorOptions } from "../base/mod.ts";

/**
 * What a registry said no to: `BAD_REFERENCE` and `BAD_CONFIG` before anything is asked; `UNAUTHORIZED` the login is
 * refused, or there is none and one is needed; `DENIED` the login is accepted and may not pull this; `NOT_FOUND` no such
 * repository or tag; `RATE_LIMITED` 429; `FOREIGN_REALM` the registry wants the login to be sent to another party;
 * `NOT_A_REGISTRY` something else answered; `SERVER_ERROR` 5xx; `DIGEST_MISMATCH` the content is not what was named.
 */
export type RegistryErrorCode =
  | "BAD_REFERENCE"
  | "BAD_CONFIG"
  | "UNAUTHORIZED"
  | "DENIED"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "FOREIGN_REALM"
  | "NOT_A_REGISTRY"
  | "SERVER_ERROR"
  | "DIGEST_MISMATCH";

/** A registry refused, or cannot be asked. No message holds a password or a token. */
export class RegistryError extends CodedError<RegistryErrorCode> {
  /** For `error.name`. */
  override name = "RegistryError";

  /** Makes an error of a code. @param status The HTTP status; 0 when nothing was asked. */
  constructor(code: RegistryErrorCode, message: string, readonly status = 0, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}
