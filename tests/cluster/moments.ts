import type { WireProxyOptions } from "./wire_proxy.ts";

/** A moment of a run: a request that the server never hears of, or one whose answer nobody hears. */
export interface Moment {
  index: number;
  when: "before" | "after";
}

/** So many moments, spread over all requests. */
export function chooseMoments(requests: number, count: number): Moment[] {
  const all = Array.from({ length: requests }, (_, i) => i + 1)
    .flatMap((index): Moment[] => [{ index, when: "before" }, { index, when: "after" }]);
  return all.filter((_, i) => Math.floor(i * count / all.length) !== Math.floor((i - 1) * count / all.length));
}

/** What a proxy does at the moment: it kills, and lets no request through that the server is not to hear of. */
export function killerAt(
  { index, when }: Moment,
  killed: AbortController,
): Pick<WireProxyOptions, "fault" | "answered"> {
  return {
    fault(request) {
      if (when !== "before" || request.index !== index) return undefined;
      killed.abort();
      return { kind: "refuse", status: 503 };
    },
    answered(request) {
      if (when === "after" && request.index === index) killed.abort();
    },
  };
}
