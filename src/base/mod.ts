/** Words that every folder speaks: coded errors, JSON values, byte order, paths, durations and the ports. */
export { CodedError, type CodedErrorOptions, formatPlace, type SourcePlace } from "./errors.ts";
export { FileError, type FileErrorCode, NetworkError, type NetworkErrorCode } from "./io_errors.ts";
export {
  cloneJson,
  equalJson,
  getKey,
  getPath,
  isObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  setKey,
  stringifyJson,
} from "./json.ts";
export { type Backoff, computeBackoff } from "./backoff.ts";
export { compareBytes } from "./order.ts";
export {
  cloneDecoded,
  cloneWithScalarTexts,
  copyScalarText,
  copyScalarTexts,
  findWrongTag,
  isEmptyNull,
  isRecordedInBraces,
  isRecordedQuoted,
  isRecordedReread,
  isRecordedTagged,
  isRecordedUntyped,
  mayChangeInBraces,
  recordBraces,
  recordedHiddenTag,
  recordedWrongTag,
  recordHiddenTag,
  recordQuoted,
  recordReread,
  recordScalarText,
  recordTagged,
  recordUntyped,
  recordWrongTag,
  scalarTextAt,
  settleBraces,
  settleEmptyInBraces,
} from "./scalar_text.ts";
export { baseName, dirName, isInside, joinPath, normalizePath, relativePath, resolvePath } from "./path.ts";
export { abortable, withDeadline } from "./deadline.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export type {
  Clock,
  Env,
  FileInfo,
  FileSystem,
  Host,
  HttpClient,
  HttpRequestInit,
  Network,
  Output,
  Processes,
  ProcessOptions,
  ProcessResult,
  Random,
  TlsSettings,
} from "./ports.ts";
