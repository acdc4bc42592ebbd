import { deepEqual, equal, match, ok, rejects } from "../assert.ts";
import fc from "fast-check";
import { CredentialsError, decodeTokenClaims, fingerprint, normalizeToken } from "../../src/credentials/mod.ts";
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";
import { BOUND_CLAIMS, LEGACY_CLAIMS, makeJwt, readCertificate, TOKEN } from "./fixtures.ts";
import { makeCertificate } from "./throwaway_certificate.ts";

const NOON = Date.UTC(2026, 0, 1, 0, 30);

/** Shape → text and what is said about it. */
const SHAPES: Record<string, { raw: string; repairs: string[] }> = {
  "it is": { raw: TOKEN, repairs: [] },
  "it is, with a line break": { raw: `${TOKEN}\n`, repairs: ["removed white space around it"] },
  "base64": { raw: encodeBase64(TOKEN), repairs: ["decoded base64"] },
  "base64 of a line": { raw: encodeBase64(`${TOKEN}\n`), repairs: ["decoded base64"] },
  "base64 wrapped at 76": {
    raw: encodeBase64(TOKEN).replace(/.{76}/g, "$&\n"),
    repairs: ["joined its lines", "decoded base64"],
  },
  "base64 twice": { raw: encodeBase64(encodeBase64(TOKEN)), repairs: ["decoded base64 twice"] },
  "lines": { raw: TOKEN.replace(/.{80}/g, "$&\n"), repairs: ["joined its lines"] },
  "lines with literal \\n": { raw: TOKEN.replace(/.{80}/g, "$&\\n"), repairs: ["joined its lines"] },
  "a header": { raw: `Bearer ${TOKEN}`, repairs: ['removed "Bearer"'] },
  "a whole header": { raw: `authorization: bearer ${TOKEN}`, repairs: ['removed "Bearer"'] },
  "a header with quotes inside": { raw: `Bearer "${TOKEN}"`, repairs: ['removed "Bearer"', "removed quotes"] },
  "a quoted word": { raw: `"${TOKEN}"`, repairs: ["removed quotes"] },
  "all of it at once": {
    raw: ` '"Bearer ${encodeBase64(TOKEN)}\n"' `,
    repairs: ["removed white space around it", "removed quotes", 'removed "Bearer"', "decoded base64"],
  },
};

for (const [shape, { raw, repairs }] of Object.entries(SHAPES)) {
  Deno.test(`normalizeToken() takes a token as ${shape}`, async () => {
    const token = await normalizeToken(raw, { nowMs: NOON });
    equal(token.value, TOKEN);
    deepEqual(token.repairs, repairs);
    deepEqual(token.notes, []);
    equal(token.claims?.serviceAccount, "gitlab-service-account");
    equal(token.fingerprint, await fingerprint(TOKEN));
  });
}

Deno.test("normalizeToken() uses a token that is no JWT, and notes it", async () => {
  const cases: Record<string, RegExp> = {
    "sha256~Zm9vYmFyYmF6cXV4": /^is an OpenShift token: whose it is/,
    "kubeconfig-u-abcde:zzzzzzzzzzzzzzzzzzzzz": /^is a Rancher token/,
    "token-x7k2p:zzzzzzzzzzzzzzzzzzzzz": /^is a Rancher token/,
    "ci:42:glcbt-abc": /^is a token for a GitLab agent/,
    "abcdef.0123456789abcdef": /^is a bootstrap token/,
    "31ada4fd-adec-460c-809a-9e56ceb75269": /^is no JWT/,
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ": /^is no JWT/,
  };
  for (const [raw, note] of Object.entries(cases)) {
    const { value, notes, claims, repairs } = await normalizeToken(raw);
    equal(value, raw);
    equal(claims, undefined);
    match(notes[0]!, note);
    deepEqual(repairs, []);
  }
  equal((await normalizeToken(encodeBase64("sha256~Zm9vYmFyYmF6cXV4"))).value, "sha256~Zm9vYmFyYmF6cXV4");
});

const KEY = (await makeCertificate({ subject: "CN=x" })).keyPem;

