/** Whole deploys at the same time: each its own process as far as it can tell, all on one sandbox and one clock. */
import { createMemoryHost, type MemoryHost } from "../../src/host/mod.ts";
import { deployOverlay, type DeployOverlayResult } from "../../src/operations/deploy.ts";
import type { DeployOverlayOptions } from "../../src/operations/deploy_options.ts";
import { protectHost } from "../../src/operations/protect.ts";
import { ReleaseError } from "../../src/release/mod.ts";
import { createProgress } from "../../src/report/mod.ts";
import { createSandbox, type Sandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import { deepEqual, equal, match, ok, rejects } from "../assert.ts";
import { ACCOUNT, createAccount } from "../cli/sandbox_process.ts";

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: "my-service",
  name: "kstage-shop-testing",
};

class Crowd {
  readonly clock = createMemoryHost().clock;
  readonly sandbox: Sandbox = createSandbox({ clock: this.clock });
  readonly admin: KubeClient;
  /** `begin job` and `end job`, in the order in which they happened. */
  readonly log: string[] = [];
  #token = "";
  #seed = 0;

  private constructor() {
    createAccount(this.sandbox, "admin");
    const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
    this.admin = createKubeClient(sandboxTransport(this.sandbox), { clock: this.clock, random });
  }

  static async create(): Promise<Crowd> {
    const crowd = new Crowd();
    crowd.#token = await crowd.sandbox.issueToken(ACCOUNT);
    return crowd;
  }

  /** Deploys an overlay whose ConfigMap has the job's name. */
  async deploy(
    job: string,
    options: Partial<DeployOverlayOptions> = {},
  ): Promise<DeployOverlayResult & { host: MemoryHost }> {
    const kustomization = `kind: Kustomization
namespace: my-service
configMapGenerator:
  - {name: first, literals: [job=${job}]}
  - {name: second, literals: [job=${job}]}
generatorOptions: {disableNameSuffixHash: true}
`;
    const host = createMemoryHost({
      files: { "/shop/overlays/testing/kustomization.yaml": kustomization },
      env: {
        HOME: "/home",
        USER: job,
        CLUSTER_ADDRESS: "https://sandbox.example:6443",
        CA_AUTH_DATA: "system",
        K8S_TOKEN: this.#token,
      },
      cwd: "/shop",
      fetch: (request) => {
        const { pathname, searchParams } = new URL(request.url);
        if (pathname.includes("/configmaps/") && !searchParams.has("dryRun") && request.method === "PATCH") {
          this.log.push(`write ${job}`);
        }
        return this.sandbox.handle(request);
      },
    });
    const seed = ++this.#seed;
    const skip = () => host.random.number();
    for (let i = 0; i < seed * 7; i++) skip();
    const protectedHost = protectHost({ ...host, clock: this.clock });
    const progress = createProgress({ output: host.stderr, clock: this.clock, live: false, colored: false });
    const { signal } = new AbortController();
    const overlay = "overlays/testing";
    const result = await deployOverlay(protectedHost, { overlay, progress, signal, ...options });
    return { ...result, host };
  }

  /** Lets time pass until all is settled. */
  async run<T>(promise: Promise<T>, limitSeconds = 3600): Promise<T> {
    let isSettled = false;
    const settle = () => isSettled = true;
    promise.then(settle, settle);
    for (let second = 0; !isSettled; second++) {
      if (second > limitSeconds) throw new Error("Not settled in time");
      await this.clock.advance(1000);
      this.sandbox.tick();
    }
    return await promise;
  }
}

Deno.test("of 20 deploys at once exactly one writes at a time, all end well, and each is recorded", async () => {
  const crowd = await Crowd.create();
  const jobs = Array.from({ length: 20 }, (_, i) => `job${i}`);
  const results = await crowd.run(
    Promise.all(jobs.map((job) => crowd.deploy(job, { waitForLockMs: 3_600_000, historyLimit: 30 }))),
  );
  deepEqual(results.map(({ report }) => report.outcome), jobs.map(() => "done"));
  // Two writes each, never another's between them.
  equal(crowd.log.length, 40);
  for (let i = 0; i < 40; i += 2) equal(crowd.log[i], crowd.log[i + 1]);
  equal(new Set(crowd.log).size, 20);
  equal(crowd.sandbox.store.get(LEASE), undefined);
  const secrets = crowd.sandbox.store.list("v1", "Secret", "my-service").filter(({ type }) =>
    type === "kstage.dev/release"
  );
  equal(secrets.length, 20);
  ok(secrets.every(({ metadata }) => (metadata.labels as Record<string, string>)["kstage.dev/state"] === "succeeded"));
});

Deno.test("who doesn't wait for the lock is refused, has written nothing, and leaves the other's lock alone", async () => {
  const crowd = await Crowd.create();
  const { apiVersion, kind, name, namespace } = LEASE;
  let renewals = 0;
  const spec = () => ({
    holderIdentity: "ann@laptop 0123456789abcdef",
    leaseDurationSeconds: 30,
    leaseTransitions: renewals++,
  });
  crowd.sandbox.create({ apiVersion, kind, metadata: { name, namespace }, spec: spec() });
  const renew = (async () => {
    for (let i = 0; i < 3; i++) {
      await crowd.clock.sleep(5_000);
      await crowd.admin.patch(LEASE, "merge", { spec: spec() });
    }
  })();
  await rejects(crowd.run(crowd.deploy("bob")), (error) => {
    ok(error instanceof ReleaseError && error.code === "LOCKED");
    match(error.message, /the lock is held by ann@laptop$/);
    return true;
  });
  await crowd.run(renew);
  deepEqual(crowd.log, []);
  ok(crowd.sandbox.store.get(LEASE) !== undefined);
});

Deno.test("a deploy whose lock is taken writes nothing more, and says so", async () => {
  const crowd = await Crowd.create();
  const image = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", readinessProbe: {httpGet: {port: 80}, initialDelaySeconds: 60}}]}
`;
  const manifests = [JSON.parse(JSON.stringify((await import("../../src/yaml/mod.ts")).readYaml(image)))];
  const deploying = crowd.deploy("slow", { manifests, timeoutMs: 600_000 });
  const taking = crowd.clock.sleep(10_000).then(() =>
    crowd.admin.patch(LEASE, "merge", { spec: { holderIdentity: "thief 0123456789abcdef" } })
  );
  const { report, error } = await crowd.run(deploying);
  await taking;
  equal(report.outcome, "apply failed");
  ok(error instanceof ReleaseError && error.code === "LOCK_LOST");
  ok(JSON.stringify(crowd.sandbox.store.get(LEASE)).includes("thief"));
});
