import { type Host, isObject, type JsonObject } from "../base/mod.ts";
import type { Contents } from "./contents.ts";
import { KubeconfigError } from "./errors.ts";
import { modifyKubeconfigs, readContents } from "./modify.ts";
import type { OidcConfig, OidcStore, OidcTokens } from "./oidc.ts";

/** Whose tokens, and where they stand. */
export interface OidcEntry {
  /** The kubeconfig that holds the user. */
  file: string;
  /** Name of the user. */
  userName: string;
}

/**
 * Keeps the tokens of an `oidc` auth-provider where they stand in the kubeconfig: under client-go's lock, the file replaced
 * as a whole.
 *
 * @see client-go `tools/clientcmd/auth_loaders.go`, `config.go` (`PersisterForUser`) v0.36
 */
export function openOidcStore(host: Pick<Host, "fs" | "clock">, { file, userName }: OidcEntry): OidcStore {
  const access = { files: [file], isExplicit: true, defaultFile: file };
  const settingsOf = (contents: Contents): JsonObject | undefined => {
    const provider = contents.users.get(userName)?.value["auth-provider"];
    if (!isObject(provider)) return undefined;
    return (provider.config = isObject(provider.config) ? provider.config : {});
  };
  return {
    read: () => (settingsOf(readContents(host.fs, access)) ?? {}) as OidcConfig,
    async save(tokens: OidcTokens) {
      await modifyKubeconfigs(host, access, (contents) => {
        const settings = settingsOf(contents);
        if (settings === undefined) {
          throw new KubeconfigError("USER_MISSING", `Cannot keep new tokens: user "${userName}" is gone`, file);
        }
        Object.assign(settings, tokens);
      }, { relativize: false });
    },
  };
}
