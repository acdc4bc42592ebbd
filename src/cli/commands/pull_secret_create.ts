import { renderManifests } from "../../operations/build.ts";
import { createPullSecret, pullSecretManifest, readRegistryLogin } from "../../operations/pull_secret.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const pullSecretCreateCommand = defineCommand({
  summary: "Write the Secret that nodes pull images with",
  description:
    `Makes what kubectl create secret docker-registry makes, from CI_REGISTRY, CI_DEPLOY_USER and CI_DEPLOY_PASSWORD; no secret stands in an argument.

${CREDENTIALS_HELP}`,
  positionals: [{ name: "NAME", help: "Name of the Secret, as imagePullSecrets names it" }],
  flags: {
    ...CLUSTER_FLAGS,
    print: { type: "boolean", help: "Print the Secret in place of writing it" },
    allowJobToken: { type: "boolean", help: "Accept the job's own login, which ends with the job" },
  },
  examples: [
    ["kstage pull-secret create gitlab-registry -n my-service", "Write it to the namespace of the pods"],
    ["kstage pull-secret create gitlab-registry -n my-service --print", "Print the manifest, password included"],
  ],
  async run({ positionals, flags, host }) {
    const name = positionals[0]!;
    const login = readRegistryLogin(host, flags.allowJobToken);
    if (flags.print) {
      host.reveal(renderManifests([pullSecretManifest(name, flags.namespace, login)]));
      return EXIT_CODES.ok;
    }
    const { namespace, created } = await createPullSecret(host, { ...toConnectOptions(flags), name, login });
    host.stdout.write(
      `secret/${name} ${created ? "created" : "configured"} in namespace ${namespace}, for ${login.registry}\n`,
    );
    return EXIT_CODES.ok;
  },
});
