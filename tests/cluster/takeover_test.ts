import { deepEqual, equal, match, ok } from "../assert.ts";
import type { Body } from "../contract/world.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";
import { findKubectl } from "./kubectl.ts";
import { startWireProxy } from "./wire_proxy.ts";
import { writesOf } from "./writes.ts";

const OVERLAY = "both";
const PARENT = "both-inventory";
const found = await findKubectl();
const skipped = found === undefined ? " (skipped: there is no kubectl)" : "";

/** What of it is in the overlay. */
interface Contents {
  /** Image of the Deployment. */
  tag: string;
  /** Whether the fields are there that are to disappear: a key, a label, a variable, a port, an argument. */
  extra: boolean;
}

function write({ project, namespace }: ClusterJob, { tag, extra }: Contents): void {
  const some = (text: string) => extra ? text : "";
  Deno.mkdirSync(`${project}/${OVERLAY}`, { recursive: true });
  Deno.writeTextFileSync(
    `${project}/${OVERLAY}/kustomization.yaml`,
    `namespace: ${namespace}\nresources: [objects.yaml]\n`,
  );
  Deno.writeTextFileSync(
    `${project}/${OVERLAY}/objects.yaml`,
    `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  labels: {app: web${some(", extra: label")}}
data:
  tag: "${tag}"
${some("  extra: key\n")}---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80}
${some("  - {name: extra, port: 81}\n")}---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:${tag}
        env:
        - {name: TAG, value: "${tag}"}
${some("        - {name: EXTRA, value: variable}\n        args: [--extra]\n")}`,
  );
}

/** What is there of the overlay's fields. */
async function read({ admin }: ClusterJob): Promise<Contents[]> {
  const [config, service, deployment] = await Promise.all([
    admin.get(admin.path("configmaps", "web")),
    admin.get(admin.path("services", "web")),
    admin.get(admin.path("apps/v1/deployments", "web")),
  ]);
  const [container] = deployment.spec.template.spec.containers;
  const names = (list: Body[] = []) => list.map(({ name }) => name);
  return [
    { tag: config.data.tag, extra: "extra" in config.data },
    { tag: config.data.tag, extra: "extra" in config.metadata.labels },
    { tag: config.data.tag, extra: names(service.spec.ports).includes("extra") },
    { tag: container.image.split(":")[1], extra: names(container.env).includes("EXTRA") },
    { tag: container.env[0].value, extra: container.args !== undefined },
  ];
}

async function assertHas(job: ClusterJob, contents: Contents): Promise<void> {
  const all = await read(job);
  deepEqual(all, all.map(() => contents));
}

/** kubectl and kstage on the same overlay. */
async function startBoth() {
  const job = await startClusterJob();
  const proxy = await startWireProxy({ server: job.cluster.url, caPem: job.cluster.caPem });
  return {
    job,
    kubectl: (...args: string[]) => found!(job.cluster.kubeconfig, ...args),
    async kubectlApply(...args: string[]) {
      assertExit(await this.kubectl("apply", "-k", `${job.project}/${OVERLAY}`, ...args), 0);
    },
    /** Applies, and again; returns the writes of both. */
    async kstageApply(...args: string[]): Promise<[number, number]> {
      const writes: number[] = [];
      for (let i = 0; i < 2; i++) {
        proxy.requests.length = 0;
        assertExit(await job.run(["apply", OVERLAY, "--quiet", ...args], proxy), 0);
        writes.push(writesOf(proxy.requests).length);
      }
      return [writes[0]!, writes[1]!];
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await job[Symbol.asyncDispose]();
    },
  };
}

Deno.test({
  name: `kubectl apply first and kstage after: what left the overlay disappears, and there is no conflict${skipped}`,
  ignore: found === undefined,
  async fn() {
    await using both = await startBoth();
    write(both.job, { tag: "1", extra: true });
    await both.kubectlApply();
    await assertHas(both.job, { tag: "1", extra: true });
    write(both.job, { tag: "2", extra: false });
    const [first, again] = await both.kstageApply();
    ok(first >= 3);
    equal(again, 0);
    await assertHas(both.job, { tag: "2", extra: false });
    write(both.job, { tag: "3", extra: true });
    await both.kstageApply();
    write(both.job, { tag: "3", extra: false });
    equal((await both.kstageApply())[1], 0);
    await assertHas(both.job, { tag: "3", extra: false });
  },
});

