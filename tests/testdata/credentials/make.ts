/** Makes the certificates of this directory anew: `deno run -A make.ts`. Their keys are thrown away. */
import { makeCertificate } from "../../credentials/throwaway_certificate.ts";

const save = (name: string, pem: string) => Deno.writeTextFile(new URL(`${name}.crt`, import.meta.url), pem);

const ca = await makeCertificate({ subject: "CN=kubernetes", ca: true });
const rotated = await makeCertificate({ subject: "CN=kubernetes", ca: true });
const other = await makeCertificate({ subject: "O=Example\\, Inc.,CN=Example TLS Inspection CA", ca: true });
const server = await makeCertificate({
  subject: "CN=kube-apiserver",
  issuer: ca,
  names: [
    { type: "dns", value: "kubernetes" },
    { type: "dns", value: "kubernetes.default" },
    { type: "dns", value: "k8s.example.com" },
    { type: "ip", value: "10.96.0.1" },
    { type: "ip", value: "203.0.113.7" },
  ],
});
const nameless = await makeCertificate({ subject: "CN=k8s.example.com", issuer: ca });
const expired = await makeCertificate({
  subject: "CN=kube-apiserver",
  issuer: ca,
  names: [{ type: "dns", value: "k8s.example.com" }],
  notBefore: new Date("2024-01-01T00:00:00Z"),
  notAfter: new Date("2025-01-01T00:00:00Z"),
});

await save("ca", ca.pem);
await save("ca_rotated", rotated.pem);
await save("ca_other", other.pem);
await save("server", server.pem);
await save("server_without_names", nameless.pem);
await save("server_expired", expired.pem);
