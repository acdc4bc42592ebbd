import type { Columns } from "./column.ts";
import { CORE_COLUMNS } from "./core_columns.ts";
import { GROUP_COLUMNS } from "./group_columns.ts";
import { WORKLOAD_COLUMNS } from "./workload_columns.ts";

/** Columns of kinds that have none of their own. */
export const DEFAULT_COLUMNS: Columns = {
  names: ["Name", "Created At:date"],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
};

/** Columns by `group/Kind`, as a v1.36 server has them. */
export const COLUMNS: Record<string, Columns> = { ...WORKLOAD_COLUMNS, ...CORE_COLUMNS, ...GROUP_COLUMNS };
