/** Where in a file something was found; lines and columns start at 1. */
export interface SourcePlace {
  /** Path as the user would write it. */
  file: string;
  /** From 1. */
  line?: number;
  /** From 1. */
  column?: number;
}

/** What an error may say beside its message. */
export interface CodedErrorOptions {
  /** What to do about it: one sentence, no final period. */
  hint?: string;
  /** Where it is. */
  place?: SourcePlace;
  /** The error that led to it. */
  cause?: unknown;
}

/**
 * Base of all errors that kstage throws on purpose: a stable code to switch on, a message for people
 * (capital letter, no final period, the failed action, a colon, the present state), a place and a hint.
 * Each folder has a subclass of its own with a closed set of codes.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  /** What went wrong, for programs. */
  readonly code: Code;
  /** What to do about it. */
  readonly hint?: string;
  /** Where it went wrong. */
  readonly place?: SourcePlace;

  /**
   * Makes an error of a code.
   *
   * @param message Capital letter, no final period: the failed action, a colon, the present state.
   */
  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.place = options.place;
  }
}

/** `file:line:column`, as far as it is known. */
export function formatPlace(place: SourcePlace): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
}
