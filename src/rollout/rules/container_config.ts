import { type Evidence, livePods } from "../evidence/evidence.ts";
import type { ContainerView, PodView } from "../evidence/pod_view.ts";
import { type Certainty, NEVER, NOW, type Suspicion } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { certaintyFor, clause, describeContainer, type Rule, stateItem } from "./rule.ts";
import { adviseOnMissing, describeMissing, findMissingConfig, judgeMissing, refOfMissing } from "./missing_config.ts";

/** What the kubelet says while its caches or the API server lag behind. */
const LAGGING =
  /failed to sync .* cache|timed out|deadline exceeded|services have not yet been read|not registered|no relationship found|connection refused|etcdserver|too many requests|i\/o timeout|node ".*" not found/i;

/** What no waiting mends, of what a container runtime may say. */
const HOPELESS_CREATION =
  /no command specified|invalid (?:mount|volume) (?:spec|config)|working directory .* (?:invalid|not absolute)/i;

/** Containers whose configuration can't be put together: K1201, K1202, K1203, K1205. */
export const containerConfigRule: Rule = (evidence, patience) =>
  livePods(evidence).flatMap((pod) =>
    pod.containers.flatMap((container) => suspectConfig(pod, container, evidence, patience) ?? [])
  );

function suspectConfig(
  pod: PodView,
  container: ContainerView,
  evidence: Evidence,
  patience: Patience,
): Suspicion | undefined {
  const { state } = container;
  if (state.kind !== "waiting") return undefined;
  const suspect = (code: Suspicion["code"], message: string, certainty: Certainty): Suspicion => ({
    code,
    object: pod.ref,
    container: container.name,
    message,
    evidence: stateItem(container),
    certainty: certaintyFor(pod, certainty, evidence, patience),
  });
  if (state.reason === "CreateContainerError") {
    const certainty = HOPELESS_CREATION.test(state.message) ? NOW : NEVER;
    return suspect("K1205", `Cannot create ${describeContainer(container)}: ${clause(state.message)}`, certainty);
  }
  if (state.reason !== "CreateContainerConfigError" || LAGGING.test(state.message)) return undefined;
  if (/runAsNonRoot/.test(state.message)) {
    const cause = /non-numeric user/.test(state.message) ? "runs as a user without a number" : "runs as root";
    return suspect(
      "K1202",
      `${capitalise(describeContainer(container))} must not run as root, but its image ${cause}`,
      NOW,
    );
  }
  const missing = findMissingConfig(state.message);
  if (missing === undefined) {
    return suspect("K1203", `Cannot configure ${describeContainer(container)}: ${clause(state.message)}`, NOW);
  }
  const certainty = judgeMissing(missing, evidence, patience);
  return {
    ...suspect("K1201", `${describeMissing(missing)}, which ${describeContainer(container)} needs`, certainty),
    key: `${missing.kind}/${missing.name}/${missing.key ?? ""}`,
    lookFor: refOfMissing(missing, evidence),
    nextStep: adviseOnMissing(missing, evidence),
  };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
