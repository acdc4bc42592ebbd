import { deepEqual, equal } from "../../assert.ts";
import { CONFIG_MAPS, configMap, MERGE, testServer, WatchReader } from "../client.ts";

Deno.test("a watch from a version reports what happened since, then what happens", async () => {
  const { ask, open } = testServer();
  const first = await ask("POST", CONFIG_MAPS, configMap("a"));
  await ask("POST", CONFIG_MAPS, configMap("b"));
  const watch = new WatchReader(
    await open("GET", `${CONFIG_MAPS}?watch=1&resourceVersion=${first.at("metadata.resourceVersion")}`),
  );
  equal(await watch.next(), "ADDED b");
  await ask("PATCH", `${CONFIG_MAPS}/a`, { data: { x: "1" } }, { type: MERGE });
  await ask("DELETE", `${CONFIG_MAPS}/b`);
  equal(await watch.next(), "MODIFIED a");
  equal(await watch.next(), "DELETED b");
  await watch.cancel();
});

Deno.test("a watch without a version begins with what is there", async () => {
  const { ask, open } = testServer();
  await ask("POST", CONFIG_MAPS, configMap("b"));
  await ask("POST", CONFIG_MAPS, configMap("a"));
  const watch = new WatchReader(await open("GET", `${CONFIG_MAPS}?watch=1`));
  deepEqual([await watch.next(), await watch.next(), await watch.next()], [
    "ADDED a",
    "ADDED b",
    "ADDED kube-root-ca.crt",
  ]);
  await watch.cancel();
});

Deno.test("initial events end with an annotated bookmark when asked for", async () => {
  const { ask, open } = testServer();
  await ask("POST", CONFIG_MAPS, configMap("a"));
  const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
  const watch = new WatchReader(await open("GET", `${CONFIG_MAPS}?${query}&fieldSelector=metadata.name=a`));
  equal(await watch.next(), "ADDED a");
  const bookmark = await watch.nextEvent();
  equal(bookmark?.type, "BOOKMARK");
  const { metadata } = bookmark?.object as { metadata: { annotations: Record<string, string> } };
  deepEqual(metadata.annotations, { "k8s.io/initial-events-end": "true" });
  await watch.cancel();
});

Deno.test("bookmarks carry the newest version every minute", async () => {
  const { ask, open, clock } = testServer();
  const watch = new WatchReader(
    await open("GET", "/api/v1/namespaces/default/secrets?watch=1&resourceVersion=1&allowWatchBookmarks=true"),
  );
  const created = await ask("POST", CONFIG_MAPS, configMap("a"));
  await clock.advance(60_000);
  const event = await watch.nextEvent();
  equal(event?.type, "BOOKMARK");
  const { metadata, kind } = event.object as { kind: string; metadata: { resourceVersion: string } };
  equal(kind, "Secret");
  equal(metadata.resourceVersion, created.at("metadata.resourceVersion"));
  await watch.cancel();
});

Deno.test("timeoutSeconds ends a watch", async () => {
  const { ask, open, clock } = testServer();
  const version = (await ask("GET", CONFIG_MAPS)).at("metadata.resourceVersion");
  const path = `${CONFIG_MAPS}?watch=1&resourceVersion=${version}&timeoutSeconds=30`;
  const watch = new WatchReader(await open("GET", path));
  await clock.advance(30_000);
  equal(await watch.next(), undefined);
});

Deno.test("a version that is forgotten is answered with a Gone event, not with a status code", async () => {
  const { ask, open } = testServer({ historyLimit: 5 });
  for (const name of ["a", "b", "c", "d", "e", "f", "g"]) await ask("POST", CONFIG_MAPS, configMap(name));
  const response = await open("GET", `${CONFIG_MAPS}?watch=1&resourceVersion=2`);
  equal(response.status, 200);
  const watch = new WatchReader(response);
  equal(await watch.next(), "ERROR 410 Expired");
  equal(await watch.next(), undefined);
});

