/** Reading a file of scripted faults, with errors that say what to write instead. */
import { CodedError, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { type Fault, FAULT_STAGES, type FaultStage, imagePattern, isFaultName } from "../faults.ts";

/** A file of faults can't be used. */
export class FaultError extends CodedError<"FAULTS_INVALID"> {
  /** For those who print it. */
  override name = "FaultError";

  /** Says what can't be read, and as a hint what to write instead. */
  constructor(message: string, hint: string) {
    super("FAULTS_INVALID", message, { hint });
  }
}

type FieldKind = "string" | "count" | "seconds" | "flag" | "lines" | "labels" | "pattern" | readonly string[];

const TARGET_FIELDS: Record<string, FieldKind> = {
  image: "pattern",
  container: "string",
  workload: "string",
  namespace: "string",
  labels: "labels",
  pods: "count",
  healsAfterSeconds: "seconds",
};

const STAGE_FIELDS: Record<FaultStage, Record<string, FieldKind>> = {
  pull: { times: "count", message: "string" },
  exit: { exitCode: "count", afterSeconds: "seconds", times: "count", log: "lines" },
  start: { exitCode: "count", command: "string", message: "string" },
  config: { times: "count", message: "string" },
  probe: { afterSeconds: "seconds", message: "string" },
  slow: { delaySeconds: "seconds", phase: ["pull", "start", "ready"] },
  schedule: {
    because: ["cpu", "memory", "pods", "taint", "affinity", "volume"],
    taint: "string",
    scaleUp: "flag",
    message: "string",
  },
  node: { volume: "string", times: "count", message: "string" },
  eviction: {
    afterSeconds: "seconds",
    reason: ["Evicted", "Preempting", "NodeShutdown", "Terminated", "NodeLost"],
    resource: ["memory", "ephemeral-storage"],
  },
  admission: { name: "string", message: "string" },
};

/**
 * Reads scripted faults from a parsed JSON or YAML document: `{ faults: [...] }` or only the list.
 *
 * @throws {FaultError} Naming the fault by its index, the field and what is allowed there.
 */
export function parseFaults(document: JsonValue): Fault[] {
  const list = isObject(document) ? document.faults : document;
  if (!Array.isArray(list)) {
    throw new FaultError(
      "Cannot read the faults: the document has no list",
      'Write { "faults": [ { "fail": "crash", "workload": "web" } ] }',
    );
  }
  if (isObject(document)) checkKeys(document, ["faults"], "the document");
  return list.map((item, index) => parseFault(item, `faults[${index}]`));
}

function parseFault(value: JsonValue, place: string): Fault {
  const name = isObject(value) ? value.fail : undefined;
  if (!isObject(value) || typeof name !== "string") {
    throw new FaultError(
      `Cannot read ${place}: it has no "fail"`,
      `Known faults: ${Object.keys(FAULT_STAGES).join(", ")}`,
    );
  }
  if (!isFaultName(name)) {
    throw new FaultError(
      `Cannot read ${place}: "${name}" is no fault`,
      suggestion(name, Object.keys(FAULT_STAGES)),
    );
  }
  const fields = { ...TARGET_FIELDS, ...STAGE_FIELDS[FAULT_STAGES[name]] };
  checkKeys(value, ["fail", ...Object.keys(fields)], `${place} (${name})`);
  for (const [field, kind] of Object.entries(fields)) {
    const given = value[field];
    if (given === undefined) continue;
    const wanted = explainMismatch(given, kind);
    if (wanted !== undefined) {
      throw new FaultError(
        `Cannot read ${place}: field "${field}" of "${name}" is not ${wanted}`,
        `Make ${field} ${wanted}`,
      );
    }
  }
  if (name === "slow" && value.delaySeconds === undefined) {
    throw new FaultError(`Cannot read ${place}: "slow" has no "delaySeconds"`, "Say how many seconds it takes longer");
  }
  return value as unknown as Fault;
}

function checkKeys(value: JsonObject, known: string[], place: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new FaultError(`Cannot read ${place}: it has no field "${unknown}"`, suggestion(unknown, known));
  }
}

/** What a value should have been, or undefined when it fits. */
function explainMismatch(value: JsonValue, kind: FieldKind): string | undefined {
  if (typeof kind !== "string") {
    return typeof value === "string" && kind.includes(value) ? undefined : `one of ${kind.join(", ")}`;
  }
  return FIELD_CHECKS[kind].fits(value) ? undefined : FIELD_CHECKS[kind].wanted;
}

const FIELD_CHECKS: Record<Extract<FieldKind, string>, { wanted: string; fits(value: JsonValue): boolean }> = {
  string: { wanted: "a text", fits: (value) => typeof value === "string" && value !== "" },
  count: { wanted: "a whole number of 0 or more", fits: (value) => Number.isInteger(value) && Number(value) >= 0 },
  seconds: { wanted: "a number of seconds of 0 or more", fits: (value) => typeof value === "number" && value >= 0 },
  flag: { wanted: "true or false", fits: (value) => typeof value === "boolean" },
  lines: {
    wanted: "a list of lines",
    fits: (value) => Array.isArray(value) && value.every((line) => typeof line === "string"),
  },
  labels: {
    wanted: "an object of texts",
    fits: (value) => isObject(value) && Object.values(value).every((item) => typeof item === "string"),
  },
  pattern: {
    wanted: "an image name, or a regular expression between slashes",
    fits: (value) => typeof value === "string" && value !== "" && isPattern(value),
  },
};

function isPattern(text: string): boolean {
  try {
    imagePattern(text);
    return true;
  } catch {
    return false;
  }
}

function suggestion(name: string, known: string[]): string {
  const nearest = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= Math.max(2, name.length / 3)
    ? `Did you mean "${nearest.candidate}"?`
    : `Known are: ${known.join(", ")}`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost));
    }
    row = next;
  }
  return row[b.length]!;
}
