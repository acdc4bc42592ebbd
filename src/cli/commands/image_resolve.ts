import { resolveImages } from "../../operations/image_resolve.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES, exitCodeOf } from "../exit_codes.ts";
import { presentError } from "../present_error.ts";
import { LOGIN_FLAGS, REGISTRY_FLAGS, toLoginSource, toRegistryAccess, verdictToJson } from "../registry_flags.ts";

const { registry, username, passwordFile } = LOGIN_FLAGS;

export const imageResolveCommand = defineCommand({
  summary: "Tell the digest behind a tag",
  description:
    `Prints each image with the digest that its tag stands for now, as a pod spec may name it; nothing is pulled. An overlay stands for all of its images.

The login is that of --from-file, or CI_DEPLOY_USER and CI_DEPLOY_PASSWORD, or the job's own, for CI_REGISTRY; other registries are asked without one.`,
  positionals: [{ name: "IMAGE|OVERLAY", help: "Image references and overlays", variadic: true }],
  flags: {
    ...{ registry, username, passwordFile },
    fromFile: { type: "string", placeholder: "FILE", help: "A Secret's manifest or a Docker config.json with logins" },
    ...REGISTRY_FLAGS,
    allowHttp: { type: "boolean", help: "Speak http with registries on loopback" },
    output: { type: "enum", alias: "o", values: ["text", "json"], default: "text", help: "Form of the result" },
  },
  examples: [
    ["kstage image resolve registry.example.com/group/api:1.0", "Print the reference with its digest"],
    ["kstage image resolve overlays/production -o json", "Resolve all images of an overlay"],
  ],
  async run({ positionals, flags, host }) {
    return await withInterrupt(host, async (signal) => {
      const resolved = await resolveImages(host, {
        ...toLoginSource({ ...flags, email: undefined, allowJobToken: true }),
        ...toRegistryAccess(flags),
        ...{ targets: positionals, fromFile: flags.fromFile, signal },
      });
      const failures = resolved.map(({ error }) => error).filter((error) => error !== undefined);
      if (flags.output === "json") {
        const images = resolved.map((image) => ({ ...verdictToJson(image), pinned: image.pinned }));
        host.stdout.write(`${JSON.stringify({ images }, undefined, 2)}\n`);
        return failures[0] === undefined ? EXIT_CODES.ok : exitCodeOf(failures[0]);
      }
      for (const { pinned } of resolved) if (pinned !== undefined) host.stdout.write(`${pinned}\n`);
      const codes = failures.map((error) => presentError(error, host));
      return codes[0] ?? EXIT_CODES.ok;
    });
  },
});
