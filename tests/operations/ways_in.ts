/** kstage on the real host, with variables and outputs of the test's own: for the ways into a cluster. */
import { runCli } from "../../src/cli/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { createDenoNetwork } from "../../src/host/deno_network.ts";
import { connect } from "../../src/operations/connect.ts";
import { protectHost } from "../../src/operations/protect.ts";

/** What a run printed, and how it ended. */
export interface WayRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A kubeconfig in a directory of its own; gone when it is disposed of. */
export interface WayIn extends Disposable {
  directory: string;
  kubeconfig: string;
  /** Runs kstage with it. */
  run(...args: string[]): Promise<WayRun>;
  /** Runs kstage with the variables alone. */
  runWithoutKubeconfig(...args: string[]): Promise<WayRun>;
  /** Opens a connection with it, for several requests. */
  connect(): ReturnType<typeof connect>;
}

type Fields = Record<string, unknown>;

/** Writes a kubeconfig with one context. */
export function openWay(cluster: Fields, user: Fields, env: Record<string, string> = {}): WayIn {
  const directory = Deno.makeTempDirSync({ prefix: "kstage-way-" });
  const kubeconfig = `${directory}/config`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  Deno.writeTextFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const variables: Record<string, string | undefined> = { HOME: directory, ...env };
  const open = () => {
    const get = (name: string) => variables[name];
    const out = { stdout: "", stderr: "" };
    const output = (name: keyof typeof out) => ({
      write: (text: string) => void (out[name] += text),
      isTerminal: () => false,
      columns: () => 80,
    });
    const [stdout, stderr] = [output("stdout"), output("stderr")];
    const host = { ...createDenoHost(), env: { get }, network: createDenoNetwork({ get }), stdout, stderr };
    return { host, out };
  };
  const runWithoutKubeconfig = async (...args: string[]) => {
    const { host, out } = open();
    const exitCode = await runCli(args, host);
    return { exitCode, ...out };
  };
  return {
    directory,
    kubeconfig,
    run: (...args) => runWithoutKubeconfig(...args, "--kubeconfig", kubeconfig),
    runWithoutKubeconfig,
    connect: () => connect(protectHost(open().host), { kubeconfig }),
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

/** Writes a program that gives a credential, another one each time it is called; the last one ever after. */
export function writePlugin(directory: string, statuses: readonly Fields[], version = "v1"): string {
  statuses.forEach((status, i) => {
    const credential = { apiVersion: `client.authentication.k8s.io/${version}`, kind: "ExecCredential", status };
    Deno.writeTextFileSync(`${directory}/credential-${i}`, JSON.stringify(credential), { mode: 0o600 });
  });
  const path = `${directory}/plugin`;
  const script = `#!/bin/sh
cd ${directory}
echo "$KUBERNETES_EXEC_INFO" >> info
n=$(($(wc -l < info) - 1))
while [ ! -f credential-$n ]; do n=$((n - 1)); done
cat credential-$n
`;
  Deno.writeTextFileSync(path, script, { mode: 0o755 });
  return path;
}

/** What the plugin was told, call by call. */
// deno-lint-ignore no-explicit-any -- JSON of the plugin's caller
export function readPluginCalls(directory: string): any[] {
  return Deno.readTextFileSync(`${directory}/info`).trim().split("\n").map((line) => JSON.parse(line));
}
