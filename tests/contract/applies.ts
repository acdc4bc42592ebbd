import { deepEqual, equal, match, ok } from "../assert.ts";
import { type Body, configMap, type ContractCase, deployment, type World } from "./world.ts";

/** Server-side apply. */
export const APPLIES: readonly ContractCase[] = [
  {
    promise: "applying creates (201), then changes (200), and a second time changes nothing",
    async run(world) {
      const first = await applyAs(world, "one", { x: "1" });
      const second = await applyAs(world, "one", { x: "2" });
      const third = await applyAs(world, "one", { x: "2" });
      deepEqual([first.status, second.status, third.status], [201, 200, 200]);
      deepEqual(second.body.data, { x: "2" });
      equal(third.body.metadata.resourceVersion, second.body.metadata.resourceVersion);
      deepEqual(third.body.metadata.managedFields, second.body.metadata.managedFields);
    },
  },
  {
    promise: "the applier owns what it applied, no more",
    async run(world) {
      const { body } = await world.apply(world.path("apps/v1/deployments", "web"), deployment("web"), {
        fieldManager: "one",
      });
      const [entry] = body.metadata.managedFields;
      deepEqual([entry.manager, entry.operation, entry.apiVersion, entry.fieldsType], [
        "one",
        "Apply",
        "apps/v1",
        "FieldsV1",
      ]);
      deepEqual(entry.fieldsV1, {
        "f:spec": {
          "f:replicas": {},
          "f:selector": {},
          "f:template": {
            "f:metadata": { "f:labels": { "f:app": {} } },
            "f:spec": { "f:containers": { 'k:{"name":"api"}': { ".": {}, "f:image": {}, "f:name": {} } } },
          },
        },
      });
      equal(body.spec.template.spec.containers[0].terminationMessagePath, "/dev/termination-log");
    },
  },
  {
    promise: "a field that another manager owns is a conflict that names both",
    async run(world) {
      await applyAs(world, "one", { x: "1", y: "1" });
      const { status, body } = await applyAs(world, "two", { x: "2", y: "2" });
      equal(status, 409);
      deepEqual(body, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.x\n- .data.y',
        reason: "Conflict",
        details: {
          causes: [
            { reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.x" },
            { reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.y" },
          ],
        },
        code: 409,
      });
    },
  },
  {
    promise: "a conflict with an update says which API version it used",
    async run(world) {
      await world.create("configmaps", configMap("a", { x: "1" }), { fieldManager: "kubectl" });
      const { status, body } = await applyAs(world, "two", { x: "2" });
      equal(status, 409);
      match(body.message, /^Apply failed with 1 conflict: conflict with "kubectl" using v1: \.data\.x$/);
      match(body.details.causes[0].message, /^conflict with "kubectl" using v1$/);
    },
  },
  {
    promise: "force takes the fields over",
    async run(world) {
      await applyAs(world, "one", { x: "1", y: "1" });
      const { status, body } = await applyAs(world, "two", { x: "2" }, { force: "true" });
      deepEqual([status, body.data], [200, { x: "2", y: "1" }]);
      deepEqual(owners(body), { one: ["y"], two: ["x"] });
    },
  },
  {
    promise: "managers that agree own together, and a field goes when its last owner drops it",
    async run(world) {
      await applyAs(world, "one", { x: "1", own: "1" });
      const both = await applyAs(world, "two", { x: "1" });
      deepEqual(owners(both.body), { one: ["own", "x"], two: ["x"] });
      const dropped = await applyAs(world, "one", {});
      deepEqual([dropped.body.data, owners(dropped.body)], [{ x: "1" }, { two: ["x"] }]);
      const gone = await applyAs(world, "two", {});
      deepEqual(gone.body.data, undefined);
    },
  },
  {
    promise: "an update takes a field from its applier; applying the new value makes them share it",
    async run(world) {
      await applyAs(world, "one", { x: "1" });
      const path = world.path("configmaps", "a");
      const updated = await world.patch(path, "merge", { data: { x: "2" } }, { fieldManager: "editor" });
      // A manager that owns nothing any more is forgotten.
      deepEqual(owners(updated.body), { editor: ["x"] });
      equal((await applyAs(world, "one", { x: "1" })).status, 409);
      const shared = await applyAs(world, "one", { x: "2" });
      deepEqual([shared.status, owners(shared.body)], [200, { editor: ["x"], one: ["x"] }]);
    },
  },
  {
    promise: "an apply and an update of the same name are two managers",
    async run(world) {
      await world.create("configmaps", configMap("a", { x: "1" }), { fieldManager: "same" });
      const { body } = await applyAs(world, "same", { x: "1" });
      deepEqual(body.metadata.managedFields.map(({ manager, operation }: Body) => [manager, operation]), [
        ["same", "Apply"],
        ["same", "Update"],
      ]);
      const dropped = await applyAs(world, "same", {});
      deepEqual(dropped.body.data, { x: "1" });
    },
  },
  {
    promise: "lists with keys merge by item; what an applier leaves out of them goes",
    async run(world) {
      const path = world.path("apps/v1/deployments", "web");
      const withPorts = (...ports: number[]) =>
        deployment("web", {
          template: {
            metadata: { labels: { app: "web" } },
            spec: {
              containers: [{ name: "api", image: "i:1", ports: ports.map((containerPort) => ({ containerPort })) }],
            },
          },
        });
      await world.apply(path, withPorts(80, 81), { fieldManager: "one" });
      const added = await world.apply(path, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: { template: { spec: { containers: [{ name: "api", ports: [{ containerPort: 82 }] }] } } },
      }, { fieldManager: "two" });
      equal(added.status, 200, JSON.stringify(added.body));
      deepEqual(portsOf(added.body), [80, 81, 82]);
      const removed = await world.apply(path, withPorts(81), { fieldManager: "one" });
      deepEqual(portsOf(removed.body), [81, 82]);
    },
  },
  {
    promise: "labels, annotations and finalizers merge key by key",
    async run(world) {
      const metadata = (key: string) => ({
        labels: { [key]: "1" },
        annotations: { [key]: "1" },
        finalizers: [`kstage.dev/${key}`],
      });
      const path = world.path("configmaps", "a");
      const { data: _, ...first } = configMap("a", {}, metadata("a"));
      await world.apply(path, first, { fieldManager: "one" });
      const { status, body } = await world.apply(path, { ...first, metadata: { name: "a", ...metadata("b") } }, {
        fieldManager: "two",
      });
      equal(status, 200, JSON.stringify(body));
      deepEqual(body.metadata.labels, { a: "1", b: "1" });
      deepEqual(body.metadata.annotations, { a: "1", b: "1" });
      deepEqual(body.metadata.finalizers.toSorted(), ["kstage.dev/a", "kstage.dev/b"]);
      await world.patch(path, "merge", { metadata: { finalizers: null } });
    },
  },
  {
    promise: "an atomic value is owned as a whole",
    async run(world) {
      const path = world.path("services", "web");
      const service = (selector: Record<string, string>) => ({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { ports: [{ port: 80 }], selector },
      });
      await world.apply(path, service({ app: "web" }), { fieldManager: "one" });
      const { status, body } = await world.apply(path, service({ app: "web", tier: "x" }), { fieldManager: "two" });
      deepEqual([status, body.message], [409, 'Apply failed with 1 conflict: conflict with "one": .spec.selector']);
      const replaced = await world.apply(path, service({ tier: "x" }), { fieldManager: "one" });
      deepEqual(replaced.body.spec.selector, { tier: "x" });
    },
  },
  {
    promise: "a dry-run tells the outcome, conflicts included, and stores nothing",
    async run(world) {
      const dryRun = { dryRun: "All" };
      equal((await applyAs(world, "one", { x: "1" }, dryRun)).status, 201);
      await world.expect(404, "GET", world.path("configmaps", "a"));
      await applyAs(world, "one", { x: "1" });
      equal((await applyAs(world, "two", { x: "2" }, dryRun)).status, 409);
      const forced = await applyAs(world, "two", { x: "2" }, { ...dryRun, force: "true" });
      deepEqual([forced.status, forced.body.data], [200, { x: "2" }]);
      deepEqual(owners(await world.get(world.path("configmaps", "a"))), { one: ["x"] });
    },
  },
  {
    promise: "an apply says who applies, and sends no managedFields",
    async run(world) {
      const path = world.path("configmaps", "a");
      const anonymous = await world.apply(path, configMap("a"), {});
      deepEqual([anonymous.status, anonymous.body.message], [
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      ]);
      const { body: applied } = await applyAs(world, "one", { x: "1" });
      const returned = await world.apply(path, applied, { fieldManager: "one" });
      deepEqual([returned.status, returned.body.message], [400, "metadata.managedFields must be nil"]);
    },
  },
  {
    promise: "what is applied has the kind and name of its address",
    async run(world) {
      const path = world.path("configmaps", "a");
      const renamed = await world.apply(path, configMap("b"), { fieldManager: "one" });
      deepEqual([renamed.status, renamed.body.message], [
        400,
        "the name of the object (b) does not match the name on the URL (a)",
      ]);
      const other = await world.apply(path, { ...configMap("a"), kind: "Secret" }, { fieldManager: "one" });
      equal(other.status, 400);
    },
  },
  {
    promise: "with a uid of another object nothing is created or changed",
    async run(world) {
      const uid = "11111111-1111-4111-8111-111111111111";
      const path = world.path("configmaps", "a");
      const absent = await world.apply(path, configMap("a", {}, { uid }), { fieldManager: "one" });
      deepEqual([absent.status, absent.body.reason], [409, "Conflict"]);
      await applyAs(world, "one", { x: "1" });
      const other = await world.apply(path, configMap("a", { x: "2" }, { uid }), { fieldManager: "one" });
      deepEqual([other.status, other.body.reason, other.body.details.causes[0].field], [
        422,
        "Invalid",
        "metadata.uid",
      ]);
      match(
        other.body.message,
        /^ConfigMap "a" is invalid: metadata\.uid: Invalid value: "1{8}-.*": field is immutable$/,
      );
    },
  },
  {
    promise: "unknown and duplicate fields are refused, warned of, or dropped, as asked",
    async run(world) {
      const path = world.path("apps/v1/deployments", "web");
      const body = deployment("web", { replicsa: 3 });
      const strict = await world.apply(path, body, { fieldManager: "one", fieldValidation: "Strict" });
      deepEqual([strict.status, strict.body.reason], [500, undefined]);
      match(strict.body.message, /\.spec\.replicsa: field not declared in schema/);
    },
  },
];

function applyAs(world: World, fieldManager: string, data: Record<string, string>, query: Record<string, string> = {}) {
  const body = configMap("a", data);
  if (Object.keys(data).length === 0) delete body.data;
  return world.apply(world.path("configmaps", "a"), body, { fieldManager, ...query });
}

/** Manager → keys of `data` that it owns. */
function owners({ metadata }: Body): Record<string, string[]> {
  return Object.fromEntries(
    metadata.managedFields.map(({ manager, fieldsV1 }: Body) => [
      manager,
      Object.keys(fieldsV1["f:data"] ?? {}).filter((key) => key !== ".").map((key) => key.slice(2)).sort(),
    ]),
  );
}

function portsOf({ spec }: Body): number[] {
  const { ports } = spec.template.spec.containers[0];
  ok(Array.isArray(ports));
  return ports.map(({ containerPort }: Body) => containerPort).sort();
}
