import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, findCondition, readText } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/**
 * Status of a CustomResourceDefinition: current when its kind can be used.
 *
 * @see kstatus `pkg/kstatus/status/core.go` v0.37.2
 */
export function customResourceDefinitionStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const names = findCondition(object, "NamesAccepted");
  if (names?.status === "False") {
    return failed(names.reason || "NamesNotAccepted", `The names of "${name}" are taken: ${describeCondition(names)}`);
  }
  const established = findCondition(object, "Established");
  if (established?.status === "True") return current(`customresourcedefinition "${name}" is established`);
  if (established?.status === "False" && established.reason !== "Installing") {
    return failed(established.reason || "NotEstablished", describeCondition(established));
  }
  return inProgress(`Waiting for customresourcedefinition "${name}" to be established`);
}

/** Status of an APIService: current when the server behind it answers. */
export function apiServiceStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const available = findCondition(object, "Available");
  if (available?.status === "True") return current(`apiservice "${name}" is available`);
  const state = available === undefined ? "" : `: ${describeCondition(available)}`;
  return inProgress(`Waiting for apiservice "${name}" to be available${state}`);
}

/** Status of a Namespace: current until it's being deleted. */
export function namespaceStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const isTerminating = readText(object, "status", "phase") === "Terminating";
  if (isTerminating) return { kind: "terminating", message: `namespace "${name}" is being deleted` };
  return current(`namespace "${name}" is active`);
}
