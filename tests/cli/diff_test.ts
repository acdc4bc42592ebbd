import { equal, match, ok } from "../assert.ts";
import { assertExit, startJob } from "./sandbox_process.ts";

Deno.test("apply and diff agree, and Secrets are never shown", async (t) => {
  await using job = await startJob();
  Deno.writeTextFileSync(
    `${job.project}/overlays/production/kustomization.yml`,
    `namespace: my-service
resources: [../../base]
secretGenerator:
  - name: database
    literals: [password=swordfish-1]
    options: {disableNameSuffixHash: true}
`,
  );
  const overlay = "overlays/production";
  await t.step("diff shows new objects, masked", async () => {
    const run = await job.run(["diff", overlay]);
    assertExit(run, 0);
    match(run.stdout, /^\+\+\+ planned\/v1\.Secret\.my-service\.database/m);
    ok(!/swordfish|c3dvcmRmaXNo/.test(run.stdout + run.stderr));
    match(run.stderr, /3 to create/);
    equal(
      job.sandbox.store.get({
        apiVersion: "apps/v1",
        kind: "Deployment",
        namespace: "my-service",
        name: "api-service",
      }),
      undefined,
    );
  });
  await t.step("diff --exit-code tells changes by 10", async () => {
    assertExit(await job.run(["diff", "--exit-code", overlay]), 10);
  });
  await t.step("apply writes and does not wait", async () => {
    const run = await job.run(["apply", overlay]);
    assertExit(run, 0);
    match(run.stdout, /^deployment\/api-service +created +applied/m);
    ok(!/swordfish|c3dvcmRmaXNo/.test(run.stdout + run.stderr));
  });
  await t.step("then there is no difference", async () => {
    const run = await job.run(["diff", "--exit-code", overlay]);
    assertExit(run, 0);
    equal(run.stdout, "");
  });
  await t.step("a changed Secret is seen to change, and not what it holds", async () => {
    job.edit(`${overlay}/kustomization.yml`, "swordfish-1", "swordfish-2");
    const run = await job.run(["diff", "--exit-code", overlay]);
    assertExit(run, 10);
    match(run.stdout, /^- {2}password: '\*\*\* \(before\)'$/m);
    match(run.stdout, /^\+ {2}password: '\*\*\* \(after\)'$/m);
    ok(!/swordfish|c3dvcmRmaXNo/.test(run.stdout + run.stderr));
  });
});
