import { stringifyJson } from "../../base/mod.ts";
import { giveCredential } from "../../operations/exec_credential.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const credentialCommand = defineCommand({
  summary: "Give a token to kubectl, as an exec credential plugin",
  description:
    `Prints an ExecCredential (client.authentication.k8s.io/v1, or v1beta1 where KUBERNETES_EXEC_INFO asks for it) with the token of a variable or a file,
and the time at which it expires, after which the client asks again. So no token has to stand in a kubeconfig: kstage context --exec writes a context that
calls this.`,
  flags: {
    tokenEnv: {
      type: "string",
      placeholder: "NAME",
      default: "K8S_TOKEN",
      help: "Variable with the token; NAME_FILE may name a file in its place",
    },
    tokenFile: { type: "string", placeholder: "FILE", help: "File with the token, read anew each time" },
  },
  examples: [
    ["kstage credential", "The token of K8S_TOKEN"],
    ["kstage credential --token-env K8S_ID_TOKEN", "An ID token that GitLab gave to the job"],
    ["kstage credential --token-file /var/run/secrets/token", "A token that something else keeps fresh"],
  ],
  async run({ flags, host }) {
    const { credential, notes } = await giveCredential(host, flags);
    for (const note of notes) host.stderr.write(`note: ${note}\n`);
    host.reveal(`${stringifyJson(credential)}\n`);
    return EXIT_CODES.ok;
  },
});
