import type { ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { pullSecretManifest } from "./pull_secret_content.ts";
import type { RegistryLogin } from "./pull_secret_login.ts";
import { attachPullSecret, PULL_SECRET_MANAGER } from "./pull_secret_use.ts";
import { withConnection } from "./with_connection.ts";

/** What became of a pull secret. */
export interface WrittenPullSecret {
  /** Where it is. */
  namespace: string;
  /** Whether it is new. */
  created: boolean;
  /** What became of the ServiceAccount, where one was named. */
  attached?: "attached" | "unchanged";
}

/** Writes a pull secret to the cluster, and lets a ServiceAccount's pods use it. */
export async function createPullSecret(
  host: ProtectedHost,
  options: ConnectOptions & { name: string; login: RegistryLogin; serviceAccount?: string | undefined },
): Promise<WrittenPullSecret> {
  const { name: secret, login, serviceAccount } = options;
  return await withConnection(host, options, async ({ client, namespace }) => {
    const manifest = pullSecretManifest(secret, namespace, login);
    const { created } = await client.apply(manifest, { fieldManager: PULL_SECRET_MANAGER, force: true });
    if (serviceAccount === undefined) return { namespace, created };
    return { namespace, created, attached: await attachPullSecret(client, { namespace, serviceAccount, secret }) };
  });
}
