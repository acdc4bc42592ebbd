/**
 * A table in aligned columns, as kubectl prints them: three spaces between columns, none at the end of a line.
 *
 * @param rows Cells; all rows with the same number of them. Escape codes in a cell do not count for its width.
 * @returns Lines, each with its line end; empty for no rows.
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, widthOf(cell)));
  const pad = (cell: string, width: number) => cell + " ".repeat(Math.max(0, width - widthOf(cell)));
  return rows.map((row) => row.map((cell, i) => pad(cell, widths[i]!)).join("   ").trimEnd() + "\n").join("");
}

// deno-lint-ignore no-control-regex -- escape codes are control characters
const ESCAPE_CODES = /\x1b\[\d*m/g;

function widthOf(cell: string): number {
  return [...cell.replace(ESCAPE_CODES, "")].length;
}
