import { renderManifests } from "../../operations/build.ts";
import { createPullSecret } from "../../operations/pull_secret.ts";
import { pullSecretManifest } from "../../operations/pull_secret_content.ts";
import { readRegistryLogin } from "../../operations/pull_secret_login.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand, UsageError } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { LOGIN_FLAGS, toLoginSource } from "../registry_flags.ts";

export const pullSecretCreateCommand = defineCommand({
  summary: "Write the Secret that nodes pull images with",
  description:
    `Makes what kubectl create secret docker-registry makes, from CI_REGISTRY, CI_DEPLOY_USER and CI_DEPLOY_PASSWORD; no secret stands in an argument.

${CREDENTIALS_HELP}`,
  positionals: [{ name: "NAME", help: "Name of the Secret, as imagePullSecrets names it" }],
  flags: {
    ...CLUSTER_FLAGS,
    ...LOGIN_FLAGS,
    serviceAccount: { type: "string", placeholder: "NAME", help: "Let this ServiceAccount's pods pull with it" },
    print: { type: "boolean", help: "Print the Secret in place of writing it" },
  },
  examples: [
    ["kstage pull-secret create gitlab-registry -n my-service", "Write it to the namespace of the pods"],
    [
      "kstage pull-secret create gitlab-registry -n my-service --service-account default",
      "Write it, and let all pods use it that name no other",
    ],
    ["kstage pull-secret create gitlab-registry -n my-service --print", "Print the manifest, password included"],
  ],
  async run({ positionals, flags, host }) {
    const name = positionals[0]!;
    const { print, serviceAccount, namespace } = flags;
    if (print && serviceAccount !== undefined) throw new UsageError("Cannot use --service-account beside --print");
    const login = readRegistryLogin(host, toLoginSource(flags));
    if (print) {
      host.reveal(renderManifests([pullSecretManifest(name, namespace, login)]));
      return EXIT_CODES.ok;
    }
    const written = await createPullSecret(host, { ...toConnectOptions(flags), name, login, serviceAccount });
    const what = written.created ? "created" : "configured";
    host.stdout.write(`secret/${name} ${what} in namespace ${written.namespace}, for ${login.registry}\n`);
    if (written.attached !== undefined) host.stdout.write(`serviceaccount/${serviceAccount} ${written.attached}\n`);
    return EXIT_CODES.ok;
  },
});
