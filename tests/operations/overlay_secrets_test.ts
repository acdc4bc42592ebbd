import { deepEqual } from "../assert.ts";
import { registerOverlaySecrets } from "../../src/operations/overlay_secrets.ts";
import type { Manifest } from "../../src/manifest/mod.ts";

function registered(manifests: unknown[], known: string[] = []): string[] {
  const seen: string[] = [];
  const host = {
    registerSecrets: (_create: unknown, ...secrets: (string | undefined)[]) => void seen.push(...secrets as string[]),
  };
  registerOverlaySecrets(host, manifests as Manifest[], known);
  return seen.sort();
}

const secret = (fields: Record<string, unknown>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "api-service" },
  ...fields,
});

Deno.test("values of Secrets are kept secret, decoded, with what stands within files and JSON", () => {
  const login = JSON.stringify({ auths: { "r.example.com": { password: "hunter2-hunter2" } } });
  deepEqual(
    registered([
      secret({ data: { a: btoa("value-of-data"), b: btoa("short"), binary: "//79" } }),
      secret({ stringData: { env: "USER=somebody\nPASSWORD='long-password'\n", login } }),
    ]),
    [
      "PASSWORD='long-password'",
      "USER=somebody",
      "USER=somebody\nPASSWORD='long-password'",
      "hunter2-hunter2",
      "long-password",
      "somebody",
      "value-of-data",
      login,
    ].sort(),
  );
});

Deno.test("what the overlay says elsewhere, or the command line, is no secret", () => {
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "database" },
    spec: {
      template: { spec: { containers: [{ image: "example.com/postgres:16", env: [{ value: "http://api:8080/x" }] }] } },
    },
  };
  const stringData = {
    a: "postgres",
    b: "api-service",
    c: "database",
    d: "http://api:8080/x",
    e: "development",
    f: "Deployment",
    g: "really-secret",
  };
  deepEqual(registered([secret({ stringData }), deployment], ["/p/overlays/development"]), ["really-secret"]);
});

Deno.test("without Secrets nothing is looked at", () => {
  deepEqual(registered([{ apiVersion: "v1", kind: "ConfigMap", data: { a: "value-of-data" } }]), []);
});
