import { listVariables } from "../gitlab/mod.ts";
import type { KubeClient } from "../kube/mod.ts";
import type { Progress } from "../report/mod.ts";
import { asAdmin, storeVariables } from "./bootstrap.ts";
import { describeExpiry, describeToken, type ExportedVariable, parseTokenDescription } from "./bootstrap_export.ts";
import { type GitlabTarget, openGitlab } from "./bootstrap_gitlab.ts";
import { BootstrapError, type Deployer } from "./bootstrap_objects.ts";
import {
  createTokenSecret,
  listTokenSecrets,
  obtainToken,
  revokeTokens,
  type TokenSecret,
  verifyToken,
} from "./bootstrap_token.ts";
import type { ProtectedHost } from "./protect.ts";

/** Whose token to replace. */
export interface RotateOptions {
  /** The admin's kubeconfig. @default KUBECONFIG, else ~/.kube/config */
  kubeconfig?: string;
  /** Its context. @default the current one */
  context?: string;
  /** Who deploys where. */
  deployer: Deployer;
  /** Wanted lifetime of the token in milliseconds. */
  expiresMs: number;
  /** Where the variable is. Absent: the token is printed, and the old one stays until it is revoked. */
  gitlab?: GitlabTarget;
  /** Only end all tokens but the newest. @default {false} */
  revokeOld?: boolean;
  /** Is told what goes on. */
  progress: Progress;
}

/** What a rotation did. `variable` holds a secret. */
export interface RotateResult {
  /** The new variable, where it must be stored by hand. */
  variable?: ExportedVariable;
  /** Secrets whose tokens ended. */
  revoked: string[];
}

/**
 * Replaces a deployer's token: a new one is made and tried, the variable replaced and read back, and only then the old
 * one ended. Killed in between, it goes on where it was when it is run again.
 *
 * @throws {BootstrapError} NOTHING_TO_ROTATE when bootstrap made no token.
 */
export async function rotate(host: ProtectedHost, options: RotateOptions): Promise<RotateResult> {
  const { deployer, gitlab, expiresMs, progress, revokeOld = false } = options;
  return await asAdmin(host, options, async ({ client }, resolved) => {
    const secrets = await listTokenSecrets(client, deployer);
    const newest = secrets.at(-1);
    if (newest === undefined) throw nothingToRotate(deployer);
    if (revokeOld) return { revoked: await revoke(client, deployer, secrets.slice(0, -1), progress) };
    const inUse = gitlab === undefined ? newest.name : await readSecretInUse(host, gitlab, deployer);
    if (gitlab !== undefined && inUse === newest.name && secrets.length > 1) {
      progress.log(`GitLab has the newest token already: ending the ones before it`);
      return { revoked: await revoke(client, deployer, secrets.slice(0, -1), progress) };
    }
    const next = inUse === newest.name || gitlab === undefined
      ? await createTokenSecret(client, deployer, newest.generation + 1, newest.longLived)
      : newest;
    const token = await obtainToken(host, client, { deployer, secret: next, expiresMs });
    await verifyToken(host, resolved, deployer, token.token);
    progress.log(`token ${token.fingerprint} ${describeExpiry(token, expiresMs)}`);
    const description = describeToken(deployer, token);
    const variable: ExportedVariable = { key: "K8S_TOKEN", value: token.token, secret: true, description };
    if (gitlab === undefined) return { variable, revoked: [] };
    await storeVariables(host, gitlab, [variable], progress);
    const old = secrets.filter(({ name }) => name !== next.name);
    return { revoked: await revoke(client, deployer, old, progress) };
  });
}

function nothingToRotate({ namespace, serviceAccount }: Deployer): BootstrapError {
  const message = `Cannot rotate the token of ${namespace}/${serviceAccount}: kstage bootstrap made none`;
  return new BootstrapError("NOTHING_TO_ROTATE", message, {
    hint: "Run kstage bootstrap first; check --namespace and --service-account",
  });
}

/** The Secret whose token GitLab has; empty when it has one of somebody else, or none. */
async function readSecretInUse(host: ProtectedHost, gitlab: GitlabTarget, deployer: Deployer): Promise<string> {
  using api = openGitlab(host, gitlab);
  const stored = (await listVariables(api, gitlab.project))
    .find(({ key, scope }) => key === "K8S_TOKEN" && scope === gitlab.scope);
  const known = parseTokenDescription(stored?.description ?? "");
  return known?.account === `${deployer.namespace}/${deployer.serviceAccount}` ? known.secret : "";
}

async function revoke(
  client: KubeClient,
  deployer: Deployer,
  secrets: readonly TokenSecret[],
  progress: Progress,
): Promise<string[]> {
  const revoked = await revokeTokens(client, deployer, secrets);
  for (const name of revoked) progress.log(`secret/${name} deleted: its token has ended`);
  return revoked;
}
