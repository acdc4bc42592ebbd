import { type CodedError, NetworkError } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { type RegistryEntry, RegistryError } from "../registry/mod.ts";
import type { Connection } from "./connect.ts";
import { checkOfError, type DoctorCheck } from "./doctor_check.ts";
import type { ProtectedHost } from "./protect.ts";
import { decodeSecretText, readLogins } from "./pull_secret_content.ts";
import { secretsOfPods } from "./pull_secret_use.ts";
import { findPodPulls, type PodPulls } from "./pulled_images.ts";
import { type ImageVerdict, type RegistryAccess, verifyImages } from "./registry_access.ts";

/** What the pods of one object pull with. */
interface Pulling {
  pulls: PodPulls;
  namespace: string;
  entries: RegistryEntry[];
  /** Secrets that aren't there. */
  missing: string[];
  /** Secrets that may not be read, so that nobody can tell what is in them. */
  hidden: string[];
}

/** An image that could not be had, and for whom. */
interface Failure {
  verdict: ImageVerdict & { error: CodedError };
  pulling: Pulling;
}

/**
 * Asks for the manifest of each image of an overlay, with the login that its pods would use. What may be different where
 * the nodes are (the network, a rate limit) is a warning.
 */
export async function checkRegistry(
  host: ProtectedHost,
  { client, namespace }: Connection,
  manifests: readonly Manifest[],
  access: RegistryAccess,
): Promise<DoctorCheck[]> {
  const groups: Pulling[] = [];
  for (const manifest of manifests) {
    const place = typeof manifest.metadata.namespace === "string" ? manifest.metadata.namespace : namespace;
    for (const pulls of findPodPulls([manifest])) {
      groups.push(await readPulling(host, client, { pulls, place, manifests }));
    }
  }
  const verdicts = await Promise.all(
    groups.map(async (pulling) => ({
      pulling,
      verdicts: await verifyImages(host, pulling.entries, pulling.pulls.images, access),
    })),
  );
  const failures = verdicts.flatMap(({ pulling, verdicts }) =>
    verdicts.flatMap(({ error, ...verdict }) =>
      error === undefined ? [] : [{ pulling, verdict: { ...verdict, error } }]
    )
  );
  if (failures.length > 0) return [...Map.groupBy(failures, keyOf).values()].map(describe);
  const found = new Map(
    verdicts.flatMap(({ verdicts }) => verdicts.map((verdict) => [verdict.image, verdict] as const)),
  );
  if (found.size === 0) return [];
  const evidence = [...found.values()].map(({ image, digest, login, note }) =>
    `${image}: ${digest}${login === undefined ? ", public" : `, with the login for ${login}`}${note ? `; ${note}` : ""}`
  );
  const cause = found.size === 1 ? "The image can be had" : `All ${found.size} images can be had`;
  return [{ layer: "registry", status: "ok", cause, evidence }];
}

async function readPulling(
  host: ProtectedHost,
  client: KubeClient,
  { pulls, place, manifests }: { pulls: PodPulls; place: string; manifests: readonly Manifest[] },
): Promise<Pulling> {
  const pulling: Pulling = { pulls, namespace: place, entries: [], missing: [], hidden: [] };
  const names = await unlessForbidden(() => secretsOfPods(client, manifests, place, pulls));
  if (names === undefined) pulling.hidden.push(`those of ServiceAccount ${pulls.serviceAccount}`);
  for (const name of names ?? []) {
    const built = manifests.find(({ kind, metadata }) => kind === "Secret" && metadata.name === name);
    const ref = { apiVersion: "v1", kind: "Secret", namespace: place, name };
    let isHidden = false;
    const secret = built ?? await unlessForbidden(() => client.get(ref), () => isHidden = true);
    if (isHidden) pulling.hidden.push(name);
    else if (secret === undefined) pulling.missing.push(name);
    else pulling.entries.push(...readLogins(host, decodeSecretText(secret, `secret "${name}"`)));
  }
  return pulling;
}

async function unlessForbidden<T>(ask: () => Promise<T>, onForbidden?: () => void): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "FORBIDDEN") throw error;
    onForbidden?.();
    return undefined;
  }
}

function isAboutLogin({ error }: Failure["verdict"]): boolean {
  return error instanceof RegistryError && (error.code === "UNAUTHORIZED" || error.code === "DENIED");
}

/** Images that fail in the same way are one finding. */
function keyOf({ verdict, pulling }: Failure): string {
  const registry = verdict.image.split("/")[0];
  const about = isAboutLogin(verdict) ? [pulling.missing.join(), pulling.hidden.join(), verdict.login] : [];
  return JSON.stringify([verdict.error.code, registry, ...about]);
}

/** Where the nodes are, the answer may be another one. */
const ONLY_HERE: ReadonlySet<string> = new Set(["RATE_LIMITED", "SERVER_ERROR", "NOT_A_REGISTRY", "FOREIGN_REALM"]);

function describe(failures: readonly Failure[]): DoctorCheck {
  const { verdict, pulling: { missing, hidden, namespace } } = failures[0]!;
  const { error } = verdict;
  const check = checkOfError("registry", error);
  const evidence = [
    ...check.evidence,
    ...failures.map(({ verdict: { image }, pulling: { pulls } }) => `${pulls.owner} pulls ${image}`),
  ];
  if (isAboutLogin(verdict) && missing.length > 0) {
    return {
      ...check,
      code: "PULL_SECRET_MISSING",
      evidence: [...evidence, `The pull secret ${missing.join(", ")} is not in namespace ${namespace}`],
      remedy: `Make it: kstage pull-secret create ${missing[0]} -n ${namespace}`,
    };
  }
  if (isAboutLogin(verdict) && hidden.length > 0) {
    return {
      ...check,
      status: "warning",
      code: "PULL_SECRET_HIDDEN",
      cause: `Whether the nodes may pull ${verdict.image} cannot be told from here`,
      evidence: [check.cause, ...evidence, `This token may not read the pull secret ${hidden.join(", ")}`],
      remedy: "Try it with an admin's kubeconfig: kstage pull-secret verify --overlay OVERLAY",
    };
  }
  if (!(error instanceof NetworkError) && !ONLY_HERE.has(error.code)) return { ...check, evidence };
  const isHere = error instanceof NetworkError;
  return {
    ...check,
    status: "warning",
    code: isHere ? `REGISTRY_${error.code}` : error.code,
    evidence: [...evidence, "This is what this machine sees; the nodes may have another way"],
    remedy: check.remedy ?? (isHere ? REMEDIES[error.code] : undefined) ?? "Check that the nodes reach the registry",
  };
}

const REMEDIES: Partial<Record<NetworkError["code"], string>> = {
  DNS: "Check the registry's name in the image references; a private name needs a node that knows it",
  TLS_UNKNOWN_ISSUER: "Give the registry's CA with --registry-ca-file; the nodes need it, too",
  TLS_NOT_TLS: "It speaks no TLS: each node must have it configured as an insecure registry",
};
