import { CodedError, FileError } from "../base/mod.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import {
  CONFIG_COMMANDS,
  MissingContextsError,
  openConfigCall,
  WrongWordsError,
} from "../operations/kubectl_config_run.ts";
import { KubeconfigError } from "../operations/kubectl_types.ts";
import { EXIT_CODES, type ExitCode } from "./exit_codes.ts";
import {
  KUBECTL_GLOBAL_FLAGS,
  KubectlFlagError,
  type KubectlFlags,
  type ParsedWords,
  parseKubectlWords,
} from "./kubectl_flags.ts";

/** kubectl's one code for everything that fails. */
const FAILED = 1 as ExitCode;

const NAME = { "no-headers": "boolean", output: "string" } as const;

/** Flags of the `config` commands, beside those of every command. */
const CONFIG_FLAGS: Readonly<Record<string, KubectlFlags>> = {
  "set": { "set-raw-bytes": "boolean" },
  "set-cluster": { "embed-certs": "boolean", "proxy-url": "string" },
  "set-credentials": {
    "auth-provider": "string",
    "auth-provider-arg": "slice",
    "embed-certs": "boolean",
    "exec-api-version": "string",
    "exec-arg": "slice",
    "exec-command": "string",
    "exec-env": "array",
    "exec-interactive-mode": "string",
    "exec-provide-cluster-info": "boolean",
  },
  "set-context": { current: "boolean" },
  "get-contexts": NAME,
  "view": {
    "allow-missing-template-keys": "boolean",
    flatten: "boolean",
    merge: "boolean",
    minify: "boolean",
    output: "string",
    raw: "boolean",
    "show-managed-fields": "boolean",
    template: "string",
  },
};

/** What each `config` command takes, for its help. */
const CONFIG_USAGE: Readonly<Record<string, string>> = {
  "view": "Print the merged kubeconfig, secrets hidden unless --raw or --flatten",
  "set-cluster": "NAME: set address, CA and proxy of a cluster",
  "set-credentials": "NAME: set how a user authenticates",
  "set-context": "[NAME | --current]: set cluster, user and namespace of a context",
  "set": "PROPERTY VALUE: set one value by its path",
  "unset": "PROPERTY: remove one value by its path",
  "current-context": "Print the name of the current context",
  "use-context": "NAME: make a context the current one (also: use)",
  "get-contexts": "[NAME…] [-o name]: list contexts",
  "get-clusters": "List the names of clusters",
  "get-users": "List the names of users",
  "rename-context": "NAME NEW_NAME: rename a context",
  "delete-context": "NAME: delete a context",
  "delete-cluster": "NAME: delete a cluster",
  "delete-user": "NAME: delete a user",
};

/** kubectl's other commands and what does their work here. */
const OWN_COMMANDS: Readonly<Record<string, string>> = {
  apply: "kstage apply OVERLAY",
  diff: "kstage diff OVERLAY",
  kustomize: "kstage build OVERLAY",
  rollout: "kstage rollout status|restart KIND/NAME",
  version: "kstage version",
};

/**
 * Runs `kstage kubectl …`: kubectl's `config` commands with kubectl's flags, messages and exit codes.
 *
 * @param args The words after `kubectl`.
 */
export async function runKubectl(args: readonly string[], host: ProtectedHost): Promise<ExitCode> {
  const [command = "", subcommand = "", ...rest] = splitCommand(args);
  if (command === "" || command === "help") {
    host.stdout.write(formatHelp());
    return EXIT_CODES.ok;
  }
  if (command !== "config") {
    const own = OWN_COMMANDS[command];
    const hint = own === undefined ? "kstage --help lists what there is" : `Use ${own}`;
    host.stderr.write(
      `error: Of kubectl, kstage has the config commands alone: there is no "${command}"\n  hint: ${hint}\n`,
    );
    return EXIT_CODES.usage;
  }
  const name = subcommand === "use" ? "use-context" : subcommand;
  if (name === "" || name === "--help" || name === "-h") {
    host[name === "" ? "stderr" : "stdout"].write(formatHelp());
    return name === "" ? FAILED : EXIT_CODES.ok;
  }
  if (!Object.hasOwn(CONFIG_COMMANDS, name)) {
    host.stderr.write(`error: unknown command "${name}"\nSee 'kubectl config -h' for help and examples\n`);
    return FAILED;
  }
  return await runConfig(name, rest, host);
}

