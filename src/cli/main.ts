import {
  type Application,
  ArgumentScannerError,
  buildApplication,
  buildRouteMap,
  type Command,
  formatMessageForArgumentScannerError,
  type RouteMap,
  run,
  text_en,
} from "@stricli/core";
import type { Host } from "../base/mod.ts";
import { protectHost } from "../operations/protect.ts";
import type { CommandSpec } from "./command.ts";
import { EXIT_CODES, type ExitCode } from "./exit_codes.ts";
import { formatCommandHelp, formatGroupHelp } from "./help.ts";
import { formatError, presentError } from "./present_error.ts";
import type { ForeignCommand, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { asksForHelp, scanWords, toKebab } from "./scan_words.ts";
import { fromStricliExit, type KstageContext, toStricliCommand } from "./stricli_command.ts";

const NAME = "kstage";
const SUMMARY = "From a ServiceAccount token to a rolled-out overlay, in one binary";

/**
 * Runs one command line.
 *
 * @param args The words after the program's name.
 * @returns The exit code; never throws.
 */
export async function runCli(args: readonly string[], realHost: Host): Promise<ExitCode> {
  const host = protectHost(realHost);
  try {
    const words = translateWords(args);
    const target = followRoutes(words);
    if ("routes" in target) {
      const { name, summary, routes, rest } = target;
      if (rest.length === 0 || asksForHelp(rest)) {
        host.stdout.write(formatGroupHelp(name, summary, routes));
        return EXIT_CODES.ok;
      }
      return await runWords(target, words, host);
    }
    if ("loadForeign" in target) return await (await target.loadForeign())(target.rest, host);
    const spec = await target.load();
    if (asksForHelp(target.rest)) {
      host.stdout.write(formatCommandHelp(target.name, spec));
      return EXIT_CODES.ok;
    }
    return await runWords({ ...target, spec }, [...target.path, ...scanWords(target.rest, spec.flags)], host);
  } catch (error) {
    return presentError(error, host);
  } finally {
    host.flush();
  }
}

/** Other ways to ask for the same. */
function translateWords(args: readonly string[]): string[] {
  if (args[0] === "help") return [...args.slice(1), "--help"];
  return args[0] === "--version" ? ["version", ...args.slice(1)] : [...args];
}

/** What the first words of a command line lead to. */
type Target =
  & { name: string; path: string[]; rest: string[] }
  & ({ load(): Promise<CommandSpec> } | { loadForeign(): Promise<ForeignCommand> } | {
    summary: string;
    routes: Record<string, Route>;
  });

function followRoutes(words: readonly string[]): Target {
  const path: string[] = [];
  let here: Route = { summary: SUMMARY, routes: ROUTES };
  for (const word of words) {
    if (!("routes" in here) || !Object.hasOwn(here.routes, word)) break;
    here = here.routes[word]!;
    path.push(word);
  }
  const rest = words.slice(path.length);
  const verbs = "verbs" in here ? here.verbs : undefined;
  if (verbs?.names.includes(rest[0] ?? "")) here = { summary: here.summary, loadForeign: verbs.loadForeign };
  return { ...here, name: [NAME, ...path].join(" "), path, rest };
}

async function runWords(
  target: { name: string; path: string[]; spec?: CommandSpec },
  words: readonly string[],
  host: ReturnType<typeof protectHost>,
): Promise<ExitCode> {
  const process = {
    stdout: host.stdout,
    stderr: host.stderr,
    exitCode: undefined as number | string | null | undefined,
  };
  const context: KstageContext = { process, host, exit: EXIT_CODES.ok };
  await run(createApplication(target), words, context);
  const exitCode = Number(process.exitCode ?? 0);
  return exitCode === 0 ? context.exit : fromStricliExit(exitCode);
}

/** stricli's application: it scans the words, and proposes corrections. */
function createApplication(
  { name, path, spec }: { name: string; path: string[]; spec?: CommandSpec },
): Application<KstageContext> {
  return buildApplication(toRouteMap(ROUTES, path, spec), {
    name: NAME,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false, disableAnsiColor: true },
    localization: {
      text: {
        ...text_en,
        exceptionWhileParsingArguments: (error) =>
          `error: ${describeScanError(error)}\n  hint: ${name} --help lists arguments and flags`,
        noCommandRegisteredForInput: ({ input, corrections }) =>
          `error: There is no command "${[...path, input].join(" ")}"\n  hint: ` +
          (corrections.length > 0 ? `Did you mean ${corrections.join(" or ")}?` : `${name} --help lists the commands`),
        exceptionWhileLoadingCommandFunction: (error) => formatError(error),
        exceptionWhileRunningCommand: (error) => formatError(error),
      },
    },
  });
}

function describeScanError(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return error instanceof Error ? error.message : String(error);
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `There is no flag --${input.replace(/^-+/, "")}` +
      (corrections.length > 0 ? `: did you mean ${corrections.map((text) => `--${toKebab(text)}`).join(" or ")}?` : ""),
    AliasNotFoundError: ({ input }) => `There is no flag -${input}`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: flag, exception }) =>
      `Cannot use --${flag}: ${exception instanceof Error ? exception.message : exception}`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `The flag --${externalFlagName} needs a value`,
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `The flag --${externalFlagName} is given twice, with "${previousInput}" and "${input}"`,
    UnsatisfiedPositionalError: ({ placeholder }) => `The argument ${placeholder} is missing`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `The argument "${input}" is one too many: ` +
      (expectedCount === 0 ? "none is expected" : `${expectedCount} ${expectedCount === 1 ? "is" : "are"} expected`),
  });
}

type AnyTarget = Command<KstageContext> | RouteMap<KstageContext>;

/**
 * The route of the one command that is called, with its flags. Where the words lead to none, all routes are there, for
 * corrections: making stricli's commands of them takes milliseconds.
 */
function toRouteMap(
  routes: Record<string, Route>,
  [word, ...rest]: readonly string[],
  spec: CommandSpec | undefined,
): RouteMap<KstageContext> {
  const candidates = spec === undefined ? Object.entries(routes) : [[word!, routes[word!]!] as const];
  const targets = candidates.map(([key, route]): [string, AnyTarget] => {
    const isCalled = key === word;
    if ("routes" in route) return [key, toRouteMap(route.routes, isCalled ? rest : [], isCalled ? spec : undefined)];
    const unloaded: CommandSpec = { summary: route.summary, flags: {}, examples: [], run: neverRun };
    return [key, toStricliCommand(isCalled && spec !== undefined ? spec : unloaded)];
  });
  return buildRouteMap<string, KstageContext>({ routes: Object.fromEntries(targets), docs: { brief: "" } });
}

const neverRun: CommandSpec["run"] = () => Promise.reject(new Error("A command was not loaded"));
