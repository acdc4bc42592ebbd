/**
 * A pod template in words, as `kubectl rollout history --revision` prints it: with tabs, which kubectl leaves as they are
 * here.
 *
 * @see kubectl `pkg/describe/describe.go` (DescribePodTemplate) v1.36
 */
import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { readNumber, readObjects, readText } from "../status/fields.ts";
import { describeVolumes } from "./volume_text.ts";

/** Longer values of annotations are broken into lines and cut. */
const MOST_ANNOTATION = 140;

const HIDDEN_ANNOTATIONS: ReadonlySet<string> = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);

/** Indents a line: each level is two spaces. */
export function indent(level: number, text: string): string {
  return `${"  ".repeat(level)}${text}\n`;
}

/** The whole template, each line with its end. */
export function describePodTemplate(template: JsonObject): string {
  const { metadata, spec } = template;
  const annotations = textsOf(isObject(metadata) ? metadata.annotations : undefined);
  const serviceAccount = readText(spec, "serviceAccountName");
  const priorityClass = readText(spec, "priorityClassName");
  const initContainers = readObjects(spec, "initContainers");
  return [
    "Pod Template:\n",
    describePairs("  Labels", textsOf(isObject(metadata) ? metadata.labels : undefined)),
    annotations.length > 0 ? describeAnnotations(annotations) : "",
    serviceAccount === "" ? "" : indent(1, `Service Account:\t${serviceAccount}`),
    initContainers.length > 0 ? describeContainers("Init Containers", initContainers) : "",
    describeContainers("Containers", readObjects(spec, "containers")),
    describeVolumes(readObjects(spec, "volumes")),
    describeSpread(readObjects(spec, "topologySpreadConstraints")),
    priorityClass === "" ? "" : indent(1, `Priority Class Name:\t${priorityClass}`),
    describePairs("  Node-Selectors", textsOf(isObject(spec) ? spec.nodeSelector : undefined)),
    describeTolerations(readObjects(spec, "tolerations")),
  ].join("");
}

function textsOf(value: JsonValue | undefined): [string, string][] {
  return isObject(value)
    ? Object.entries(value).map(([key, text]) => [key, String(text)]).sort() as [string, string][]
    : [];
}

function describePairs(title: string, pairs: [string, string][]): string {
  if (pairs.length === 0) return `${title}:\t<none>\n`;
  return `${title}:` + pairs.map(([key, value]) => `\t${key}=${value}\n`).join("");
}

function describeAnnotations(all: [string, string][]): string {
  const shown = all.filter(([key]) => !HIDDEN_ANNOTATIONS.has(key));
  if (shown.length === 0) return "  Annotations:\t<none>\n";
  const cut = (line: string) => line.length > MOST_ANNOTATION - 2 ? `${line.slice(0, MOST_ANNOTATION - 2)}...` : line;
  return "  Annotations:" + shown.map(([key, text]) => {
    const value = text.replace(/\n$/, "");
    if (value.length + key.length + 2 <= MOST_ANNOTATION && !value.includes("\n")) return `\t${key}: ${value}\n`;
    return `\t${key}:\n` + value.split("\n").map((line) => `\t  ${cut(line)}\n`).join("");
  }).join("");
}

function describeContainers(label: string, containers: JsonObject[]): string {
  const title = `  ${label}:${containers.length === 0 ? " <none>" : ""}\n`;
  return title + containers.map(describeContainer).join("");
}

function describeContainer(container: JsonObject): string {
  const ports = readObjects(container, "ports");
  return [
    indent(1, ` ${readText(container, "name")}:`),
    indent(2, `Image:\t${readText(container, "image")}`),
    describePorts("Port", ports, "containerPort"),
    describePorts("Host Port", ports, "hostPort"),
    describeSeccomp(container),
    describeLines("Command", container.command),
    describeLines("Args", container.args),
    describeAmounts("Limits", container, "limits"),
    describeAmounts("Requests", container, "requests"),
    ...(["liveness", "readiness", "startup"] as const).map((kind) => describeProbe(kind, container[`${kind}Probe`])),
    describeEnvFrom(readObjects(container, "envFrom")),
    describeEnv(container),
    describeMounts(container),
  ].join("");
}

function describePorts(title: string, ports: JsonObject[], field: "containerPort" | "hostPort"): string {
  const list = ports.map((port) => {
    const name = readText(port, "name");
    const text = `${readNumber(0, port, field)}/${readText(port, "protocol")}`;
    return name === "" ? text : `${text} (${name})`;
  });
  return indent(2, `${title}${list.length > 1 ? "s" : ""}:\t${list.join(", ") || "<none>"}`);
}

