import { createRedactor } from "../credentials/mod.ts";
import type { Login } from "../registry/mod.ts";
import { BootstrapError } from "./bootstrap_objects.ts";
import type { ProtectedHost } from "./protect.ts";

/** A login to a registry. Holds a secret. */
export interface RegistryLogin extends Login {
  /** Host and port, without a scheme; it may have a path, which then limits what the login is for. */
  registry: string;
  /** Only stored; no registry asks for it. */
  email?: string;
}

/** Where a login comes from, in place of GitLab's variables. */
export interface LoginSource {
  /** @default CI_REGISTRY */
  registry?: string | undefined;
  /** @default CI_DEPLOY_USER */
  username?: string | undefined;
  /** File with the password. @default CI_DEPLOY_PASSWORD */
  passwordFile?: string | undefined;
  /** As kubectl's `--docker-email`. @default none */
  email?: string | undefined;
  /** Whether the job's own login will do, which ends with the job. @default {false} */
  allowJobToken?: boolean;
}

/**
 * The login that GitLab gives to a job: CI_DEPLOY_USER and CI_DEPLOY_PASSWORD for CI_REGISTRY, or what flags name. The
 * job's own token ends with the job, so nodes could not pull with it later; it is taken only when that is asked for.
 *
 * @throws {BootstrapError} NO_DEPLOY_TOKEN, JOB_TOKEN.
 * @throws {FileError} When the password's file cannot be read.
 */
export function readRegistryLogin(host: ProtectedHost, source: LoginSource): RegistryLogin {
  const { env, fs } = host;
  const { allowJobToken = false, email, passwordFile } = source;
  const registry = (source.registry ?? env.get("CI_REGISTRY") ?? "").replace(/^https?:\/\//, "").replace(/\/+$/, "");
  const username = source.username || env.get("CI_DEPLOY_USER") ||
    (allowJobToken ? env.get("CI_REGISTRY_USER") : undefined);
  const password = passwordFile === undefined
    ? env.get("CI_DEPLOY_PASSWORD") || (allowJobToken ? env.get("CI_REGISTRY_PASSWORD") : undefined)
    : fs.readText(passwordFile).replace(/\r?\n$/, "");
  host.registerSecrets(createRedactor, password);
  if (registry === "" || !username || !password) {
    throw new BootstrapError(
      "NO_DEPLOY_TOKEN",
      "Cannot make a pull secret: CI_REGISTRY, CI_DEPLOY_USER or CI_DEPLOY_PASSWORD is empty",
      {
        hint:
          "GitLab sets the last two when the project has a deploy token named gitlab-deploy-token with read_registry; --registry, --username and --password-file stand in for them",
      },
    );
  }
  if (!allowJobToken && (username === "gitlab-ci-token" || password.startsWith("glcbt-"))) {
    throw new BootstrapError(
      "JOB_TOKEN",
      "Cannot make a pull secret: the password is a job's token, which ends with the job",
      { hint: "Use a deploy token; --allow-job-token takes it nevertheless" },
    );
  }
  return { registry, username, password, ...(email === undefined ? {} : { email }) };
}
