import { compareBytes, type JsonObject, stringifyJson } from "../base/mod.ts";
import {
  changeProperty,
  type Contents,
  flattenContents,
  fromContents,
  type KubeconfigAccess,
  KubeconfigError,
  minifyContents,
  modifyKubeconfigs,
  openAccess,
  readContents,
  redactContents,
  redactProviders,
} from "../kubeconfig/mod.ts";
import { writeYaml } from "../yaml/mod.ts";
import {
  changeCluster,
  changeContext,
  changeUser,
  checkClusterFlags,
  checkUserFlags,
  type GivenFlags,
  parsePairs,
} from "./kubectl_config.ts";
import type { ProtectedHost } from "./protect.ts";

/** What one `config` command is given. */
export interface ConfigCall {
  host: ProtectedHost;
  access: KubeconfigAccess;
  words: readonly string[];
  flags: GivenFlags;
}

/** The words of a command line are not those that the command takes; help is shown, as kubectl does. */
export class WrongWordsError extends KubeconfigError {
  /** Makes an error with kubectl's message. @param showsHelp Whether kubectl prints its help before it. */
  constructor(message: string, readonly showsHelp: boolean = true) {
    super("BAD_PROPERTY", message, "");
  }
}

/** Opens the files that a call works on. */
export function openConfigCall(host: ProtectedHost, words: readonly string[], flags: GivenFlags): ConfigCall {
  return { host, words, flags, access: openAccess(host, flags.kubeconfig as string | undefined) };
}

function fault(message: string): KubeconfigError {
  return new KubeconfigError("BAD_PROPERTY", message, "");
}

function expectWords({ words }: ConfigCall, ...counts: number[]): void {
  if (!counts.includes(words.length)) throw new WrongWordsError(`Unexpected args: [${words.join(" ")}]`);
}

const modify = <T>({ host, access }: ConfigCall, relativize: boolean, change: (contents: Contents) => T): Promise<T> =>
  modifyKubeconfigs(host, access, change, { relativize });

