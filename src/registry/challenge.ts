/** One way to authenticate that a server offers. */
export interface Challenge {
  /** In small letters: `bearer`, `basic`. */
  scheme: string;
  /** By names in small letters: `realm`, `service`, `scope`. */
  parameters: Record<string, string>;
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+/;
const PARAMETER = /^([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/;

/**
 * The challenges of a `WWW-Authenticate` header; several may stand in one, and commas within quotes part nothing. What
 * cannot be read ends it.
 *
 * @see RFC 9110, section 11.6.1
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header;
  const skip = (pattern: RegExp) => rest = rest.replace(pattern, "");
  for (skip(/^[\s,]+/); rest !== ""; skip(/^[\s,]+/)) {
    const parameter = PARAMETER.exec(rest);
    const current = challenges.at(-1);
    if (parameter !== null && current !== undefined) {
      const [whole, name = "", quoted, plain = ""] = parameter;
      current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain;
      rest = rest.slice(whole.length);
      continue;
    }
    const scheme = TOKEN.exec(rest)?.[0];
    if (scheme === undefined) break;
    challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    rest = rest.slice(scheme.length);
  }
  return challenges;
}
