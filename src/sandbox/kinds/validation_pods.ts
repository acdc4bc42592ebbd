import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import {
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from "../api/status.ts";
import { quantityToNano } from "../schema/quantity.ts";
import { isDnsLabel, isDnsSubdomain, validateLabels } from "./names.ts";
import { itemsOf } from "./validation_parts.ts";

/**
 * Checks a pod's spec, of a pod or a template.
 *
 * @param path Where the spec is: `spec`, `spec.template.spec`.
 * @param extraVolumes Names of volumes that come from elsewhere, such as claim templates.
 * @see Kubernetes `pkg/apis/core/validation/validation.go` `ValidatePodSpec`, v1.36
 */
export function validatePodSpec(spec: JsonObject, path: string, extraVolumes: readonly string[] = []): FieldError[] {
  const volumes = new Set([...itemsOf(spec.volumes).map(({ name }) => String(name)), ...extraVolumes]);
  const errors = validateVolumes(itemsOf(spec.volumes), `${path}.volumes`);
  errors.push(...validateContainers(spec, path, volumes));
  errors.push(...oneOf(spec, path, "restartPolicy", ["Always", "OnFailure", "Never"]));
  errors.push(...oneOf(spec, path, "dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]));
  for (const [index, secret] of itemsOf(spec.imagePullSecrets).entries()) {
    if (!secret.name) errors.push(requiredValue(`${path}.imagePullSecrets[${index}].name`));
  }
  if (spec.serviceAccountName) {
    errors.push(
      ...isDnsSubdomain(String(spec.serviceAccountName))
        .map((text) => invalidValue(`${path}.serviceAccountName`, spec.serviceAccountName, text)),
    );
  }
  errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`));
  const grace = spec.terminationGracePeriodSeconds;
  if (typeof grace === "number" && grace < 0) {
    errors.push(invalidValue(`${path}.terminationGracePeriodSeconds`, grace, "must be greater than or equal to 0"));
  }
  const deadline = spec.activeDeadlineSeconds;
  if (typeof deadline === "number" && (deadline < 1 || deadline > 2147483647)) {
    errors.push(
      invalidValue(`${path}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"),
    );
  }
  return errors;
}

function oneOf(object: JsonObject, path: string, key: string, values: readonly string[]): FieldError[] {
  const value = object[key];
  if (value === undefined || value === "") return [requiredValue(`${path}.${key}`)];
  return values.includes(String(value)) ? [] : [unsupportedValue(`${path}.${key}`, value, values)];
}

function validateVolumes(volumes: JsonObject[], path: string): FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    const name = String(volume.name ?? "");
    if (name === "") errors.push(requiredValue(`${at}.name`));
    else errors.push(...isDnsLabel(name).map((text) => invalidValue(`${at}.name`, name, text)));
    if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    seen.add(name);
    const sources = Object.keys(volume).filter((key) => key !== "name");
    if (sources.length === 0) errors.push(requiredValue(at, "must specify a volume type"));
    for (const extra of sources.slice(1)) {
      errors.push(forbiddenValue(`${at}.${extra}`, "may not specify more than 1 volume type"));
    }
    if (isObject(volume.secret) && !volume.secret.secretName) errors.push(requiredValue(`${at}.secret.secretName`));
    if (isObject(volume.configMap) && !volume.configMap.name) errors.push(requiredValue(`${at}.configMap.name`));
    if (isObject(volume.hostPath) && !volume.hostPath.path) errors.push(requiredValue(`${at}.hostPath.path`));
    if (isObject(volume.persistentVolumeClaim) && !volume.persistentVolumeClaim.claimName) {
      errors.push(requiredValue(`${at}.persistentVolumeClaim.claimName`));
    }
    return errors;
  });
}

