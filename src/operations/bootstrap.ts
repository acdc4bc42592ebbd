import { deleteVariable, listVariables, putVariable, type VariableChange } from "../gitlab/mod.ts";
import { describeChanges, describePlan, executePlan, planApply, refusalOf } from "../apply/mod.ts";
import { type DeployRole, generateDeployRole } from "../credentials/mod.ts";
import { type ApiResource, builtinResource, type KubeClient } from "../kube/mod.ts";
import { loadKubeconfig, resolveContext, type ResolvedContext } from "../kubeconfig/mod.ts";
import { leaseRef } from "../release/mod.ts";
import { formatRef, type Manifest, refOf } from "../manifest/mod.ts";
import type { Progress } from "../report/mod.ts";
import { buildManifests } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import { releaseNameOf } from "./release_options.ts";
import { BOOTSTRAP_MANAGER, BootstrapError, bootstrapObjects, type Deployer, MANAGED_BY } from "./bootstrap_objects.ts";
import {
  describeExpiry,
  type ExportedVariable,
  exportedVariables,
  type ExportOptions,
  exportTarget,
  isFresh,
  parseTokenDescription,
} from "./bootstrap_export.ts";
import { type GitlabTarget, openGitlab } from "./bootstrap_gitlab.ts";
import {
  createTokenSecret,
  deleteOwn,
  type DeployerToken,
  listTokenSecrets,
  obtainToken,
  revokeTokens,
  verifyToken,
} from "./bootstrap_token.ts";
import type { ProtectedHost } from "./protect.ts";
import { pullSecretManifest } from "./pull_secret_content.ts";
import { readRegistryLogin } from "./pull_secret_login.ts";
import { withConnection } from "./with_connection.ts";

/** Which deployer to prepare, and how. */
export interface BootstrapOptions extends ExportOptions {
  /** Directories with kustomization files. */
  overlays: readonly string[];
  /** The admin's kubeconfig. @default KUBECONFIG, else ~/.kube/config */
  kubeconfig?: string;
  /** Its context. @default the current one */
  context?: string;
  /** Where the overlays go. @default the namespace that all their objects name */
  namespace?: string;
  /** The deployer's name. */
  serviceAccount: string;
  /** `oidc`: no token; GitLab's ID tokens are trusted for this group of the identity provider. @default a ServiceAccount */
  group?: string;
  /** Wanted lifetime of the token in milliseconds. */
  expiresMs: number;
  /** A token that doesn't expire. @default {false} */
  longLived?: boolean;
  /** The Secret of the inventory that `--prune` keeps; the Role then allows to prune. */
  pruneSet?: string;
  /** Allow to record releases, too, which needs the namespace's Secrets. @default {false} */
  releases?: boolean;
  /** Name of a pull secret to write, with the login of CI_DEPLOY_USER for CI_REGISTRY. @default none */
  pullSecret?: string;
  /** Store the variables in a GitLab project. */
  gitlab?: GitlabTarget;
  /** Is told what goes on. */
  progress: Progress;
  /** Gives it up. */
  signal: AbortSignal;
}

/** What a bootstrap made. `variables` holds a secret. */
export interface BootstrapResult {
  /** Who can deploy now. */
  deployer: Deployer;
  /** The cluster's address as CI sees it. */
  address: string;
  /** What it may do. */
  role: DeployRole;
  /** For CI; empty when they are in GitLab already. */
  variables: ExportedVariable[];
  /** What became of GitLab's variables. */
  stored: VariableChange[];
}

/** What is to be prepared, found out without a cluster as far as that goes. */
interface Prepared {
  deployer: Deployer;
  role: DeployRole;
  objects: Manifest[];
}

/**
 * Prepares a namespace for deploys, with an admin's kubeconfig: namespace, ServiceAccount, the least Role that the overlays
 * need, its binding, and a token. Twice is once.
 */
export async function bootstrap(host: ProtectedHost, options: BootstrapOptions): Promise<BootstrapResult> {
  const { progress, signal } = options;
  return await asAdmin(host, options, async ({ client, server }, resolved) => {
    const target = await exportTarget(host, resolved, options);
    // Before anything is made that nobody could then be told of.
    if (options.gitlab !== undefined) await checkGitlab(host, options.gitlab);
    const { deployer, role, objects: needed } = await prepare(host, options, client);
    const objects = [...needed, ...makePullSecret(host, options, deployer)];
    progress.log(`cluster: ${server}, namespace ${deployer.namespace}`);
    logRole(role, progress);
    for (const note of target.notes) progress.log(`note: ${note}`);
    const plan = await planApply(client, objects, planOptions(deployer, signal));
    progress.log(`plan: ${describePlan(plan)}`);
    const refusal = refusalOf(plan);
    if (refusal !== undefined) throw refusal;
    const { error } = await executePlan(client, plan, { clock: host.clock, signal });
    if (error !== undefined) throw error;
    const token = deployer.group === undefined ? await ensureToken(host, client, deployer, options) : undefined;
    if (token !== undefined && token !== "kept") {
      await verifyToken(host, resolved, deployer, token.token);
      progress.log(`token ${token.fingerprint} ${describeExpiry(token, options.expiresMs)}`);
    }
    const variables = exportedVariables(target, deployer, token === "kept" ? undefined : token);
    const made = { deployer, role, address: target.address };
    if (options.gitlab === undefined) return { ...made, variables, stored: [] };
    return { ...made, variables: [], stored: await storeVariables(host, options.gitlab, variables, progress) };
  });
}

