import { CodedError, type CodedErrorOptions } from "./errors.ts";

/** What can be wrong with a file. */
export type FileErrorCode = "NOT_FOUND" | "EXISTS" | "IS_DIRECTORY" | "NOT_DIRECTORY" | "DENIED" | "LOOP" | "OTHER";

/** A file system call or the start of a program failed. */
export class FileError extends CodedError<FileErrorCode> {
  /** For `error.name`. */
  override name = "FileError";

  /** Makes an error of a code. @param path The path as it was asked for. */
  constructor(code: FileErrorCode, message: string, readonly path: string, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}

/** Why no HTTP answer came. */
export type NetworkErrorCode =
  | "DNS"
  | "REFUSED"
  | "TIMEOUT"
  | "RESET"
  | "PROXY"
  | "TLS_UNKNOWN_ISSUER"
  | "TLS_WRONG_NAME"
  | "TLS_EXPIRED"
  | "TLS_NOT_TLS"
  | "TLS_CA_AS_LEAF"
  | "TLS_OTHER"
  | "OTHER";

/** A request got no HTTP answer. The message never holds a header or a body of the request. */
export class NetworkError extends CodedError<NetworkErrorCode> {
  /** For `error.name`. */
  override name = "NetworkError";

  /** Makes an error of a code. @param url What was to be reached. */
  constructor(code: NetworkErrorCode, message: string, readonly url: string, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}
