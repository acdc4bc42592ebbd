import { deepEqual, equal, match, ok } from "../assert.ts";
import { assertExit, isRead, startJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";

/** Ten ConfigMaps, one at a time, so that an interruption finds some applied and some not. */
const CONFIG_MAPS = `kind: Kustomization
namespace: my-service
generatorOptions: {disableNameSuffixHash: true}
configMapGenerator:
${Array.from({ length: 10 }, (_, i) => `  - {name: settings-${i}, literals: [a=b]}\n`).join("")}`;

const SIGNALS = [{ signal: "SIGINT", exitCode: 130 }, { signal: "SIGTERM", exitCode: 143 }] as const;

for (const { signal, exitCode } of SIGNALS) {
  Deno.test(`${signal} while the plan is made: nothing is written, exit code ${exitCode}`, async () => {
    await using job = await startJob({ latencyMs: 2_000 });
    const before = job.snapshot();
    const run = await job.run(["deploy", OVERLAY], { interrupt: { when: /cluster: /, signal, hardMs: 5_000 } });
    assertExit(run, exitCode);
    equal(run.stdout, "");
    match(run.stderr, new RegExp(`^error: Interrupted by ${signal}\\n {2}hint: Nothing was applied$`, "m"));
    equal(job.snapshot(), before);
    deepEqual(job.takeRequests().filter((request) => !isRead(request)), []);
  });

  Deno.test(`${signal} while objects are applied: those that were are listed, exit code ${exitCode}`, async () => {
    await using job = await startJob({ latencyMs: 300 });
    Deno.writeTextFileSync(`${job.project}/${OVERLAY}/kustomization.yml`, CONFIG_MAPS);
    const run = await job.run(["deploy", OVERLAY, "--concurrency=1"], {
      interrupt: { when: /settings-1 created/, signal, hardMs: 5_000 },
    });
    assertExit(run, exitCode);
    match(run.stdout, /^interrupted in /m);
    const listed = (pattern: RegExp) => [...run.stdout.matchAll(pattern)].map(([, name]) => name).sort();
    const created = job.sandbox.store.list("v1", "ConfigMap").map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("settings-")).sort();
    ok(created.length >= 2 && created.length < 10, `${created.length} created`);
    deepEqual(listed(/^configmap\/(\S+) +created +applied/gm), created);
    equal(listed(/^configmap\/(\S+) +skipped +not applied/gm).length, 10 - created.length);
  });

  Deno.test(`${signal} while the rollout is watched: what was applied is listed, exit code ${exitCode}`, async () => {
    await using job = await startJob({ faults: [{ fail: "never-ready", workload: "api-service" }] });
    const run = await job.run(["deploy", OVERLAY], {
      interrupt: { when: /0 of 1 updated replicas/, signal, hardMs: 5_000 },
    });
    assertExit(run, exitCode);
    match(run.stdout, /^deployment\/api-service +created +unknown/m);
    match(run.stdout, /^configmap\/sso-config +created +applied/m);
    match(run.stdout, /^interrupted in /m);
  });
}

Deno.test("kstage sandbox --export prints three variables that a deploy works with, and ends well on SIGTERM", async () => {
  await using job = await startJob();
  const run = await job.run(["sandbox", "--export", "-n", "my-service"], {
    env: {},
    interrupt: { when: /K8S_TOKEN=.*\n/, on: "stdout", signal: "SIGTERM", hardMs: 5_000 },
  });
  const { exitCode, stdout } = run;
  equal(exitCode, 0);
  match(
    stdout,
    /^export CLUSTER_ADDRESS='https:\/\/127\.0\.0\.1:\d+'\nexport CA_AUTH_DATA='\S+'\nexport K8S_TOKEN='\S+'\n$/,
  );
});
