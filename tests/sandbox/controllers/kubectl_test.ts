/**
 * Opt-in: a real kubectl watches rollouts of the sandbox. `KSTAGE_KUBECTL` names the program, or several with commas
 * between them.
 */
import { equal, match } from "../../assert.ts";
import { ADMIN_TOKEN, createSandbox } from "../../../src/sandbox/mod.ts";
import type { Clock } from "../../../src/base/mod.ts";
import { deployment, type DeploymentOptions, type Loose, template } from "./cluster.ts";

const named = Deno.env.get("KSTAGE_KUBECTL");
const kubectls = named?.split(",") ?? ["kubectl"];

function optIn(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name} (opt-in: KSTAGE_KUBECTL names it)`, ignore: named === undefined, fn });
}

/** Twenty seconds of the sandbox pass in one of ours. */
function fastClock(): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * 20,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 20)),
  };
}

interface Run {
  code: number;
  out: string;
}

async function withKubectl(
  program: string,
  body: (kubectl: (args: string, input?: Loose) => Promise<Run>) => Promise<void>,
): Promise<void> {
  const sandbox = createSandbox({ clock: fastClock() });
  const server = await sandbox.serve({ tickMs: 20 });
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/ca.crt`, server.caPem);
  try {
    await body(async (args, input) => {
      const connection = [
        `--server=${server.url}`,
        `--certificate-authority=${directory}/ca.crt`,
        `--token=${ADMIN_TOKEN}`,
      ];
      const command = new Deno.Command(program, {
        args: [...connection, `--cache-dir=${directory}/cache`, ...args.split(" ")],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
        env: { KUBECONFIG: `${directory}/none`, HOME: directory },
      }).spawn();
      const writer = command.stdin.getWriter();
      if (input !== undefined) await writer.write(new TextEncoder().encode(JSON.stringify(input)));
      await writer.close();
      const { code, stdout, stderr } = await command.output();
      return { code, out: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    });
  } finally {
    await server.close();
    sandbox.close();
    await Deno.remove(directory, { recursive: true });
  }
}

const set = (kind: string, options: DeploymentOptions = {}) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: template(options),
    ...kind === "StatefulSet" ? { serviceName: "web", replicas: 2 } : {},
  },
});

for (const program of kubectls) {
  optIn(`${program} sees a Deployment roll out, fail and come back`, async () => {
    await withKubectl(program, async (kubectl) => {
      const apply = (options: DeploymentOptions) =>
        kubectl("apply --server-side -f -", { apiVersion: "apps/v1", ...deployment(options) });
      equal((await apply({ replicas: 3 })).code, 0);
      match(
        (await kubectl("rollout status deployment/web --timeout=60s")).out,
        /deployment "web" successfully rolled out\n$/,
      );
      const bad = await apply({ replicas: 3, image: "web:does-not-exist", spec: { progressDeadlineSeconds: 60 } });
      match(bad.out, /serverside-applied/);
      const failed = await kubectl("rollout status deployment/web --timeout=60s");
      equal(failed.code, 1);
      match(failed.out, /error: deployment "web" exceeded its progress deadline\n$/);
      match((await kubectl("rollout undo deployment/web")).out, /deployment\.apps\/web rolled back/);
      match((await kubectl("rollout status deployment/web --timeout=60s")).out, /successfully rolled out\n$/);
      match((await kubectl("rollout history deployment/web")).out, /\n2 +<none>\n3 +<none>\n/);
      match((await kubectl("rollout restart deployment/web")).out, /restarted/);
      match((await kubectl("rollout status deployment/web --timeout=60s")).out, /successfully rolled out\n$/);
    });
  });

  optIn(`${program} sees StatefulSets, DaemonSets and Jobs through`, async () => {
    await withKubectl(program, async (kubectl) => {
      for (const image of ["nginx:1.25", "nginx:1.26"]) {
        for (const kind of ["StatefulSet", "DaemonSet"]) {
          equal((await kubectl("apply --server-side -f -", set(kind, { image }))).code, 0);
          equal((await kubectl(`rollout status ${kind}/web --timeout=60s`)).code, 0);
        }
      }
      equal((await kubectl("create job once --image=tool:1")).code, 0);
      equal((await kubectl("wait --for=condition=complete job/once --timeout=60s")).code, 0);
    });
  });

  optIn(`${program} reads the log of a crash, and the one before`, async () => {
    await withKubectl(program, async (kubectl) => {
      await kubectl("run crash --image=app:sandbox-crash-3");
      const pods = () => kubectl("get pod crash -o jsonpath={.status.containerStatuses[0].state.waiting.reason}");
      while ((await pods()).out !== "CrashLoopBackOff");
      const text = "crash: started\nfatal: cannot start: exiting with code 3\n";
      equal((await kubectl("logs crash")).out, text);
      equal((await kubectl("logs crash --previous")).out, text);
    });
  });
}
