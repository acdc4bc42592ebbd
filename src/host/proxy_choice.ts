import type { Env } from "../base/mod.ts";

/**
 * Whether a request may go through a proxy of the environment: one is set, and neither is the host this machine nor does
 * NO_PROXY name it. Networks in NO_PROXY (`10.0.0.0/8`) are not computed, so this may say yes where the answer is no.
 */
export function mayUseProxy(env: Env, hostName: string): boolean {
  const isSet = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].some((name) => env.get(name));
  if (!isSet || /^(localhost|127\.[\d.]+|::1)$/.test(hostName)) return false;
  const exceptions = (env.get("NO_PROXY") ?? env.get("no_proxy") ?? "").split(",").map((entry) => entry.trim());
  return !exceptions.filter((entry) => entry !== "").some((entry) => {
    const name = entry.replace(/^\*?\./, "");
    return entry === "*" || hostName === name || hostName.endsWith(`.${name}`);
  });
}
