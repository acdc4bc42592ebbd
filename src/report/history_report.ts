import { formatDuration, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { ReleaseRecord } from "../release/mod.ts";
import { formatTable } from "./table.ts";

/** The releases as a table, the newest last. */
export function renderHistoryText(records: readonly ReleaseRecord[]): string {
  const rows = records.map((record) => [
    String(record.number),
    record.release,
    new Date(record.startedMs).toISOString().replace(/\.\d+Z$/, "Z"),
    record.endedMs === undefined ? "-" : formatDuration(record.endedMs - record.startedMs),
    record.state + (record.codes.length === 0 ? "" : ` (${record.codes.join(", ")})`),
    record.origin.by,
    record.origin.commit?.slice(0, 8) ?? "-",
    record.rollbackTo === undefined ? "" : `rollback to ${record.rollbackTo}`,
  ]);
  return formatTable([["NUMBER", "RELEASE", "STARTED", "TOOK", "STATE", "BY", "COMMIT", "NOTE"], ...rows]);
}

/** The same for machines; field names are a promise. */
export function renderHistoryJson(records: readonly ReleaseRecord[]): JsonObject {
  return { apiVersion: "kstage.dev/v1", kind: "ReleaseList", items: records.map(toJson) };
}

function toJson({ startedMs, endedMs, ...record }: ReleaseRecord): JsonObject {
  return {
    ...record as unknown as JsonObject,
    started: new Date(startedMs).toISOString(),
    ...(endedMs === undefined ? {} : { ended: new Date(endedMs).toISOString() } satisfies Record<string, JsonValue>),
  };
}