Deno.test("an object that a selector stops to mean is reported as deleted, one that it begins to mean as added", async () => {
  const { ask, open } = testServer();
  await ask("POST", CONFIG_MAPS, configMap("a", {}, { labels: { app: "web" } }));
  const list = await ask("GET", CONFIG_MAPS);
  const version = list.at("metadata.resourceVersion");
  const watch = new WatchReader(
    await open("GET", `${CONFIG_MAPS}?watch=1&resourceVersion=${version}&labelSelector=app`),
  );
  await ask("PATCH", `${CONFIG_MAPS}/a`, { metadata: { labels: { app: null } } }, { type: MERGE });
  await ask("PATCH", `${CONFIG_MAPS}/a`, { data: { x: "1" } }, { type: MERGE });
  await ask("PATCH", `${CONFIG_MAPS}/a`, { metadata: { labels: { app: "db" } } }, { type: MERGE });
  deepEqual([await watch.next(), await watch.next()], ["DELETED a", "ADDED a"]);
  await watch.cancel();
});

Deno.test("a watch sees its own namespace, group and kind alone, in the version it asks for", async () => {
  const { ask, open } = testServer();
  const pods = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const version = (await ask("GET", CONFIG_MAPS)).at("metadata.resourceVersion");
  const watch = new WatchReader(await open("GET", `${pods}?watch=1&resourceVersion=${version}`));
  await ask("POST", CONFIG_MAPS, configMap("a"));
  const scaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "h" },
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
  };
  await ask("POST", "/apis/autoscaling/v2/namespaces/kube-system/horizontalpodautoscalers", scaler);
  await ask("POST", "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", scaler);
  const event = await watch.nextEvent();
  const { apiVersion, metadata } = event?.object as { apiVersion: string; metadata: { namespace: string } };
  deepEqual([event?.type, apiVersion, metadata.namespace], ["ADDED", "autoscaling/v1", "default"]);
  await watch.cancel();
});

Deno.test("later rows of a watched table leave out the columns", async () => {
  const { ask, open } = testServer();
  await ask("POST", CONFIG_MAPS, configMap("a"));
  await ask("POST", CONFIG_MAPS, configMap("b"));
  const accept = "application/json;as=Table;g=meta.k8s.io;v=v1";
  const watch = new WatchReader(await open("GET", `${CONFIG_MAPS}?watch=1`, undefined, { accept }));
  const columns = [];
  for (let i = 0; i < 2; i++) {
    const { object } = (await watch.nextEvent()) as { object: { columnDefinitions: { name: string }[] | null } };
    columns.push((object.columnDefinitions ?? []).map(({ name }) => name));
  }
  deepEqual(columns, [["Name", "Data", "Age"], []]);
  await watch.cancel();
});

Deno.test("closing the sandbox ends its watches", async () => {
  const { ask, open, sandbox } = testServer();
  const version = (await ask("GET", CONFIG_MAPS)).at("metadata.resourceVersion");
  const watch = new WatchReader(await open("GET", `${CONFIG_MAPS}?watch=1&resourceVersion=${version}`));
  sandbox.close();
  equal(await watch.next(), undefined);
});

Deno.test("a client that goes away ends its watch", async () => {
  const { ask, open } = testServer();
  const version = (await ask("GET", CONFIG_MAPS)).at("metadata.resourceVersion");
  const gone = new AbortController();
  const path = `${CONFIG_MAPS}?watch=1&resourceVersion=${version}`;
  const watch = new WatchReader(await open("GET", path, undefined, { signal: gone.signal }));
  gone.abort();
  equal(await watch.next(), undefined);
});

Deno.test("a version from the future is refused", async () => {
  const { ask } = testServer();
  const reply = await ask("GET", `${CONFIG_MAPS}?watch=1&resourceVersion=999999`);
  deepEqual([reply.code, reply.at("reason"), reply.at("details.causes.0.reason")], [
    504,
    "Timeout",
    "ResourceVersionTooLarge",
  ]);
});