const REFUSED: Record<string, { raw: string; code: string; says: RegExp }> = {
  "nothing": { raw: "", code: "EMPTY", says: /it is empty/ },
  "Bearer alone": { raw: "Bearer ", code: "EMPTY", says: /it is empty/ },
  "an unexpanded variable": { raw: "$K8S_TOKEN", code: "UNEXPANDED", says: /reference to a variable/ },
  "an unexpanded variable in a header": {
    raw: "Bearer $K8S_TOKEN",
    code: "UNEXPANDED",
    says: /reference to a variable/,
  },
  "a masked value": { raw: "[MASKED]", code: "REDACTED", says: /copied from a log/ },
  "what kubectl config view shows": { raw: "REDACTED", code: "REDACTED", says: /--raw/ },
  "a GitLab access token": {
    raw: "glpat-aaaaaaaaaaaaaaaaaaaa",
    code: "GITLAB_TOKEN",
    says: /GitLab access token.*eyJ/,
  },
  "a GitLab deploy token": {
    raw: "gldt-aaaaaaaaaaaaaaaaaaaa",
    code: "GITLAB_TOKEN",
    says: /deploy token, which only git/,
  },
  "a GitLab job token": { raw: "glcbt-64_aaaaaaaaaaaaaaaaaaaa", code: "GITLAB_TOKEN", says: /job token/ },
  "base64 of a GitLab token": {
    raw: encodeBase64("glpat-aaaaaaaaaaaaaaaaaaaa"),
    code: "GITLAB_TOKEN",
    says: /GitLab access token/,
  },
  "a certificate": { raw: readCertificate("ca"), code: "NOT_A_TOKEN", says: /exchanged/ },
  "base64 of a certificate": { raw: encodeBase64(readCertificate("ca")), code: "NOT_A_TOKEN", says: /exchanged/ },
  "a private key": { raw: KEY, code: "PRIVATE_KEY", says: /Replace the key/ },
  "an address": { raw: "https://k8s.example.com:6443", code: "NOT_A_TOKEN", says: /exchanged/ },
  "a kubeconfig": { raw: "apiVersion: v1\nkind: Config\nclusters: []\n", code: "NOT_A_TOKEN", says: /--kubeconfig/ },
  "base64 of a kubeconfig": {
    raw: encodeBase64("kind: Config\nusers: []\n"),
    code: "NOT_A_TOKEN",
    says: /--kubeconfig/,
  },
  "a Secret": { raw: "kind: Secret\ndata:\n  token: eyJh\n", code: "NOT_A_TOKEN", says: /token of its data/ },
  "a JWT with its last part missing": {
    raw: TOKEN.slice(0, TOKEN.lastIndexOf(".")),
    code: "NOT_A_TOKEN",
    says: /JWT with 2 of 3 parts/,
  },
  "a JWT that was cut off": { raw: TOKEN.slice(0, 20), code: "NOT_A_TOKEN", says: /JWT with 1 of 3 parts/ },
  "a damaged JWT": {
    raw: `eyJhbGciOiJSUzI1Ni.${TOKEN.slice(TOKEN.indexOf(".") + 1)}`,
    code: "NOT_A_TOKEN",
    says: /damaged/,
  },
  "two words": { raw: "abcdefgh ijklmnop!", code: "NOT_A_TOKEN", says: /white space at position 9/ },
  "two lines": { raw: "abcdefgh!\nijklmnop", code: "NOT_A_TOKEN", says: /a line break at position 10/ },
  "a control character": {
    raw: "abcdefgh\x01ijklmnop",
    code: "NOT_A_TOKEN",
    says: /a control character at position 9/,
  },
  "a letter outside ASCII": { raw: "abcdefghé", code: "NOT_A_TOKEN", says: /outside ASCII at position 9/ },
};

for (const [what, { raw, code, says }] of Object.entries(REFUSED)) {
  Deno.test(`normalizeToken() refuses ${what}`, async () => {
    await rejects(normalizeToken(raw, { name: "K8S_TOKEN" }), (error: CredentialsError) => {
      ok(error instanceof CredentialsError);
      equal(error.code, code);
      ok(error.message.startsWith("Cannot use K8S_TOKEN: "));
      ok(says.test(`${error.message} ${error.hint}`), `${error.message} ${error.hint}`);
      if (raw.length > 12) ok(!`${error.message}${error.hint}${error.cause ?? ""}`.includes(raw.slice(0, 12)));
      return true;
    });
  });
}

