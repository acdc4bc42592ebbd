import {
  bootstrap,
  bootstrapManifests,
  type BootstrapOptions,
  checkBootstrap,
  revokeBootstrap,
} from "../../operations/bootstrap.ts";
import { formatVariables } from "../../operations/bootstrap_print.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { renderManifests } from "../../operations/build.ts";
import { authenticationConfiguration, idTokens, oidcGroup } from "../../operations/oidc.ts";
import { ADMIN_FLAGS, gitlabTarget } from "../bootstrap_flags.ts";
import { defineCommand, UsageError } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

export const bootstrapCommand = defineCommand({
  summary: "Let CI deploy, and only deploy: namespace, ServiceAccount, least Role, token, variables",
  description:
    `With an admin's kubeconfig, makes a ServiceAccount that may do what deploying the overlays needs, and nothing else: the Role follows from the
rendered manifests, by exact names. What no Role of the namespace can allow is listed for an admin. Running it twice changes nothing.

The token is requested for --expires and ends with its Secret; --long-lived makes one that doesn't expire. --auth oidc makes none: it prints the API server's
AuthenticationConfiguration for GitLab's ID tokens, binds the project's group, and says what the job needs in .gitlab-ci.yml.

--print shows the variables on standard output, the token included; --gitlab stores them: masked, hidden, protected and raw.`,
  positionals: [{ name: "OVERLAY", help: "Directories with kustomization files", variadic: true }],
  flags: {
    ...ADMIN_FLAGS,
    auth: { type: "enum", values: ["token", "oidc"], default: "token", help: "How CI proves who it is" },
    audience: {
      type: "string",
      placeholder: "TEXT",
      help: "Audience of the ID tokens (default: the cluster's address)",
    },
    longLived: { type: "boolean", help: "A token that does not expire, in a Secret" },
    pruneSet: { type: "string", placeholder: "SECRET", help: "Also allow to prune, with the inventory in this Secret" },
    releases: {
      type: "boolean",
      help: "Also allow to record releases, for history and rollback: a right to read the namespace's Secrets",
    },
    pullSecret: {
      type: "string",
      placeholder: "SECRET",
      help: "Also write the Secret that nodes pull with, from CI_REGISTRY, CI_DEPLOY_USER and CI_DEPLOY_PASSWORD",
    },
    print: { type: "enum", values: ["env", "gitlab", "github", "json", "manifests"], help: "Print, in this form" },
    check: { type: "boolean", help: "Only compare what exists with what is wanted; exit code 10 when it differs" },
    revoke: { type: "boolean", help: "Take it back: tokens, ServiceAccount, Role, binding and GitLab's variables" },
    server: { type: "string", placeholder: "URL", help: "The cluster's address as CI reaches it" },
    caFile: { type: "string", placeholder: "FILE", help: "The CA that CI shall trust, in place of the context's" },
    allowLoopback: { type: "boolean", help: "Export an address that leads to this machine alone" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage bootstrap overlays/testing --print env", "Prepare the cluster, and print the three variables"],
    [
      "kstage bootstrap overlays/production --gitlab my-group/api --scope production",
      "Store them in a GitLab project, for one environment",
    ],
    ["kstage bootstrap overlays/testing --print manifests", "Show what an admin would have to apply"],
    ["kstage bootstrap overlays/testing --check", "See whether the Role still fits the overlay"],
  ],
  async run({ positionals, flags, host }) {
    const { auth, audience, print, check, revoke, pruneSet, longLived, server, caFile, allowLoopback } = flags;
    const { namespace, serviceAccount, expires, kubeconfig, context, releases } = flags;
    if (auth === "oidc" && flags.gitlab === undefined) throw new UsageError("--auth oidc needs --gitlab GROUP/PROJECT");
    const progress = openProgress(flags, host);
    // With --auth oidc the project is also whom the API server shall trust, and nothing of what is stored is a secret.
    const isStored = auth === "token" || ["GITLAB_TOKEN", "GITLAB_TOKEN_FILE"].some((name) => host.env.get(name));
    return await withInterrupt(host, async (signal) => {
      const options: BootstrapOptions = {
        overlays: positionals,
        ...{
          namespace,
          serviceAccount,
          kubeconfig,
          context,
          pruneSet,
          pullSecret: flags.pullSecret,
          releases,
          longLived,
          server,
          caFile,
          allowLoopback,
        },
        expiresMs: expires,
        ...(auth === "oidc" ? { group: oidcGroup(flags.gitlab!) } : {}),
        ...(isStored ? gitlabTarget(flags) : {}),
        progress,
        signal,
      };
      if (print === "manifests") {
        host.stdout.write(renderManifests(await bootstrapManifests(host, options)));
        return EXIT_CODES.ok;
      }
      if (check || revoke) {
        const lines = await (check ? checkBootstrap : revokeBootstrap)(host, options);
        for (const line of lines) host.stdout.write(`${line}${check ? "" : " deleted"}\n`);
        return check && lines.length > 0 ? EXIT_CODES.changesFound : EXIT_CODES.ok;
      }
      const { variables, deployer, address } = await bootstrap(host, options);
      if (auth === "oidc") {
        const trust = { gitlabUrl: flags.gitlabUrl, audience: audience ?? address, project: flags.gitlab! };
        host.stdout.write(renderManifests([authenticationConfiguration(trust)]));
        progress.log(`note: the job in .gitlab-ci.yml asks for its token: ${idTokens(trust)}`);
        if (!isStored) {
          progress.log(`note: without GITLAB_TOKEN nothing is stored: set CLUSTER_ADDRESS=${address} and CA_AUTH_DATA`);
        }
      } else if (print !== undefined) host.reveal(formatVariables(variables, print, flags.scope));
      else if (flags.gitlab === undefined) progress.log("note: --print or --gitlab hands the variables over");
      progress.log(`ready: ${deployer.namespace}/${deployer.serviceAccount} may deploy ${positionals.join(", ")}`);
      return EXIT_CODES.ok;
    });
  },
});
