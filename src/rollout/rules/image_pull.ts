import type { FindingCode } from "../catalogue/catalogue.ts";
import { type Evidence, livePods } from "../evidence/evidence.ts";
import type { ContainerView, PodView } from "../evidence/pod_view.ts";
import { type Certainty, NEVER, NOW, type Suspicion, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { certaintyFor, clause, containerEvents, eventItem, repeatedForMs, type Rule, stateItem } from "./rule.ts";

/** What a pull error means. The first pattern that matches decides: what passes by itself is looked for first. */
const PULL_ERRORS: readonly [RegExp, FindingCode][] = [
  [/toomanyrequests|too many requests|\b429\b|rate limit|QPS exceeded/i, "K1003"],
  [/no such host|server misbehaving|temporary failure in name resolution/i, "K1003"],
  [
    /time(d )?[- ]?out|deadline exceeded|context canceled|\bEOF\b|broken pipe|network is unreachable|no route to host/i,
    "K1003",
  ],
  [/connection (refused|reset)|x509|certificate|tls handshake|HTTP response to HTTPS client/i, "K1003"],
  [
    /internal server error|bad gateway|service unavailable|gateway time|status(?: code)?:? 5\d\d|\b50[0234]\b/i,
    "K1003",
  ],
  [/no space left/i, "K1003"],
  [
    /no match for platform|no matching manifest|does not match the specified platform|no image found in .* for arch/i,
    "K1006",
  ],
  [
    /denied|unauthori[sz]ed|authorization failed|insufficient_scope|forbidden|authentication required|no basic auth/i,
    "K1002",
  ],
  [/\b40[13]\b/, "K1002"],
  [/not ?found|manifest[ _]unknown|name[ _]unknown|does not exist|\b404\b/i, "K1001"],
  [/invalid reference format|couldn't parse image|did not resolve to an alias|unqualified-search/i, "K1004"],
];

/**
 * Classifies the text of a pull error.
 *
 * Names are taken out first, so that an image called `not-found/denied:1` doesn't decide.
 *
 * @returns The finding's code; `K1003` (transient) for what isn't known.
 */
export function classifyPullError(text: string): FindingCode {
  const words = text
    .replace(/"[^"]*"/g, " ")
    .split(/\s+/)
    .filter((word) => !word.includes("/") || /^i\/o$/i.test(word))
    .join(" ");
  return PULL_ERRORS.find(([pattern]) => pattern.test(words))?.[1] ?? "K1003";
}

/** Waiting reasons that are all one trouble; the kubelet changes between them. */
const PULL_REASONS = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError"]);

/** Images that can't be fetched: K1001 to K1007. */
export const imagePullRule: Rule = (evidence, patience) =>
  livePods(evidence).flatMap((pod) =>
    pod.containers.flatMap((container) => suspectImage(pod, container, evidence, patience) ?? [])
  );

function suspectImage(
  pod: PodView,
  container: ContainerView,
  evidence: Evidence,
  patience: Patience,
): Suspicion | undefined {
  if (container.state.kind !== "waiting") return undefined;
  const { reason, message } = container.state;
  const suspect = (code: FindingCode, text: string, certainty: Certainty): Suspicion => ({
    code,
    object: pod.ref,
    container: container.name,
    key: container.image,
    message: text,
    evidence: stateItem(container),
    certainty: certaintyFor(pod, certainty, evidence, patience),
  });
  if (reason === "InvalidImageName") return suspect("K1004", `"${container.image}" is no valid image name`, NOW);
  if (reason === "ErrImageNeverPull") {
    return suspect("K1005", `Image "${container.image}" is not on the node, and the pull policy is Never`, NOW);
  }
  if (reason === "SignatureValidationFailed") {
    return suspect("K1007", `The signature of image "${container.image}" is not accepted`, twice(patience.pullMs));
  }
  if (!PULL_REASONS.has(reason)) return undefined;
  return suspectPull(pod, container, evidence, { patience, message, suspect });
}

interface PullContext {
  patience: Patience;
  message: string;
  suspect(code: FindingCode, text: string, certainty: Certainty): Suspicion;
}

function suspectPull(
  pod: PodView,
  container: ContainerView,
  evidence: Evidence,
  { patience, message, suspect }: PullContext,
): Suspicion {
  const events = containerEvents(pod, container, evidence);
  const event = events.find(({ reason, message }) => reason === "Failed" && /^Failed to pull image/i.test(message));
  const error = hideAccount(container.pullError ?? event?.message ?? message);
  const code = classifyPullError(error);
  const tries = Math.max(container.pullFailures, event?.count ?? 0);
  const certainty = judgePull(code, { tries, isDisputed: wasPulled(container.image, evidence) }, patience);
  const suspicion = suspect(code, describePull(code, container.image, error), certainty);
  suspicion.evidence = event === undefined
    ? [{ kind: "state", text: `container ${container.name} is waiting: ${clause(error)}` }]
    : [eventItem({ ...event, message: hideAccount(event.message) })];
  suspicion.knownForMs = repeatedForMs(event, evidence);
  if (code === "K1002") suspicion.nextStep = adviseOnSecrets(pod);
  return suspicion;
}

/**
 * A registry that says no has been asked: its answer stands unless another pod got the same image. Then the node's
 * mirror or credentials may be to blame, or the image was pushed a moment ago, and the kubelet gets its second try.
 */
function judgePull(
  code: FindingCode,
  { tries, isDisputed }: { tries: number; isDisputed: boolean },
  { pullMs, disputedPullMs }: Patience,
): Certainty {
  if (code === "K1003") return NEVER;
  if (code === "K1004") return NOW;
  if (!isDisputed) return twice(pullMs);
  return twice(tries > 1 ? disputedPullMs : 2 * disputedPullMs);
}

/** Whether a container of another new pod has run from the image. */
function wasPulled(image: string, { newestPods }: Evidence): boolean {
  return newestPods.some(({ containers }) =>
    containers.some(({ image: other, state, restartCount }) =>
      other === image && (restartCount > 0 || state.kind === "running" || state.kind === "terminated")
    )
  );
}

function describePull(code: FindingCode, image: string, error: string): string {
  switch (code) {
    case "K1001":
      return `Image "${image}" does not exist in its registry`;
    case "K1002":
      return `The registry refuses to hand out image "${image}"`;
    case "K1004":
      return `"${image}" is no valid image name`;
    case "K1006":
      return `Image "${image}" is not built for the node's platform`;
    default:
      return `Image "${image}" could not be pulled yet: ${rootCause(error)}`;
  }
}

/** The last part of a chain of errors, which is where they began. */
function rootCause(error: string): string {
  const parts = clause(error).split(": ");
  const tail = parts.at(-1)!;
  return tail.length < 12 && parts.length > 1 ? parts.slice(-2).join(": ") : tail;
}

/** Docker Hub names the account that reached its limit: nobody's business in a job's log. */
function hideAccount(text: string): string {
  return text.replace(/(pull rate limit as )'[^']*'/gi, "$1'***'").replace(/(pull rate limit as )"[^"]*"/gi, '$1"***"');
}

function adviseOnSecrets({ pullSecrets }: PodView): string {
  if (pullSecrets.length === 0) {
    return "The pod has no imagePullSecrets: add one if the registry is private, and check the image's name";
  }
  const names = pullSecrets.map((name) => `"${name}"`).join(", ");
  return `Check that the imagePullSecrets (${names}) exist, have not expired and may read this image`;
}
