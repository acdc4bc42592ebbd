/** On a real API server: what the token may not do is told before anything is written, also where a dry-run can't tell. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { eventually } from "../contract/world.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";
import { startWireProxy } from "./wire_proxy.ts";
import { writesOf } from "./writes.ts";

const RBAC = "rbac.authorization.k8s.io";
const APPLY = ["get", "create", "patch"];

const rule = (group: string, resource: string, verbs: string[]) => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});
type Rule = ReturnType<typeof rule>;
const READ_PODS = rule("", "pods", ["get", "list"]);
const ROLES = rule(RBAC, "roles", APPLY);
const BINDINGS = rule(RBAC, "rolebindings", APPLY);
const NAMESPACES = rule("", "namespaces", APPLY);
const CONFIG_MAPS = rule("", "configmaps", APPLY);

/** A job whose account has some rules in the whole cluster, and nothing else but `view` in its namespace. */
class Permitted implements AsyncDisposable {
  readonly #job: ClusterJob;
  readonly #name: string;

  private constructor(job: ClusterJob) {
    this.#job = job;
    this.#name = job.namespace;
  }

  static async start(rules: Rule[]): Promise<Permitted> {
    const permitted = new Permitted(await startClusterJob({ role: "view" }));
    await permitted.#grant(rules);
    return permitted;
  }

  async #grant(rules: Rule[]): Promise<void> {
    const { admin } = this.#job;
    const metadata = { name: this.#name };
    const create = (kind: string, body: object) =>
      admin.expect(201, "POST", `/apis/${RBAC}/v1/${kind.toLowerCase()}s`, {
        body: { apiVersion: `${RBAC}/v1`, kind, metadata, ...body },
      });
    await create("ClusterRole", { rules });
    await create("ClusterRoleBinding", {
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: this.#name },
      subjects: [{ apiGroup: RBAC, kind: "Group", name: `system:serviceaccounts:${this.#name}` }],
    });
    const review = { user: "x", groups: [`system:serviceaccounts:${this.#name}`] };
    const { verbs: [verb], resources: [resource], apiGroups: [group] } = rules.at(-1)!;
    await eventually("the rules are known", async () => {
      const { status } = await admin.expect(201, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: { ...review, resourceAttributes: { verb, resource, group } },
        },
      });
      return status.allowed === true;
    });
  }

  /** A namespace that isn't there. */
  get fresh(): string {
    return `${this.#name}-fresh`;
  }

  get namespace(): string {
    return this.#job.namespace;
  }

  /** Applies manifests; what was asked and written. */
  async apply(namespace: string, ...manifests: object[]) {
    const { cluster, project } = this.#job;
    await using proxy = await startWireProxy({ server: cluster.url, caPem: cluster.caPem });
    Deno.writeTextFileSync(`${project}/all.json`, JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests }));
    const run = await this.#job.run(["apply", "-f", "all.json", "--namespace", namespace, "--quiet"], proxy);
    const asked = proxy.requests.filter(({ path }) => path.includes("/selfsubject")).length;
    return { run, asked, writes: writesOf(proxy.requests) };
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#job.admin.call("GET", path)).status === 200;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { admin } = this.#job;
    for (const kind of ["clusterroles", "clusterrolebindings"]) {
      await admin.call("DELETE", `/apis/${RBAC}/v1/${kind}/${this.#name}`);
    }
    await admin.call("DELETE", `/api/v1/namespaces/${this.fresh}`);
    await this.#job[Symbol.asyncDispose]();
  }
}

const namespaceOf = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { a: "1" } };
const role = (...rules: Rule[]) => ({ apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { name: "r" }, rules });
const binding = (kind = "Role", name = "r") => ({
  apiVersion: `${RBAC}/v1`,
  kind: "RoleBinding",
  metadata: { name: "b" },
  roleRef: { apiGroup: RBAC, kind, name },
  subjects: [{ apiGroup: RBAC, kind: "User", name: "somebody" }],
});

Deno.test("on a real API server a binding to a role that grants too much is refused before the role is written", async () => {
  await using job = await Permitted.start([READ_PODS, ROLES, BINDINGS, rule(RBAC, "roles", ["escalate"])]);
  const { run, writes } = await job.apply(job.namespace, role(READ_PODS, CONFIG_MAPS), binding());
  assertExit(run, 5);
  match(run.stderr, /rolebinding\/b in namespace \S+: its role grants what the token may not do itself/);
  match(run.stderr, /resources: \["configmaps"\]/);
  deepEqual(writes, []);
  const held = await job.apply(job.namespace, role(READ_PODS), binding());
  assertExit(held.run, 0);
  deepEqual([held.asked, held.writes.length], [1, 2]);
  const wider = await job.apply(job.namespace, role(READ_PODS, CONFIG_MAPS), {
    ...binding(),
    metadata: { name: "other" },
  });
  assertExit(wider.run, 5);
  deepEqual(wider.writes, []);
});

Deno.test("on a real API server what may not be written into a new namespace is told before that is created", async () => {
  await using job = await Permitted.start([READ_PODS, NAMESPACES, ROLES, rule(RBAC, "rolebindings", ["get", "patch"])]);
  const manifests = [namespaceOf(job.fresh), role(CONFIG_MAPS), binding("ClusterRole", "view"), configMap];
  const { run, writes } = await job.apply(job.fresh, ...manifests);
  assertExit(run, 5);
  match(run.stderr, /role\/r in namespace \S+: it grants what the token may not do itself/);
  match(run.stderr, /rolebinding\/b in namespace \S+: the token is not permitted to create it/);
  match(run.stderr, /configmap\/c in namespace \S+: the token is not permitted to create and patch it/);
  match(run.stderr, /Add these rules to a ClusterRole bound to the token's account/);
  deepEqual([writes, await job.exists(`/api/v1/namespaces/${job.fresh}`)], [[], false]);
});

Deno.test("on a real API server a new namespace with a role and its binding costs one question", async () => {
  await using job = await Permitted.start([READ_PODS, NAMESPACES, ROLES, CONFIG_MAPS, BINDINGS]);
  const manifests = [namespaceOf(job.fresh), role(READ_PODS), binding(), configMap];
  const first = await job.apply(job.fresh, ...manifests);
  assertExit(first.run, 0);
  equal(first.writes.length, 4);
  const again = await job.apply(job.fresh, ...manifests);
  assertExit(again.run, 0);
  deepEqual([first.asked, again.asked, again.writes], [1, 1, []]);
});

Deno.test("on a real API server a binding of the whole cluster is held against what is allowed everywhere", async () => {
  await using job = await Permitted.start([
    READ_PODS,
    rule(RBAC, "clusterroles", APPLY),
    rule(RBAC, "clusterrolebindings", ["get", "patch"]),
  ]);
  const name = `${job.namespace}-other`;
  const { run, writes } = await job.apply(
    job.namespace,
    { ...role(READ_PODS), kind: "ClusterRole", metadata: { name } },
    { ...binding("ClusterRole", name), kind: "ClusterRoleBinding", metadata: { name } },
  );
  assertExit(run, 5);
  match(run.stderr, /clusterrolebinding\/\S+: the token is not permitted to create it/);
  ok(!await job.exists(`/apis/${RBAC}/v1/clusterroles/${name}`));
  deepEqual(writes, []);
});
