import { formatVariables } from "../../operations/bootstrap_print.ts";
import { rotate } from "../../operations/rotate.ts";
import { ADMIN_FLAGS, gitlabTarget } from "../bootstrap_flags.ts";
import { defineCommand, UsageError } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

export const rotateCommand = defineCommand({
  summary: "Replace a deployer's token: new one, variable, check, then end the old one",
  description:
    `With an admin's kubeconfig. In this order: a new token is made and tried, GitLab's variable replaced and read back, the old token ended. When it is
killed in between, run it again: it goes on where it was.

Without --gitlab the new token is printed, and the old one stays until --revoke-old.`,
  flags: {
    ...ADMIN_FLAGS,
    print: {
      type: "enum",
      values: ["env", "gitlab", "github", "json"],
      default: "env",
      help: "Form of what is printed",
    },
    revokeOld: { type: "boolean", help: "Only end all tokens but the newest" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage rotate -n my-service --gitlab my-group/api --scope production", "Replace the token that GitLab has"],
    ["kstage rotate -n my-service --print env", "Print a new token; the old one stays valid"],
    ["kstage rotate -n my-service --revoke-old", "End the tokens before the newest"],
  ],
  async run({ flags, host }) {
    const { namespace, serviceAccount, kubeconfig, context, expires, revokeOld, print, scope } = flags;
    if (namespace === undefined) throw new UsageError("The flag --namespace is missing");
    const { variable } = await rotate(host, {
      ...{ kubeconfig, context, revokeOld },
      deployer: { namespace, serviceAccount },
      expiresMs: expires,
      ...gitlabTarget(flags),
      progress: openProgress(flags, host),
    });
    if (variable !== undefined) host.reveal(formatVariables([variable], print, scope));
    return EXIT_CODES.ok;
  },
});
