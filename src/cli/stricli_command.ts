import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import { parseDuration } from "../base/mod.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import { type CommandSpec, type FlagSpec, UsageError } from "./command.ts";
import { EXIT_CODES, type ExitCode } from "./exit_codes.ts";
import { presentError } from "./present_error.ts";
import { toKebab } from "./scan_words.ts";

/** What stricli hands to a command: the host, and where its exit code goes. */
export interface KstageContext extends CommandContext {
  readonly host: ProtectedHost;
  exit: ExitCode;
}

/** A command of ours as one of stricli's, which scans the words. */
export function toStricliCommand(spec: CommandSpec): Command<KstageContext> {
  const flags: Record<string, unknown> = {};
  const aliases: Record<string, string> = {};
  for (const [key, flag] of Object.entries(spec.flags)) {
    flags[key] = toStricliFlag(flag);
    if (flag.alias) aliases[flag.alias] = key;
  }
  return buildCommand({
    async func(this: KstageContext, given: Record<string, unknown>, ...positionals: string[]) {
      this.exit = await runCommand(spec, given, positionals.filter((word) => word !== undefined), this.host);
    },
    parameters: { flags, aliases, positional: toStricliPositionals(spec) } as never,
    docs: { brief: spec.summary },
  }) as Command<KstageContext>;
}

async function runCommand(
  spec: CommandSpec,
  given: Record<string, unknown>,
  positionals: string[],
  host: ProtectedHost,
): Promise<ExitCode> {
  try {
    return await spec.run({ flags: resolveFlags(spec.flags, given, host), positionals, host });
  } catch (error) {
    return presentError(error, host);
  }
}

function toStricliFlag(flag: FlagSpec): unknown {
  const base = { brief: flag.help, optional: true };
  switch (flag.type) {
    case "boolean":
      return { ...base, kind: "boolean", withNegated: false };
    case "enum":
      return {
        ...base,
        kind: "parsed",
        parse: (text: string) => parseFlag(flag, text),
        ...(flag.bare === undefined ? {} : { inferEmpty: true }),
      };
    case "list":
      return { ...base, kind: "parsed", parse: String, variadic: true };
    default:
      return {
        ...base,
        kind: "parsed",
        parse: (text: string) => parseFlag(flag, text),
      };
  }
}

function toStricliPositionals(spec: CommandSpec): unknown {
  const positionals = spec.positionals ?? [];
  const toParameter = ({ name, help, optional }: typeof positionals[number]) => ({
    brief: help,
    placeholder: name,
    parse: String,
    optional: optional ?? false,
  });
  const last = positionals.at(-1);
  if (last?.variadic) {
    const minimum = positionals.filter(({ optional }) => !optional).length;
    return { kind: "array", parameter: toParameter({ ...last, optional: false }), minimum };
  }
  return { kind: "tuple", parameters: positionals.map(toParameter) };
}

function resolveFlags(
  specs: Record<string, FlagSpec>,
  given: Record<string, unknown>,
  host: ProtectedHost,
): Record<string, never> {
  const values: Record<string, unknown> = {};
  for (const [key, flag] of Object.entries(specs)) {
    values[key] = given[key] ?? fromEnvironment(key, flag, host) ?? defaultOf(flag);
  }
  return values as Record<string, never>;
}

function fromEnvironment(key: string, flag: FlagSpec, host: ProtectedHost): unknown {
  const text = flag.env === undefined ? undefined : host.env.get(flag.env);
  if (text === undefined || text === "") return undefined;
  try {
    return parseFlag(flag, text);
  } catch (error) {
    throw new UsageError(`Cannot use ${flag.env} in place of --${toKebab(key)}: ${(error as Error).message}`);
  }
}

function defaultOf(flag: FlagSpec): unknown {
  if (flag.type === "boolean") return false;
  if (flag.type === "list") return [];
  return flag.default;
}

function parseFlag(flag: FlagSpec, text: string): unknown {
  switch (flag.type) {
    case "boolean":
      if (!["true", "false", "1", "0"].includes(text)) throw new Error(`"${text}" is neither true nor false`);
      return text === "true" || text === "1";
    case "list":
      return text.split(",").map((part) => part.trim()).filter(Boolean);
    case "number": {
      const value = Number(text);
      if (text.trim() === "" || !Number.isInteger(value)) throw new Error(`"${text}" is no whole number`);
      return value;
    }
    case "duration": {
      const ms = parseDays(text) ?? parseDuration(text);
      if (ms === undefined) throw new Error(`"${text}" is no duration such as 90s, 5m or 1h30m`);
      return ms;
    }
    case "enum": {
      const value = text === "" && flag.bare !== undefined ? flag.bare : text;
      if (!flag.values.includes(value)) throw new Error(`"${text}" is none of ${flag.values.join(", ")}`);
      return value;
    }
    case "string":
      return text;
  }
}

/** Whole days, in which people count the lives of tokens; Go's durations end with hours. */
function parseDays(text: string): number | undefined {
  return /^\d+d$/.test(text) ? parseInt(text) * 86_400_000 : undefined;
}

/** stricli's own exit codes are negative: usage errors and failures to load. */
export function fromStricliExit(code: number): ExitCode {
  return code === 0 ? EXIT_CODES.ok : code === -4 || code === -5 ? EXIT_CODES.usage : EXIT_CODES.unexpected;
}
