import { CodedError } from "../base/mod.ts";

/** What can be wrong before any request is sent. */
export type KubeErrorCode = "BAD_ADDRESS" | "BAD_TOKEN" | "NAMESPACE_MISSING";

/** The client was asked for something that makes no request. */
export class KubeError extends CodedError<KubeErrorCode> {
  /** The class, for those who can't use `instanceof`. */
  override name = "KubeError";
}
