import { equal, ok } from "../assert.ts";
import fc from "fast-check";
import { createMemoryHost } from "../../src/host/mod.ts";
import { createRedactedOutput, createRedactor, REDACTED } from "../../src/credentials/mod.ts";
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";
import { TOKEN } from "./fixtures.ts";
import { makeCertificate } from "./throwaway_certificate.ts";

function redactorOf(...secrets: string[]) {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  return redactor;
}

Deno.test("redact() takes out a secret in every form that it may be printed in", () => {
  const secret = 'pa"ss wörd+/\\8$';
  const { redact } = redactorOf(secret);
  for (
    const form of [
      secret,
      encodeBase64(secret),
      encodeURIComponent(secret),
      encodeURIComponent(secret).toLowerCase(),
      encodeURIComponent(secret).replaceAll("%20", "+"),
      JSON.stringify(secret).slice(1, -1),
      encodeBase64(secret).replaceAll("+", "-").replaceAll("/", "_"),
    ]
  ) {
    ok(redact(`a ${form} b`).startsWith(`a ${REDACTED}`), form);
  }
});

Deno.test("redact() finds a secret in base64 of a longer text, at every offset", () => {
  const secret = "correct-horse-battery";
  const { redact } = redactorOf(secret);
  for (const user of ["", "a", "ab", "abc", "gitlab+deploy-token-1"]) {
    const encoded = encodeBase64(`${user}:${secret}:tail`);
    const shown = redact(`auth: ${encoded}`);
    ok(shown.includes(REDACTED), user);
    // What is left is too little to decode a byte of the secret's middle from.
    ok(shown.replace(REDACTED, "").length < `auth: ${encoded}`.length - secret.length, shown);
  }
});

Deno.test("redact() takes out a JWT's signature alone, and each line of a key", async () => {
  const { redact } = redactorOf(TOKEN, (await makeCertificate({ subject: "CN=x" })).keyPem);
  equal(redact(`sig ${TOKEN.split(".")[2]}`), `sig ${REDACTED}`);
  ok(redact(TOKEN.split(".")[0]!).includes("eyJ"), "the header is no secret");
  const { keyPem } = await makeCertificate({ subject: "CN=y" });
  const keyRedactor = redactorOf(keyPem);
  for (const line of keyPem.trim().split("\n").slice(1, -1)) equal(keyRedactor.redact(`  ${line}`), `  ${REDACTED}`);
});

Deno.test("register() refuses what is too short to be told from ordinary words", () => {
  const redactor = createRedactor();
  equal(redactor.register("default"), false);
  equal(redactor.register("  abc  "), false);
  equal(redactor.register("12345678"), true);
  equal(redactor.redact("default 12345678"), `default ${REDACTED}`);
});

Deno.test("redact() leaves nothing of secrets that overlap, and everything else", () => {
  const { redact } = redactorOf("abcdefgh12345678", "12345678zyxwvuts");
  equal(redact("<abcdefgh12345678zyxwvuts>"), `<${REDACTED}>`);
  equal(redact("<abcdefgh12345678><12345678zyxwvuts>"), `<${REDACTED}><${REDACTED}>`);
  equal(redact(""), "");
  equal(createRedactor().redact("abc"), "abc");
});

Deno.test("redact() never lets a secret through, wherever it stands and whatever stands around it", () => {
  const secrets = fc.array(fc.stringMatching(/^[a-zA-Z0-9+/=_.~"\\ é-]{8,40}$/), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(secrets, fc.array(fc.string()), fc.nat(3), (values, around, form) => {
    const { redact } = redactorOf(...values);
    const write = [String, encodeBase64, encodeURIComponent, JSON.stringify][form] as (value: string) => string;
    const shown = redact(values.map((value, i) => `${around[i] ?? "\n"}${write(value.trim())}`).join(""));
    for (const value of values) {
      const trimmed = value.trim();
      if (trimmed.length >= 8 && !trimmed.includes("[")) ok(!shown.includes(trimmed), `${trimmed} in ${shown}`);
    }
  }));
});

Deno.test("redact() is fast on long texts and many secrets", () => {
  const { redact } = redactorOf(...Array.from({ length: 50 }, (_, i) => `secret-number-${i}-with-some-length`));
  const text = "an ordinary line of a log with nothing in it\n".repeat(20_000);
  const started = performance.now();
  equal(redact(text), text);
  ok(performance.now() - started < 5_000);
});

Deno.test("createRedactedOutput() redacts what is written", () => {
  const host = createMemoryHost();
  const output = createRedactedOutput(host.stdout, redactorOf("12345678"));
  output.write("token 12345678\n");
  equal(host.out.stdout, `token ${REDACTED}\n`);
  equal(output.isTerminal(), false);
  equal(output.columns(), 80);
});
