import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { readObjects, readText } from "../status/fields.ts";

/** A volume source as kubectl tells it: what it is, and the fields that are shown with their labels. */
interface SourceText {
  type: string;
  fields: readonly (readonly [label: string, read: (source: JsonObject) => string])[];
}

const text = (field: string) => (source: JsonObject) => readText(source, field);
const flag = (field: string) => (source: JsonObject) => String(source[field] === true);

/** Field of a volume → its words. Sources that no supported cluster serves any more are told as unknown. */
const SOURCES: Readonly<Record<string, SourceText>> = {
  hostPath: {
    type: "HostPath (bare host directory volume)",
    fields: [["Path", text("path")], [
      "HostPathType",
      (source) => typeof source.type === "string" ? source.type : "<none>",
    ]],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [["Medium", text("medium")], ["SizeLimit", (source) => String(source.sizeLimit ?? "<unset>")]],
  },
  secret: {
    type: "Secret (a volume populated by a Secret)",
    fields: [["SecretName", text("secretName")], ["Optional", flag("optional")]],
  },
  configMap: {
    type: "ConfigMap (a volume populated by a ConfigMap)",
    fields: [["Name", text("name")], ["Optional", flag("optional")]],
  },
  nfs: {
    type: "NFS (an NFS mount that lasts the lifetime of a pod)",
    fields: [["Server", text("server")], ["Path", text("path")], ["ReadOnly", flag("readOnly")]],
  },
  persistentVolumeClaim: {
    type: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    fields: [["ClaimName", text("claimName")], ["ReadOnly", flag("readOnly")]],
  },
  ephemeral: {
    type: "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
    fields: [],
  },
  csi: {
    type: "CSI (a Container Storage Interface (CSI) volume source)",
    fields: [["Driver", text("driver")], ["FSType", text("fsType")], ["ReadOnly", flag("readOnly")]],
  },
  image: {
    type: "Image (a container image or OCI artifact)",
    fields: [["Reference", text("reference")], ["PullPolicy", text("pullPolicy")]],
  },
};

/** The volumes of a pod template, in kubectl's words. */
export function describeVolumes(volumes: JsonObject[]): string {
  if (volumes.length === 0) return "  Volumes:\t<none>\n";
  return "  Volumes:\n" +
    volumes.map((volume) => `   ${readText(volume, "name")}:\n${describeSource(volume)}`).join("");
}

function describeSource(volume: JsonObject): string {
  if (isObject(volume.projected)) return describeProjected(volume.projected);
  if (isObject(volume.downwardAPI)) return describeDownward(volume.downwardAPI);
  for (const [field, { type, fields }] of Object.entries(SOURCES)) {
    const source = volume[field];
    if (!isObject(source)) continue;
    const lines = fields.map(([label, read]) => `    ${label}:\t${read(source)}\n`);
    return `    Type:\t${type}\n${lines.join("")}${field === "csi" ? describeAttributes(source.volumeAttributes) : ""}`;
  }
  return "  <unknown>\n";
}

function describeProjected(projected: JsonObject): string {
  const parts = readObjects(projected, "sources").map(({ secret, downwardAPI, configMap, serviceAccountToken }) => {
    const named = (label: string, source: JsonObject) =>
      `    ${label}:\t${readText(source, "name")}\n    Optional:\t${source.optional === true}\n`;
    if (isObject(secret)) return named("SecretName", secret);
    if (isObject(downwardAPI)) return "    DownwardAPI:\ttrue\n";
    if (isObject(configMap)) return named("ConfigMapName", configMap);
    if (!isObject(serviceAccountToken)) return "";
    return `    TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds ?? 3600}\n`;
  });
  return `    Type:\tProjected (a volume that contains injected data from multiple sources)\n${parts.join("")}`;
}

function describeDownward(source: JsonObject): string {
  const items = readObjects(source, "items").flatMap((item) => {
    const path = readText(item, "path");
    const from = [readText(item, "fieldRef", "fieldPath"), readText(item, "resourceFieldRef", "resource")];
    return from.filter((name) => name !== "").map((name) => `      ${name} -> ${path}\n`);
  });
  return `    Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:\n${items.join("")}`;
}

function describeAttributes(value: JsonValue | undefined): string {
  const pairs = isObject(value) ? Object.entries(value).sort() : [];
  if (pairs.length === 0) return "    VolumeAttributes:\t<none>\n";
  // Each part of a line is indented anew, those of the later lines twice more.
  const lines = pairs.map(([key, item], i) => `${i === 0 ? "" : "        \t"}    ${key}=${item}\n`);
  return `    VolumeAttributes:\t${lines.join("")}`;
}
