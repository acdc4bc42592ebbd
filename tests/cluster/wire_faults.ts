/** Schedules of faults that tests on the sandbox and on a real server share. */
import type { WireFault, WireRequest } from "./wire_proxy.ts";

/** How hard the times are. */
export interface HardTimes {
  /** How long a stalled request is held, in milliseconds. */
  stallMs: number;
  /** `Retry-After` of every other refusal, in seconds. */
  retryAfterSeconds: number;
  /** After how long every watch is cut, in milliseconds. */
  watchMs: number;
}

/** One request in five is refused, one in eleven is cut while it is answered, one in 23 stalls, and every watch is cut. */
export function hardTimes(times: HardTimes): (request: WireRequest) => WireFault | undefined {
  return ({ index, path }) => {
    if (index % 5 === 2) {
      const hint = index % 2 === 0 ? { retryAfterSeconds: times.retryAfterSeconds } : {};
      return { kind: "refuse", status: index % 3 === 0 ? 429 : 503, ...hint };
    }
    if (/[?&]watch=(true|1)/.test(path)) return { kind: "end", afterMs: times.watchMs };
    if (index % 11 === 4) return { kind: "cut" };
    return index % 23 === 6 ? { kind: "stall", ms: times.stallMs } : undefined;
  };
}
