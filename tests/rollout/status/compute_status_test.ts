import { deepEqual, equal, ok } from "../../assert.ts";
import { computeStatus } from "../../../src/rollout/mod.ts";
import { STATUS_CASES } from "./status_cases.ts";

/** Case → what a reference program answers. */
type Answers<T> = Record<string, T>;

async function readAnswers<T>(name: string): Promise<Answers<T>> {
  return JSON.parse(await Deno.readTextFile(new URL(`../../testdata/rollout/${name}`, import.meta.url)));
}

Deno.test("computeStatus() tells the status of every kind it knows", async (t) => {
  equal(new Set(STATUS_CASES.map(({ name }) => name)).size, STATUS_CASES.length);
  for (const { name, object, want } of STATUS_CASES) {
    await t.step(name, () => deepEqual(computeStatus(object), want));
  }
});

Deno.test("computeStatus() says what kubectl rollout status says, but for listed reasons", async (t) => {
  const answers = await readAnswers<{ exitCode: number; text: string }>("kubectl_status.json");
  const cases = STATUS_CASES.filter(({ object }) => /^(Deployment|StatefulSet|DaemonSet)$/.test(object.kind));
  for (const { name, object, unlikeKubectl } of cases) {
    await t.step(name, () => {
      const status = computeStatus(object);
      const answer = answers[name];
      ok(answer, "no answer is recorded");
      const isSame = status.message === answer.text && (status.kind === "failed") === (answer.exitCode !== 0);
      equal(isSame, unlikeKubectl === undefined, `kubectl: ${JSON.stringify(answer)}, ours: ${JSON.stringify(status)}`);
    });
  }
});

Deno.test("computeStatus() judges as kstatus does, but for listed reasons", async (t) => {
  const answers = await readAnswers<{ status?: string; error?: string }>("kstatus_status.json");
  const kinds = { current: "Current", inProgress: "InProgress", failed: "Failed", terminating: "Terminating" };
  for (const { name, object, unlikeKstatus } of STATUS_CASES) {
    await t.step(name, () => {
      const ours = kinds[computeStatus(object).kind];
      ok(answers[name], "no answer is recorded");
      const theirs = answers[name].status ?? answers[name].error;
      equal(ours === theirs, unlikeKstatus === undefined, `kstatus: ${theirs}, ours: ${ours}`);
    });
  }
});