Deno.test({
  name: `kstage and kubectl in turn: client-side, server-side, and kstage again end without conflicts${skipped}`,
  ignore: found === undefined,
  async fn() {
    await using both = await startBoth();
    write(both.job, { tag: "1", extra: true });
    equal((await both.kstageApply())[1], 0);
    for (const round of [1, 2]) {
      write(both.job, { tag: `client-${round}`, extra: true });
      await both.kubectlApply();
      await assertHas(both.job, { tag: `client-${round}`, extra: true });
      write(both.job, { tag: `kstage-${round}`, extra: false });
      equal((await both.kstageApply())[1], 0);
      await assertHas(both.job, { tag: `kstage-${round}`, extra: false });
    }
    write(both.job, { tag: "client", extra: true });
    await both.kubectlApply();
    write(both.job, { tag: "server", extra: true });
    await both.kubectlApply("--server-side", "--force-conflicts");
    await assertHas(both.job, { tag: "server", extra: true });
    equal((await both.kstageApply())[1], 0);
    // Server-side kubectl is a field manager as kstage is: what both own goes when both have dropped it.
    write(both.job, { tag: "server", extra: false });
    await both.kubectlApply("--server-side");
    equal((await both.kstageApply())[1], 0);
    await assertHas(both.job, { tag: "server", extra: false });
    write(both.job, { tag: "kstage", extra: false });
    const conflict = await both.job.run(["apply", OVERLAY, "--quiet"]);
    assertExit(conflict, 6);
    match(conflict.stderr, /kubectl/);
    equal((await both.kstageApply("--force-conflicts"))[1], 0);
    equal((await both.kstageApply())[0], 0);
    await assertHas(both.job, { tag: "kstage", extra: false });
  },
});

Deno.test({
  name: `the ApplySet of a prune is what kubectl lists by its label and reads from its parent${skipped}`,
  ignore: found === undefined,
  async fn() {
    await using both = await startBoth();
    const { job, kubectl } = both;
    write(job, { tag: "1", extra: true });
    equal((await both.kstageApply("--prune", `--applyset=${PARENT}`))[1], 0);
    const parent = await kubectl("get", "secret", PARENT, "-n", job.namespace, "-o", "json");
    assertExit(parent, 0);
    const { metadata } = JSON.parse(parent.stdout);
    const { "applyset.kubernetes.io/tooling": tooling, ...annotations } = metadata.annotations;
    deepEqual(annotations, {
      "applyset.kubernetes.io/contains-group-kinds": "ConfigMap,Deployment.apps,Service",
      "applyset.kubernetes.io/additional-namespaces": "",
    });
    match(tooling, /^kstage\/v/);
    const id = metadata.labels["applyset.kubernetes.io/id"];
    match(id, /^applyset-[A-Za-z0-9_-]{43}-v1$/);
    const list = async () => {
      const flags = ["-n", job.namespace, "-l", `applyset.kubernetes.io/part-of=${id}`, "-o", "name"];
      const run = await kubectl("get", "configmaps,services,secrets,deployments,serviceaccounts", ...flags);
      assertExit(run, 0);
      return run.stdout.trim().split("\n").sort();
    };
    deepEqual(await list(), ["configmap/web", "deployment.apps/web", "service/web"]);
    job.edit(`${OVERLAY}/kustomization.yaml`, "resources: [objects.yaml]", "resources: [one.yaml]");
    Deno.writeTextFileSync(
      `${job.project}/${OVERLAY}/one.yaml`,
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {tag: '1'}\n",
    );
    equal((await both.kstageApply("--prune", `--applyset=${PARENT}`))[1], 0);
    deepEqual(await list(), ["configmap/web"]);
    const after = await kubectl("get", "secret", PARENT, "-n", job.namespace, "-o", "json");
    const { "applyset.kubernetes.io/contains-group-kinds": kinds } = JSON.parse(after.stdout).metadata.annotations;
    equal(kinds, "ConfigMap");
  },
});