/** The `config` commands by name; each returns what goes to standard output. */
export const CONFIG_COMMANDS: Readonly<Record<string, (call: ConfigCall) => Promise<string>>> = {
  async "set"(call) {
    expectWords(call, 2);
    const [path = "", value = ""] = call.words;
    if (value === "") throw fault("you cannot use set to unset a property");
    if (path === "") throw fault("you must specify a property");
    const isRaw = call.flags["set-raw-bytes"] === true;
    await modify(call, false, (contents) => changeProperty(contents, path, { kind: "set", value, isRaw }));
    return `Property ${quote(path)} set.\n`;
  },
  async "unset"(call) {
    expectWords(call, 1);
    const [path = ""] = call.words;
    if (path === "") throw fault("you must specify a property");
    await modify(call, false, (contents) => changeProperty(contents, path, { kind: "unset" }));
    return `Property ${quote(path)} unset.\n`;
  },
  async "set-cluster"(call) {
    expectWords(call, 1);
    const [name = ""] = call.words;
    checkClusterFlags(call.host, name, call.flags);
    await modify(call, true, ({ clusters }) => {
      const old = clusters.get(name);
      clusters.set(name, { ...old, value: changeCluster(call.host, old?.value ?? {}, call.flags) });
    });
    return `Cluster ${quote(name)} set.\n`;
  },
  async "set-credentials"(call) {
    const [name = ""] = call.words;
    if (call.words.length !== 1) throw new WrongWordsError(`unexpected args: [${call.words.join(" ")}]`);
    for (const flag of ["auth-provider-arg", "exec-env"]) {
      try {
        parsePairs(flag, call.flags);
      } catch (error) {
        throw new WrongWordsError((error as Error).message);
      }
    }
    checkUserFlags(call.host, name, call.flags);
    await modify(call, true, ({ users }) => {
      const old = users.get(name);
      users.set(name, { ...old, value: changeUser(call.host, old?.value ?? {}, call.flags) });
    });
    return `User ${quote(name)} set.\n`;
  },
  async "set-context"(call) {
    expectWords(call, 0, 1);
    const [given = ""] = call.words;
    const isCurrent = call.flags.current === true;
    if (given === "" && !isCurrent) throw fault("you must specify a non-empty context name or --current");
    if (given !== "" && isCurrent) throw fault("you cannot specify both a context name and --current");
    return await modify(call, true, ({ contexts, currentContext }) => {
      if (isCurrent && currentContext === "") throw fault("no current context is set");
      const name = isCurrent ? currentContext : given;
      const old = contexts.get(name);
      contexts.set(name, { ...old, value: changeContext(old?.value ?? {}, call.flags) });
      return `Context ${quote(name)} ${old === undefined ? "created" : "modified"}.\n`;
    });
  },
  async "use-context"(call) {
    expectWords(call, 1);
    const [name = ""] = call.words;
    await modify(call, true, (contents) => {
      if (name === "") throw fault("empty context names are not allowed");
      if (!contents.contexts.has(name)) throw fault(`no context exists with the name: ${quote(name)}`);
      contents.currentContext = name;
    });
    return `Switched to context ${quote(name)}.\n`;
  },
  // deno-lint-ignore require-await -- a failure must be a rejection, not a throw
  async "current-context"({ host, access }) {
    const { currentContext } = readContents(host.fs, access);
    if (currentContext === "") throw fault("current-context is not set");
    return `${currentContext}\n`;
  },
  "get-clusters": ({ host, access }) => Promise.resolve(listNames(readContents(host.fs, access).clusters)),
  "get-users": ({ host, access }) => Promise.resolve(listNames(readContents(host.fs, access).users)),
  // deno-lint-ignore require-await -- a failure must be a rejection, not a throw
  async "get-contexts"(call) {
    return listContexts(call);
  },
  async "rename-context"(call) {
    expectWords(call, 2);
    const [name = "", newName = ""] = call.words;
    if (newName === "") throw fault("You must specify a new non-empty context name");
    await modify(call, true, (contents) => {
      const { contexts } = contents;
      const context = contexts.get(name);
      const problem = `cannot rename the context ${quote(name)},`;
      const file = call.access.defaultFile;
      if (context === undefined) throw fault(`${problem} it's not in ${file}`);
      if (contexts.has(newName)) throw fault(`${problem} the context ${quote(newName)} already exists in ${file}`);
      contexts.delete(name);
      contexts.set(newName, context);
      if (contents.currentContext === name) contents.currentContext = newName;
    });
    return `Context ${quote(name)} renamed to ${quote(newName)}.\n`;
  },
  "delete-context": (call) => deleteEntry(call, "contexts", "context"),
  "delete-cluster": (call) => deleteEntry(call, "clusters", "cluster"),
  "delete-user": (call) => deleteEntry(call, "users", "user"),
  // deno-lint-ignore require-await -- a failure must be a rejection, not a throw
  async "view"(call) {
    return viewContents(call);
  },
};

/** As Go's `%q`, for what names hold. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function listNames(entries: ReadonlyMap<string, unknown>): string {
  return ["NAME", ...[...entries.keys()].sort(compareBytes)].map((name) => `${name}\n`).join("");
}

/** Some of the contexts that were asked for are not there; the others are printed all the same. */
export class MissingContextsError extends KubeconfigError {
  /** Makes the error. @param printed What goes to standard output nevertheless. */
  constructor(names: readonly string[], readonly printed: string) {
    const lines = names.map((name) => `context ${name} not found`);
    super("CONTEXT_MISSING", lines.length === 1 ? `error: ${lines[0]}` : lines.join("\n"), "");
  }
}

