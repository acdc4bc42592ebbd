import type { FlagSpec } from "./command.ts";

/**
 * Rewrites words of a command line from the spellings that kubectl's users type to the one that the scanner knows:
 * `-nshop` and `-ojson` become `--namespace=shop` and `--output=json`, and a flag that may stand without a value does not
 * take the next word for one, so that `--dry-run overlays/testing` means the overlay. `--dry-run server` still works.
 * `--load_restrictor` is `--load-restrictor`.
 *
 * @see pflag `flag.go` (`parseSingleShortArg`, `NoOptDefVal`)
 */
export function scanWords(words: readonly string[], flags: Record<string, FlagSpec>): string[] {
  const byAlias = new Map(
    Object.entries(flags).flatMap(([key, flag]) => flag.alias === undefined ? [] : [[flag.alias, { key, flag }]]),
  );
  const byName = new Map(Object.entries(flags).map(([key, flag]) => [`--${toKebab(key)}`, { key, flag }]));
  const scanned: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = withDashes(words[i]!, byName);
    if (word === "--") return [...scanned, ...words.slice(i)];
    const bare = byName.get(word)?.flag;
    if (bare?.type === "enum" && bare.bare !== undefined) {
      const next = words[i + 1];
      if (next !== undefined && bare.values.includes(next)) i++;
      scanned.push(`${word}=${next !== undefined && bare.values.includes(next) ? next : bare.bare}`);
      continue;
    }
    const [, alias = "", value = ""] = /^-([A-Za-z])(?!=)(.+)$/s.exec(word) ?? [];
    const short = byAlias.get(alias);
    const isGlued = short !== undefined && short.flag.type !== "boolean";
    scanned.push(isGlued ? `--${toKebab(short.key)}=${value}` : word);
    // The value of a flag is no flag itself, whatever it looks like.
    if (takesNext(word, byName, byAlias) && i + 1 < words.length) scanned.push(words[++i]!);
  }
  return scanned;
}

/** A flag's name with dashes for underscores, if that makes it a known one; kubectl takes both. */
function withDashes(word: string, byName: Known): string {
  const [, name = "", rest = ""] = /^(--[^=]*_[^=]*)(.*)$/s.exec(word) ?? [];
  const dashed = name.replaceAll("_", "-");
  return byName.has(dashed) ? dashed + rest : word;
}

type Known = ReadonlyMap<string, { key: string; flag: FlagSpec }>;

function takesNext(word: string, byName: Known, byAlias: Known): boolean {
  const flag = (byName.get(word) ?? (/^-[A-Za-z]$/.test(word) ? byAlias.get(word[1]!) : undefined))?.flag;
  return flag !== undefined && flag.type !== "boolean";
}

/** Whether help is asked for, by a word before `--`. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === "-h" || word === "--help");
}

/** `dryRun` → `dry-run`. */
export function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
