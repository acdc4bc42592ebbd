/** Real TLS servers on loopback, each with one fault: what `fetch` makes of it must lead to the right explanation. */
import { equal, match, rejects } from "../assert.ts";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { TlsSettings } from "../../src/base/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { type ConnectionFacts, explainConnectionError, normalizeCa } from "../../src/credentials/mod.ts";
import { makeCertificate, type ThrowawayCertificate } from "./throwaway_certificate.ts";

const NAMES = [{ type: "dns" as const, value: "localhost" }, { type: "ip" as const, value: "127.0.0.1" }];
const ca = await makeCertificate({ subject: "CN=kubernetes", ca: true });
const rotated = await makeCertificate({ subject: "CN=kubernetes", ca: true });
const other = await makeCertificate({ subject: "CN=other", ca: true });
const good = await makeCertificate({ subject: "CN=kube-apiserver", issuer: ca, names: NAMES });

async function serve(certificate: ThrowawayCertificate | undefined, test: (port: number) => Promise<void>) {
  const answer = (_request: unknown, response: { end(text: string): void }) => response.end("{}");
  const server = certificate === undefined
    ? createHttpServer(answer)
    : createServer({ cert: certificate.pem, key: certificate.keyPem }, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await test((server.address() as AddressInfo).port);
  } finally {
    await close(server);
  }
}

function close(server: Server & { closeAllConnections?(): void }): Promise<void> {
  server.closeAllConnections?.();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function explain(address: string, tls: TlsSettings, facts: Partial<ConnectionFacts> = {}) {
  const client = createDenoHost().network.open(tls);
  let explanation: ReturnType<typeof explainConnectionError>;
  try {
    await rejects(client.fetch(`${address}/version`), (error: Error) => {
      explanation = explainConnectionError(error, { address, nowMs: Date.now(), ...facts });
      return true;
    });
  } finally {
    client.close();
  }
  return explanation!;
}

const certificates = async (pem: string) => (await normalizeCa(pem)).certificates;

Deno.test("a server whose CA is trusted is reached", () =>
  serve(good, async (port) => {
    const client = createDenoHost().network.open({ caPem: ca.pem });
    equal(await (await client.fetch(`https://localhost:${port}/version`)).text(), "{}");
    client.close();
  }));

Deno.test("a wrong CA is told from a replaced one and from none", () =>
  serve(good, async (port) => {
    const address = `https://localhost:${port}`;
    const peer = await certificates(good.pem);
    equal((await explain(address, {})).code, "NO_CA");
    const wrong = { ca: await certificates(other.pem), peer };
    equal((await explain(address, { caPem: other.pem }, wrong)).code, "WRONG_CA");
    const replaced = { ca: await certificates(rotated.pem), peer };
    equal((await explain(address, { caPem: rotated.pem }, replaced)).code, "ROTATED_CA");
  }));

Deno.test("a server with another name is told, with the names that it has", async () => {
  const names = [{ type: "dns" as const, value: "k8s.example.com" }, { type: "ip" as const, value: "10.96.0.1" }];
  const certificate = await makeCertificate({ subject: "CN=kube-apiserver", issuer: ca, names });
  await serve(certificate, async (port) => {
    for (const host of ["localhost", "127.0.0.1"]) {
      const { code, evidence, cause } = await explain(`https://${host}:${port}`, { caPem: ca.pem });
      equal(code, "WRONG_NAME");
      match(cause, new RegExp(`is not for ${host}$`));
      equal(evidence[0], "It is for: k8s.example.com, 10.96.0.1");
    }
  });
});

Deno.test("a certificate of the past or the future is told", async () => {
  const [past, future] = await Promise.all([
    makeCertificate({ subject: "CN=old", issuer: ca, names: NAMES, notAfter: new Date("2025-02-01T00:00:00Z") }),
    makeCertificate({ subject: "CN=new", issuer: ca, names: NAMES, notBefore: new Date("2120-01-01T00:00:00Z") }),
  ]);
  await serve(past!, async (port) => {
    const { code, cause } = await explain(`https://localhost:${port}`, { caPem: ca.pem });
    equal(code, "CERTIFICATE_EXPIRED");
    match(cause, /has expired$/);
  });
  await serve(future!, async (port) => {
    const { code, cause } = await explain(`https://localhost:${port}`, { caPem: ca.pem });
    equal(code, "CERTIFICATE_EXPIRED");
    match(cause, /is not valid yet$/);
  });
});

Deno.test("a CA that is the server's own certificate is told", async () => {
  const both = await makeCertificate({ subject: "CN=both", ca: true, names: NAMES });
  await serve(both, async (port) => {
    const { code } = await explain(`https://localhost:${port}`, { caPem: both.pem });
    equal(code, "LEAF_AS_CA");
  });
});

Deno.test("a plain http port and a closed port are told", async () => {
  let closed = 0;
  await serve(undefined, async (port) => {
    closed = port;
    equal((await explain(`https://localhost:${port}`, { caPem: ca.pem })).code, "NOT_TLS");
  });
  equal((await explain(`https://127.0.0.1:${closed}`, { caPem: ca.pem })).code, "REFUSED");
});
