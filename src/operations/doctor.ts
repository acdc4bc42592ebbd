import { CodedError, formatDuration, isObject, NetworkError } from "../base/mod.ts";
import { planApply, refusalOf } from "../apply/mod.ts";
import { type ConnectionFacts, CredentialsError, explainConnectionError, findClockFault } from "../credentials/mod.ts";
import { ApiError, type KubeClient, reviewSelf } from "../kube/mod.ts";
import { locateKubeconfigs } from "../kubeconfig/mod.ts";
import { groupOf, type Manifest } from "../manifest/mod.ts";
import { buildManifests } from "./apply_input.ts";
import { connect, type Connection, type ConnectOptions } from "./connect.ts";
import { checkOfError, type DoctorCheck, type DoctorLayer } from "./doctor_check.ts";
import { checkRegistry } from "./doctor_registry.ts";
import { checkPermissions } from "./doctor_permissions.ts";
import { checkJob } from "./job_checks.ts";
import type { ProtectedHost } from "./protect.ts";
import type { RegistryAccess } from "./registry_access.ts";
import { hasCredentialVariables } from "./credentials.ts";
import { releaseNameOf } from "./release_options.ts";

/** What to examine. */
export interface DoctorOptions extends ConnectOptions {
  /** An overlay whose objects must be permitted and accepted. */
  overlay?: string;
  /** Ask the overlay's registries for its images, in this way. @default not at all */
  registry?: RegistryAccess;
  /** A token that expires within this many milliseconds is a failure. @default {0} */
  failOnExpiryMs?: number;
}

/** A token that expires within this time is worth a warning. */
const EXPIRY_WARNING_MS = 14 * 86_400_000;

/** Examines credentials, network, server, identity and permissions in order, and stops at the first that fails. */
export async function examine(host: ProtectedHost, options: DoctorOptions): Promise<DoctorCheck[]> {
  const checks = await examineLayers(host, options);
  // By the server's clock it is over; what this machine's clock says of it would only confuse.
  const isExpired = checks.some(({ code }) => code === "TOKEN_EXPIRED");
  return isExpired ? checks.filter(({ code }) => code !== "TOKEN_EXPIRES_SOON") : checks;
}

async function examineLayers(host: ProtectedHost, options: DoctorOptions): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  let connection: Connection;
  try {
    connection = await connect(host, options);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [...examineJob(host), ...fromCredentialsError(error), ...checkLocks(host, options)];
  }
  using opened = connection;
  const facts = await opened.readFacts();
  checks.push(...examineJob(host), ...checkLocks(host, options));
  checks.push(checkCredentials(opened, facts, options.failOnExpiryMs ?? 0));
  for (const step of [checkServer, checkIdentity]) {
    if (checks.some(({ status }) => status === "failed")) return checks;
    checks.push(...await attempt(() => step(opened.client), opened, host));
    if (step === checkServer && checks.at(-1)?.status === "ok") checks.push(...checkClock(await opened.readFacts()));
  }
  if (options.overlay === undefined || checks.some(({ status }) => status === "failed")) return checks;
  const manifests = await buildManifests(host, options.overlay);
  const release = releaseNameOf(host, { overlay: options.overlay });
  for (
    const step of [
      () => checkPermissions(opened, manifests, release),
      () =>
        options.registry === undefined ? Promise.resolve([]) : checkRegistry(host, opened, manifests, options.registry),
      () => checkDryRun(opened, manifests),
    ]
  ) {
    checks.push(...await attempt(step, opened, host));
    if (checks.some(({ status }) => status === "failed")) return checks;
  }
  return checks;
}

/** What the job itself gives away. */
function examineJob({ env }: ProtectedHost): DoctorCheck[] {
  return checkJob(env).map((warning) => ({ layer: "credentials", status: "warning", evidence: [], ...warning }));
}

function checkCredentials({ server, notes }: Connection, facts: ConnectionFacts, failMs: number): DoctorCheck {
  const expiresAtMs = facts.token?.claims?.expiresAtMs;
  const leftMs = expiresAtMs === undefined ? Infinity : expiresAtMs - facts.nowMs;
  if (leftMs >= Math.max(failMs, EXPIRY_WARNING_MS)) {
    return { layer: "credentials", status: "ok", cause: `They can be read; the server is ${server}`, evidence: notes };
  }
  return {
    layer: "credentials",
    status: leftMs < failMs ? "failed" : "warning",
    code: "TOKEN_EXPIRES_SOON",
    cause: `The token expires in ${formatDuration(Math.max(0, leftMs))}`,
    evidence: [`Token ${facts.token!.fingerprint} expires ${new Date(expiresAtMs!).toISOString()}`, ...notes],
    remedy: "Replace it: kstage rotate",
  };
}

async function attempt(
  step: () => Promise<DoctorCheck[]>,
  { readFacts }: Connection,
  host: ProtectedHost,
): Promise<DoctorCheck[]> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const facts = await readFacts(error);
    const explained = explainConnectionError(error, facts);
    const layer = layerOf(error);
    if (explained === undefined) return [checkOfError(layer, error)];
    const open = explained.code === "REFUSED" ? await findOpenPort(host, facts.address) : undefined;
    const evidence = open === undefined ? [] : [`${open} speaks TLS`];
    return [{ layer, status: "failed", ...explained, evidence: [...explained.evidence, ...evidence] }];
  }
}

