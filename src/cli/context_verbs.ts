import type { ProtectedHost } from "../operations/protect.ts";
import { CONFIG_COMMANDS, openConfigCall, viewRedacted } from "../operations/kubectl_config_run.ts";
import { UsageError } from "./command.ts";
import { EXIT_CODES, type ExitCode } from "./exit_codes.ts";
import { type KubectlFlags, parseKubectlWords } from "./kubectl_flags.ts";

interface Verb {
  command: string;
  usage: string;
  words: number;
  flags: KubectlFlags;
}

/** What stands behind `kstage context`, with the words and flags that it takes beside `--kubeconfig`. */
const VERBS: Readonly<Record<string, Verb>> = {
  set: {
    command: "set-context",
    usage: "NAME|--current [--cluster NAME] [--user NAME] [--namespace NAME]",
    words: 1,
    flags: { cluster: "string", user: "string", namespace: "string", current: "boolean" },
  },
  use: { command: "use-context", usage: "NAME", words: 1, flags: {} },
  list: { command: "get-contexts", usage: "[-o name]", words: 0, flags: { output: "string" } },
  current: { command: "current-context", usage: "", words: 0, flags: {} },
  rename: { command: "rename-context", usage: "NAME NEW_NAME", words: 2, flags: {} },
  delete: { command: "delete-context", usage: "NAME", words: 1, flags: {} },
  view: {
    command: "view",
    usage: "[--minify] [--flatten] [--context NAME] [-o json]",
    words: 0,
    flags: { minify: "boolean", flatten: "boolean", redact: "boolean", context: "string", output: "string" },
  },
};

/** Runs `kstage context set|use|list|current|rename|delete|view`; `view` never shows a secret. */
export async function runContextVerb(args: readonly string[], host: ProtectedHost): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  const { command, usage, words: count, flags: own } = VERBS[name]!;
  const { flags, words } = parseKubectlWords(rest, { kubeconfig: "string", help: "boolean", ...own });
  const line = `kstage context ${name} ${usage}`.trim();
  if (flags.help === true) {
    host.stdout.write(
      `USAGE\n  ${line} [--kubeconfig FILE]\n\nEXAMPLES\n  # Works on KUBECONFIG, else ~/.kube/config\n  ${line}\n`,
    );
    return EXIT_CODES.ok;
  }
  const wanted = flags.current === true ? count - 1 : count;
  if (words.length !== wanted) {
    throw new UsageError(`Cannot run context ${name}: ${words.length} arguments are given, not ${wanted}`, line);
  }
  const call = openConfigCall(host, words, flags);
  host.stdout.write(command === "view" ? viewRedacted(call) : await CONFIG_COMMANDS[command]!(call));
  return EXIT_CODES.ok;
}
