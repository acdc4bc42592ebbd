import { KustomizeError } from "../errors.ts";

/** Whether a text matches. */
export type TextMatcher = (text: string) => boolean;

/** Patterns without any special character: most names in a kustomization. */
const LITERAL = /^[\w/@:,; =~%#&'"<>!-]*$/;

/** Whether a pattern only matches itself. */
export function isLiteral(pattern: string): boolean {
  return LITERAL.test(pattern);
}

/**
 * Patterns that mean the same to Go and JavaScript: letters, dots, plain classes, alternatives, groups, and repetition of
 * single characters.
 */
const SIMPLE =
  /^(?:[\w/:-]|\\\.|\.|\[(?:[a-zA-Z0-9](?:-[a-zA-Z0-9])?)+\]|\||\((?:\?:)?|\)|(?<=[\w/:.\]-])[*+?](?![*+?]))*$/;

/** With more repeats or groups, JavaScript's engine could take too long. */
const MAX_SIMPLE_REPEATS = 2;
const MAX_SIMPLE_GROUPS = 2;

/**
 * Compiles a pattern of Go's `regexp` package. Anything but simple patterns is left to an engine with Go's syntax and
 * linear run time, which is loaded when it is first needed.
 *
 * @param isWhole Whether the whole text must match, as kustomize's selectors demand; else any part of it.
 * @throws {KustomizeError} INVALID_CONFIG when the pattern is malformed, with Go's words.
 */
export async function compileRegex(pattern: string, isWhole: boolean): Promise<TextMatcher> {
  if (LITERAL.test(pattern)) return isWhole ? (text) => text === pattern : (text) => text.includes(pattern);
  const anchored = isWhole ? `^(?:${pattern})$` : pattern;
  const simple = compileSimple(pattern, anchored);
  if (simple !== undefined) return (text) => simple.test(text);
  const { RE2JS } = await import("re2js");
  try {
    const compiled = RE2JS.compile(anchored);
    return (text) => compiled.matcher(text).find();
  } catch (cause) {
    throw new KustomizeError("INVALID_CONFIG", (cause as Error).message, {
      hint: "Patterns follow https://github.com/google/re2/wiki/Syntax",
      cause,
    });
  }
}

function compileSimple(pattern: string, anchored: string): RegExp | undefined {
  const repeats = pattern.replaceAll("(?:", "(").match(/[*+?]/g)?.length ?? 0;
  const groups = pattern.match(/\(/g)?.length ?? 0;
  if (!SIMPLE.test(pattern) || repeats > MAX_SIMPLE_REPEATS || groups > MAX_SIMPLE_GROUPS) return undefined;
  try {
    // Go's dot means any character but a line feed.
    return new RegExp(anchored.replace(/\\\.|\./g, (dot) => dot === "." ? "[^\\n]" : dot), "u");
  } catch {
    return undefined;
  }
}
