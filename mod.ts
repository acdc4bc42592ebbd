/**
 * kstage as a library: the same operations that the command line offers.
 *
 * @module
 */
export { CodedError, type CodedErrorOptions, type SourcePlace } from "./src/base/mod.ts";
