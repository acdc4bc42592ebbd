/**
 * `kstage rollout` beside `kubectl rollout`: the same steps on the same sandbox, the same standard output, and success
 * where kubectl has success. The goldens are what kubectl printed; `KSTAGE_KUBECTL` names one to compare them with again
 * (`KSTAGE_UPDATE_GOLDENS=1` writes them).
 */
import { deepEqual, equal, ok } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { ADMIN_TOKEN, createSandbox, type Sandbox } from "../../src/sandbox/mod.ts";
import { STEPS } from "./rollout_commands_cases.ts";
import { startMemoryJob } from "./sandbox_memory.ts";

const GOLDEN = new URL("../testdata/rollout/kubectl-rollout-commands.json", import.meta.url);
const named = Deno.env.get("KSTAGE_KUBECTL");

/** Enough for the controllers to take notice. */
const SETTLE_SECONDS = 3;

interface Line {
  rollout: string;
  stdout: string;
  isSuccess: boolean;
}

interface Golden {
  kubectl: string;
  lines: Line[];
}

async function apply(sandbox: Sandbox, object: JsonObject): Promise<void> {
  const { name, namespace } = object.metadata as { name: string; namespace: string };
  const plural = `${String(object.kind).toLowerCase()}s`;
  const path = `/apis/apps/v1/namespaces/${namespace}/${plural}/${name}?fieldManager=test&force=true`;
  const headers = { "content-type": "application/apply-patch+yaml", authorization: `Bearer ${ADMIN_TOKEN}` };
  const request = new Request(`https://sandbox${path}`, { method: "PATCH", headers, body: JSON.stringify(object) });
  const response = await sandbox.handle(request);
  ok(response.ok, await response.text());
}

/** Hashes of templates are the sandbox's own affair. */
function normalise(text: string): string {
  return text.replace(/pod-template-hash=\w+/g, "pod-template-hash=HASH");
}

Deno.test("kstage rollout prints what kubectl rollout prints, and fails where it fails", async (t) => {
  const golden: Golden = JSON.parse(Deno.readTextFileSync(GOLDEN));
  const job = await startMemoryJob();
  let i = 0;
  for (const step of STEPS) {
    if ("apply" in step) {
      await apply(job.sandbox, step.apply);
      await job.pass(SETTLE_SECONDS);
      continue;
    }
    const want = golden.lines[i++]!;
    await t.step(step.rollout, async () => {
      const run = await job.run(["rollout", ...step.rollout.split(" "), "-n", "my-service"]);
      equal(want.rollout, step.rollout);
      equal(normalise(run.stdout), want.stdout, run.stderr);
      equal(run.exitCode === 0, want.isSuccess, run.stderr);
      if (!step.rollout.startsWith("history")) await job.pass(SETTLE_SECONDS);
    });
  }
  equal(i, golden.lines.length);
  job.sandbox.close();
});

Deno.test({
  name: "the goldens are what kubectl prints (opt-in: KSTAGE_KUBECTL names it)",
  ignore: named === undefined,
  async fn() {
    let now = Date.UTC(2026, 0, 1);
    const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
    const sandbox = createSandbox({ clock });
    sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "my-service" } });
    const server = await sandbox.serve({ tickMs: 3_600_000 });
    const directory = await Deno.makeTempDir();
    const settle = () => {
      for (let second = 0; second < SETTLE_SECONDS; second++) {
        now += 1000;
        sandbox.tick();
      }
    };
    try {
      await Deno.writeTextFile(`${directory}/ca.crt`, server.caPem);
      const kubectl = async (args: string[]) => {
        const { code, stdout } = await new Deno.Command(named!, {
          args: [
            `--server=${server.url}`,
            `--certificate-authority=${directory}/ca.crt`,
            `--token=${ADMIN_TOKEN}`,
            `--cache-dir=${directory}/cache`,
            "-n",
            "my-service",
            ...args,
          ],
          env: { KUBECONFIG: `${directory}/none`, HOME: directory },
        }).output();
        return { code, stdout: new TextDecoder().decode(stdout) };
      };
      const lines: Line[] = [];
      for (const step of STEPS) {
        if ("apply" in step) await apply(sandbox, step.apply);
        else {
          const { code, stdout } = await kubectl(["rollout", ...step.rollout.split(" ")]);
          lines.push({ rollout: step.rollout, stdout: normalise(stdout), isSuccess: code === 0 });
        }
        settle();
      }
      const { stdout } = await kubectl(["version", "--client", "-o", "json"]);
      const fresh: Golden = { kubectl: JSON.parse(stdout).clientVersion.gitVersion, lines };
      if (Deno.env.get("KSTAGE_UPDATE_GOLDENS") !== undefined) {
        Deno.writeTextFileSync(GOLDEN, JSON.stringify(fresh, null, 2) + "\n");
      }
      const golden: Golden = JSON.parse(Deno.readTextFileSync(GOLDEN));
      deepEqual(fresh.lines, golden.lines);
    } finally {
      await server.close();
      sandbox.close();
      await Deno.remove(directory, { recursive: true });
    }
  },
});
