/** What exec plugins answer in tests, and the context that asks them. */
import type { Processes } from "../../src/base/mod.ts";
import type { ExecConfig, ResolvedContext } from "../../src/kubeconfig/mod.ts";

export const V1 = "client.authentication.k8s.io/v1";
export const EXEC: ExecConfig = { command: "login", apiVersion: V1, interactiveMode: "Never" };

export const CONTEXT: ResolvedContext = {
  name: "x",
  clusterName: "c",
  userName: "u",
  server: "https://k8s.example.com",
  tls: { caPem: "PEM", serverName: "kubernetes" },
  authentication: { kind: "exec", exec: EXEC },
  namespace: "default",
  cluster: { extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "me" } }] },
  warnings: [],
};

const text = (value: string) => new TextEncoder().encode(value);
export const answers = (stdout: string, exitCode = 0, stderr = ""): Processes => ({
  run: () => Promise.resolve({ exitCode, stdout: text(stdout), stderr: text(stderr) }),
});
export const credential = (status: unknown, fields: Record<string, unknown> = {}) =>
  JSON.stringify({ apiVersion: V1, kind: "ExecCredential", status, ...fields });
