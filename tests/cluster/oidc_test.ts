/** `bootstrap --auth oidc`: an API server that is given exactly what was printed lets GitLab's jobs deploy, and no others. */
import { equal, match } from "../assert.ts";
import { eventually } from "../contract/world.ts";
import { BootstrapJob, type Variables } from "./bootstrap_job.ts";
import { findCluster } from "./cluster.ts";
import { assertExit } from "./job.ts";
import { OidcIssuer, TrustingApiServer } from "./oidc_issuer.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const OVERLAY = "overlays/testing";
const PROJECT = "my-group/api";

interface Stranger {
  what: string;
  claims: Record<string, unknown>;
  says: RegExp;
}

const STRANGERS: readonly Stranger[] = [
  { what: "another project", claims: { project_path: "other-group/api" }, says: /does not accept GitLab's ID token/ },
  { what: "another audience", claims: { aud: "https://vault.example" }, says: /its audience https:\/\/vault\.example/ },
  { what: "an unprotected branch", claims: { ref_protected: "false" }, says: /does not accept GitLab's ID token/ },
  { what: "a token that has expired", claims: { exp: 1_700_000_000 }, says: /expired/ },
];

Deno.test({
  name:
    "bootstrap --auth oidc on a real cluster: the project's protected jobs deploy with their ID tokens, others don't",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const cluster = findCluster();
    await using issuer = await OidcIssuer.start();
    await using job = new BootstrapJob(ARTICLE, "my-service");
    const trust = ["--auth=oidc", `--gitlab=${PROJECT}`, `--gitlab-url=${issuer.url}`, "--allow-loopback"];
    const printed = await job.asAdmin("bootstrap", OVERLAY, ...trust);
    assertExit(printed, 0);
    // What the job is told to ask for.
    const [, name, audience] = /id_tokens: \{(\w+): \{aud: "(.+)"\}\}/.exec(printed.stderr) ?? [];
    equal(name, "K8S_TOKEN");
    match(printed.stderr, /without GITLAB_TOKEN nothing is stored: set CLUSTER_ADDRESS=https:/);
    await using server = await TrustingApiServer.start(cluster, printed.stdout, issuer.caPem);
    const variables = async (claims: Record<string, unknown> = {}): Promise<Variables> => ({
      CLUSTER_ADDRESS: server.url,
      CA_AUTH_DATA: btoa(cluster.caPem),
      K8S_TOKEN: await issuer.issue(audience!, claims),
    });
    await server.untilTrusted((await variables()).K8S_TOKEN!);

    await t.step("a job of a protected branch is of the bound group, and deploys", async () => {
      const who = await job.asJob(await variables(), "whoami");
      assertExit(who, 0);
      match(who.stdout, new RegExp(`gitlab:${PROJECT}:main`));
      match(who.stdout, new RegExp(`gitlab:project:${PROJECT}`));
      assertExit(await job.asJob(await variables(), "deploy", OVERLAY), 0);
    });

    for (const { what, claims, says } of STRANGERS) {
      await t.step(`refused: ${what}`, async () => {
        const run = await job.asJob(await variables(claims), "deploy", OVERLAY);
        equal(run.exitCode, 4, run.stderr);
        match(run.stderr, says);
      });
    }

    await t.step("without the binding, a job that is known may do nothing", async () => {
      const path = job.admin.path("rbac.authorization.k8s.io/v1/rolebindings", "kstage-deployer");
      await job.admin.expect(200, "DELETE", path);
      const run = await eventually("the binding is gone", async () => {
        const run = await job.asJob(await variables(), "deploy", OVERLAY);
        return run.exitCode !== 0 && run;
      });
      equal(run.exitCode, 5, run.stderr);
    });
  },
});
