import type { JsonObject } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import { encodeBase64 } from "../kubeconfig/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { BootstrapError } from "./bootstrap_objects.ts";
import type { ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { withConnection } from "./with_connection.ts";

/** A login to a registry. Holds a secret. */
export interface RegistryLogin {
  /** Host and port, without a scheme. */
  registry: string;
  /** Who logs in. */
  username: string;
  /** With what. */
  password: string;
}

/**
 * The login that GitLab gives to a job: CI_DEPLOY_USER and CI_DEPLOY_PASSWORD for CI_REGISTRY. The job's own token ends with
 * the job, so nodes could not pull with it later; it is taken only when that is asked for.
 *
 * @throws {BootstrapError} NO_DEPLOY_TOKEN, JOB_TOKEN.
 */
export function readRegistryLogin(host: ProtectedHost, allowJobToken: boolean): RegistryLogin {
  const { env } = host;
  const registry = (env.get("CI_REGISTRY") ?? "").replace(/^https?:\/\//, "").replace(/\/+$/, "");
  const username = env.get("CI_DEPLOY_USER") || (allowJobToken ? env.get("CI_REGISTRY_USER") : undefined);
  const password = env.get("CI_DEPLOY_PASSWORD") || (allowJobToken ? env.get("CI_REGISTRY_PASSWORD") : undefined);
  host.registerSecrets(createRedactor, password);
  if (registry === "" || !username || !password) {
    throw new BootstrapError(
      "NO_DEPLOY_TOKEN",
      "Cannot make a pull secret: CI_REGISTRY, CI_DEPLOY_USER or CI_DEPLOY_PASSWORD is empty",
      {
        hint:
          "GitLab sets the last two when the project has a deploy token named gitlab-deploy-token with read_registry",
      },
    );
  }
  if (!allowJobToken && (username === "gitlab-ci-token" || password.startsWith("glcbt-"))) {
    throw new BootstrapError(
      "JOB_TOKEN",
      "Cannot make a pull secret: the password is a job's token, which ends with the job",
      {
        hint: "Use a deploy token; --allow-job-token takes it nevertheless",
      },
    );
  }
  return { registry, username, password };
}

/**
 * The Secret that `kubectl create secret docker-registry` makes, byte for byte.
 *
 * @see kubectl `pkg/cmd/create/create_secret_docker.go` v1.36
 */
export function pullSecretManifest(name: string, namespace: string | undefined, login: RegistryLogin): Manifest {
  const { registry, username, password } = login;
  const encode = (text: string) => encodeBase64(new TextEncoder().encode(text));
  const entry = { username, password, auth: encode(`${username}:${password}`) };
  const data: JsonObject = {
    ".dockerconfigjson": encode(escapeAsGo(JSON.stringify({ auths: { [registry]: entry } }))),
  };
  const metadata: Manifest["metadata"] = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion: "v1", data, kind: "Secret", metadata, type: "kubernetes.io/dockerconfigjson" };
}

const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** Go's encoder escapes what is special in HTML. */
function escapeAsGo(json: string): string {
  return json.replace(GO_ESCAPES, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Writes a pull secret to the cluster. @returns Where it is, and whether it is new. */
export async function createPullSecret(
  host: ProtectedHost,
  options: ConnectOptions & { name: string; login: RegistryLogin },
): Promise<{ namespace: string; created: boolean }> {
  return await withConnection(host, options, async ({ client, namespace }) => {
    const manifest = pullSecretManifest(options.name, namespace, options.login);
    const { created } = await client.apply(manifest, { fieldManager: "kstage-pull-secret", force: true });
    return { namespace, created };
  });
}
