/**
 * Endpoints and EndpointSlices of Services, and the address of load balancers.
 *
 * @see kubernetes `pkg/controller/endpoint`, `endpointslice/reconciler.go`, cloud-provider `controllers/service` v1.36
 */
import type { Endpoints, Pod, Service, ServicePort } from "kubernetes-types/core/v1";
import type { EndpointSlice } from "kubernetes-types/discovery/v1";
import { equalJson, type JsonValue } from "../../base/mod.ts";
import { type Manifest, type ObjectRef, refOf } from "../../manifest/mod.ts";
import type { StoreEvent } from "../store.ts";
import { nameSuffix } from "./hash.ts";
import { LabelIndex } from "./label_index.ts";
import {
  controlledBy,
  controlledObjects,
  isDeleting,
  type Live,
  live,
  manifestOf,
  millis,
  writeStatus,
} from "./live.ts";
import { byName, isFinished, isReady, type LivePod } from "./pods.ts";
import { matchesMap } from "./selector.ts";
import { type Controller, isKind, type World } from "./world.ts";

type LiveService = Live<Service>;

/** Which pods and Services there are. */
interface ServiceIndex {
  /** Pods by each of their labels. */
  pods: LabelIndex;
  /** Services by the first pair of their selector. */
  services: LabelIndex;
}

/** Keeps the endpoints of Services. */
export function createServiceController(world: World): Controller {
  const index: ServiceIndex = { pods: new LabelIndex(), services: new LabelIndex() };
  return {
    name: "endpoint-controller",
    apiVersion: "v1",
    kind: "Service",
    concerned: (event) => observe(world, index, event),
    reconcile: (manifest) => reconcile(world, index, live<Service>(manifest)),
    forget: ({ metadata: { name, namespace } }) =>
      void world.store.remove({ apiVersion: "v1", kind: "Endpoints", name, namespace: String(namespace) }),
  };
}

/** Keeps the index; yields the Services that a pod belongs to, or did. */
function* observe({ store }: World, index: ServiceIndex, { type, object, previous }: StoreEvent): Iterable<ObjectRef> {
  const before = type === "DELETED" ? object : previous;
  const after = type === "DELETED" ? undefined : object;
  if (isKind(object, "v1", "Service")) {
    if (before !== undefined) file(index.services, "remove", before, firstPair(live<Service>(before)));
    if (after !== undefined) file(index.services, "add", after, firstPair(live<Service>(after)));
  }
  if (!isKind(object, "v1", "Pod")) return;
  for (const [pod, action] of [[before, "remove"], [after, "add"]] as const) {
    if (pod === undefined) continue;
    const { labels = {}, namespace = "" } = live<Pod>(pod).metadata;
    file(index.pods, action, pod, Object.entries(labels));
    for (const [key, value] of Object.entries(labels)) {
      for (const name of index.services.find(namespace, key, value)) {
        const ref = { apiVersion: "v1", kind: "Service", name, namespace };
        const service = store.get(ref);
        if (service !== undefined && matchesMap(live<Service>(service).spec?.selector, labels)) yield ref;
      }
    }
  }
}

function firstPair({ spec }: LiveService): [string, string][] {
  return Object.entries(spec?.selector ?? {}).slice(0, 1);
}

function file(index: LabelIndex, action: "add" | "remove", object: Manifest, pairs: [string, string][]): void {
  for (const [key, value] of pairs) {
    index[action](String(object.metadata.namespace ?? ""), key, value, object.metadata.name);
  }
}

function reconcile(world: World, index: ServiceIndex, service: LiveService): number | undefined {
  if (isDeleting(service)) return undefined;
  if (service.spec?.selector !== undefined && service.spec.type !== "ExternalName") {
    const pods = selectedPods(world, index, service);
    writeEndpoints(world, service, pods);
    writeSlice(world, service, pods);
  }
  return service.spec?.type === "LoadBalancer" ? giveAddress(world, service) : undefined;
}

function selectedPods({ store }: World, index: ServiceIndex, service: LiveService): LivePod[] {
  const { namespace = "" } = service.metadata;
  const [pair] = firstPair(service);
  return [...pair === undefined ? [] : index.pods.find(namespace, ...pair)]
    .flatMap((name) => store.get({ apiVersion: "v1", kind: "Pod", name, namespace }) ?? [])
    .map((pod) => live<Pod>(pod))
    .filter((pod) => matchesMap(service.spec?.selector, pod.metadata.labels))
    .filter((pod) => !isFinished(pod) && pod.status?.podIP !== undefined)
    .sort(byName);
}

