import {
  type Application,
  buildApplication,
  buildRouteMap,
  type Command,
  type RouteMap,
  run,
  text_en,
} from "@stricli/core";
import type { Host } from "../base/mod.ts";
import { protectHost } from "../operations/protect.ts";
import type { CommandSpec } from "./command.ts";
import { EXIT_CODES, type ExitCode } from "./exit_codes.ts";
import { formatError, presentError } from "./present_error.ts";
import { type Route, ROUTES } from "./routes.ts";
import { fromStricliExit, type KstageContext, toStricliCommand } from "./stricli_command.ts";

/**
 * Runs one command line.
 *
 * @param args The words after the program's name.
 * @returns The exit code; never throws.
 */
export async function runCli(args: readonly string[], realHost: Host): Promise<ExitCode> {
  const host = protectHost(realHost);
  try {
    const app = await createApplication(args);
    const process = {
      stdout: host.stdout,
      stderr: host.stderr,
      exitCode: undefined as number | string | null | undefined,
    };
    const context: KstageContext = { process, host, exit: EXIT_CODES.ok };
    await run(app, args.length === 0 ? ["--help"] : args, context);
    const exitCode = Number(process.exitCode ?? 0);
    return exitCode === 0 ? context.exit : fromStricliExit(exitCode);
  } catch (error) {
    return presentError(error, host);
  }
}

/** stricli's application with the commands that `args` may mean: the one called, or all of them for help and corrections. */
async function createApplication(args: readonly string[]): Promise<Application<KstageContext>> {
  return buildApplication(
    await toRouteMap("kstage", "From a ServiceAccount token to a rolled-out overlay", ROUTES, args),
    {
      name: "kstage",
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false, disableAnsiColor: true },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) => `error: ${messageOf(error)}\n  hint: --help lists the flags`,
          noCommandRegisteredForInput: ({ input, corrections }) =>
            `error: There is no command "${input}"` +
            (corrections.length > 0
              ? `\n  hint: Did you mean ${corrections.join(" or ")}?`
              : `\n  hint: kstage --help lists the commands`),
          exceptionWhileLoadingCommandFunction: (error) => formatError(error),
          exceptionWhileRunningCommand: (error) => formatError(error),
        },
      },
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type AnyTarget = Command<KstageContext> | RouteMap<KstageContext>;

async function toRouteMap(
  name: string,
  summary: string,
  routes: Record<string, Route>,
  args: readonly string[],
): Promise<RouteMap<KstageContext>> {
  const [word = "", ...rest] = args;
  const called = Object.hasOwn(routes, word) ? { [word]: routes[word]! } : routes;
  const targets = await Promise.all(
    Object.entries(called).map(async (
      [key, route],
    ): Promise<[string, AnyTarget]> => [key, await toTarget(`${name} ${key}`, route, rest, key === word)]),
  );
  return buildRouteMap<string, KstageContext>({ routes: Object.fromEntries(targets), docs: { brief: summary } });
}

async function toTarget(name: string, route: Route, rest: readonly string[], isCalled: boolean): Promise<AnyTarget> {
  if ("routes" in route) return await toRouteMap(name, route.summary, route.routes, rest);
  // For a list of commands the summary is enough.
  const spec: CommandSpec = isCalled
    ? await route.load()
    : { summary: route.summary, flags: {}, examples: [], run: runLoaded(route.load) };
  return toStricliCommand(name, spec);
}

const runLoaded = (load: () => Promise<CommandSpec>): CommandSpec["run"] => async (input) => (await load()).run(input);
