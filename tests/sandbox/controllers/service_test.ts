import { deepEqual, equal, match } from "../../assert.ts";
import { deployment, isReady, newCluster } from "./cluster.ts";

const service = (spec: object = {}) => ({
  kind: "Service",
  metadata: { name: "web" },
  spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }], ...spec },
});
const ports = [{ name: "http", containerPort: 8080 }];

Deno.test("endpoints are the ready pods, with the ports that the Service leads to", () => {
  const cluster = newCluster([{ fail: "never-ready", pods: 1 }]);
  cluster.apply(service());
  cluster.apply(deployment({ replicas: 2, container: { ports } }));
  cluster.pass(4);
  const [good, bad] = [true, false].map((wanted) => cluster.pods().find((pod) => isReady(pod) === wanted));
  const [subset] = cluster.get("Endpoints", "web").subsets;
  deepEqual(subset.addresses.map((one: { ip: string }) => one.ip), [good.status.podIP]);
  deepEqual(subset.notReadyAddresses.map((one: { ip: string }) => one.ip), [bad.status.podIP]);
  deepEqual(subset.ports, [{ name: "http", port: 8080, protocol: "TCP" }]);
  const [slice] = cluster.list("EndpointSlice");
  match(slice.metadata.name, /^web-\w{5}$/);
  equal(slice.metadata.labels["kubernetes.io/service-name"], "web");
  equal(slice.endpoints.length, 2);
  deepEqual(slice.endpoints.map((one: { conditions: { ready: boolean } }) => one.conditions.ready).sort(), [
    false,
    true,
  ]);
  const before = cluster.writes();
  cluster.store.remove({ apiVersion: "v1", kind: "Service", namespace: "demo", name: "web" });
  cluster.pass(1);
  equal(cluster.get("Endpoints", "web"), undefined);
  equal(cluster.writes() > before, true);
});

Deno.test("a Service whose selector matches nothing has no subsets", () => {
  const cluster = newCluster();
  cluster.apply(service());
  cluster.apply(deployment({ name: "other" }));
  cluster.pass(4);
  equal(cluster.get("Endpoints", "web").subsets, undefined);
});

Deno.test("pods that are being stopped are no endpoints any more", () => {
  const cluster = newCluster();
  cluster.apply(service());
  cluster.apply(deployment({ container: { ports } }));
  cluster.pass(4);
  cluster.apply(deployment({ replicas: 0, container: { ports } }));
  cluster.pass(1);
  equal(cluster.get("Endpoints", "web").subsets, undefined);
  deepEqual(cluster.list("EndpointSlice")[0].endpoints[0].conditions, {
    ready: false,
    serving: true,
    terminating: true,
  });
});

Deno.test("a load balancer gets an address of its own after a second", () => {
  const cluster = newCluster();
  cluster.apply(service({ type: "LoadBalancer" }));
  cluster.apply({ ...service({ type: "LoadBalancer" }), metadata: { name: "second" } });
  cluster.pass(2);
  deepEqual(cluster.get("Service", "second").status, {
    loadBalancer: { ingress: [{ ip: "203.0.113.1", ipMode: "VIP" }] },
  });
  deepEqual(cluster.get("Service", "web").status, {
    loadBalancer: { ingress: [{ ip: "203.0.113.2", ipMode: "VIP" }] },
  });
  equal(cluster.events("web").at(-1), "EnsuredLoadBalancer: Ensured load balancer");
});