/** The objects that a bootstrap would apply, without asking a cluster. */
export async function bootstrapManifests(host: ProtectedHost, options: BootstrapOptions): Promise<Manifest[]> {
  const { role, objects } = await prepare(host, options, undefined);
  logRole(role, options.progress);
  return objects;
}

/** How what exists differs from what is wanted, a line for each object; empty when nothing does. */
export async function checkBootstrap(host: ProtectedHost, options: BootstrapOptions): Promise<string[]> {
  return await asAdmin(host, options, async ({ client }) => {
    const { deployer, role, objects } = await prepare(host, options, client);
    logRole(role, options.progress);
    const plan = await planApply(client, objects, planOptions(deployer, options.signal));
    const lines = describeChanges(plan).filter(({ action }) => action !== "unchanged")
      .map(({ ref, action, text }) => `${formatRef(ref)}: ${action}${text === "" ? "" : ` (${text})`}`);
    if (deployer.group !== undefined) return lines;
    const secrets = await listTokenSecrets(client, deployer);
    return secrets.length > 0
      ? lines
      : [...lines, `serviceaccount/${deployer.serviceAccount}: has no token of kstage's`];
  });
}

/** Takes everything back but the namespace: tokens first. @returns What was deleted. */
export async function revokeBootstrap(host: ProtectedHost, options: BootstrapOptions): Promise<string[]> {
  const { gitlab } = options;
  return await asAdmin(host, options, async ({ client }) => {
    const { deployer, objects } = await prepare(host, options, client);
    const secrets = await listTokenSecrets(client, deployer);
    const gone = (await revokeTokens(client, deployer, secrets)).map((name) => `secret/${name}`);
    const { pullSecret: name } = options;
    const { namespace } = deployer;
    if (name !== undefined) objects.push({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } });
    for (const object of objects.toReversed().filter(({ kind }) => kind !== "Namespace")) {
      if (await deleteOwn(client, object)) gone.push(formatRef(refOf(object)));
    }
    if (gitlab === undefined) return gone;
    using api = openGitlab(host, gitlab);
    for (const key of ["CLUSTER_ADDRESS", "CA_AUTH_DATA", "K8S_TOKEN"]) {
      if (await deleteVariable(api, gitlab.project, key, gitlab.scope)) gone.push(`variable ${key}`);
    }
    return gone;
  });
}

/** Runs with the kubeconfig, never with the three variables: these are what is being made. */
export async function asAdmin<T>(
  host: ProtectedHost,
  options: Pick<BootstrapOptions, "kubeconfig" | "context">,
  action: (connection: Connection, resolved: ResolvedContext) => Promise<T>,
): Promise<T> {
  const { kubeconfig, context } = options;
  const resolved = await resolveContext(loadKubeconfig(host, kubeconfig), host.fs, { context });
  return await withConnection(host, { kubeconfig, context: resolved.name }, (opened) => action(opened, resolved));
}

function planOptions({ namespace }: Deployer, signal: AbortSignal) {
  return { namespace, fieldManager: BOOTSTRAP_MANAGER, force: true, signal };
}

async function prepare(
  host: ProtectedHost,
  options: BootstrapOptions,
  client: KubeClient | undefined,
): Promise<Prepared> {
  const { overlays, progress, serviceAccount, group, pruneSet } = options;
  const manifests: Manifest[] = [];
  for (const overlay of overlays) manifests.push(...await buildManifests(host, overlay, progress));
  const kinds = await readKinds(manifests, client);
  const resourceOf = (apiVersion: string, kind: string) => kinds.get(`${apiVersion} ${kind}`);
  const namespace = options.namespace ?? findNamespace(manifests);
  const deployer: Deployer = { namespace, serviceAccount, ...(group === undefined ? {} : { group }) };
  const role = generateDeployRole(manifests, {
    namespace,
    resourceOf,
    ...(pruneSet === undefined ? {} : { prune: { set: { resource: "secrets", name: pruneSet } } }),
    locks: [...new Set(overlays.map((overlay) => leaseRef(namespace, releaseNameOf(host, { overlay })).name))],
    recordsReleases: options.releases ?? false,
  });
  return { deployer, role, objects: bootstrapObjects(deployer, role) };
}

