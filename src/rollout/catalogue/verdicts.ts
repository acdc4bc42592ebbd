import { DEFAULT_PATIENCE } from "../patience.ts";

/** A span as people write it: `5 s`, `3 min`. */
function span(ms: number): string {
  return ms < 60_000 || ms % 60_000 !== 0 ? `${ms / 1000} s` : `${ms / 60_000} min`;
}

/** The figures that the rules use. */
const time = Object.fromEntries(
  Object.entries(DEFAULT_PATIENCE).map(([name, ms]) => [name, span(ms)]),
) as Record<keyof typeof DEFAULT_PATIENCE, string>;

/** No doubt is possible. */
export const AT_ONCE = "Fatal at once";

/** It may pass. */
export const ONLY_TOLD = "Never fatal by itself: told as long as it lasts, and again when the time is up";

/** A registry said no. */
export const WHEN_REFUSED =
  `Fatal when the registry's answer has stood for ${time.pullMs}; when another new pod got the image, only at the ` +
  `second try, ${time.disputedPullMs} after the first or later`;

/** The node wants a signature. */
export const UNSIGNED = `Fatal when it has stood for ${time.pullMs}`;

/** A process ends again and again. */
export const CRASH =
  `Fatal ${time.crashMs} after the second crash when every new pod crashes in the same way; after the third when ` +
  "the crashes differ or the pod's other containers still start; after the fourth when no new pod is available. " +
  "While a workload that was deployed along with it is still starting, crashes count only after that, for " +
  `${time.dependencyMs} at most. A pod of several that are well: only told`;

/** The same, when nothing else can be to blame. */
export const OWN_CRASH = `Fatal ${time.crashMs} after the second crash when every new pod crashes; else as CrashLoop`;

/** The same, when the kubelet ends it. */
export const KILLED = `Fatal ${time.crashMs} after the third crash when every new pod crashes; else as CrashLoop`;

/** A Secret, a ConfigMap or a key is missing. */
export const MISSING =
  `Fatal when it was looked for in vain for ${time.missingMs}; ${time.unseenMs} when it may not be looked for; ` +
  `${time.pendingMs} when it is there by now, or something in the overlay may still create it`;

/** No node takes the pod. */
export const UNSCHEDULABLE =
  `Told after 15 s, fatal after ${time.unschedulableMs}; not while an autoscaler adds nodes; after ` +
  `${time.unscalableMs} when it says it can't, and no pod is ending`;

/** The API server refuses the pod. */
export const REFUSED = `Fatal when no try of the controller has succeeded for ${time.createMs}`;

/** A quota refuses it. */
export const NO_ROOM = `${REFUSED}; for ${time.roomMs} while pods are ending`;

/** Its ServiceAccount is missing. */
export const NO_ACCOUNT = `${REFUSED}; for ${time.pendingMs} when it is there by now`;
