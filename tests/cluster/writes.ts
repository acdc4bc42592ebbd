import type { WireRequest } from "./wire_proxy.ts";

/** The requests that change something: no reads, no dry-runs, no questions about oneself. */
export function writesOf(requests: readonly WireRequest[]): string[] {
  return requests.filter(({ method, path }) => method !== "GET" && !/[?&]dryRun=|\/selfsubject/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}
