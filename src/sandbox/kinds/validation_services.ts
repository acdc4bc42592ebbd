import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { duplicateValue, type FieldError, invalidValue, requiredValue, unsupportedValue } from "../api/status.ts";
import type { ObjectStore } from "../store.ts";
import { isDnsLabel, validateLabels } from "./names.ts";
import { isAddressTaken, isInRange, isNodePort, isNodePortTaken } from "./services.ts";
import { portNameProblems, portProblems } from "./validation_pods.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/**
 * Checks a new service.
 *
 * @see Kubernetes `pkg/apis/core/validation/validation.go` `ValidateService`, v1.36
 */
export function validateService(service: Manifest, store: ObjectStore): FieldError[] {
  const errors = validateSpec(service);
  if (errors.length > 0) return errors;
  const spec = service.spec as JsonObject;
  const address = String(spec.clusterIP ?? "");
  const refuse = (why: string): void =>
    void errors.push(invalidValue("spec.clusterIPs", [address], `failed to allocate IP ${address}: ${why}`));
  if (address !== "" && address !== "None") {
    if (!isInRange(address)) refuse("the provided network does not match the current range");
    else if (isAddressTaken(store, address)) refuse("provided IP is already allocated");
  }
  return [...errors, ...portAllocationErrors(service, new Set(), store)];
}

/** Node ports that are asked for must be in range and free. */
function portAllocationErrors(
  service: Manifest,
  own: ReadonlySet<JsonValue | undefined>,
  store: ObjectStore,
): FieldError[] {
  const ports = getPath(service, "spec", "ports");
  return (Array.isArray(ports) ? ports.filter(isObject) : []).flatMap(({ nodePort }, index) => {
    if (typeof nodePort !== "number" || own.has(nodePort)) return [];
    const field = `spec.ports[${index}].nodePort`;
    if (!isNodePort(nodePort)) {
      const range = "provided port is not in the valid range. The range of valid ports is 30000-32767";
      return [invalidValue(field, nodePort, range)];
    }
    return isNodePortTaken(store, nodePort)
      ? [invalidValue(field, nodePort, "provided port is already allocated")]
      : [];
  });
}

function validateSpec(service: Manifest): FieldError[] {
  const spec = isObject(service.spec) ? service.spec : {};
  const errors: FieldError[] = [];
  const ports = Array.isArray(spec.ports) ? spec.ports.filter(isObject) : [];
  const isHeadless = spec.clusterIP === "None";
  if (ports.length === 0 && !isHeadless && spec.type !== "ExternalName") errors.push(requiredValue("spec.ports"));
  if (spec.type === "ExternalName" && !spec.externalName) errors.push(requiredValue("spec.externalName"));
  const names = new Set<string>();
  const keys = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    errors.push(...validatePort(port, at, ports.length > 1, names));
    const key = `${port.protocol}/${port.port}`;
    if (keys.has(key)) errors.push(duplicateValue(at, internalPort(port)));
    keys.add(key);
  }
  errors.push(...validateLabels(spec.selector, "spec.selector"));
  if (!["None", "ClientIP"].includes(String(spec.sessionAffinity))) {
    errors.push(unsupportedValue("spec.sessionAffinity", spec.sessionAffinity ?? "", ["ClientIP", "None"]));
  }
  if (!TYPES.includes(String(spec.type))) errors.push(unsupportedValue("spec.type", spec.type ?? "", TYPES));
  return errors;
}

/** A port as the server's own types print it. */
function internalPort({ protocol, port }: JsonObject): JsonObject {
  return { Name: "", Protocol: protocol!, AppProtocol: null, Port: port!, TargetPort: 0, NodePort: 0 };
}

function validatePort(port: JsonObject, at: string, requiresName: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  const name = String(port.name ?? "");
  if (name === "") {
    if (requiresName) errors.push(requiredValue(`${at}.name`));
  } else {
    errors.push(...isDnsLabel(name).map((text) => invalidValue(`${at}.name`, name, text)));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
  }
  errors.push(...portProblems(port.port).map((text) => invalidValue(`${at}.port`, port.port, text)));
  if (!PROTOCOLS.includes(String(port.protocol))) {
    errors.push(unsupportedValue(`${at}.protocol`, port.protocol ?? "", PROTOCOLS));
  }
  errors.push(
    ...targetProblems(port.targetPort).map((text) => invalidValue(`${at}.targetPort`, port.targetPort, text)),
  );
  return errors;
}

function targetProblems(target: JsonValue | undefined): string[] {
  return typeof target === "string" ? portNameProblems(target) : portProblems(target);
}

/** Checks a changed service: its address stays, its node ports are its own or free. */
export function validateServiceUpdate(next: Manifest, live: Manifest, store: ObjectStore): FieldError[] {
  const errors: FieldError[] = [];
  const a = next.spec as JsonObject;
  const b = live.spec as JsonObject;
  const hadAddress = b.type !== "ExternalName" && b.clusterIP;
  if (hadAddress && a.type !== "ExternalName") {
    const before = Array.isArray(b.clusterIPs) ? b.clusterIPs : [];
    const after = Array.isArray(a.clusterIPs) ? a.clusterIPs : [];
    if (!equalJson(before[0], after[0]) || a.clusterIP !== after[0]) {
      errors.push(invalidValue("spec.clusterIPs[0]", after, "may not change once set"));
    }
  }
  const own = new Set((b.ports as JsonObject[] | undefined ?? []).map(({ nodePort }) => nodePort));
  errors.push(...portAllocationErrors(next, own, store));
  return [...errors, ...validateSpec(next)];
}
