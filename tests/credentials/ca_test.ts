import { deepEqual, equal, ok, rejects } from "../assert.ts";
import fc from "fast-check";
import { FileError } from "../../src/base/mod.ts";
import { CredentialsError, normalizeCa } from "../../src/credentials/mod.ts";
import { encodeBase64, parsePem } from "../../src/kubeconfig/mod.ts";
import { readCertificate, TOKEN } from "./fixtures.ts";
import { makeCertificate } from "./throwaway_certificate.ts";

const CA = readCertificate("ca");
const once = encodeBase64(CA);
const wrap = (text: string) => text.replace(/.{76}/g, "$&\n");

/** Shape → text and what is said about it. */
const SHAPES: Record<string, { raw: string; repairs: string[] }> = {
  "PEM": { raw: CA, repairs: [] },
  "base64": { raw: once, repairs: [] },
  "base64 with a line break at its end": { raw: `${once}\n`, repairs: [] },
  "base64 wrapped at 76": { raw: wrap(once), repairs: ["joined the lines of the base64"] },
  "base64 twice": { raw: encodeBase64(once), repairs: ["decoded base64 twice"] },
  "base64 three times": { raw: encodeBase64(encodeBase64(once)), repairs: ["decoded base64 3 times"] },
  "base64 twice, each wrapped": {
    raw: wrap(encodeBase64(wrap(once))),
    repairs: ["joined the lines of the base64", "decoded base64 twice"],
  },
  "URL-safe base64 without padding": {
    raw: once.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
    repairs: [],
  },
  "PEM with spaces for line breaks": {
    raw: CA.trim().replaceAll("\n", " "),
    repairs: ["restored the line breaks of the PEM"],
  },
  "PEM without line breaks": {
    raw: CA.replaceAll("\n", ""),
    repairs: ["restored the line breaks of the PEM"],
  },
  "PEM without any white space": {
    raw: CA.replace(/\s/g, ""),
    repairs: ["restored the line breaks of the PEM"],
  },
  "PEM with literal \\n": { raw: CA.trim().replaceAll("\n", "\\n"), repairs: [] },
  "PEM with CRLF": {
    raw: CA.replaceAll("\n", "\r\n"),
    repairs: ["restored the line breaks of the PEM"],
  },
  "quoted PEM": { raw: `"${CA.replaceAll("\n", "\\n")}"`, repairs: ["removed quotes"] },
  "quoted base64": { raw: `'${once}'`, repairs: ["removed quotes"] },
  "base64 of DER": {
    raw: encodeBase64(parsePem(CA)[0]!.der!),
    repairs: ["added the BEGIN and END lines of a PEM"],
  },
  "with a byte order mark": { raw: `\ufeff${once}`, repairs: ["removed a byte order mark"] },
};

for (const [shape, { raw, repairs }] of Object.entries(SHAPES)) {
  Deno.test(`normalizeCa() takes a CA as ${shape}`, async () => {
    const ca = await normalizeCa(raw);
    equal(ca.value, CA);
    deepEqual(ca.certificates.map(({ subject, isCa }) => ({ subject, isCa })), [{
      subject: "CN=kubernetes",
      isCa: true,
    }]);
    deepEqual(ca.repairs, repairs);
    deepEqual(ca.notes, []);
  });
}

Deno.test("normalizeCa() finds no fault with what kubectl and openssl write", async () => {
  deepEqual((await normalizeCa(CA, { fromFile: true })).repairs, []);
  deepEqual((await normalizeCa(CA.trimEnd())).repairs, []);
  deepEqual((await normalizeCa(once)).repairs, []);
});

Deno.test("normalizeCa() follows the path that a variable of type File holds", async () => {
  const readFile = (path: string) => {
    if (path === "/builds/g/p.tmp/CA") return CA;
    throw new FileError("NOT_FOUND", "Cannot read", path);
  };
  const ca = await normalizeCa("/builds/g/p.tmp/CA", { readFile });
  equal(ca.value, CA);
  deepEqual(ca.repairs, ["read the file that it names"]);
  await rejects(normalizeCa("/builds/nope", { readFile, name: "CA_AUTH_DATA" }), {
    code: "UNREADABLE",
    message: "Cannot use CA_AUTH_DATA: it looks like a path, but there is no such file",
  });
});

Deno.test("normalizeCa() tells what the certificates of a bundle say", async () => {
  const bundle = `# two\n${CA}\n# other\n${readCertificate("ca_other")}`;
  const { value, certificates, repairs } = await normalizeCa(bundle, { fromFile: true });
  equal(value, bundle);
  deepEqual(repairs, []);
  deepEqual(certificates.map(({ subject }) => subject), [
    "CN=kubernetes",
    "O=Example, Inc., CN=Example TLS Inspection CA",
  ]);
  const [first] = certificates;
  equal(first!.notAfterMs, Date.UTC(2125, 0, 1));
  equal(first!.notBeforeMs, Date.UTC(2025, 0, 1));
  const digest = await crypto.subtle.digest("SHA-256", parsePem(CA)[0]!.der! as Uint8Array<ArrayBuffer>);
  equal(first!.sha256, Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(""));
});

