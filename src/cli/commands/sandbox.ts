import { type JsonValue, parseJson } from "../../base/mod.ts";
import { InterruptedError, withInterrupt } from "../../operations/interrupt.ts";
import type { ProtectedHost } from "../../operations/protect.ts";
import {
  ADMIN_TOKEN,
  createSandbox,
  type Fault,
  parseFaults,
  type Sandbox,
  type SandboxServer,
} from "../../sandbox/mod.ts";
import { defineCommand, UsageError } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const sandboxCommand = defineCommand({
  summary: "Serve an in-memory Kubernetes API for trying things out",
  description:
    `Listens on loopback with TLS and a CA of its own, until interrupted. Its Deployments, StatefulSets, DaemonSets, Jobs and Pods progress as on a cluster; nothing is
run. There is a ServiceAccount with the ClusterRole admin in one namespace, as a deploy job has it.

An image whose tag is does-not-exist can't be pulled; a tag such as sandbox-crash, sandbox-oom-killed, sandbox-never-ready or sandbox-slow-20 asks for that
failure. --faults scripts them for any image or workload: a JSON file with a list such as [{"fail": "crash", "workload": "api", "exitCode": 3}].`,
  flags: {
    port: { type: "number", placeholder: "N", help: "Port to listen on; by default any free one" },
    export: {
      type: "boolean",
      help: "Print nothing but shell lines that set CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN",
    },
    namespace: {
      type: "string",
      alias: "n",
      default: "default",
      placeholder: "NAME",
      help: "The ServiceAccount's namespace",
    },
    serviceAccount: { type: "string", default: "deployer", placeholder: "NAME", help: "The ServiceAccount's name" },
    latency: { type: "duration", default: 0, help: "Wait this long before each answer, such as 20ms" },
    faults: { type: "string", placeholder: "FILE", help: "JSON file with scripted failures" },
  },
  examples: [
    ["kstage sandbox", "Serve, and print how to connect"],
    [
      'eval "$(kstage sandbox --export -n my-service & sleep 1)"',
      "Serve in the background, and set the variables that kstage deploy reads",
    ],
  ],
  async run({ flags, host }) {
    const faults = flags.faults === undefined ? [] : readFaults(host, flags.faults);
    const sandbox = createSandbox({ clock: host.clock, latencyMs: flags.latency, controllers: { faults } });
    const { namespace, serviceAccount } = flags;
    createDeployer(sandbox, namespace, serviceAccount);
    const server = await sandbox.serve({ port: flags.port ?? 0 });
    try {
      const token = await sandbox.issueToken({ namespace, name: serviceAccount }, TOKEN_SECONDS);
      const variables = { CLUSTER_ADDRESS: server.url, CA_AUTH_DATA: btoa(server.caPem), K8S_TOKEN: token };
      // Who reads the variables may stop the sandbox at once, so it listens for that before it prints them.
      await withInterrupt(host, async (signal) => {
        host.stdout.write(flags.export ? exportLines(variables) : describe(server, exportLines(variables)));
        await untilAborted(signal);
      });
    } catch (error) {
      // Being stopped is how serving ends well.
      if (!(error instanceof InterruptedError)) throw error;
    } finally {
      await server.close();
      sandbox.close();
    }
    return EXIT_CODES.ok;
  },
});

const TOKEN_SECONDS = 24 * 3600;

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

/** The namespace, ServiceAccount and RoleBinding that a cluster's administrator makes for a deploy job. */
function createDeployer(sandbox: Sandbox, namespace: string, name: string): void {
  if (sandbox.store.get({ apiVersion: "v1", kind: "Namespace", name: namespace }) === undefined) {
    sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  }
  if (name !== "default") sandbox.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: `${name}-admin`, namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
}

function readFaults(host: ProtectedHost, file: string): Fault[] {
  let document: JsonValue;
  try {
    document = parseJson(host.fs.readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`Cannot read ${file}: it is no JSON: ${error.message}`);
  }
  return parseFaults(document);
}

/** Values of base64, JWTs and URLs need no quotes in any shell; they are there for the reader. */
function exportLines(variables: Record<string, string>): string {
  return Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`).join("");
}

function describe({ url }: SandboxServer, exports: string): string {
  return `A sandbox listens at ${url}; stop it with Ctrl-C.

For kstage, in another shell:

${exports}
kubectl works with the context that \`kstage context\` writes. The administrator's bearer token is ${ADMIN_TOKEN}
`;
}