Deno.test("normalizeToken() refuses an expired token, and says since when and how to renew it", async () => {
  await rejects(normalizeToken(makeJwt(BOUND_CLAIMS), { name: "K8S_TOKEN", nowMs: Date.UTC(2026, 0, 4) }), {
    code: "EXPIRED",
    message: "Cannot use K8S_TOKEN: the token expired 2026-01-01 01:00 UTC, 71h ago; it was valid for 1h",
    hint: /kubectl create token gitlab-service-account -n my-service/,
  });
});

Deno.test("normalizeToken() tolerates a minute, as API servers do, and notes what ends soon", async () => {
  const token = makeJwt(BOUND_CLAIMS);
  deepEqual((await normalizeToken(token, { nowMs: Date.UTC(2026, 0, 1, 1, 0, 59) })).notes, [
    "expires 2026-01-01 01:00 UTC, in 0.0s",
  ]);
  deepEqual((await normalizeToken(token, { nowMs: NOON })).notes, ["expires 2026-01-01 01:00 UTC, in 30m"]);
  const later = makeJwt({ ...BOUND_CLAIMS, exp: Date.UTC(2027, 0, 1) / 1000 });
  deepEqual((await normalizeToken(later, { nowMs: NOON })).notes, []);
  deepEqual((await normalizeToken(token)).notes, []);
});

Deno.test("normalizeToken() notes tokens that a cluster does not know by itself, and slow clocks", async () => {
  const gitlab = makeJwt({ iss: "https://gitlab.example.com", sub: "project_path:g/p:ref:main", project_path: "g/p" });
  match((await normalizeToken(gitlab)).notes[0]!, /GitLab ID token of g\/p: .* trust https:\/\/gitlab.example.com/);
  match((await normalizeToken(makeJwt({ sub: "me" }))).notes[0]!, /no ServiceAccount's token/);
  const early = await normalizeToken(makeJwt(BOUND_CLAIMS), { nowMs: Date.UTC(2025, 11, 31, 23) });
  ok(early.notes.some((note) => note.includes("clock may be slow")));
});

Deno.test("decodeTokenClaims() reads the claims of tokens in Secrets and of requested ones", () => {
  deepEqual(decodeTokenClaims(makeJwt(LEGACY_CLAIMS)), {
    issuer: "kubernetes/serviceaccount",
    subject: "system:serviceaccount:my-service:gitlab-service-account",
    audiences: [],
    namespace: "my-service",
    serviceAccount: "gitlab-service-account",
    secret: "gitlab-token",
  });
  deepEqual(decodeTokenClaims(makeJwt(BOUND_CLAIMS)), {
    issuer: "https://kubernetes.default.svc.cluster.local",
    subject: "system:serviceaccount:my-service:gitlab-service-account",
    audiences: ["https://kubernetes.default.svc.cluster.local"],
    namespace: "my-service",
    serviceAccount: "gitlab-service-account",
    secret: "anchor",
    expiresAtMs: Date.UTC(2026, 0, 1, 1),
    issuedAtMs: Date.UTC(2026, 0, 1),
    notBeforeMs: Date.UTC(2026, 0, 1),
  });
  deepEqual(decodeTokenClaims(makeJwt({ aud: "one", sub: 1, exp: "soon" })), { audiences: ["one"] });
  for (const text of ["", "a.b.c", "eyJ9.eyJ9.x", TOKEN.slice(1), `${TOKEN}.x`, "e30.W10.x"]) {
    equal(decodeTokenClaims(text), undefined, text);
  }
});

Deno.test("fingerprint() is the start of SHA-256", async () => {
  equal(await fingerprint("abc"), "ba7816bf");
});

Deno.test("normalizeToken() ends with a header's worth of token or a refusal, and changes it only once", async () => {
  const pieces = fc.array(
    fc.oneof(fc.string(), fc.constantFrom(TOKEN, encodeBase64(TOKEN), "\n", " ", '"', "Bearer ", "eyJ", ".", "glpat-")),
    { maxLength: 4 },
  ).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(pieces, async (raw) => {
      try {
        const { value } = await normalizeToken(raw);
        match(value, /^[\x21-\x7e]+$/);
        equal((await normalizeToken(value)).value, value);
      } catch (error) {
        ok(error instanceof CredentialsError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
