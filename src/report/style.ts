/** Wraps text in terminal colours, or leaves it as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const ANSI = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** A style that colours (`true`) or not (`false`). */
export function createStyle(colored: boolean): Style {
  const paint = (code: number) => (text: string) => colored && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
  return Object.fromEntries(Object.entries(ANSI).map(([name, code]) => [name, paint(code)])) as unknown as Style;
}
