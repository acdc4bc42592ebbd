import { stringifyJson } from "../../base/mod.ts";
import { writeVariablesContext } from "../../operations/context.ts";
import { CLUSTER_FLAGS } from "../cluster_flags.ts";
import { defineCommand, UsageError } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

const { namespace, server, caFile, tokenFile, systemCa, allowHttp } = CLUSTER_FLAGS;

export const contextCommand = defineCommand({
  summary: "Write a kubeconfig context from address, CA and token",
  description:
    `Does what kubectl config set-cluster, set-credentials, set-context and use-context do, in one step: the file is replaced as a whole, under kubectl's lock, readable by
you alone, and keeps everything else that is in it.

Reads CLUSTER_ADDRESS (URL), CA_AUTH_DATA (PEM or base64) and K8S_TOKEN, or the files that CLUSTER_ADDRESS_FILE, CA_AUTH_DATA_FILE and K8S_TOKEN_FILE name.`,
  flags: {
    name: { type: "string", placeholder: "NAME", default: "default", help: "Name of the context" },
    kubeconfig: {
      type: "string",
      placeholder: "FILE",
      help: "File to write (default: that of KUBECONFIG, else ~/.kube/config)",
    },
    namespace,
    server,
    caFile,
    tokenFile,
    systemCa,
    allowHttp,
    exec: {
      type: "boolean",
      help: "Write no token: kubectl and kstage ask kstage credential for it, each time they need it",
    },
    tokenEnv: { type: "string", placeholder: "NAME", default: "K8S_TOKEN", help: "Variable with the token" },
    execCommand: {
      type: "string",
      placeholder: "PROGRAM",
      help: "What --exec writes as the program to ask (default: this program's own path)",
    },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format" },
  },
  examples: [
    ["kstage context", "Write the context `default` and make it the current one"],
    [
      "kstage context --name testing --kubeconfig ./kubeconfig --token-file token.txt",
      "Write another file, with a token from a file",
    ],
    ["kstage context --exec", "Write a context without a token in it: it stays in K8S_TOKEN"],
  ],
  async run({ flags, host }) {
    const { output, ...options } = flags;
    if (options.execCommand !== undefined && !options.exec) {
      throw new UsageError("Cannot use --exec-command without --exec");
    }
    const result = await writeVariablesContext(host, options);
    const { file, created, changed, contextName, server, userName, namespace, notes } = result;
    for (const note of notes) host.stderr.write(`note: ${note}\n`);
    if (output === "json") {
      host.stdout.write(
        stringifyJson({ file, created, changed, context: contextName, server, user: userName, namespace, notes }, 2) +
          "\n",
      );
    } else {
      const what = created ? "created" : changed ? "written" : "unchanged";
      host.stdout.write(
        `Context "${contextName}" ${what} in ${file}: ${userName} at ${server}, namespace ${namespace}\n`,
      );
    }
    return EXIT_CODES.ok;
  },
});
