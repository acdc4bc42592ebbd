import { CodedError, formatDuration, isObject, type JsonObject, NetworkError, stringifyJson } from "../base/mod.ts";
import { planApply, refusalOf } from "../apply/mod.ts";
import {
  type ConnectionFacts,
  CredentialsError,
  type DeployRule,
  explainConnectionError,
  findClockFault,
  generateDeployRole,
  toRoleRule,
} from "../credentials/mod.ts";
import { ApiError, builtinResource, type KubeClient } from "../kube/mod.ts";
import { groupOf, type Manifest } from "../manifest/mod.ts";
import { renderManifests } from "./build.ts";
import { buildManifests } from "./apply_input.ts";
import { connect, type Connection, type ConnectOptions } from "./connect.ts";
import { checkJob } from "./job_checks.ts";
import type { ProtectedHost } from "./protect.ts";

/** What is looked at, in this order; the first layer that fails ends the examination. */
export type DoctorLayer = "credentials" | "network" | "TLS" | "server" | "identity" | "permissions" | "dry-run";

/** What came out of looking at one layer. No part holds a secret. */
export interface DoctorCheck {
  /** What was looked at. */
  layer: DoctorLayer;
  /** `warning`: it works today. */
  status: "ok" | "warning" | "failed";
  /** Stable, for programs; absent where all is well. */
  code?: string;
  /** One sentence, or what was found where all is well. */
  cause: string;
  /** What was seen. */
  evidence: string[];
  /** What to do. */
  remedy?: string;
}

/** What to examine. */
export interface DoctorOptions extends ConnectOptions {
  /** An overlay whose objects must be permitted and accepted. */
  overlay?: string;
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
    return [...examineJob(host), ...fromCredentialsError(error)];
  }
  using opened = connection;
  const facts = await opened.readFacts();
  checks.push(...examineJob(host), checkCredentials(opened, facts, options.failOnExpiryMs ?? 0));
  for (const step of [checkServer, checkIdentity]) {
    if (checks.some(({ status }) => status === "failed")) return checks;
    checks.push(...await attempt(() => step(opened.client), opened));
    if (step === checkServer && checks.at(-1)?.status === "ok") checks.push(...checkClock(await opened.readFacts()));
  }
  if (options.overlay === undefined || checks.some(({ status }) => status === "failed")) return checks;
  const manifests = await buildManifests(host, options.overlay);
  checks.push(...await attempt(() => checkPermissions(opened, manifests), opened));
  if (checks.at(-1)?.status !== "failed") checks.push(...await attempt(() => checkDryRun(opened, manifests), opened));
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

async function attempt(step: () => Promise<DoctorCheck[]>, { readFacts }: Connection): Promise<DoctorCheck[]> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const explained = explainConnectionError(error, await readFacts(error));
    const layer = layerOf(error);
    return [explained === undefined ? fromError(layer, error) : { layer, status: "failed", ...explained }];
  }
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
  return problems.map((problem) => fromError("credentials", problem));
}

function fromError(layer: DoctorLayer, error: CodedError): DoctorCheck {
  const [cause = "", ...evidence] = error.message.split("\n");
  const remedy = error.hint === undefined ? {} : { remedy: error.hint };
  return { layer, status: "failed", code: error.code, cause, evidence, ...remedy };
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

async function review(client: KubeClient, group: string, kind: string, spec: JsonObject = {}) {
  const answer = await client.request({
    method: "POST",
    path: `/apis/${group}/v1/${kind.toLowerCase()}s`,
    headers: { "Content-Type": "application/json" },
    body: stringifyJson({ apiVersion: `${group}/v1`, kind, spec }),
  });
  return isObject(answer) && isObject(answer.status) ? answer.status : {};
}

async function checkIdentity(client: KubeClient): Promise<DoctorCheck[]> {
  const { userInfo } = await review(client, "authentication.k8s.io", "SelfSubjectReview", {});
  const name = isObject(userInfo) ? String(userInfo.username) : "unknown";
  return [{ layer: "identity", status: "ok", cause: `The cluster knows the token as ${name}`, evidence: [] }];
}

/** Questions at the same time. */
const QUESTIONS = 8;

/** Asks for every permission that a deploy of the manifests needs. */
async function checkPermissions({ client, namespace }: Connection, manifests: readonly Manifest[]) {
  const byNamespace = Map.groupBy(manifests, ({ metadata }) => String(metadata.namespace ?? namespace));
  const missing: string[] = [];
  let asked = 0;
  for (const [place, objects] of byNamespace) {
    const resources = new Map<string, Awaited<ReturnType<KubeClient["resourceOf"]>>>();
    for (const { apiVersion, kind } of objects) {
      resources.set(
        `${apiVersion} ${kind}`,
        builtinResource(apiVersion, kind) ?? await client.resourceOf(apiVersion, kind),
      );
    }
    const resourceOf = (apiVersion: string, kind: string) => resources.get(`${apiVersion} ${kind}`);
    const { rules } = generateDeployRole(objects, { namespace: place, resourceOf });
    const needs = rules.flatMap((rule) =>
      (rule.resourceNames ?? [""]).flatMap((name) => rule.verbs.map((verb) => ({ rule, name, verb })))
    );
    asked += needs.length;
    const refused = new Map<DeployRule, Set<string>>();
    for (let i = 0; i < needs.length; i += QUESTIONS) {
      await Promise.all(
        needs.slice(i, i + QUESTIONS).map(async ({ rule, name, verb }) => {
          if (await isAllowed(client, place, rule, name, verb)) return;
          refused.set(rule, (refused.get(rule) ?? new Set()).add(verb));
        }),
      );
    }
    const lacking = [...refused].map(([rule, verbs]) =>
      toRoleRule({ ...rule, verbs: rule.verbs.filter((v) => verbs.has(v)) })
    );
    if (lacking.length > 0) missing.push(`In namespace ${place}:\n${renderManifests([{ rules: lacking }])}`.trimEnd());
  }
  const check: DoctorCheck = missing.length === 0
    ? { layer: "permissions", status: "ok", cause: `All ${asked} that a deploy needs are there`, evidence: [] }
    : {
      layer: "permissions",
      status: "failed",
      code: "RULE_MISSING",
      cause: "The token may not do all that a deploy needs",
      evidence: [],
      remedy: `Add to the deployer's Role, or run kstage bootstrap again\n${missing.join("\n")}`,
    };
  return [check];
}

async function isAllowed(client: KubeClient, namespace: string, rule: DeployRule, name: string, verb: string) {
  const [resource = "", subresource = ""] = rule.resources[0]!.split("/");
  const resourceAttributes = { namespace, verb, group: rule.apiGroups[0]!, resource, subresource, name };
  return (await review(client, "authorization.k8s.io", "SelfSubjectAccessReview", { resourceAttributes })).allowed ===
    true;
}

async function checkDryRun({ client, namespace }: Connection, manifests: readonly Manifest[]): Promise<DoctorCheck[]> {
  const plan = await planApply(client, manifests, { namespace });
  const refusal = refusalOf(plan);
  if (refusal !== undefined) return [fromError("dry-run", refusal)];
  const groups = new Set(manifests.map(({ apiVersion }) => groupOf(apiVersion))).size;
  const cause = `The server accepts all ${manifests.length} objects of ${groups} API groups`;
  return [{ layer: "dry-run", status: "ok", cause, evidence: [] }];
}
