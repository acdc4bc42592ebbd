import { deepEqual, equal, ok, throws } from "../assert.ts";
import fc from "fast-check";
import { CredentialsError, normalizeAddress } from "../../src/credentials/mod.ts";
import { readCertificate, TOKEN } from "./fixtures.ts";

const TAKEN: Record<string, { value: string; repairs?: string[] }> = {
  "https://k8s.example.com:6443": { value: "https://k8s.example.com:6443" },
  "https://k8s.example.com": { value: "https://k8s.example.com" },
  "https://203.0.113.7:6443": { value: "https://203.0.113.7:6443" },
  "https://[2001:db8::1]:6443": { value: "https://[2001:db8::1]:6443" },
  "HTTPS://K8s.Example.com": { value: "HTTPS://K8s.Example.com" },
  "https://rancher.example.com/k8s/clusters/c-m-abc": { value: "https://rancher.example.com/k8s/clusters/c-m-abc" },
  "https://k8s.example.com/": { value: "https://k8s.example.com", repairs: ["removed the slash at its end"] },
  "https://k8s.example.com//": { value: "https://k8s.example.com", repairs: ["removed the slash at its end"] },
  " https://k8s.example.com\n": { value: "https://k8s.example.com", repairs: ["removed white space around it"] },
  "https://k8s.example.com\\n": { value: "https://k8s.example.com", repairs: ["removed white space around it"] },
  '"https://k8s.example.com"': { value: "https://k8s.example.com", repairs: ["removed quotes"] },
  "k8s.example.com:6443": { value: "https://k8s.example.com:6443", repairs: ["added https://"] },
  "master:6443/": {
    value: "https://master:6443",
    repairs: ["added https://", "removed the slash at its end"],
  },
  "[::1]:6443": { value: "https://[::1]:6443", repairs: ["added https://"] },
  "10.0.0.1": { value: "https://10.0.0.1", repairs: ["added https://"] },
};

for (const [raw, { value, repairs = [] }] of Object.entries(TAKEN)) {
  Deno.test(`normalizeAddress() takes ${JSON.stringify(raw)}`, () => {
    deepEqual(normalizeAddress(raw), { value, repairs, notes: [] });
  });
}

const REFUSED: Record<string, { code: string; says: RegExp }> = {
  "": { code: "EMPTY", says: /it is empty/ },
  "$CLUSTER_ADDRESS": { code: "UNEXPANDED", says: /reference to a variable/ },
  "${CLUSTER_ADDRESS}": { code: "UNEXPANDED", says: /reference to a variable/ },
  "%CLUSTER_ADDRESS%": { code: "UNEXPANDED", says: /reference to a variable/ },
  "[MASKED]": { code: "REDACTED", says: /copied from a log/ },
  "http://k8s.example.com": {
    code: "HTTP_REFUSED",
    says: /k8s.example.com would be .* Write https:\/\/k8s.example.com/,
  },
  "http://127.0.0.1:8001": { code: "HTTP_REFUSED", says: /--allow-http/ },
  "ssh://k8s.example.com": { code: "BAD_ADDRESS", says: /its scheme is ssh, not https/ },
  "https://me:hunter2hunter2@k8s.example.com": { code: "BAD_ADDRESS", says: /user name or a password/ },
  "https://k8s.example.com?x=1": { code: "BAD_ADDRESS", says: /query or a fragment/ },
  "https://k8s.example.com:port": { code: "BAD_ADDRESS", says: /no valid URL/ },
  "https://k8s.example.com:6443 https://other": { code: "BAD_ADDRESS", says: /a space at position 29/ },
  "https://k8s.\nexample.com": { code: "BAD_ADDRESS", says: /a line break at position 13/ },
  "https://2001:db8::1:6443": { code: "BAD_ADDRESS", says: /in brackets/ },
  "2001:db8::1": { code: "BAD_ADDRESS", says: /in brackets/ },
  "cluster": { code: "BAD_ADDRESS", says: /such as https/ },
  "my-secret-token!": { code: "BAD_ADDRESS", says: /such as https/ },
  "glpat-aaaaaaaaaaaaaaaaaaaa": { code: "BAD_ADDRESS", says: /token of GitLab/ },
  [TOKEN]: { code: "BAD_ADDRESS", says: /the address and the token exchanged/ },
  [readCertificate("ca")]: { code: "BAD_ADDRESS", says: /the address and the CA exchanged/ },
};

for (const [raw, { code, says }] of Object.entries(REFUSED)) {
  Deno.test(`normalizeAddress() refuses ${JSON.stringify(raw.slice(0, 50))}`, () => {
    throws(() => normalizeAddress(raw, { name: "CLUSTER_ADDRESS" }), (error: CredentialsError) => {
      ok(error instanceof CredentialsError);
      equal(error.code, code);
      ok(error.message.startsWith("Cannot use CLUSTER_ADDRESS: "));
      ok(says.test(`${error.message} ${error.hint}`), `${error.message} ${error.hint}`);
      for (const secret of ["hunter2", "my-secret", "glpat-", TOKEN.slice(0, 20)]) {
        ok(!`${error.message} ${error.hint}`.includes(secret));
      }
      return true;
    });
  });
}

Deno.test("normalizeAddress() takes http on loopback alone, and only when it is allowed", () => {
  for (const host of ["127.0.0.1:8001", "localhost:8080", "[::1]:8001", "127.1.2.3", "a.localhost"]) {
    equal(normalizeAddress(`http://${host}/`, { allowHttp: true }).value, `http://${host}`);
  }
  for (const host of ["127.0.0.1.example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0"]) {
    throws(() => normalizeAddress(`http://${host}`, { allowHttp: true }), { code: "HTTP_REFUSED" });
  }
});

Deno.test("normalizeAddress() notes paths that clients add themselves, and addresses of nobody", () => {
  for (const path of ["/api", "/api/v1", "/apis/", "/version"]) {
    const { notes } = normalizeAddress(`https://k8s.example.com${path}`);
    ok(notes[0]?.includes("usually left out"), path);
  }
  deepEqual(normalizeAddress("https://k8s.example.com/apiserver").notes, []);
  ok(normalizeAddress("https://0.0.0.0:6443").notes[0]?.includes("no address of a server"));
});

Deno.test("normalizeAddress() ends with a URL that it leaves alone, or with a refusal", () => {
  const texts = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom("https://k8s.example.com:6443/path", "?a=b", "#c"),
      fc.constantFrom("https://", "http://", "/", ":", "[::1]", " ", "@", "localhost"),
    ),
    { maxLength: 4 },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (raw) => {
      try {
        const { value } = normalizeAddress(raw);
        equal(new URL(value).protocol, "https:");
        deepEqual(normalizeAddress(value).repairs, []);
      } catch (error) {
        ok(error instanceof CredentialsError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
