import { deepEqual, equal, rejects } from "../assert.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { openCredentialSource, type ResolvedContext } from "../../src/kubeconfig/mod.ts";
import { makeCertificate } from "../credentials/throwaway_certificate.ts";
import { answers, CONTEXT, credential } from "./plugin_answers.ts";

Deno.test("openCredentialSource() asks a plugin again only when its credential ran out or was refused", async () => {
  const start = Date.UTC(2026, 0, 1);
  let runs = 0;
  const host = createMemoryHost({
    now: start,
    run: () => {
      const expirationTimestamp = new Date(start + ++runs * 3_600_000).toISOString();
      return answers(credential({ token: `t${runs}`, expirationTimestamp })).run("", []);
    },
  });
  const source = openCredentialSource(CONTEXT, host);
  const both = await Promise.all([source.get(), source.get()]);
  deepEqual(both, [{ authorization: "Bearer t1" }, { authorization: "Bearer t1" }]);
  await host.clock.advance(3_500_000);
  equal((await source.get()).authorization, "Bearer t1");
  await host.clock.advance(100_000);
  equal((await source.get()).authorization, "Bearer t2");
  source.forget();
  equal((await source.get()).authorization, "Bearer t3");
});

Deno.test("openCredentialSource() asks again after a plugin failed", async () => {
  let runs = 0;
  const host = createMemoryHost({ run: () => answers(credential({ token: "t" }), runs++ === 0 ? 1 : 0).run("", []) });
  const source = openCredentialSource(CONTEXT, host);
  await rejects(Promise.all([source.get(), source.get()]), { code: "EXEC_FAILED" });
  equal((await source.get()).authorization, "Bearer t");
  equal(runs, 2);
});

Deno.test("openCredentialSource() refuses a plugin's certificate with a foreign key", async () => {
  const [mine, other] = await Promise.all(["CN=me", "CN=other"].map((subject) => makeCertificate({ subject })));
  const give = (keyPem: string) => {
    const status = { clientCertificateData: mine!.pem, clientKeyData: keyPem };
    return openCredentialSource(CONTEXT, createMemoryHost({ run: answers(credential(status)).run })).get();
  };
  deepEqual(await give(mine!.keyPem), { certificatePem: mine!.pem, keyPem: mine!.keyPem });
  await rejects(give(other!.keyPem), { message: /the client key does not belong to the client certificate/ });
});

const withAuthentication = (authentication: ResolvedContext["authentication"]) => ({ ...CONTEXT, authentication });

Deno.test("openCredentialSource() reads a token file again after a minute, and bears its absence", async () => {
  const host = createMemoryHost({ files: { "/token": "one\n" } });
  const source = openCredentialSource(withAuthentication({ kind: "tokenFile", path: "/token" }), host);
  equal((await source.get()).authorization, "Bearer one");
  host.fs.writeFile("/token", "two\n");
  equal((await source.get()).authorization, "Bearer one");
  await host.clock.advance(60_000);
  equal((await source.get()).authorization, "Bearer two");
  host.fs.remove("/token");
  await host.clock.advance(60_000);
  equal((await source.get()).authorization, "Bearer two");
  source.forget();
  await rejects(source.get(), { code: "NOT_FOUND" });
  host.fs.writeFile("/token", " \n");
  await rejects(source.get(), { message: /it is empty/ });
});

Deno.test("openCredentialSource() gives tokens, passwords and nothing", async () => {
  const host = createMemoryHost();
  const get = (authentication: ResolvedContext["authentication"]) =>
    openCredentialSource(withAuthentication(authentication), host).get();
  deepEqual(await get({ kind: "none" }), {});
  deepEqual(await get({ kind: "token", token: "t" }), { authorization: "Bearer t" });
  deepEqual(await get({ kind: "basic", username: "me", password: "pä" }), { authorization: "Basic bWU6cMOk" });
});
