/**
 * What keeps a component from flooding a cluster with events.
 *
 * @see client-go `tools/record/events_cache.go` (`EventAggregator`, `EventSourceObjectSpamFilter`) v0.36
 */

/** From this many different messages about one thing on, they are put together. */
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
/** Events that a component may write about one object at once, and how long until it may write one more. */
const BURST = 25;
const REFILL_MS = 300_000;

/** Knows what was said before. */
export interface EventLimits {
  /** Notes a message; says whether there are so many about the same thing already that it joins them. */
  joinsOthers(group: string, message: string): boolean;
  /** Notes an event of one component about one object; says whether it is one too many. */
  isSpam(source: string): boolean;
  /** Forgets what no longer matters. */
  forget(): void;
}

/** @param now Milliseconds since 1970. */
export function createEventLimits(now: () => number): EventLimits {
  const similar = new Map<string, { messages: Set<string>; lastMs: number }>();
  const budgets = new Map<string, { left: number; atMs: number }>();
  return {
    joinsOthers(group, message) {
      const known = similar.get(group);
      const isOld = known === undefined || now() - known.lastMs > SIMILAR_WINDOW_MS;
      const messages = isOld ? new Set<string>() : known.messages;
      messages.add(message);
      similar.set(group, { messages, lastMs: now() });
      if (messages.size < SIMILAR_LIMIT) return false;
      messages.delete(messages.values().next().value!);
      return true;
    },
    isSpam(source) {
      const { left, atMs } = budgets.get(source) ?? { left: BURST, atMs: now() };
      const tokens = Math.min(BURST, left + (now() - atMs) / REFILL_MS);
      budgets.set(source, { left: tokens < 1 ? tokens : tokens - 1, atMs: now() });
      return tokens < 1;
    },
    forget() {
      removeStale(similar, ({ lastMs }) => now() - lastMs > SIMILAR_WINDOW_MS);
      removeStale(budgets, ({ left, atMs }) => left + (now() - atMs) / REFILL_MS >= BURST);
    },
  };
}

function removeStale<T>(entries: Map<string, T>, isStale: (entry: T) => boolean): void {
  for (const [key, entry] of entries) if (isStale(entry)) entries.delete(key);
}
