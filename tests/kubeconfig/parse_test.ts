import { deepEqual, equal, throws } from "../assert.ts";
import { KubeconfigError, parseKubeconfig } from "../../src/kubeconfig/mod.ts";

const HEADER = "apiVersion: v1\nkind: Config\n";

function refusal(text: string): KubeconfigError {
  try {
    parseKubeconfig(text, "/kc");
  } catch (error) {
    if (error instanceof KubeconfigError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

Deno.test("parseKubeconfig() reads entries by name, with the file that they stand in", () => {
  const config = parseKubeconfig(
    `${HEADER}clusters: [{name: c, cluster: {server: "https://x", new-field: 1}}]
users: [{name: u, user: {token: abc, username: null}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`,
    "/kc",
  );
  deepEqual(config.clusters.get("c"), { value: { server: "https://x", "new-field": 1 }, file: "/kc" });
  deepEqual(config.users.get("u"), { value: { token: "abc" }, file: "/kc" });
  deepEqual(config.contexts.get("x")?.value, { cluster: "c", user: "u" });
  equal(config.currentContext, "x");
});

Deno.test("parseKubeconfig() takes what kubectl takes: nothing, null, JSON, a BOM, no kind, null entries", () => {
  for (
    const text of [
      "",
      "null",
      "# only a comment\n",
      '{"apiVersion":"v1","kind":"Config"}',
      "\ufeffapiVersion: v1\nkind: Config\n",
      "clusters: []\n",
      "clusters: null\nusers:\n",
      "clusters: [{name: c, cluster: null}, {name: d}]\n",
      `${HEADER}unknown: {a: [1]}\n`,
    ]
  ) parseKubeconfig(text, "/kc");
  deepEqual(parseKubeconfig("clusters: [{name: c, cluster: null}]", "/kc").clusters.get("c")?.value, {});
});

Deno.test("parseKubeconfig() refuses what is no kubeconfig, and says what it is", () => {
  const cases: Record<string, RegExp> = {
    "[]": /no mapping with apiVersion and kind, but a list/,
    "foo": /no mapping with apiVersion and kind, but a string/,
    "apiVersion: v1\nkind: Pod\n": /no kind "Pod" is registered for version "v1"/,
    "apiVersion: v2\nkind: Config\n": /no kind "Config" is registered for version "v2"/,
    "clusters: {a: b}": /clusters must be a list/,
    "clusters: [{name: a, cluster: foo}]": /clusters\[0\]\.cluster must be a mapping/,
    "clusters: [{name: a, cluster: {server: 1}}]": /clusters\[0\]\.cluster\.server must be a string/,
    "clusters: [{name: 1}]": /clusters\[0\]\.name must be a string/,
    'clusters: [{name: a, cluster: {insecure-skip-tls-verify: "true"}}]': /must be true or false/,
    "users: [{name: a, user: {exec: {args: [1]}}}]": /users\[0\]\.user\.exec\.args\[0\] must be a string/,
    "users: [{name: a}, {name: a}]": /duplicate name "a" in list users/,
    'clusters: [{name: a, cluster: {certificate-authority-data: "%%"}}]': /illegal base64 data at input byte 0/,
    "a: [b\n": /it is not valid YAML/,
    "users: [{name: yes}]": /users\[0\]\.name must be a string/,
  };
  for (const [text, pattern] of Object.entries(cases)) {
    const error = refusal(text);
    equal(error.code, "INVALID", text);
    equal(error.place?.file, "/kc", text);
    throws(() => parseKubeconfig(text, "/kc"), pattern, text);
  }
});

Deno.test("parseKubeconfig() never quotes a secret, wherever the fault is", () => {
  const secret = "eyJhbGciOi-canary";
  for (
    const text of [
      `users: [{name: u, user: {token: [${secret}]}}]`,
      `token: "${secret}\nfoo: [`,
      `users: [{name: u, user: {client-key-data: "${secret}"}}]`,
      `token: *${secret}`,
      secret,
    ]
  ) {
    const error = refusal(text);
    const all = [error.message, error.hint, String(error.cause), error.stack].join("\n");
    equal(all.includes(secret), false, all);
  }
});

Deno.test("parseKubeconfig() reads as sigs.k8s.io/yaml does: the last of equal keys, the first document", () => {
  const config = parseKubeconfig("users: [{name: a}]\nusers: [{name: b}]\n---\nusers: [{name: c}]\n", "/kc");
  deepEqual([...config.users.keys()], ["b"]);
});

Deno.test("parseKubeconfig() keeps a key named __proto__ a key", () => {
  const config = parseKubeconfig('clusters: [{name: __proto__, cluster: {"__proto__": {server: x}}}]', "/kc");
  equal(config.clusters.get("__proto__")?.value.server, undefined);
});