async function readKinds(
  manifests: readonly Manifest[],
  client: KubeClient | undefined,
): Promise<Map<string, ApiResource>> {
  const kinds = new Map<string, ApiResource>();
  for (const { apiVersion, kind } of manifests) {
    const key = `${apiVersion} ${kind}`;
    if (kinds.has(key)) continue;
    const found = builtinResource(apiVersion, kind) ?? await client?.resourceOf(apiVersion, kind);
    if (found !== undefined) kinds.set(key, found);
  }
  return kinds;
}

function findNamespace(manifests: readonly Manifest[]): string {
  const named = new Set(manifests.map(({ metadata }) => metadata.namespace).filter((name) => typeof name === "string"));
  if (named.size === 1) return [...named][0]!;
  const state = named.size === 0 ? "the overlays name none" : `the overlays name ${[...named].join(", ")}`;
  throw new BootstrapError(
    named.size === 0 ? "NAMESPACE_UNKNOWN" : "NAMESPACE_AMBIGUOUS",
    `Cannot choose a namespace: ${state}`,
    { hint: "Name it with --namespace; run bootstrap once for each namespace" },
  );
}

function logRole({ rules, forAdmin, notes }: DeployRole, progress: Progress): void {
  for (const { verbs, resources, resourceNames, reason } of rules) {
    const names = resourceNames === undefined ? "" : ` ${resourceNames.join(", ")}`;
    progress.log(`role: ${verbs.join("/")} ${resources.join(", ")}${names}: ${reason}`);
  }
  for (const note of notes) progress.log(`note: ${note}`);
  for (const ref of forAdmin) {
    const place = ref.namespace === undefined ? "" : ` in namespace ${ref.namespace}`;
    progress.log(`warning: an admin must create ${formatRef(ref)}${place}: the deployer's Role does not allow it`);
  }
}

/** Marked as bootstrap's own, so that it can be taken back. @throws {BootstrapError} NO_DEPLOY_TOKEN, JOB_TOKEN. */
function makePullSecret(host: ProtectedHost, { pullSecret }: BootstrapOptions, { namespace }: Deployer): Manifest[] {
  if (pullSecret === undefined) return [];
  const secret = pullSecretManifest(pullSecret, namespace, readRegistryLogin(host, {}));
  return [{ ...secret, metadata: { ...secret.metadata, labels: { ...MANAGED_BY } } }];
}

/** @throws {GitlabError} When the project's variables can't be read. */
async function checkGitlab(host: ProtectedHost, gitlab: GitlabTarget): Promise<void> {
  using api = openGitlab(host, gitlab);
  await listVariables(api, gitlab.project);
}

/** A token; or `kept`, when GitLab has one that is good for some time. */
async function ensureToken(
  host: ProtectedHost,
  client: KubeClient,
  deployer: Deployer,
  options: BootstrapOptions,
): Promise<DeployerToken | "kept"> {
  const { longLived = false, gitlab, expiresMs, progress } = options;
  const secrets = await listTokenSecrets(client, deployer);
  if (gitlab !== undefined) {
    using api = openGitlab(host, gitlab);
    const variables = await listVariables(api, gitlab.project);
    const stored = variables.find(({ key, scope }) => key === "K8S_TOKEN" && scope === gitlab.scope);
    const known = parseTokenDescription(stored?.description ?? "");
    const secret = secrets.find(({ name }) => name === known?.secret);
    const isOurs = known?.account === `${deployer.namespace}/${deployer.serviceAccount}`;
    if (isOurs && secret?.longLived === longLived && isFresh(known?.expires, host.clock.now(), expiresMs)) {
      progress.log(`token ${known!.fingerprint} is in GitLab and kept: kstage rotate makes a new one`);
      return "kept";
    }
  }
  const newest = secrets.findLast((secret) => secret.longLived === longLived);
  const generation = (secrets.at(-1)?.generation ?? 0) + 1;
  const secret = newest ?? await createTokenSecret(client, deployer, generation, longLived);
  return await obtainToken(host, client, { deployer, secret, expiresMs });
}

/** Writes variables to GitLab and says what became of each. */
export async function storeVariables(
  host: ProtectedHost,
  gitlab: GitlabTarget,
  variables: readonly ExportedVariable[],
  progress: Progress,
): Promise<VariableChange[]> {
  using api = openGitlab(host, gitlab);
  const changes: VariableChange[] = [];
  for (const { key, value, secret, description } of variables) {
    const flags = { masked: secret, hidden: secret, protected: gitlab.protected };
    const change = await putVariable(api, gitlab.project, { key, value, description, scope: gitlab.scope, ...flags });
    progress.log(`variable ${key} (environment ${gitlab.scope}) of ${gitlab.project} ${change.action}`);
    changes.push(change);
  }
  return changes;
}