function listContexts({ host, access, words, flags }: ConfigCall): string {
  const output = String(flags.output ?? "");
  if (output !== "" && output !== "name") {
    throw fault(
      `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
    );
  }
  const { contexts, currentContext } = readContents(host.fs, access);
  const missing = words.filter((name) => !contexts.has(name));
  const names = (words.length === 0 ? [...contexts.keys()] : words.filter((name) => contexts.has(name)))
    .sort(compareBytes);
  const rows = names.map((name) => {
    const { cluster, user, namespace = "" } = contexts.get(name)!.value as Record<string, string>;
    return [name === currentContext ? "*" : " ", name, cluster!, user!, namespace];
  });
  const header = flags["no-headers"] === true ? [] : [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]];
  const text = output === "name" ? names.map((name) => `${name}\n`).join("") : alignColumns([...header, ...rows]);
  if (missing.length > 0) throw new MissingContextsError(missing, text);
  return text;
}

/** As Go's tabwriter with kubectl's settings: cells of at least 6, three spaces between. The last is not padded. */
function alignColumns(rows: readonly string[][]): string {
  const width = (column: number) => Math.max(6, ...rows.map((row) => [...row[column]!].length + 3));
  const widths = [0, 1, 2, 3].map(width);
  return rows.map((row) => row.map((cell, i) => i < 4 ? cell.padEnd(widths[i]!) : cell).join("") + "\n").join("");
}

async function deleteEntry(
  call: ConfigCall,
  list: "contexts" | "clusters" | "users",
  noun: string,
): Promise<string> {
  // kubectl reads its files before it looks at the words.
  readContents(call.host.fs, call.access);
  if (call.words.length !== 1) {
    if (noun === "user") throw new WrongWordsError("user to delete is required", false);
    throw new WrongWordsError("");
  }
  const [name = ""] = call.words;
  const file = call.access.defaultFile;
  const wasCurrent = await modify(call, true, (contents) => {
    if (!contents[list].delete(name)) throw fault(`cannot delete ${noun} ${name}, not in ${file}`);
    return contents.currentContext === name;
  });
  if (list === "contexts" && wasCurrent) {
    call.host.stderr.write(
      'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
    );
  }
  return `deleted ${noun} ${name} from ${file}\n`;
}

const KUBECTL_FORMATS =
  "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

function viewContents({ host, access, words, flags }: ConfigCall): string {
  if (words.length > 0) throw new WrongWordsError(`unexpected arguments: [${words.join(" ")}]`, false);
  const output = String(flags.output ?? "yaml");
  if (!["yaml", "json", "name", ""].includes(output)) {
    if (!KUBECTL_FORMATS.split(",").includes(output.split("=")[0]!)) {
      const problem = `unable to match a printer suitable for the output format ${quote(output)}`;
      throw fault(`${problem}, allowed formats are: ${KUBECTL_FORMATS}`);
    }
    throw fault(`kstage prints a kubeconfig as yaml, json or name, not as ${output.split("=")[0]}`);
  }
  if (flags.merge === false && !access.isExplicit) throw fault("if merge==false a precise file must be specified");
  const contents = readContents(host.fs, access);
  if (flags.minify === true) {
    if (flags.context) contents.currentContext = String(flags.context);
    minifyContents(contents);
  }
  if (flags.flatten === true) flattenContents(host.fs, contents);
  else if (flags.raw !== true) redactContents(contents);
  const value: JsonObject = fromContents(contents);
  if (output === "name") return "config/<unknown>\n";
  return output === "json" ? stringifyJson(value, 4) + "\n" : writeYaml(value);
}

/** The merged kubeconfig as YAML or JSON, with every secret hidden, also where certificates are put in. */
export function viewRedacted({ host, access, flags }: ConfigCall): string {
  const contents = readContents(host.fs, access);
  if (flags.context) contents.currentContext = String(flags.context);
  if (flags.minify === true) minifyContents(contents);
  if (flags.flatten === true) flattenContents(host.fs, contents);
  redactContents(contents);
  redactProviders(contents);
  const value = fromContents(contents);
  return flags.output === "json" ? stringifyJson(value, 2) + "\n" : writeYaml(value);
}
