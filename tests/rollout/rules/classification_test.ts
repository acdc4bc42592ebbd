import { deepEqual, equal } from "../../assert.ts";
import * as fc from "fast-check";
import { classifyPullError } from "../../../src/rollout/rules/image_pull.ts";
import { findMissingConfig } from "../../../src/rollout/rules/missing_config.ts";
import { classifyRefusal } from "../../../src/rollout/rules/pod_creation.ts";

Deno.test("classifyPullError() is not misled by names", () => {
  const names = [
    "registry.example.com/not-found/denied:404",
    "registry.example.com/team/unauthorized:timeout",
    "ghcr.io/manifest-unknown/x:503",
  ];
  for (const name of names) {
    equal(classifyPullError(`failed to resolve reference "${name}": ${name}: not found`), "K1001", name);
    equal(classifyPullError(`failed to resolve reference "${name}": dial tcp: i/o timeout`), "K1003", name);
    equal(
      classifyPullError(`Head "https://${name}": denied: requested access to the resource is denied`),
      "K1002",
      name,
    );
  }
});

Deno.test("classifyPullError() knows the words of registries and runtimes", () => {
  const cases: Record<string, string> = {
    "rpc error: code = NotFound desc = failed to pull and unpack image": "K1001",
    "failed to resolve image: 404 page": "K1001",
    "reading manifest 2 in registry.example.com/web: manifest unknown": "K1001",
    "name unknown: The repository with name 'web' does not exist": "K1001",
    "unable to retrieve auth token: invalid username/password: unauthorized": "K1002",
    "no basic auth credentials": "K1002",
    "unexpected status from HEAD request: 403 Forbidden": "K1002",
    "error getting credentials: authentication required": "K1002",
    "choosing an image from manifest list: no image found in image index for architecture arm64": "K1006",
    "image operating system does not match the specified platform: wanted linux/amd64": "K1006",
    'short-name "web" did not resolve to an alias and no unqualified-search registries are defined': "K1004",
    "toomanyrequests: Rate exceeded": "K1003",
    "pull QPS exceeded": "K1003",
    "unexpected EOF": "K1003",
    "net/http: TLS handshake timeout": "K1003",
    "http: server gave HTTP response to HTTPS client": "K1003",
    "write: no space left on device": "K1003",
    "received unexpected HTTP status: 502 Bad Gateway": "K1003",
    "": "K1003",
  };
  for (const [text, code] of Object.entries(cases)) equal(classifyPullError(text), code, text);
});

Deno.test("law: what passes by itself is never called fatal, whatever else the text says", () => {
  const passing = fc.constantFrom(
    "toomanyrequests",
    "i/o timeout",
    "no such host",
    "connection refused",
    "unexpected EOF",
  );
  const other = fc.constantFrom("not found", "denied", "unauthorized", "manifest unknown", "no match for platform");
  fc.assert(fc.property(passing, other, fc.boolean(), (a, b, first) => {
    equal(classifyPullError(first ? `${a}: ${b}` : `${b}: ${a}`), "K1003");
  }));
});

Deno.test("findMissingConfig() reads names and keys out of the kubelet's words", () => {
  const cases: Record<string, ReturnType<typeof findMissingConfig>> = {
    'secret "db" not found': { kind: "Secret", name: "db" },
    'MountVolume.SetUp failed for volume "c" : configmap "settings" not found': { kind: "ConfigMap", name: "settings" },
    "couldn't find key url in ConfigMap shop/settings": { kind: "ConfigMap", name: "settings", key: "url" },
    "couldn't find key tls.crt in Secret shop/web.tls": { kind: "Secret", name: "web.tls", key: "tls.crt" },
    "references non-existent secret key: password": { kind: "Secret", name: "", key: "password" },
    "failed to sync secret cache: timed out waiting for the condition": undefined,
    'node "n" not found': undefined,
  };
  for (const [message, want] of Object.entries(cases)) deepEqual(findMissingConfig(message), want, message);
});

Deno.test("classifyRefusal() leaves alone what the server will answer otherwise the next time", () => {
  for (
    const message of [
      "etcdserver: leader changed",
      'pods "x" already exists',
      "context deadline exceeded",
      "Too many requests",
    ]
  ) {
    equal(classifyRefusal(message), undefined, message);
  }
});
