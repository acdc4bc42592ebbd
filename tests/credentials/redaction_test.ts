import { deepEqual, equal, ok } from "../assert.ts";
import fc from "fast-check";
import { createMemoryHost } from "../../src/host/mod.ts";
import { createRedactor, openStream, REDACTED } from "../../src/credentials/mod.ts";
import { protectHost } from "../../src/operations/protect.ts";
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

Deno.test("register() refuses what is too short to be told from anything", () => {
  const redactor = createRedactor();
  equal(redactor.register("  abc  "), false);
  equal(redactor.register("true"), false);
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

/** What a stream shows of a text that is written in parts. */
function writeInParts(redactor: ReturnType<typeof createRedactor>, parts: readonly string[]): string {
  const state = openStream();
  return parts.map((part) => redactor.redactPart(state, part)).join("") + redactor.redactRest(state);
}

Deno.test("a secret that is divided between writes is found, and nothing else is held back for long", () => {
  const redactor = redactorOf("correct-horse-battery");
  for (let at = 0; at <= 21; at++) {
    const text = "correct-horse-battery";
    equal(writeInParts(redactor, ["a ", text.slice(0, at), text.slice(at), " b"]), `a ${REDACTED} b`);
  }
  equal(writeInParts(redactor, [..."x correct-horse-battery y"]), `x ${REDACTED} y`);
  const state = openStream();
  equal(redactor.redactPart(state, "a whole line\n"), "a whole line\n");
  equal(redactor.redactPart(state, "the correct"), "the ");
  equal(redactor.redactPart(state, " way\n"), "correct way\n");
  equal(redactor.redactRest(state), "");
});

Deno.test("parts of a text are redacted as the whole is", () => {
  const secrets = fc.array(fc.stringMatching(/^[ab]{4,9}$/), { minLength: 1, maxLength: 4 });
  const parts = fc.array(fc.stringMatching(/^[ab .]{0,12}$/), { maxLength: 8 });
  fc.assert(fc.property(secrets, parts, (values, written) => {
    const redactor = redactorOf(...values);
    // Secrets side by side may be replaced one by one or as one.
    const once = (text: string) => text.replaceAll(/(\[redacted\])+/g, "#");
    equal(once(writeInParts(redactor, written)), once(redactor.redact(written.join(""))));
  }));
});

Deno.test("a short secret is taken out where it is a word of its own", () => {
  const redactor = redactorOf("s3cr3t", "abcd");
  equal(
    redactor.redact("user:s3cr3t@host s3cr3tly as3cr3t (abcd) abcde"),
    `user:${REDACTED}@host s3cr3tly as3cr3t (${REDACTED}) abcde`,
  );
  equal(
    writeInParts(redactor, ["user:s3c", "r3t", "@host s3cr3t", "ly a", "s3cr3t"]),
    `user:${REDACTED}@host s3cr3tly as3cr3t`,
  );
  equal(writeInParts(redactor, ["s3cr3t"]), REDACTED);
});

Deno.test("many secrets are looked for at once", () => {
  const secrets = Array.from({ length: 500 }, (_, i) => `secret-number-${i}-with-some-length`);
  const { redact } = redactorOf(...secrets);
  const text = "an ordinary line of a log with nothing in it\n".repeat(20_000);
  const started = performance.now();
  equal(redact(`${text}${secrets[499]}`), `${text}${REDACTED}`);
  ok(performance.now() - started < 5_000);
});

Deno.test("a protected host holds back what may be a secret until it is flushed", () => {
  const host = createMemoryHost();
  const guarded = protectHost(host);
  guarded.registerSecrets(createRedactor, "12345678");
  guarded.stdout.write("token 1234");
  guarded.stderr.write("5678\n");
  equal(host.out.stdout, "token ");
  guarded.stdout.write("5678\n123");
  guarded.flush();
  deepEqual(host.out, { stdout: `token ${REDACTED}\n123`, stderr: "5678\n" });
});
