import { equal, ok } from "../assert.ts";
import { ADMIN_TOKEN } from "../../src/sandbox/mod.ts";
import { MAINTAINER } from "../gitlab/fake_gitlab.ts";
import { createBootstrapWorld, gitlabVariables, type Run } from "./bootstrap_world.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const GITLAB = ["--gitlab", "group/project"];

function assertNoSecret(run: Run, what: string, secrets: string[]): void {
  for (const secret of secrets) {
    for (let offset = 0; offset < 3; offset++) {
      const encoded = btoa("x".repeat(offset) + secret).slice(offset === 0 ? 0 : offset + 1, -4);
      for (const form of [secret, encodeURIComponent(secret), encoded]) {
        ok(!(run.stdout + run.stderr).includes(form), `${what} shows a secret`);
      }
    }
  }
}

Deno.test("no command shows a secret that it was not asked for, in success and failure", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const secrets = [ADMIN_TOKEN, MAINTAINER];
  const check = async (running: Promise<Run>, what: string, exitCode?: number) => {
    const run = await running;
    const { K8S_TOKEN } = gitlabVariables(world.gitlab);
    assertNoSecret(run, what, [...secrets, ...(K8S_TOKEN === undefined ? [] : [K8S_TOKEN])]);
    if (exitCode !== undefined) equal(run.exitCode, exitCode, run.stderr);
  };
  await check(world.admin("bootstrap", "overlays/testing", ...GITLAB), "bootstrap", 0);
  const variables = gitlabVariables(world.gitlab);
  for (const command of ["doctor", "diff", "deploy"]) {
    await check(world.job(variables, command, "overlays/testing"), command, 0);
    const broken = { ...variables, K8S_TOKEN: `${variables.K8S_TOKEN}x` };
    await check(world.job(broken, command, "overlays/testing"), `${command} with a broken token`, 4);
  }
  // An answer that repeats what was sent, in every form.
  world.gitlab.before = (request) => {
    const message = `${MAINTAINER} ${btoa(`-${MAINTAINER}`)} ${request.headers.get("private-token")} ${ADMIN_TOKEN}`;
    return Response.json({ message }, { status: 400 });
  };
  await check(world.admin("rotate", "-n", "my-service", ...GITLAB), "rotate that GitLab refuses", 6);
  await check(world.admin("bootstrap", "overlays/testing", ...GITLAB), "bootstrap that GitLab refuses", 6);
  world.gitlab.before = undefined;
  await check(world.admin("rotate", "-n", "my-service", ...GITLAB), "rotate", 0);
  await check(world.admin("bootstrap", "overlays/testing", ...GITLAB, "--revoke"), "bootstrap --revoke", 0);
});
