import type { Manifest } from "../../manifest/mod.ts";
import { readObjects, readText } from "./fields.ts";
import { current, inProgress, type Status } from "./status.ts";

/**
 * Status of a Service: one of type LoadBalancer waits for an address from outside.
 *
 * Differs from kstatus, for which a cluster IP is enough. Where nothing hands out addresses, don't wait for Services.
 */
export function serviceStatus(object: Manifest): Status {
  const { name } = object.metadata;
  if (readText(object, "spec", "type") !== "LoadBalancer") return current(`service "${name}" is ready`);
  if (readText(object, "spec", "clusterIP") === "") return inProgress(`Waiting for service "${name}" to get an IP`);
  const address = readAddress(object);
  if (address === undefined) return inProgress(`Waiting for service "${name}" to get an address of a load balancer`);
  return current(`service "${name}" is reached at ${address}`);
}

/** Status of an Ingress: current at once, for many controllers never write an address. */
export function ingressStatus(object: Manifest): Status {
  const address = readAddress(object);
  const { name } = object.metadata;
  return current(address === undefined ? `ingress "${name}" exists` : `ingress "${name}" is reached at ${address}`);
}

function readAddress(object: Manifest): string | undefined {
  const [first] = readObjects(object, "status", "loadBalancer", "ingress");
  return readText(first, "ip") || readText(first, "hostname") || undefined;
}
