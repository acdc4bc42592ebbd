import { isBlank } from "./characters.ts";

/**
 * What a folded scalar (`>`) becomes in kustomize, which writes a resource with go.yaml.in/yaml v3.0.4 and reads it again
 * before it prints it. That writer doubles the break before a line that is indented more, and drops others where the
 * text starts indented (`yaml_emitter_write_folded_scalar` in `emitterc.go`).
 */
export function refold(value: string): string {
  const firstBreak = value.indexOf("\n");
  // Without inner breaks nothing can change; what the writer cannot fold, it quotes.
  if (firstBreak < 0 || firstBreak === value.length - 1 || !staysBlock(value)) return value;
  return readFolded(writeFolded(value), value);
}

/** Whether go-yaml's writer keeps a block style: no space before a break or the end, only printable characters. */
export function staysBlock(value: string): boolean {
  return !/ (?:\n|$)|[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]|[\ud800-\udfff]/.test(value);
}

/** The lines that the writer makes of a value, without indentation. */
function writeFolded(value: string): string {
  const first = /[^\n]/.exec(value);
  const startsIndented = first === null || isBlank(first[0].charCodeAt(0));
  // Each break behind a line that is not indented is doubled, so that folding gives it back.
  return startsIndented ? value : value.replace(/^([^ \t\n].*)\n/gm, "$1\n\n");
}

/** Reads the lines again; `value` tells how the end was chomped. */
function readFolded(lines: string, value: string): string {
  let textEnd = lines.length;
  while (lines[textEnd - 1] === "\n") textEnd--;
  let out = "";
  let breaks = "";
  let isFirst = true;
  let wasIndented = false;
  for (const line of lines.slice(0, textEnd).split("\n")) {
    if (line === "") {
      breaks += "\n";
      continue;
    }
    const isIndented = isBlank(line.charCodeAt(0));
    if (isFirst) out = breaks;
    else if (wasIndented || isIndented) out += "\n" + breaks;
    else out += breaks === "" ? " " : breaks;
    out += line;
    breaks = "";
    isFirst = false;
    wasIndented = isIndented;
  }
  if (!value.endsWith("\n")) return out;
  return out + (value.endsWith("\n\n") ? lines.slice(textEnd) : "\n");
}
