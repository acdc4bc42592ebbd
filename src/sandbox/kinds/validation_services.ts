import { equalJson, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { duplicateValue, type FieldError, invalidValue, requiredValue, unsupportedValue } from "../api/status.ts";
import type { ObjectStore } from "../store.ts";
import { isDnsLabel, validateLabels } from "./names.ts";
import { isAddressTaken, isNodePortTaken } from "./services.ts";
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
  const spec = service.spec as JsonObject;
  const address = String(spec.clusterIP ?? "");
  if (address !== "" && address !== "None" && isAddressTaken(store, address)) {
    errors.push(invalidValue(
      "spec.clusterIPs",
      [address],
      "failed to allocate IP "
        .concat(address, ": provided IP is already allocated"),
    ));
  }
  return errors;
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
    if (keys.has(key)) errors.push(duplicateValue(at, { protocol: port.protocol!, port: port.port! }));
    keys.add(key);
  }
  errors.push(...validateLabels(spec.selector, "spec.selector"));
  if (!["None", "ClientIP"].includes(String(spec.sessionAffinity))) {
    errors.push(unsupportedValue("spec.sessionAffinity", spec.sessionAffinity ?? "", ["ClientIP", "None"]));
  }
  if (!TYPES.includes(String(spec.type))) errors.push(unsupportedValue("spec.type", spec.type ?? "", TYPES));
  return errors;
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
      errors.push(invalidValue("spec.clusterIPs[0]", after[0], "may not change once set"));
    }
  }
  const own = new Set((b.ports as JsonObject[] | undefined ?? []).map(({ nodePort }) => nodePort));
  for (const [index, port] of ((a.ports as JsonObject[] | undefined) ?? []).entries()) {
    if (typeof port.nodePort !== "number" || own.has(port.nodePort) || !isNodePortTaken(store, port.nodePort)) continue;
    if (live.metadata.uid !== next.metadata.uid) continue;
    errors.push(invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, "provided port is already allocated"));
  }
  return [...errors, ...validateSpec(next)];
}
