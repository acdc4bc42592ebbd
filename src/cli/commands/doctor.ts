import { type JsonValue, stringifyJson } from "../../base/mod.ts";
import { examine } from "../../operations/doctor.ts";
import type { DoctorCheck, DoctorLayer } from "../../operations/doctor_check.ts";
import { renderChecksJunit } from "../../report/mod.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES, type ExitCode } from "../exit_codes.ts";
import { REGISTRY_FLAGS, toRegistryAccess } from "../registry_flags.ts";

const EXIT_OF_LAYER: Record<DoctorLayer, ExitCode> = {
  credentials: EXIT_CODES.usage,
  network: EXIT_CODES.unreachable,
  TLS: EXIT_CODES.unreachable,
  server: EXIT_CODES.unreachable,
  identity: EXIT_CODES.unauthenticated,
  permissions: EXIT_CODES.forbidden,
  registry: EXIT_CODES.refused,
  "dry-run": EXIT_CODES.refused,
};

export const doctorCommand = defineCommand({
  summary: "Find out why a cluster can't be deployed to, and what to do",
  description:
    `Looks at credentials, network, TLS, server, identity and, for an overlay, permissions, the registries of its images and a server-side dry-run, in this order,
and stops at the first that fails, with its cause, evidence and remedy. Writes nothing.

Each image's manifest is asked for with the pull secret that its pods would use. What may be different where the nodes are, such as the way to the registry, is a
warning; so is a pull secret that the token may not read. --no-registry leaves this out.

${CREDENTIALS_HELP}

Exit codes: 0 all is well, 2 credentials, 3 network, TLS or server, 4 identity, or the token expires too soon, 5 permissions, 6 an image cannot be had, or the dry-run was refused.`,
  positionals: [{ name: "OVERLAY", help: "Directory with a kustomization file", optional: true }],
  flags: {
    ...CLUSTER_FLAGS,
    ...REGISTRY_FLAGS,
    noRegistry: { type: "boolean", help: "Do not ask the registries of the images" },
    failOnExpiry: { type: "duration", default: 0, help: "Fail when the token expires within this time, such as 7d" },
    output: { type: "enum", values: ["text", "json", "junit"], default: "text", alias: "o", help: "Format" },
  },
  examples: [
    ["kstage doctor", "See whether CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN lead to a cluster"],
    ["kstage doctor overlays/testing", "See also whether the overlay may be deployed"],
    ["kstage doctor -o junit > doctor.xml", "Show the findings in GitLab's merge request (artifacts:reports:junit)"],
    ["kstage doctor --fail-on-expiry 7d", "Fail a week before the token expires"],
  ],
  async run({ positionals, flags, host }) {
    const checks = await examine(host, {
      ...toConnectOptions(flags),
      ...(positionals[0] === undefined ? {} : { overlay: positionals[0] }),
      ...(flags.noRegistry ? {} : { registry: toRegistryAccess(flags) }),
      failOnExpiryMs: flags.failOnExpiry,
    });
    host.stdout.write(FORMATS[flags.output](checks));
    const failed = checks.find(({ status }) => status === "failed");
    if (failed === undefined) return EXIT_CODES.ok;
    const isAboutToken = failed.code === "TOKEN_EXPIRES_SOON" || failed.code === "EXPIRED";
    return isAboutToken ? EXIT_CODES.unauthenticated : EXIT_OF_LAYER[failed.layer];
  },
});

const FORMATS = {
  text: (checks: DoctorCheck[]) => checks.map(formatCheck).join(""),
  json: (checks: DoctorCheck[]) => `${stringifyJson({ checks: checks as unknown as JsonValue }, 2)}\n`,
  junit: (checks: DoctorCheck[]) => renderChecksJunit("kstage doctor", checks),
};

function formatCheck({ layer, status, cause, evidence, remedy }: DoctorCheck): string {
  const hint = remedy === undefined ? "" : `  → ${remedy.replaceAll("\n", "\n    ")}\n`;
  return `${status} ${layer}: ${cause}\n${evidence.map((line) => `  ${line}\n`).join("")}${hint}`;
}