/** Where API servers mostly listen. */
const USUAL_PORTS = ["6443", "443", "8443"];
const PROBE_MS = 2_000;

/** Another port of the host that shows a certificate; nothing is sent to it. */
async function findOpenPort({ network, clock }: ProtectedHost, address: string): Promise<string | undefined> {
  const url = new URL(address);
  const others = USUAL_PORTS.filter((port) => port !== (url.port || "443"));
  const found = await Promise.all(others.map(async (port) => {
    const other = new URL(url);
    other.port = port;
    const stop = new AbortController();
    const wait = clock.sleep(PROBE_MS, stop.signal).then(() => [], () => []);
    const asked = network.readPeerCertificates(other.href, {}, stop.signal).catch(() => []);
    const certificates = await Promise.race([asked, wait]);
    stop.abort();
    return certificates.length > 0 ? `${url.hostname}:${port}` : undefined;
  }));
  return found.find((port) => port !== undefined);
}

/** A lock in the same hands for this long belongs to nobody any more. */
const STALE_LOCK_MS = 60_000;

/** A killed kubectl leaves a lock behind, and every later `kubectl config` then fails. */
function checkLocks(host: ProtectedHost, options: DoctorOptions): DoctorCheck[] {
  const { fs, env, clock } = host;
  if (options.kubeconfig === undefined && (options.inCluster || hasCredentialVariables(host, options))) return [];
  const { files } = locateKubeconfigs(env, options.kubeconfig);
  return files.flatMap((file): DoctorCheck[] => {
    const modifiedMs = fs.lstat(`${file}.lock`)?.modifiedMs;
    const ageMs = modifiedMs === undefined ? 0 : clock.now() - modifiedMs;
    if (ageMs < STALE_LOCK_MS) return [];
    return [{
      layer: "credentials",
      status: "warning",
      code: "STALE_LOCK",
      cause: `The kubeconfig "${file}" cannot be written: it is locked`,
      evidence: [`${file}.lock is ${formatDuration(ageMs)} old`],
      remedy: `Remove ${file}.lock if no kubectl is running: one that was killed left it behind`,
    }];
  });
}

function layerOf(error: CodedError): DoctorLayer {
  if (error instanceof NetworkError) return error.code.startsWith("TLS_") ? "TLS" : "network";
  if (!(error instanceof ApiError)) return "dry-run";
  const layers: Partial<Record<ApiError["code"], DoctorLayer>> = {
    UNAUTHORIZED: "identity",
    FORBIDDEN: "permissions",
  };
  return layers[error.code] ?? "server";
}

/** A check for each of several problems. */
function fromCredentialsError(error: CodedError): DoctorCheck[] {
  const problems = error instanceof CredentialsError && error.problems.length > 0 ? error.problems : [error];
  return problems.map((problem) => checkOfError("credentials", problem));
}

async function checkServer(client: KubeClient): Promise<DoctorCheck[]> {
  const answer = await client.request({ method: "GET", path: "/version" });
  const version = isObject(answer) ? answer.gitVersion : undefined;
  if (typeof version === "string") {
    return [{ layer: "server", status: "ok", cause: `Kubernetes ${version} answers`, evidence: [] }];
  }
  return [{
    layer: "server",
    status: "failed",
    code: "NOT_KUBERNETES",
    cause: "What answers is no Kubernetes API server",
    evidence: ["/version has no gitVersion"],
    remedy: "Check host, port and path of the address",
  }];
}

/** A clock that differs makes tokens and certificates seem expired, or not valid yet. */
function checkClock(facts: ConnectionFacts): DoctorCheck[] {
  const fault = facts.serverDateMs === undefined
    ? undefined
    : findClockFault({ nowMs: facts.nowMs, serverDateMs: facts.serverDateMs });
  if (fault === undefined) return [];
  return [{
    layer: "server",
    status: "warning",
    code: "CLOCK_WRONG",
    cause: "This machine's clock and the server's differ",
    evidence: [`This machine's clock says ${new Date(facts.nowMs).toISOString()}`, fault],
    remedy: "Set the clock of the machine that the job runs on, unless the server's is the wrong one",
  }];
}

async function checkIdentity(client: KubeClient): Promise<DoctorCheck[]> {
  try {
    const { userInfo } = await reviewSelf(client, "authentication.k8s.io", "SelfSubjectReview", {});
    const name = isObject(userInfo) ? String(userInfo.username) : "unknown";
    return [{ layer: "identity", status: "ok", cause: `The cluster knows the token as ${name}`, evidence: [] }];
  } catch (error) {
    // Clusters before 1.27 can't be asked; a token that they don't know they refuse here, too.
    if (!(error instanceof ApiError) || !["NOT_FOUND", "KIND_UNKNOWN"].includes(error.code)) throw error;
    const cause = "The cluster accepts the token; it is too old to say whose it is";
    return [{ layer: "identity", status: "ok", cause, evidence: [] }];
  }
}

async function checkDryRun({ client, namespace }: Connection, manifests: readonly Manifest[]): Promise<DoctorCheck[]> {
  const plan = await planApply(client, manifests, { namespace });
  const refusal = refusalOf(plan);
  if (refusal !== undefined) return [checkOfError("dry-run", refusal)];
  const groups = new Set(manifests.map(({ apiVersion }) => groupOf(apiVersion))).size;
  const cause = `The server accepts all ${manifests.length} objects of ${groups} API groups`;
  return [{ layer: "dry-run", status: "ok", cause, evidence: [] }];
}