Deno.test("normalizeCa() notes a server's certificate in place of a CA", async () => {
  const { notes, certificates } = await normalizeCa(readCertificate("server"));
  equal(notes.length, 1);
  ok(notes[0]!.includes("no CA"));
  deepEqual(certificates[0]!.names, [
    "kubernetes",
    "kubernetes.default",
    "k8s.example.com",
    "10.96.0.1",
    "203.0.113.7",
  ]);
});

const KEY = (await makeCertificate({ subject: "CN=x" })).keyPem;

/** What is refused, with its code and a word of the hint. */
const REFUSED: Record<string, { raw: string; code: string; says: RegExp }> = {
  "nothing": { raw: "", code: "EMPTY", says: /it is empty/ },
  "what is far too long": { raw: "A".repeat(1_000_001), code: "TOO_LARGE", says: /more than a million/ },
  "white space": { raw: " \n", code: "EMPTY", says: /it is empty/ },
  "empty quotes": { raw: '""', code: "EMPTY", says: /it is empty/ },
  "null": { raw: "null", code: "EMPTY", says: /word for nothing/ },
  "an unexpanded variable": { raw: "$CA_AUTH_DATA", code: "UNEXPANDED", says: /reference to a variable/ },
  "an unexpanded variable in braces": { raw: '"${CA}"', code: "UNEXPANDED", says: /reference to a variable/ },
  "what kubectl config view shows": { raw: "DATA+OMITTED", code: "REDACTED", says: /--raw/ },
  "a private key": { raw: KEY, code: "PRIVATE_KEY", says: /replace the key/ },
  "base64 of a private key": { raw: encodeBase64(KEY), code: "PRIVATE_KEY", says: /replace the key/ },
  "a certificate and its key": { raw: CA + KEY, code: "PRIVATE_KEY", says: /replace the key/ },
  "a token": { raw: TOKEN, code: "NOT_A_CA", says: /exchanged/ },
  "base64 of a token": { raw: encodeBase64(TOKEN), code: "NOT_A_CA", says: /exchanged/ },
  "a GitLab token": { raw: "glpat-abcdefghijklmnop", code: "NOT_A_CA", says: /token of GitLab/ },
  "an address": { raw: "https://k8s.example.com", code: "NOT_A_CA", says: /exchanged/ },
  "a kubeconfig": { raw: "apiVersion: v1\nkind: Config\n", code: "NOT_A_CA", says: /kubeconfig/ },
  "a Secret": { raw: '{"kind": "Secret"}', code: "NOT_A_CA", says: /ca\.crt/ },
  "a word": { raw: "hello-world!", code: "NOT_A_CA", says: /holds no certificate/ },
  "base64 of a word": { raw: encodeBase64("hello world"), code: "NOT_A_CA", says: /holds no certificate/ },
  "PEM that was cut off": { raw: CA.slice(0, 200), code: "NOT_A_CA", says: /no END line/ },
  "base64 that was cut off": { raw: once.slice(0, 300), code: "NOT_A_CA", says: /no END line/ },
  "PEM with a part missing": { raw: CA.replace(/\n.{20}/, "\n"), code: "NOT_A_CA", says: /cannot be parsed/ },
  "PEM of no certificate": {
    raw: "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n",
    code: "NOT_A_CA",
    says: /cannot be parsed/,
  },
  "another PEM": {
    raw: `-----BEGIN CERTIFICATE REQUEST-----\nTUlJQg==\n-----END CERTIFICATE REQUEST-----\n`,
    code: "NOT_A_CA",
    says: /CERTIFICATE REQUEST, not CERTIFICATE/,
  },
};

for (const [what, { raw, code, says }] of Object.entries(REFUSED)) {
  Deno.test(`normalizeCa() refuses ${what}`, async () => {
    await rejects(normalizeCa(raw, { name: "CA_AUTH_DATA" }), (error: CredentialsError) => {
      ok(error instanceof CredentialsError);
      equal(error.code, code);
      equal(error.source, "CA_AUTH_DATA");
      ok(error.message.startsWith("Cannot use CA_AUTH_DATA: "));
      ok(says.test(`${error.message} ${error.hint}`), `${error.message} ${error.hint}`);
      if (raw.length > 12) ok(!`${error.message}${error.hint}${error.cause ?? ""}`.includes(raw.slice(0, 12)));
      return true;
    });
  });
}

Deno.test("normalizeCa() refuses hostile texts soon", async () => {
  const texts = [
    "'".repeat(200_000),
    "-----BEGIN CERTIFICATE-----\n".repeat(30_000),
    `-----BEGIN CERTIFICATE-----${"A\n".repeat(300_000)}`,
    `${" ".repeat(900_000)}x`,
    "x".repeat(2_000_000),
  ];
  const started = performance.now();
  for (const text of texts) await rejects(normalizeCa(text), CredentialsError);
  ok(performance.now() - started < 10_000);
});

Deno.test("normalizeCa() ends with a PEM or a refusal, whatever it is given, and says the same the second time", async () => {
  const pieces = fc.array(
    fc.oneof(fc.string(), fc.constantFrom(CA, once, "\n", " ", '"', "-----BEGIN CERTIFICATE-----", "\\n", "=", "LS0t")),
    { maxLength: 5 },
  ).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(pieces, async (raw) => {
      try {
        const { value } = await normalizeCa(raw);
        equal((await normalizeCa(value, { fromFile: true })).value, value);
        deepEqual((await normalizeCa(value, { fromFile: true })).repairs, []);
      } catch (error) {
        ok(error instanceof CredentialsError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});
