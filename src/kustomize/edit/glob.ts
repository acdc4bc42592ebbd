import { baseName, type FileSystem, joinPath, resolvePath } from "../../base/mod.ts";
import type { EditContext } from "./request.ts";
import { editError } from "./request.ts";

const META = /[*?[\\]/;

/**
 * Paths that a pattern of Go's `filepath.Glob` matches, sorted in each directory; names that begin with a dot only where
 * the pattern's last part does (`kyaml/filesys/fsondisk.go` v0.21.1).
 *
 * @param directory Where relative patterns start.
 * @throws {KustomizeError} INVALID_EDIT when the pattern is malformed.
 */
export function globFiles(fs: FileSystem, directory: string, pattern: string): string[] {
  const found = glob(fs, directory, pattern);
  return baseName(pattern).startsWith(".") ? found : found.filter((path) => !baseName(path).startsWith("."));
}

function glob(fs: FileSystem, directory: string, pattern: string): string[] {
  const matcher = compilePattern(pattern);
  if (!META.test(pattern)) return matchesItself(fs, directory, pattern) ? [pattern] : [];
  const slash = pattern.lastIndexOf("/");
  const parent = slash < 0 ? "." : slash === 0 ? "/" : pattern.slice(0, slash);
  if (parent === pattern || matcher === undefined) return [];
  const parents = META.test(parent) ? glob(fs, directory, parent) : [parent];
  const isMatch = compilePattern(pattern.slice(slash + 1));
  return parents.flatMap((path) => {
    const absolute = resolvePath(directory, path);
    if (fs.stat(absolute)?.kind !== "directory") return [];
    return fs.readDir(absolute).filter((name) => isMatch(name)).map((name) => joinPath(path, name));
  });
}

function matchesItself(fs: FileSystem, directory: string, path: string): boolean {
  if (path === "") return false;
  const info = fs.lstat(resolvePath(directory, path));
  return info !== undefined && (!path.endsWith("/") || info.kind !== "file");
}

/**
 * A pattern of Go's `filepath.Match`: `*` and `?` stop at slashes, `[a-z]` and `[^a]` are classes, `\` escapes.
 *
 * @throws {KustomizeError} INVALID_EDIT when it is malformed.
 */
export function compilePattern(pattern: string): (path: string) => boolean {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "*") {
      // Several in a row mean one, and would otherwise try each way to share a text among them.
      if (pattern[i - 1] !== "*") source += "[^/]*";
    } else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const { text, end } = compileClass(pattern, i + 1);
      source += text;
      i = end;
    } else if (char === "\\") source += escapeRegex(pattern[++i] ?? malformed());
    else source += escapeRegex(char);
  }
  const regex = new RegExp(`^${source}$`, "su");
  return (path) => regex.test(path);
}

function compileClass(pattern: string, start: number): { text: string; end: number } {
  let i = start;
  const isNegated = pattern[i] === "^";
  if (isNegated) i++;
  let ranges = "";
  for (let isFirst = true; isFirst || pattern[i] !== "]"; isFirst = false) {
    const from = classChar(pattern, i);
    i = from.end;
    let to = from;
    if (pattern[i] === "-") {
      to = classChar(pattern, i + 1);
      i = to.end;
    }
    if (from.char <= to.char) ranges += `${escapeRegex(from.char)}-${escapeRegex(to.char)}`;
  }
  // A negated class of Go's matches no slash either.
  const text = isNegated ? `(?!/)[^${ranges}]` : ranges === "" ? "(?!)" : `[${ranges}]`;
  return { text, end: i };
}

function classChar(pattern: string, at: number): { char: string; end: number } {
  const char = pattern[at];
  if (char === undefined || char === "-" || char === "]") return malformed();
  if (char === "\\") return { char: pattern[at + 1] ?? malformed(), end: at + 2 };
  const end = at + 1;
  return end < pattern.length ? { char, end } : malformed();
}

function malformed(): never {
  throw editError("syntax error in pattern");
}

function escapeRegex(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}

/** All files of some patterns; what matches nothing is told, and left out. */
export function globPatterns({ fs, loader, note }: EditContext, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const found = globFiles(fs, loader.root, pattern);
    if (found.length === 0) note(`${pattern} has no match`);
    return found;
  });
}

/**
 * All files of some patterns; what matches nothing must be a base that can be opened, such as a repository's URL.
 *
 * @throws {KustomizeError} INVALID_EDIT when it is none.
 */
export async function globOrOpen({ fs, loader }: EditContext, patterns: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const pattern of patterns) {
    const found = globFiles(fs, loader.root, pattern);
    if (found.length === 0) await refuseUnopenable(loader, pattern);
    paths.push(...found.length > 0 ? found : [pattern]);
  }
  return paths;
}

async function refuseUnopenable(loader: EditContext["loader"], path: string): Promise<void> {
  try {
    await loader.openBase(path);
  } catch (error) {
    throw editError(
      `${path} has no match: ${error instanceof Error ? error.message : error}`,
      "Name files or directories that exist; --no-verify of `add resource` takes any text",
    );
  }
}
