import { deepEqual, equal, match } from "../assert.ts";
import { assertExit, isRead, startJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";

Deno.test("dry-runs write nothing", async (t) => {
  await using job = await startJob();
  const before = job.snapshot();
  for (const args of [["deploy", OVERLAY], ["apply", OVERLAY]]) {
    await t.step(`${args[0]} --dry-run=server asks the server about every object`, async () => {
      job.takeRequests();
      const run = await job.run([...args, "--dry-run=server"]);
      assertExit(run, 0);
      const requests = job.takeRequests();
      equal(requests.filter(({ query }) => query.dryRun === "All").length, 4);
      deepEqual(requests.filter((request) => !isRead(request)), []);
      match(run.stdout, /^deployment\/api-service +created +accepted/m);
      match(run.stdout, /dry run in/);
    });
    await t.step(`${args[0]} --dry-run=client asks it nothing`, async () => {
      job.takeRequests();
      const run = await job.run([...args, "--dry-run"]);
      assertExit(run, 0);
      deepEqual(job.takeRequests(), []);
      match(run.stdout, /^deployment\/api-service +built +not checked/m);
    });
  }
  equal(job.snapshot(), before);
});
