import { deepEqual, equal, match } from "../assert.ts";
import { type Body, configMap, type ContractCase, eventually, type World } from "./world.ts";

/** Deleting: finalizers, preconditions, dependents. */
export const DELETIONS: readonly ContractCase[] = [
  {
    promise: "deleting answers with a Status that names the object",
    async run(world) {
      const { metadata } = await world.create("configmaps", configMap("a"));
      deepEqual(await world.expect(200, "DELETE", world.path("configmaps", "a")), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: { name: "a", kind: "configmaps", uid: metadata.uid },
      });
      const again = await world.expect(404, "DELETE", world.path("configmaps", "a"));
      equal(again.message, 'configmaps "a" not found');
    },
  },
  {
    promise: "an object with a finalizer stays, marked, until that is taken off",
    async run(world) {
      await world.create("configmaps", configMap("a", { x: "1" }, { finalizers: ["kstage.dev/hold"] }));
      const path = world.path("configmaps", "a");
      const marked = await world.expect(200, "DELETE", path);
      deepEqual([marked.kind, marked.metadata.deletionGracePeriodSeconds], ["ConfigMap", 0]);
      match(marked.metadata.deletionTimestamp, /^\d{4}-/);
      const again = await world.expect(200, "DELETE", path);
      equal(again.metadata.deletionTimestamp, marked.metadata.deletionTimestamp);
      const changed = await world.patch(path, "merge", { data: { x: "2" } });
      equal(changed.status, 200);
      const added = await world.patch(path, "merge", { metadata: { finalizers: ["kstage.dev/hold", "x.dev/more"] } });
      deepEqual([added.status, added.body.reason], [422, "Invalid"]);
      const freed = await world.patch(path, "merge", { metadata: { finalizers: null } });
      equal(freed.status, 200);
      await world.expect(404, "GET", path);
    },
  },
  {
    promise: "a deletion that names another uid or version is a conflict",
    async run(world) {
      const { metadata } = await world.create("configmaps", configMap("a"));
      const path = world.path("configmaps", "a");
      const uid = "11111111-1111-4111-8111-111111111111";
      const refused = await world.expect(409, "DELETE", path, { body: deleteOptions({ preconditions: { uid } }) });
      deepEqual([refused.reason, refused.message], [
        "Conflict",
        'Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (11111111-1111-4111-8111-111111111111) ' +
        `does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
      ]);
      const stale = await world.expect(409, "DELETE", path, {
        body: deleteOptions({ preconditions: { resourceVersion: "1" } }),
      });
      equal(stale.reason, "Conflict");
      const { uid: own, resourceVersion } = metadata;
      await world.expect(200, "DELETE", path, {
        body: deleteOptions({ preconditions: { uid: own, resourceVersion } }),
      });
    },
  },
  {
    promise: "a dry-run of a deletion deletes nothing",
    async run(world) {
      await world.create("configmaps", configMap("a"));
      await world.expect(200, "DELETE", world.path("configmaps", "a"), { query: { dryRun: "All" } });
      await world.get(world.path("configmaps", "a"));
    },
  },
  {
    promise: "Background: the owner goes at once, its dependents after it",
    async run(world) {
      await createFamily(world);
      await world.expect(200, "DELETE", world.path("configmaps", "owner"), {
        body: deleteOptions({ propagationPolicy: "Background" }),
      });
      await world.expect(404, "GET", world.path("configmaps", "owner"));
      await eventually("the dependent is gone", async () => await isGone(world, "dependent"));
    },
  },
  {
    promise: "Foreground: the owner waits for the dependents that block it",
    async run(world) {
      await createFamily(world, ["kstage.dev/hold"]);
      const owner = await world.expect(200, "DELETE", world.path("configmaps", "owner"), {
        body: deleteOptions({ propagationPolicy: "Foreground" }),
      });
      deepEqual(owner.metadata.finalizers, ["foregroundDeletion"]);
      const dependent = world.path("configmaps", "dependent");
      await eventually("the dependent is marked", async () => (await world.get(dependent)).metadata.deletionTimestamp);
      await world.get(world.path("configmaps", "owner"));
      await world.patch(dependent, "merge", { metadata: { finalizers: null } });
      await eventually("the owner is gone", async () => await isGone(world, "owner"));
    },
  },
  {
    promise: "Orphan: the dependents stay, without their owner",
    async run(world) {
      await createFamily(world);
      await world.expect(200, "DELETE", world.path("configmaps", "owner"), {
        body: deleteOptions({ propagationPolicy: "Orphan" }),
      });
      await eventually("the owner is gone", async () => await isGone(world, "owner"));
      const { metadata } = await world.get(world.path("configmaps", "dependent"));
      deepEqual([metadata.ownerReferences, metadata.deletionTimestamp], [undefined, undefined]);
    },
  },
  {
    promise: "a collection is deleted by selector",
    async run(world) {
      for (const [name, app] of [["a", "x"], ["b", "x"], ["c", "y"]] as const) {
        await world.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name, labels: { app } } });
      }
      await world.expect(200, "DELETE", world.path("secrets"), { query: { labelSelector: "app=x" } });
      const { items } = await world.get(world.path("secrets"));
      deepEqual(items.map(({ metadata }: Body) => metadata.name), ["c"]);
    },
  },
  {
    promise: "a namespace that is deleted takes nothing new and goes with all that is in it",
    async run(world) {
      await world.create("configmaps", configMap("held", {}, { finalizers: ["kstage.dev/hold"] }));
      const marked = await world.expect(200, "DELETE", `/api/v1/namespaces/${world.namespace}`);
      deepEqual([marked.kind, marked.status.phase, marked.spec.finalizers], ["Namespace", "Terminating", [
        "kubernetes",
      ]]);
      const refused = await world.expect(403, "POST", world.path("configmaps"), { body: configMap("new") });
      equal(
        refused.message,
        `configmaps "new" is forbidden: unable to create new content in namespace ${world.namespace} ` +
          "because it is being terminated",
      );
      deepEqual(refused.details.causes, [{
        reason: "NamespaceTerminating",
        message: `namespace ${world.namespace} is being terminated`,
        field: "metadata.namespace",
      }]);
      const held = world.path("configmaps", "held");
      await eventually("the object is marked", async () => (await world.get(held)).metadata.deletionTimestamp);
      await world.patch(held, "merge", { metadata: { finalizers: null } });
      await eventually(
        "the namespace is gone",
        async () => (await world.call("GET", `/api/v1/namespaces/${world.namespace}`)).status === 404,
      );
    },
  },
];

function deleteOptions(options: Body): Body {
  return { apiVersion: "v1", kind: "DeleteOptions", ...options };
}

async function createFamily(world: World, finalizers?: string[]): Promise<void> {
  const { metadata } = await world.create("configmaps", configMap("owner"));
  const ownerReferences = [{
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "owner",
    uid: metadata.uid,
    blockOwnerDeletion: true,
  }];
  await world.create("configmaps", configMap("dependent", {}, { ownerReferences, finalizers }));
}

async function isGone(world: World, name: string): Promise<boolean> {
  return (await world.call("GET", world.path("configmaps", name))).status === 404;
}