function describeSeccomp(container: JsonObject): string {
  const type = readText(container, "securityContext", "seccompProfile", "type");
  if (type === "") return "";
  const profile = readText(container, "securityContext", "seccompProfile", "localhostProfile");
  return indent(2, `SeccompProfile:\t${type}`) +
    (type === "Localhost" ? indent(3, `LocalhostProfile:\t${profile}`) : "");
}

function describeLines(title: string, value: JsonValue | undefined): string {
  if (!Array.isArray(value) || value.length === 0) return "";
  const lines = value.flatMap((item) => String(item).split("\n"));
  return indent(2, `${title}:`) + lines.map((line) => indent(3, line)).join("");
}

function describeAmounts(title: string, container: JsonObject, field: "limits" | "requests"): string {
  const resources = container.resources;
  const amounts = textsOf(isObject(resources) ? resources[field] : undefined);
  if (amounts.length === 0) return "";
  return indent(2, `${title}:`) + amounts.map(([name, amount]) => indent(3, `${name}:\t${amount}`)).join("");
}

function describeProbe(kind: string, probe: JsonValue | undefined): string {
  if (!isObject(probe)) return "";
  const title = kind.charAt(0).toUpperCase() + kind.slice(1);
  const number = (field: string) => readNumber(0, probe, field);
  const figures = `delay=${number("initialDelaySeconds")}s timeout=${number("timeoutSeconds")}s ` +
    `period=${number("periodSeconds")}s #success=${number("successThreshold")} #failure=${number("failureThreshold")}`;
  return indent(2, `${title}:\t${describeCheck(probe)} ${figures}`);
}

function describeCheck(probe: JsonObject): string {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (isObject(exec)) return `exec [${Array.isArray(exec.command) ? exec.command.join(" ") : ""}]`;
  if (isObject(httpGet)) {
    const host = readText(httpGet, "host");
    const authority = `${host.includes(":") ? `[${host}]` : host}:${httpGet.port ?? 0}`;
    const path = encodeURI(readText(httpGet, "path"));
    return `http-get ${readText(httpGet, "scheme").toLowerCase()}://${authority}${path}`;
  }
  if (isObject(tcpSocket)) return `tcp-socket ${readText(tcpSocket, "host")}:${tcpSocket.port ?? 0}`;
  if (isObject(grpc)) return `grpc <pod>:${grpc.port ?? 0} ${readText(grpc, "service")}`;
  return "unknown";
}

function describeEnvFrom(sources: JsonObject[]): string {
  if (sources.length === 0) return "";
  return indent(2, "Environment Variables from:") + sources.map((source) => {
    const [field, kind] = isObject(source.configMapRef) ? ["configMapRef", "ConfigMap"] : ["secretRef", "Secret"];
    const ref = source[field!];
    const prefix = readText(source, "prefix");
    const from = `${kind}${prefix === "" ? "" : ` with prefix '${prefix}'`}`;
    return indent(3, `${readText(ref, "name")}\t${from}\tOptional: ${isOptional(ref)}`);
  }).join("");
}

function isOptional(ref: JsonValue | undefined): boolean {
  return isObject(ref) && ref.optional === true;
}

function describeEnv(container: JsonObject): string {
  const variables = readObjects(container, "env");
  if (variables.length === 0) return indent(2, "Environment:\t<none>");
  return indent(2, "Environment:") + variables.map((variable) => describeVariable(variable, container)).join("");
}

function describeVariable(variable: JsonObject, container: JsonObject): string {
  const name = readText(variable, "name");
  const source = variable.valueFrom;
  if (!isObject(source)) {
    const [first = "", ...rest] = readText(variable, "value").split("\n");
    return indent(3, `${name}:\t${first}`) + rest.map((line) => indent(3, `\t${line}`)).join("");
  }
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = source;
  if (isObject(fieldRef)) {
    return indent(3, `${name}:\t (${readText(fieldRef, "apiVersion")}:${readText(fieldRef, "fieldPath")})`);
  }
  if (isObject(resourceFieldRef)) {
    const resource = readText(resourceFieldRef, "resource");
    return indent(3, `${name}:\t${amountOf(container, resource)} (${resource})`);
  }
  if (isObject(secretKeyRef)) {
    const key = `<set to the key '${readText(secretKeyRef, "key")}' in secret '${readText(secretKeyRef, "name")}'>`;
    return indent(3, `${name}:\t${key}\tOptional: ${isOptional(secretKeyRef)}`);
  }
  if (isObject(configMapKeyRef)) {
    const key = `<set to the key '${readText(configMapKeyRef, "key")}' of config map '${
      readText(configMapKeyRef, "name")
    }'>`;
    return indent(3, `${name}:\t${key}\tOptional: ${isOptional(configMapKeyRef)}`);
  }
  return "";
}

