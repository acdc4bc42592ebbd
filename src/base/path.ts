/** Paths with `/`, as pure text; `node:path` would cost start-up time. */

/** Removes `.`, `..` and doubled separators; an empty path becomes `.`. */
export function normalizePath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (part !== ".." || !isAbsolute) kept.push(part);
  }
  return (isAbsolute ? "/" : "") + kept.join("/") || (isAbsolute ? "/" : ".");
}

/** Joins parts and normalises; unlike {@link resolvePath}, an absolute later part does not restart the path. */
export function joinPath(...parts: string[]): string {
  return normalizePath(parts.filter((part) => part !== "").join("/"));
}

/** `path` seen from `from`: itself when it is absolute. */
export function resolvePath(from: string, path: string): string {
  return path.startsWith("/") ? normalizePath(path) : joinPath(from, path);
}

/** All before the last separator. */
export function dirName(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
}

/** All after the last separator. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether `path` is `root` or below it; both absolute and normalised. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith("/") ? root : root + "/");
}

/** `path` as seen from the directory `from`; both absolute and normalised. */
export function relativePath(from: string, path: string): string {
  const a = from.split("/").filter(Boolean);
  const b = path.split("/").filter(Boolean);
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}
