import { CodedError } from "../base/mod.ts";
import { KubeconfigError, parseGoBoolean } from "../operations/kubectl_types.ts";

/** How a flag of kubectl takes values. */
export type KubectlFlagType = "string" | "boolean" | "slice" | "array";

/** Flags by name, without dashes. */
export type KubectlFlags = Readonly<Record<string, KubectlFlagType>>;

/** A flag that kubectl would not take; the message is pflag's own. */
export class KubectlFlagError extends CodedError<"FLAG"> {
  override name = "UsageError";
}

const GLOBAL_STRINGS =
  "as as-uid cache-dir certificate-authority client-certificate client-key cluster context kubeconfig kuberc log-flush-frequency namespace password profile profile-output request-timeout server tls-server-name token user username v vmodule";
const GLOBAL_BOOLEANS = "disable-compression insecure-skip-tls-verify match-server-version warnings-as-errors help";

/** Flags of every command of kubectl. */
export const KUBECTL_GLOBAL_FLAGS: KubectlFlags = Object.fromEntries([
  ...GLOBAL_STRINGS.split(" ").map((name) => [name, "string"]),
  ...GLOBAL_BOOLEANS.split(" ").map((name) => [name, "boolean"]),
  ["as-group", "array"],
  ["as-user-extra", "array"],
]);

const SHORT: Readonly<Record<string, string>> = { n: "namespace", o: "output", s: "server", h: "help", v: "v" };

/** What the words of a command line say. */
export interface ParsedWords {
  flags: Record<string, string | boolean | string[]>;
  words: string[];
}

/**
 * Reads flags and words in any order, as kubectl does.
 *
 * @throws {KubectlFlagError} In pflag's words.
 * @see pflag `flag.go` v1.0
 */
export function parseKubectlWords(args: readonly string[], known: KubectlFlags): ParsedWords {
  const parsed: ParsedWords = { flags: {}, words: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      parsed.words.push(...args.slice(i + 1));
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      parsed.words.push(arg);
      continue;
    }
    const { name, value, shown } = splitFlag(arg, known);
    const type = known[name]!;
    if (value !== undefined) setFlag(parsed, { name, type, value, shown });
    else if (type === "boolean") parsed.flags[name] = true;
    else if (i + 1 < args.length) setFlag(parsed, { name, type, value: args[++i]!, shown });
    else throw refuse(`flag needs an argument: ${arg.startsWith("--") ? arg : `'${arg[1]}' in ${arg}`}`);
  }
  return parsed;
}

function refuse(message: string): KubectlFlagError {
  return new KubectlFlagError("FLAG", message);
}

function splitFlag(arg: string, known: KubectlFlags): { name: string; value: string | undefined; shown: string } {
  if (arg.startsWith("--")) {
    const text = arg.slice(2);
    // The value is left out: it may be a secret.
    if (text === "" || text[0] === "-" || text[0] === "=") throw refuse(`bad flag syntax: ${arg.split(/[=\s]/)[0]}`);
    const at = text.indexOf("=");
    const written = at < 0 ? text : text.slice(0, at);
    const name = written.replaceAll("_", "-");
    if (!Object.hasOwn(known, name)) throw refuse(`unknown flag: --${written}`);
    return { name, value: at < 0 ? undefined : text.slice(at + 1), shown: `--${name}` };
  }
  const letter = arg[1]!;
  const name = SHORT[letter];
  if (name === undefined || !Object.hasOwn(known, name)) throw refuse(`unknown shorthand flag: '${letter}' in ${arg}`);
  const rest = arg.slice(2);
  const value = rest === "" ? undefined : rest.startsWith("=") ? rest.slice(1) : rest;
  return { name, value, shown: `-${letter}, --${name}` };
}

interface Setting {
  name: string;
  type: KubectlFlagType;
  value: string;
  shown: string;
}

function setFlag(parsed: ParsedWords, { name, type, value, shown }: Setting): void {
  const fail = (reason: string) => refuse(`invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${reason}`);
  if (type === "string") parsed.flags[name] = value;
  else if (type === "boolean") {
    try {
      parsed.flags[name] = parseGoBoolean(value);
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      throw fail(error.message);
    }
  } else {
    const before = (parsed.flags[name] ?? []) as string[];
    parsed.flags[name] = [...before, ...(type === "array" ? [value] : splitCommas(value, fail))];
  }
}

/** One line of comma-separated values, with quotes as Go's `encoding/csv` has them. */
function splitCommas(text: string, fail: (reason: string) => KubectlFlagError): string[] {
  if (text === "") return [];
  const parts: string[] = [];
  for (let at = 0; at <= text.length;) {
    const [whole, quoted, plain = ""] = /^(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))/.exec(text.slice(at))!;
    if (quoted === undefined && plain.includes('"')) {
      throw fail(`parse error on line 1, column ${at + plain.indexOf('"') + 1}: bare " in non-quoted-field`);
    }
    parts.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length + 1;
  }
  return parts;
}
