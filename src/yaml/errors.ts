import { CodedError } from "../base/mod.ts";

/** What can be wrong with a YAML text. */
export type YamlErrorCode =
  | "SYNTAX"
  | "DUPLICATE_KEY"
  | "UNKNOWN_ANCHOR"
  | "TOO_DEEP"
  | "TOO_LARGE"
  | "BAD_VALUE"
  | "DOCUMENT_COUNT"
  | "CANNOT_EDIT";

/** A YAML text cannot be read or edited; `place` says where. Messages hold go-yaml's words where scripts match on them. */
export class YamlError extends CodedError<YamlErrorCode> {
  override name = "YamlError";
}
