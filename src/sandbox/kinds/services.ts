import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { ObjectStore } from "../store.ts";

/** Ports that `type: NodePort` takes from. */
const FIRST_NODE_PORT = 30_000;
const LAST_NODE_PORT = 32_767;

/** What the services of one store have been given. */
interface Allocations {
  addresses: Set<string>;
  ports: Set<number>;
  nextAddress: number;
  nextPort: number;
}

const allocations = new WeakMap<ObjectStore, Allocations>();

/** Kept up to date by the store's events, so that a thousand services don't cost a million comparisons. */
function allocationsOf(store: ObjectStore): Allocations {
  const known = allocations.get(store);
  if (known !== undefined) return known;
  const fresh: Allocations = { addresses: new Set(), ports: new Set(), nextAddress: 10, nextPort: FIRST_NODE_PORT };
  const take = (service: Manifest): void => {
    fresh.addresses.add(String(getPath(service, "spec", "clusterIP")));
    for (const port of portsOf(service)) if (typeof port.nodePort === "number") fresh.ports.add(port.nodePort);
  };
  const release = (service: Manifest): void => {
    fresh.addresses.delete(String(getPath(service, "spec", "clusterIP")));
    for (const port of portsOf(service)) if (typeof port.nodePort === "number") fresh.ports.delete(port.nodePort);
  };
  for (const service of store.list("v1", "Service")) take(service);
  store.subscribe(({ type, object, previous }) => {
    if (object.kind !== "Service" || object.apiVersion !== "v1") return;
    if (previous !== undefined) release(previous);
    if (type === "DELETED") release(object);
    else take(object);
  });
  allocations.set(store, fresh);
  return fresh;
}

function portsOf(service: Manifest): JsonObject[] {
  const ports = getPath(service, "spec", "ports");
  return Array.isArray(ports) ? ports.filter(isObject) : [];
}

/** Gives a service its cluster address, address families and node ports. The service is changed. */
export function allocateService(service: Manifest, store: ObjectStore): void {
  const spec = service.spec as JsonObject;
  if (spec.type === "ExternalName") return;
  const taken = allocationsOf(store);
  if (!spec.clusterIP) spec.clusterIP = freeAddress(taken);
  if (!Array.isArray(spec.clusterIPs)) spec.clusterIPs = [spec.clusterIP];
  // A headless service without selector may get endpoints of any family.
  const isSelectorless = spec.clusterIP === "None" && spec.selector === undefined;
  spec.ipFamilies ??= isSelectorless ? ["IPv4", "IPv6"] : ["IPv4"];
  spec.ipFamilyPolicy ??= isSelectorless ? "RequireDualStack" : "SingleStack";
  const allocatesPorts = spec.type === "NodePort" ||
    (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  if (!allocatesPorts) return;
  for (const port of portsOf(service)) port.nodePort ||= freePort(taken);
}

const ADDRESS_FIELDS = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];

/**
 * Addresses and ports that an update does not name stay as they are; what the new type has no use for goes.
 *
 * @see Kubernetes `pkg/registry/core/service/strategy.go` `patchAllocatedValues`, `dropTypeDependentFields`, v1.36
 */
export function keepServiceAllocations(next: Manifest, live: Manifest): void {
  const spec = next.spec as JsonObject;
  const before = live.spec as JsonObject;
  if (needsAddress(spec) && needsAddress(before)) {
    for (const key of ADDRESS_FIELDS) {
      if (before[key] !== undefined && isUnset(spec[key])) spec[key] = structuredClone(before[key]) as JsonValue;
    }
    const isStale = spec.clusterIP !== before.clusterIP && equalJson(spec.clusterIPs, before.clusterIPs);
    if (isStale) spec.clusterIPs = [spec.clusterIP!];
  }
  if (needsPorts(spec) && needsPorts(before)) keepPorts(next, live);
  const drop = (key: string): void => {
    if (equalJson(spec[key], before[key])) delete spec[key];
  };
  if (needsAddress(before) && !needsAddress(spec)) {
    ADDRESS_FIELDS.forEach(drop);
    drop("internalTrafficPolicy");
  }
  if (needsPorts(before) && !needsPorts(spec)) {
    const ports = (service: Manifest): JsonValue[] => portsOf(service).map(({ nodePort }) => nodePort ?? 0);
    if (equalJson(ports(next), ports(live))) { for (const port of portsOf(next)) delete port.nodePort; }
    drop("externalTrafficPolicy");
  }
  if (before.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    drop("allocateLoadBalancerNodePorts");
    drop("loadBalancerClass");
  }
  if (spec.type !== "LoadBalancer") next.status = { ...(isObject(next.status) ? next.status : {}), loadBalancer: {} };
}

function needsAddress({ type }: JsonObject): boolean {
  return type !== "ExternalName";
}

function needsPorts({ type }: JsonObject): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

function keepPorts(next: Manifest, live: Manifest): void {
  const known = new Map(portsOf(live).map((port) => [`${port.protocol}/${port.port}`, port.nodePort]));
  for (const port of portsOf(next)) {
    const nodePort = known.get(`${port.protocol}/${port.port}`);
    if (nodePort !== undefined) port.nodePort ??= nodePort;
  }
}

function isUnset(value: JsonValue | undefined): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function freeAddress(taken: Allocations): string {
  for (;;) {
    const n = taken.nextAddress++;
    const address = `10.${96 + ((n >> 16) & 15)}.${(n >> 8) & 255}.${n & 255}`;
    if (!taken.addresses.has(address)) return address;
  }
}

function freePort(taken: Allocations): number {
  for (let tries = FIRST_NODE_PORT; tries <= LAST_NODE_PORT; tries++) {
    const port = taken.nextPort;
    taken.nextPort = port === LAST_NODE_PORT ? FIRST_NODE_PORT : port + 1;
    if (!taken.ports.has(port)) return port;
  }
  throw new RangeError("Cannot allocate a node port: the range is full");
}

/** Whether a node port is another service's. */
export function isNodePortTaken(store: ObjectStore, port: number): boolean {
  return allocationsOf(store).ports.has(port);
}

/** Whether a cluster address is in the range that services take theirs from, 10.96.0.0/12. */
export function isInRange(address: string): boolean {
  const [first, second] = address.split(".").map(Number);
  return first === 10 && second! >= 96 && second! < 112;
}

/** Whether node ports are taken from a range that holds this one. */
export function isNodePort(port: number): boolean {
  return port >= FIRST_NODE_PORT && port <= LAST_NODE_PORT;
}

/** Whether a cluster address is another service's. */
export function isAddressTaken(store: ObjectStore, address: string): boolean {
  return allocationsOf(store).addresses.has(address);
}
