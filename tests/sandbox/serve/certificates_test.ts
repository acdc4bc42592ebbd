import { deepEqual, equal, notEqual } from "../../assert.ts";
import { X509Certificate } from "node:crypto";
import { makeCertificates } from "../../../src/sandbox/serve/certificates.ts";

const NOW = Date.UTC(2026, 0, 2);

Deno.test("the server certificate is signed by its CA, for loopback and the cluster's service", async () => {
  const { caPem, certificatePem } = await makeCertificates(NOW);
  const ca = new X509Certificate(caPem);
  const server = new X509Certificate(certificatePem);
  equal(ca.ca, true);
  equal(server.ca, false);
  deepEqual([server.subject, server.issuer, ca.subject], ["CN=kube-apiserver", "CN=kubernetes", "CN=kubernetes"]);
  equal(server.verify(ca.publicKey), true);
  equal(
    server.subjectAltName?.replaceAll("DNS:", "").replaceAll("IP Address:", ""),
    "localhost, kubernetes, kubernetes.default, kubernetes.default.svc, 127.0.0.1, ::1",
  );
});

Deno.test("both certificates are valid from the day before on", async () => {
  const { caPem, certificatePem } = await makeCertificates(NOW);
  for (const pem of [caPem, certificatePem]) {
    const certificate = new X509Certificate(pem);
    equal(new Date(certificate.validFrom).getTime(), NOW - 86_400_000);
    equal(new Date(certificate.validTo).getTime(), NOW + 3650 * 86_400_000);
  }
});

Deno.test("no two are alike", async () => {
  const [a, b] = [await makeCertificates(NOW), await makeCertificates(NOW)];
  notEqual(a.caPem, b.caPem);
  notEqual(
    new X509Certificate(a.certificatePem).serialNumber,
    new X509Certificate(b.certificatePem).serialNumber,
  );
  equal(/^-----BEGIN PRIVATE KEY-----\n/.test(a.keyPem), true);
});
