import { deepEqual, equal, match, ok } from "../assert.ts";
import { parseKubeconfig } from "../../src/kubeconfig/mod.ts";
import { assertExit, startJob, type TestJob } from "./sandbox_process.ts";

const KUBECTL = findKubectl();

function findKubectl(): string | undefined {
  const named = Deno.env.get("KUBECTL");
  if (named) return named;
  const found = (Deno.env.get("PATH") ?? "").split(":").map((directory) => `${directory}/kubectl`);
  return found.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

async function kubectl(job: TestJob, file: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(KUBECTL!, {
    args: [`--kubeconfig=${file}`, ...args],
    cwd: job.project,
    env: { HOME: job.home },
  }).output();
  const decoder = new TextDecoder();
  ok(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}

Deno.test("kstage context writes a private file, and says what it wrote", async () => {
  await using job = await startJob();
  const file = `${job.home}/.kube/config`;
  const first = await job.run(["context"]);
  assertExit(first, 0);
  equal(
    first.stdout,
    `Context "default" created in ${file}: gitlab-service-account at ${job.server.url}, namespace my-service\n`,
  );
  equal(Deno.statSync(file).mode! & 0o777, 0o600);
  const again = await job.run(["context"]);
  match(again.stdout, /^Context "default" unchanged /);
  const { file: written, context, namespace, changed } = JSON.parse((await job.run(["context", "-o", "json"])).stdout);
  deepEqual({ written, context, namespace, changed }, {
    written: file,
    context: "default",
    namespace: "my-service",
    changed: false,
  });
});

Deno.test("kstage context merges into a file and keeps its comments and unknown keys", async () => {
  await using job = await startJob();
  const file = `${job.project}/kubeconfig`;
  Deno.writeTextFileSync(
    file,
    `# Shared by the team.
apiVersion: v1
kind: Config
x-team: platform # who to ask
clusters:
  - name: other
    cluster: {server: "https://other.example:6443", x-region: eu}
contexts: []
users: []
current-context: other
`,
    { mode: 0o644 },
  );
  const run = await job.run(["context", "--kubeconfig", file, "--name", "testing", "-n", "shop"]);
  assertExit(run, 0);
  const text = Deno.readTextFileSync(file);
  match(text, /^# Shared by the team\.$/m);
  match(text, /^x-team: platform # who to ask$/m);
  match(text, /x-region: eu/);
  const config = parseKubeconfig(text, file);
  equal(config.currentContext, "testing");
  equal(Deno.statSync(file).mode! & 0o777, 0o600);
  assertExit(
    await job.run(["deploy", "overlays/testing", "--kubeconfig", file, "--dry-run=server", "-n", "my-service"], {
      env: {},
    }),
    0,
  );
});

Deno.test({
  name: "real kubectl works with kstage's kubeconfig and kstage with real kubectl's, and the two are equal as data",
  // Opt-in: kubectl is on PATH, or named by KUBECTL.
  ignore: KUBECTL === undefined,
  async fn() {
    await using job = await startJob();
    const ours = `${job.project}/ours`;
    assertExit(await job.run(["context", "--kubeconfig", ours]), 0);
    equal(
      await kubectl(job, ours, ["get", "serviceaccount", "gitlab-service-account", "-o", "name"]),
      "serviceaccount/gitlab-service-account\n",
    );

    const theirs = `${job.project}/theirs`;
    const { server, token } = job;
    await kubectl(job, theirs, ["config", "set-cluster", "k8s", `--server=${server.url}`]);
    await kubectl(job, theirs, ["config", "set", "clusters.k8s.certificate-authority-data", btoa(server.caPem)]);
    await kubectl(job, theirs, ["config", "set-credentials", "gitlab-service-account", `--token=${token}`]);
    await kubectl(job, theirs, [
      "config",
      "set-context",
      "default",
      "--cluster=k8s",
      "--user=gitlab-service-account",
      "--namespace=my-service",
    ]);
    await kubectl(job, theirs, ["config", "use-context", "default"]);
    assertExit(await job.run(["apply", "overlays/testing", "--kubeconfig", theirs], { env: {} }), 0);
    const view = (file: string) => kubectl(job, file, ["config", "view", "--raw", "-o", "json"]);
    deepEqual(JSON.parse(await view(ours)), JSON.parse(await view(theirs)));
  },
});
