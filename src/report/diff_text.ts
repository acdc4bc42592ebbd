import { createStyle } from "./style.ts";

/** A unified diff with its lines coloured, or as it is. */
export function colorDiff(text: string, colored: boolean): string {
  if (!colored) return text;
  const style = createStyle(true);
  return text.split("\n").map((line) => {
    if (line.startsWith("---") || line.startsWith("+++")) return style.bold(line);
    if (line.startsWith("@@")) return style.cyan(line);
    return line.startsWith("+") ? style.green(line) : line.startsWith("-") ? style.red(line) : line;
  }).join("\n");
}