function validateContainers(spec: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const containers = itemsOf(spec.containers);
  if (containers.length === 0) errors.push(requiredValue(`${path}.containers`));
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}.containers[${index}]`;
    errors.push(...validateContainer(container, at, volumes));
    const name = String(container.name ?? "");
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
      if (isObject(container[probe])) errors.push(...validateProbe(container[probe], `${at}.${probe}`));
    }
  }
  for (const [index, container] of itemsOf(spec.initContainers).entries()) {
    const at = `${path}.initContainers[${index}]`;
    errors.push(...validateContainer(container, at, volumes));
    const name = String(container.name ?? "");
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    if (container.restartPolicy === "Always") continue;
    for (const key of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]) {
      if (container[key] === undefined) continue;
      errors.push(forbiddenValue(`${at}.${key}`, "may not be set for init containers without restartPolicy=Always"));
    }
  }
  return errors;
}

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];

function validateContainer(container: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const name = String(container.name ?? "");
  if (name === "") errors.push(requiredValue(`${path}.name`));
  else errors.push(...isDnsLabel(name).map((text) => invalidValue(`${path}.name`, name, text)));
  if (!container.image) errors.push(requiredValue(`${path}.image`));
  errors.push(...oneOf(container, path, "terminationMessagePolicy", ["FallbackToLogsOnError", "File"]));
  errors.push(...validatePorts(itemsOf(container.ports), `${path}.ports`));
  errors.push(...validateEnv(itemsOf(container.env), `${path}.env`));
  errors.push(...validateMounts(itemsOf(container.volumeMounts), `${path}.volumeMounts`, volumes));
  errors.push(...oneOf(container, path, "imagePullPolicy", PULL_POLICIES));
  errors.push(...validateResources(container.resources, `${path}.resources`));
  return errors;
}

/** What is wrong with a port number. */
export function portProblems(port: JsonValue | undefined): string[] {
  return typeof port === "number" && port >= 1 && port <= 65535 ? [] : ["must be between 1 and 65535, inclusive"];
}

/** What is wrong with a port's name. */
export function portNameProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > 15) problems.push("must be no more than 15 characters");
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(name)) problems.push("must contain at least one letter (a-z)");
  if (name.includes("--")) problems.push("must not contain consecutive hyphens");
  return problems;
}

function validatePorts(ports: JsonObject[], path: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (port.name) {
      const name = String(port.name);
      errors.push(...portNameProblems(name).map((text) => invalidValue(`${at}.name`, name, text)));
      if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      names.add(name);
    }
    if (!port.containerPort) errors.push(requiredValue(`${at}.containerPort`));
    else {
      errors.push(
        ...portProblems(port.containerPort).map((text) =>
          invalidValue(`${at}.containerPort`, port.containerPort, text)
        ),
      );
    }
    if (port.hostPort) {
      errors.push(...portProblems(port.hostPort).map((text) => invalidValue(`${at}.hostPort`, port.hostPort, text)));
    }
    errors.push(...oneOf(port, at, "protocol", ["SCTP", "TCP", "UDP"]));
    return errors;
  });
}

const ENV_NAME_TEXT =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

function validateEnv(variables: JsonObject[], path: string): FieldError[] {
  return variables.flatMap((variable, index) => {
    const at = `${path}[${index}]`;
    const name = String(variable.name ?? "");
    const errors: FieldError[] = [];
    if (name === "") errors.push(requiredValue(`${at}.name`));
    else if (!/^[ -<>-~]+$/.test(name)) errors.push(invalidValue(`${at}.name`, name, ENV_NAME_TEXT));
    const from = variable.valueFrom;
    if (!isObject(from)) return errors;
    if (variable.value) {
      errors.push(invalidValue(`${at}.valueFrom`, "", "may not be specified when `value` is not empty"));
    }
    const sources = Object.keys(from).length;
    if (sources === 0) {
      errors.push(
        invalidValue(
          `${at}.valueFrom`,
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
        ),
      );
    } else if (sources > 1) {
      errors.push(invalidValue(`${at}.valueFrom`, "", "may not have more than one field specified at a time"));
    }
    for (const source of ["configMapKeyRef", "secretKeyRef"]) {
      const ref = from[source];
      if (!isObject(ref)) continue;
      if (!ref.name) errors.push(requiredValue(`${at}.valueFrom.${source}.name`));
      if (!ref.key) errors.push(requiredValue(`${at}.valueFrom.${source}.key`));
    }
    return errors;
  });
}

function validateMounts(mounts: JsonObject[], path: string, volumes: ReadonlySet<string>): FieldError[] {
  const points = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    const name = String(mount.name ?? "");
    if (name === "") errors.push(requiredValue(`${at}.name`));
    if (!volumes.has(name)) {
      const message = `Not found: ${JSON.stringify(name)}`;
      errors.push({ reason: "FieldValueNotFound", field: `${at}.name`, message });
    }
    const point = String(mount.mountPath ?? "");
    if (point === "") errors.push(requiredValue(`${at}.mountPath`));
    if (points.has(point)) errors.push(invalidValue(`${at}.mountPath`, point, "must be unique"));
    points.add(point);
    return errors;
  });
}

const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc"];

function validateProbe(probe: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const handlers = HANDLERS.filter((key) => probe[key] !== undefined);
  if (handlers.length === 0) errors.push(requiredValue(path, "must specify a handler type"));
  for (const extra of handlers.slice(1)) {
    errors.push(forbiddenValue(`${path}.${extra}`, "may not specify more than 1 handler type"));
  }
  for (
    const key of ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
  ) {
    const value = probe[key];
    if (typeof value === "number" && value < 0) {
      errors.push(invalidValue(`${path}.${key}`, value, "must be greater than or equal to 0"));
    }
  }
  if (/liveness|startup/.test(path) && Number(probe.successThreshold ?? 1) !== 1) {
    errors.push(invalidValue(`${path}.successThreshold`, probe.successThreshold, "must be 1"));
  }
  const port = getPath(probe, "httpGet", "port") ?? getPath(probe, "tcpSocket", "port");
  const handler = probe.httpGet === undefined ? "tcpSocket" : "httpGet";
  if (typeof port === "number") {
    errors.push(...portProblems(port).map((text) => invalidValue(`${path}.${handler}.port`, port, text)));
  } else if (typeof port === "string") {
    errors.push(...portNameProblems(port).map((text) => invalidValue(`${path}.${handler}.port`, port, text)));
  }
  return errors;
}

function validateResources(resources: JsonValue | undefined, path: string): FieldError[] {
  if (!isObject(resources)) return [];
  const limits = isObject(resources.limits) ? resources.limits : {};
  const requests = isObject(resources.requests) ? resources.requests : {};
  const errors: FieldError[] = [];
  for (const [part, list] of [["limits", limits], ["requests", requests]] as const) {
    for (const [name, amount] of Object.entries(list)) {
      const nano = quantityToNano(String(amount)) ?? 0n;
      if (nano < 0n) {
        errors.push(invalidValue(`${path}.${part}[${name}]`, amount, "must be greater than or equal to 0"));
      }
      const limit = part === "requests" ? limits[name] : undefined;
      if (limit !== undefined && nano > (quantityToNano(String(limit)) ?? 0n)) {
        errors.push(
          invalidValue(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`),
        );
      }
    }
  }
  return errors;
}

const POD_UPDATE_TEXT =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** Of a pod's spec, little can change. */
export function validatePodUpdate(next: Manifest, live: Manifest): FieldError[] {
  const comparable = (pod: Manifest): JsonObject => {
    const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec } = pod.spec as JsonObject;
    const withoutImages = (list: JsonValue | undefined): JsonValue =>
      itemsOf(list).map(({ image: _image, ...container }) => container);
    return {
      ...spec,
      containers: withoutImages(spec.containers),
      initContainers: withoutImages(spec.initContainers),
    };
  };
  if (equalJson(comparable(next), comparable(live))) return [];
  return [forbiddenValue("spec", POD_UPDATE_TEXT)];
}
