import { withInterrupt } from "../../operations/interrupt.ts";
import { verifyPullSecret } from "../../operations/pull_secret_verify.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES, exitCodeOf } from "../exit_codes.ts";
import { presentError } from "../present_error.ts";
import { errorToJson, presentVerdicts, REGISTRY_FLAGS, toRegistryAccess, verdictToJson } from "../registry_flags.ts";

export const pullSecretVerifyCommand = defineCommand({
  summary: "Try a pull secret as a node would: log in, and ask for each image",
  description:
    `Takes for each image the login that a node would take, and asks the registry for the image's manifest; nothing is pulled. Without images only the logins
are tried. With an overlay, also whether its pods would use the secret: by their imagePullSecrets or their ServiceAccount's.

Exit codes: 4 a login is refused or missing, 5 it may not pull an image, 6 an image or the Secret is missing or no pod uses it, 3 a registry can't be reached.

${CREDENTIALS_HELP}`,
  positionals: [{
    name: "SECRET",
    help: "Name of the Secret; by default the one that the overlay names",
    optional: true,
  }],
  flags: {
    ...CLUSTER_FLAGS,
    image: { type: "list", placeholder: "IMAGE", help: "An image to ask for; may be repeated" },
    kustomize: { type: "string", alias: "k", placeholder: "OVERLAY", help: "All images of this overlay" },
    fromFile: {
      type: "string",
      placeholder: "FILE",
      help: "A Secret's manifest or a Docker config.json, in place of the cluster's Secret",
    },
    ...REGISTRY_FLAGS,
    output: { type: "enum", alias: "o", values: ["text", "json"], default: "text", help: "Form of the result" },
  },
  examples: [
    ["kstage pull-secret verify gitlab-registry -n my-service", "Try the logins of the Secret"],
    ["kstage pull-secret verify -k overlays/testing", "Try all images of an overlay, with the Secret that it names"],
    [
      "kstage pull-secret verify --from-file config.json --image registry.example.com/group/api:1.0",
      "Try a file, without a cluster",
    ],
  ],
  async run({ positionals, flags, host }) {
    const { image: images, kustomize: overlay, fromFile, output } = flags;
    return await withInterrupt(host, async (signal) => {
      const report = await verifyPullSecret(host, {
        ...toConnectOptions(flags),
        ...toRegistryAccess(flags),
        ...{ secret: positionals[0], images, overlay, fromFile, signal },
      });
      const { secret, verdicts, error } = report;
      if (output === "json") {
        const json = { secret, images: verdicts.map(verdictToJson), ...errorToJson(error) };
        host.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
        const failure = verdicts.find((verdict) => verdict.error !== undefined)?.error ?? error;
        return failure === undefined ? EXIT_CODES.ok : exitCodeOf(failure);
      }
      const exitCode = presentVerdicts(verdicts, host);
      const unused = error === undefined ? EXIT_CODES.ok : presentError(error, host);
      return exitCode === EXIT_CODES.ok ? unused : exitCode;
    });
  },
});
