/** The program's version; the release script checks that it equals deno.json's. */
export const VERSION = "0.1.0";

/** The kustomize release whose output the native build reproduces. */
export const KUSTOMIZE_VERSION = "v5.8.1";