/** The pod's port that a port of the Service leads to; undefined when the pod has none of that name. */
function targetPort(port: ServicePort, pod: LivePod): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  const protocol = port.protocol ?? "TCP";
  return (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports)
    .find(({ name, protocol: own = "TCP" }) => name === target && own === protocol)?.containerPort;
}

/** Ports as the pods have them; pods of a Service usually agree, so the first one's are taken for all. */
function portsOf(service: LiveService, pods: LivePod[]) {
  const [pod] = pods;
  if (pod === undefined) return [];
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = targetPort(port, pod);
    if (number === undefined) return [];
    return [{ name: port.name, port: number, protocol: port.protocol ?? "TCP", appProtocol: port.appProtocol }];
  });
}

function targetOf({ metadata: { name, namespace, uid } }: LivePod) {
  return { kind: "Pod", namespace, name, uid };
}

function writeEndpoints({ store }: World, service: LiveService, pods: LivePod[]): void {
  const { name, namespace } = service.metadata;
  const isUsable = (pod: LivePod) => isReady(pod) || service.spec?.publishNotReadyAddresses === true;
  const addresses = (wanted: LivePod[]) =>
    wanted.map((pod) => ({ ip: pod.status!.podIP!, nodeName: pod.spec?.nodeName, targetRef: targetOf(pod) }));
  const staying = pods.filter((pod) => !isDeleting(pod));
  const ready = addresses(staying.filter(isUsable));
  const unready = addresses(staying.filter((pod) => !isUsable(pod)));
  const subset = {
    addresses: ready.length === 0 ? undefined : ready,
    notReadyAddresses: unready.length === 0 ? undefined : unready,
    ports: portsOf(service, staying).map(({ name: port, ...rest }) => ({ name: port || undefined, ...rest })),
  };
  const endpoints: Pick<Endpoints, "subsets"> = { subsets: staying.length === 0 ? undefined : [subset] };
  put(store, {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name,
      namespace,
      labels: { ...service.metadata.labels, "endpoints.kubernetes.io/managed-by": "endpoint-controller" },
    },
    ...endpoints,
  });
}

function writeSlice({ store }: World, service: LiveService, pods: LivePod[]): void {
  const { name, namespace, uid, labels } = service.metadata;
  const existing = controlledObjects<EndpointSlice>(store, service, "EndpointSlice")[0];
  put(store, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: existing?.metadata.name ?? `${name}-${nameSuffix(uid)}`,
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": name,
      },
      ownerReferences: [controlledBy(service)],
    },
    addressType: "IPv4",
    endpoints: pods.map((pod) => ({
      addresses: [pod.status!.podIP!],
      conditions: {
        ready: service.spec?.publishNotReadyAddresses === true || isReady(pod) && !isDeleting(pod),
        serving: isReady(pod),
        terminating: isDeleting(pod),
      },
      nodeName: pod.spec?.nodeName,
      targetRef: targetOf(pod),
    })),
    ports: portsOf(service, pods).map(({ name: port = "", ...rest }) => ({ name: port, ...rest })),
  });
}

/** Creates an object, or replaces all but the metadata that others may have added to. */
function put(store: World["store"], object: object): void {
  const wanted = manifestOf(object);
  const existing = store.get(refOf(wanted));
  if (existing === undefined) store.create(wanted);
  else if (!isSame(existing, wanted)) {
    store.update({ ...wanted, metadata: { ...existing.metadata, ...wanted.metadata } });
  }
}

function isSame(existing: Manifest, wanted: Manifest): boolean {
  return Object.keys({ ...existing, ...wanted }).every((key) =>
    key === "metadata" || equalJson(existing[key], wanted[key])
  );
}

function giveAddress(world: World, service: LiveService): number | undefined {
  const due = millis(service.metadata.creationTimestamp) + world.settings.provisionSeconds * 1000;
  if ((service.status?.loadBalancer?.ingress ?? []).length > 0) return undefined;
  const say = (reason: string, message: string) =>
    world.events.record(service, { type: "Normal", reason, message, component: "service-controller" });
  if (due > world.now()) {
    say("EnsuringLoadBalancer", "Ensuring load balancer");
    return due;
  }
  // Addresses of TEST-NET-3 lead nowhere, which is what a sandbox can offer.
  const taken = new Set(world.store.list("v1", "Service").flatMap((one) => addressesOf(live<Service>(one))));
  let last = 1;
  while (taken.has(`203.0.113.${last}`) && last < 254) last++;
  const ingress: JsonValue = [{ ip: `203.0.113.${last}`, ipMode: "VIP" }];
  writeStatus(world.store, service, { ...service.status, loadBalancer: { ingress } });
  say("EnsuredLoadBalancer", "Ensured load balancer");
  return undefined;
}

function addressesOf({ status }: LiveService): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
}