async function runConfig(name: string, args: readonly string[], host: ProtectedHost): Promise<ExitCode> {
  let parsed: ParsedWords;
  try {
    parsed = parseKubectlWords(args, { ...KUBECTL_GLOBAL_FLAGS, ...CONFIG_FLAGS[name] });
  } catch (error) {
    if (!(error instanceof KubectlFlagError)) throw error;
    host.stderr.write(`error: ${error.message}\nSee 'kubectl config ${name} --help' for usage.\n`);
    return FAILED;
  }
  if (parsed.flags.help === true) {
    host.stdout.write(formatCommandHelp(name));
    return EXIT_CODES.ok;
  }
  try {
    host.stdout.write(await CONFIG_COMMANDS[name]!(openConfigCall(host, parsed.words, parsed.flags)));
    return EXIT_CODES.ok;
  } catch (error) {
    return present(name, error, host);
  }
}

/** Writes an error as kubectl does, as far as it has words for it. */
function present(name: string, error: unknown, host: ProtectedHost): ExitCode {
  if (error instanceof MissingContextsError) {
    host.stdout.write(error.printed);
    host.stderr.write(`${error.message}\n`);
  } else if (error instanceof WrongWordsError) {
    if (error.showsHelp) host.stdout.write(formatCommandHelp(name));
    // kubectl's deletions show their help and succeed.
    if (error.message === "") return EXIT_CODES.ok;
    host.stderr.write(`error: ${error.message}\n`);
    if (!error.showsHelp) host.stderr.write(`See 'kubectl config ${name} -h' for help and examples\n`);
  } else if (error instanceof FileError) host.stderr.write(`error: ${goFileError(error)}\n`);
  else if (error instanceof CodedError) host.stderr.write(formatCoded(error));
  else throw error;
  return FAILED;
}

function formatCoded(error: CodedError): string {
  const hint = error.hint === undefined ? "" : `  hint: ${error.hint}\n`;
  if (!(error instanceof KubeconfigError)) return `error: ${error.message}\n${hint}`;
  const { code, file, message } = error;
  if (code === "LOCKED") return `error: open ${file}.lock: file exists\n${hint}`;
  const start = `Cannot read kubeconfig "${file}": `;
  if (code !== "INVALID" || !message.startsWith(start)) return `error: ${message}\n${hint}`;
  const line = error.place?.line === undefined ? "" : ` (line ${error.place.line})`;
  return `error: error loading config file "${file}": ${message.slice(start.length)}${line}\n${hint}`;
}

const GO_REASONS: Partial<Record<FileError["code"], string>> = {
  NOT_FOUND: "no such file or directory",
  DENIED: "permission denied",
  NOT_DIRECTORY: "not a directory",
};

function goFileError(error: FileError): string {
  if (error.code === "IS_DIRECTORY") {
    return `error loading config file "${error.path}": read ${error.path}: is a directory`;
  }
  const reason = GO_REASONS[error.code];
  return reason === undefined ? error.message : `open ${error.path}: ${reason}`;
}

/** Brings `config` and its command to the front: flags may stand before them. */
function splitCommand(args: readonly string[]): string[] {
  const front: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const isHelp = arg === "-h" || arg === "--help";
    if (front.length === 2 || front[0] !== undefined && front[0] !== "config") rest.push(arg);
    else if (isHelp && front.length < 2) front.push(...(front.length === 0 ? ["help"] : ["--help"]));
    else if (arg.startsWith("-")) {
      rest.push(arg);
      const name = arg.startsWith("--") ? arg.slice(2) : { "-n": "namespace", "-s": "server", "-v": "v" }[arg] ?? "";
      if (KUBECTL_GLOBAL_FLAGS[name] === "string" && i + 1 < args.length) rest.push(args[++i]!);
    } else front.push(arg);
  }
  return [...front, ...(front.length === 1 ? [""] : []), ...rest];
}

function formatHelp(): string {
  const rows = Object.entries(CONFIG_USAGE).map(([name, text]) => `  ${name.padEnd(17)}${text}\n`).join("");
  return `kubectl's config commands, with kubectl's flags, messages and exit codes.

USAGE
  kstage kubectl config COMMAND [ARGUMENTS] [FLAGS]

EXAMPLES
  # The cluster of a deploy job
  kstage kubectl config set-cluster k8s --server="$CLUSTER_ADDRESS"

  # What the kubeconfig holds, secrets hidden
  kstage kubectl config view

COMMANDS
${rows}
--kubeconfig FILE names the file; otherwise KUBECONFIG, else ~/.kube/config.
`;
}

function formatCommandHelp(name: string): string {
  const flags = Object.keys(CONFIG_FLAGS[name] ?? {}).map((flag) => `  --${flag}\n`).join("");
  return `kubectl config ${name}: ${CONFIG_USAGE[name]}.

USAGE
  kstage kubectl config ${name} [ARGUMENTS] [FLAGS]

FLAGS
${flags}  and kubectl's own of every command, such as --kubeconfig
`;
}
