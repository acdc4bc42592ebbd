import { deepEqual, equal, match, ok } from "../assert.ts";
import type { ThrowawayCertificate } from "../credentials/throwaway_certificate.ts";
import { TOKEN } from "../credentials/fixtures.ts";
import {
  CA,
  type Examination,
  examineWith,
  GOOD,
  healthy,
  makeServerCertificate,
  OTHER_CA,
  ROTATED_CA,
  runWith,
  serving,
  variablesFor,
} from "./doctor_world.ts";

interface Row {
  certificate?: () => Promise<ThrowawayCertificate>;
  change?: Record<string, string>;
  examination?: Examination;
  code: string;
  says: RegExp[];
}

const ROWS: Record<string, Row> = {
  "no CA at all": {
    change: { CA_AUTH_DATA: "system" },
    code: "NO_CA",
    says: [/issued by CN=kubernetes/],
  },
  "the CA of a TLS-inspecting proxy": {
    certificate: () => makeServerCertificate({ issuer: OTHER_CA }),
    code: "WRONG_CA",
    says: [/issued by O=Example, CN=Inspection CA/, /CA_AUTH_DATA holds CN=kubernetes/, /TLS-inspecting proxy/],
  },
  "another cluster's CA": {
    change: { CA_AUTH_DATA: OTHER_CA.pem },
    code: "WRONG_CA",
    says: [/issued by CN=kubernetes/, /belong to the same cluster/],
  },
  "a CA that was replaced": {
    change: { CA_AUTH_DATA: ROTATED_CA.pem },
    code: "ROTATED_CA",
    says: [/same name as the server's, with another key/],
  },
  "a certificate that expired": {
    certificate: () => makeServerCertificate({ notAfter: new Date("2025-02-01T00:00:00Z") }),
    code: "CERTIFICATE_EXPIRED",
    says: [/CN=kube-apiserver is valid from 2025-01-01 00:00 UTC to 2025-02-01 00:00 UTC/],
  },
  "a certificate of the future": {
    certificate: () => makeServerCertificate({ notBefore: new Date("2120-01-01T00:00:00Z") }),
    code: "CERTIFICATE_EXPIRED",
    says: [/is not valid yet/, /from 2120-01-01/],
  },
  "a machine whose clock is wrong": {
    certificate: () => makeServerCertificate({ notAfter: new Date("2025-02-01T00:00:00Z") }),
    change: { GITLAB_CI: "true", CI_JOB_STARTED_AT: "2025-01-20T12:00:00Z" },
    code: "CLOCK_WRONG",
    says: [/GitLab started this job at 2025-01-20 12:00 UTC/],
  },
  "a certificate for other names": {
    certificate: () =>
      makeServerCertificate({ names: [{ type: "dns", value: "k8s.example.com" }, { type: "ip", value: "10.96.0.1" }] }),
    code: "WRONG_NAME",
    says: [/is not for 127\.0\.0\.1/, /It is for: k8s\.example\.com, 10\.96\.0\.1/],
  },
  "a certificate without names": {
    certificate: () => makeServerCertificate({ names: [] }),
    code: "NO_NAMES",
    says: [/names no host at all/],
  },
};

for (const [name, { certificate, change, examination, code, says }] of Object.entries(ROWS)) {
  Deno.test(`doctor finds ${name} by the server's own certificate, and only that`, async () => {
    await serving(await (certificate?.() ?? GOOD), healthy, async (port) => {
      const env = variablesFor(port, change);
      const { exitCode, found, text } = await examineWith({ ...examination, env });
      deepEqual(found, [`TLS ${code}`], text);
      equal(exitCode, 3);
      for (const pattern of says) match(text, pattern);
      ok(!text.includes(TOKEN));
    });
  });
}

Deno.test("doctor is content with a server that is well", () =>
  serving(GOOD, healthy, async (port) => {
    const { exitCode, found, text } = await examineWith({ env: variablesFor(port) });
    deepEqual(found, [], text);
    equal(exitCode, 0);
  }));

Deno.test("asking for the certificates sends no request and no token", async () => {
  const seen: string[] = [];
  const answering = (path: string, authorization: string | undefined) => {
    seen.push(`${path} ${authorization}`);
    return healthy(path, authorization);
  };
  await serving(GOOD, answering, async (port) => {
    const { found } = await examineWith({ env: variablesFor(port, { CA_AUTH_DATA: ROTATED_CA.pem }) });
    deepEqual(found, ["TLS ROTATED_CA"]);
  });
  deepEqual(seen, []);
});

function runWithKubeconfig(port: number, cluster: Record<string, string>) {
  const config = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: `https://127.0.0.1:${port}`, ...cluster } }],
    users: [{ name: "u", user: { token: TOKEN } }],
    contexts: [{ name: "u@c", context: { cluster: "c", user: "u" } }],
    "current-context": "u@c",
  });
  return examineWith({ files: { "/config": config }, args: ["--kubeconfig", "/config"] });
}

Deno.test("the fields of a kubeconfig are named, not the variables", () =>
  serving(GOOD, healthy, async (port) => {
    const { found, text } = await runWithKubeconfig(port, { "certificate-authority-data": btoa(ROTATED_CA.pem) });
    deepEqual(found, ["TLS ROTATED_CA"]);
    match(text, /certificate-authority-data of context \\"u@c\\" holds/);
  }));

Deno.test("tls-server-name is what the certificate is checked for", () =>
  serving(GOOD, healthy, async (port) => {
    const cluster = { "certificate-authority-data": btoa(CA.pem), "tls-server-name": "other.example.com" };
    const { found, text } = await runWithKubeconfig(port, cluster);
    deepEqual(found, ["TLS WRONG_NAME"], text);
    match(text, /is not for other\.example\.com/);
  }));

Deno.test("any command that fails at the certificate ends in the same explanation", async () => {
  const certificate = await makeServerCertificate({ names: [] });
  await serving(certificate, healthy, async (port) => {
    const { exitCode, stderr } = await runWith({ env: variablesFor(port) }, "rollout", "status", "deployment/web");
    equal(exitCode, 3);
    match(stderr, /names no host at all/);
    match(stderr, /hint: Make the API server's certificate anew/);
  });
});
