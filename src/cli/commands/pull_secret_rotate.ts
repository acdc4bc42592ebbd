import { withInterrupt } from "../../operations/interrupt.ts";
import { readRegistryLogin } from "../../operations/pull_secret_login.ts";
import { rotatePullSecret } from "../../operations/pull_secret_rotate.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { LOGIN_FLAGS, presentVerdicts, REGISTRY_FLAGS, toLoginSource, toRegistryAccess } from "../registry_flags.ts";

export const pullSecretRotateCommand = defineCommand({
  summary: "Put a new login into a pull secret, once it is known to work",
  description:
    `Takes the new login from CI_REGISTRY, CI_DEPLOY_USER and CI_DEPLOY_PASSWORD, tries it on the images, and only then writes it. The Secret's logins for other
registries stay. With an overlay, also checks that its pods use the Secret.

${CREDENTIALS_HELP}`,
  positionals: [{ name: "SECRET", help: "Name of the Secret" }],
  flags: {
    ...CLUSTER_FLAGS,
    ...LOGIN_FLAGS,
    image: { type: "list", placeholder: "IMAGE", help: "An image to try the login on; may be repeated" },
    kustomize: { type: "string", alias: "k", placeholder: "OVERLAY", help: "Try it on this overlay's images" },
    serviceAccount: { type: "string", placeholder: "NAME", help: "Let this ServiceAccount's pods pull with it" },
    ...REGISTRY_FLAGS,
  },
  examples: [
    [
      "kstage pull-secret rotate gitlab-registry -k overlays/testing",
      "Try the new login on the overlay's images, then write it",
    ],
    [
      "kstage pull-secret rotate hub -n my-service --registry docker.io --username bot --password-file token.txt",
      "Take the login from flags and a file",
    ],
  ],
  async run({ positionals, flags, host }) {
    const secret = positionals[0]!;
    const login = readRegistryLogin(host, toLoginSource(flags));
    const { image: images, kustomize: overlay, serviceAccount } = flags;
    return await withInterrupt(host, async (signal) => {
      const { namespace, verdicts, attached } = await rotatePullSecret(host, {
        ...toConnectOptions(flags),
        ...toRegistryAccess(flags),
        ...{ secret, login, images, overlay, serviceAccount, signal },
      });
      const exitCode = presentVerdicts(verdicts, host);
      if (exitCode !== EXIT_CODES.ok) {
        host.stderr.write(`note: secret/${secret} in namespace ${namespace} is as it was\n`);
        return exitCode;
      }
      host.stdout.write(`secret/${secret} rotated in namespace ${namespace}, for ${login.registry}\n`);
      if (attached !== undefined) host.stdout.write(`serviceaccount/${serviceAccount} ${attached}\n`);
      return EXIT_CODES.ok;
    });
  },
});