const AMOUNT_FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `limits.cpu` of the container, in whole units rounded up; "0" is what a missing one comes to. */
function amountOf(container: JsonObject, resource: string): string {
  const [side = "", ...rest] = resource.split(".");
  const name = rest.join(".");
  const text = String(
    (container.resources as JsonObject | undefined)?.[side] !== undefined
      ? ((container.resources as JsonObject)[side] as JsonObject)[name] ?? "0"
      : "0",
  );
  const [, number = "0", suffix = ""] = /^([\d.]+)([A-Za-z]*)$/.exec(text) ?? [];
  const amount = String(Math.ceil(Number(number) * (AMOUNT_FACTORS[suffix] ?? 1)));
  return amount === "0" && (resource === "limits.cpu" || resource === "limits.memory") ? "node allocatable" : amount;
}

function describeMounts(container: JsonObject): string {
  const byField = (list: JsonObject[], field: string) =>
    list.sort((a, b) => readText(a, field) < readText(b, field) ? -1 : 1);
  const mounts = byField(readObjects(container, "volumeMounts"), "mountPath");
  const devices = byField(readObjects(container, "volumeDevices"), "devicePath");
  const none = mounts.length === 0 ? "\t<none>" : "";
  const lines = mounts.map((mount) => {
    const subPath = readText(mount, "subPath");
    const flags = [mount.readOnly === true ? "ro" : "rw", ...(subPath === "" ? [] : [`path="${subPath}"`])];
    return indent(3, `${readText(mount, "mountPath")} from ${readText(mount, "name")} (${flags.join(",")})`);
  });
  const deviceLines = devices.map((device) =>
    indent(3, `${readText(device, "devicePath")} from ${readText(device, "name")}`)
  );
  return [
    indent(2, `Mounts:${none}`),
    ...lines,
    ...(devices.length === 0 ? [] : [indent(2, `Devices:${none}`), ...deviceLines]),
  ].join("");
}

function describeSpread(constraints: JsonObject[]): string {
  if (constraints.length === 0) return "";
  const sorted = constraints.sort((a, b) => readText(a, "topologyKey") < readText(b, "topologyKey") ? -1 : 1);
  return "  Topology Spread Constraints:\t" + sorted.map((constraint, i) => {
    const selector = isObject(constraint.labelSelector)
      ? ` for selector ${describeSelector(constraint.labelSelector)}`
      : "";
    return `${i === 0 ? "" : "  \t"}${readText(constraint, "topologyKey")}:${
      readText(constraint, "whenUnsatisfiable")
    }` +
      ` when max skew ${readNumber(0, constraint, "maxSkew")} is exceeded${selector}\n`;
  }).join("");
}

function describeSelector(selector: JsonObject): string {
  const labels = textsOf(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = readObjects(selector, "matchExpressions").map((expression) => {
    const key = readText(expression, "key");
    const values = Array.isArray(expression.values) ? expression.values.map(String).sort().join(",") : "";
    const texts: Record<string, string> = {
      In: `${key} in (${values})`,
      NotIn: `${key} notin (${values})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    return texts[readText(expression, "operator")] ?? key;
  });
  return [...labels, ...expressions].join(",") || "<none>";
}

function describeTolerations(tolerations: JsonObject[]): string {
  if (tolerations.length === 0) return "  Tolerations:\t<none>\n";
  const sorted = tolerations.sort((a, b) => readText(a, "key") < readText(b, "key") ? -1 : 1);
  return "  Tolerations:" + sorted.map((toleration) => {
    const [key, value, effect] = ["key", "value", "effect"].map((field) => readText(toleration, field));
    const seconds = readNumber(undefined, toleration, "tolerationSeconds");
    const isAny = readText(toleration, "operator") === "Exists" && value === "";
    const words = `${key}${value === "" ? "" : `=${value}`}${effect === "" ? "" : `:${effect}`}`;
    return `\t${words}${isAny ? `${words === "" ? "" : " "}op=Exists` : ""}` +
      `${seconds === undefined ? "" : ` for ${seconds}s`}\n`;
  }).join("");
}
