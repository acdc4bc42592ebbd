import { deepEqual, equal, match, ok, throws } from "../assert.ts";
import {
  encodeBasic,
  findLogin,
  parseDockerConfig,
  parseImageReference,
  RegistryError,
  registryOfKey,
} from "../../src/registry/mod.ts";

const auth = encodeBasic({ username: "jö", password: "p:w" });

Deno.test("a pull secret's logins are read from auth, from name and password, or from both", () => {
  const login = { username: "jö", password: "p:w" };
  for (const entry of [{ auth }, { ...login }, { ...login, auth }, { username: "jö", auth, email: "a@b.c" }]) {
    deepEqual(parseDockerConfig(JSON.stringify({ auths: { r: entry } })), [{ key: "r", ...login }]);
  }
});

Deno.test("a damaged pull secret is refused without repeating what is in it", () => {
  const damaged = [
    "canary",
    '{"canary":{}}',
    '{"auths":{"r":"canary"}}',
    '{"auths":{"r":{}}}',
    '{"auths":{"r":{"username":"canary"}}}',
    '{"auths":{"r":{"auth":"!!canary"}}}',
    `{"auths":{"r":{"auth":"${btoa("canary")}"}}}`,
    `{"auths":{"r":{"auth":"${btoa("a:b")}","password":"canary"}}}`,
    '{"auths":{"r":{"auth":5,"password":"canary"}}}',
  ];
  for (const text of damaged) {
    throws(() => parseDockerConfig(text), (error: unknown) => {
      ok(error instanceof RegistryError);
      return error.code === "BAD_CONFIG" && !error.message.includes("canary") &&
        !error.message.includes(btoa("canary"));
    });
  }
});

Deno.test("logins that a credential helper keeps, and tokens that nodes don't use, are refused with a clear word", () => {
  const said = (text: string) => {
    try {
      return JSON.stringify(parseDockerConfig(text));
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (
    const config of [
      { credsStore: "desktop" },
      { auths: { "r.example.com": {} }, credsStore: "desktop" },
      { auths: { "r.example.com": {} }, credHelpers: { "r.example.com": "desktop" } },
    ]
  ) {
    equal(
      said(JSON.stringify(config)),
      'Cannot read the pull secret: its logins are kept by the credential helper "desktop", which no node has',
    );
  }
  equal(
    said('{"auths":{"r":{"identitytoken":"canary"}}}'),
    'Cannot read the pull secret: the entry "r" has a token in place of a password, which nodes don\'t use',
  );
  // Beside real logins a helper does no harm.
  match(said(JSON.stringify({ auths: { r: { auth: btoa("u:p") } }, credsStore: "desktop" })), /"username":"u"/);
});

Deno.test("the login with the longest path that fits is taken, as a kubelet does", () => {
  const keys = [
    "registry.example.com",
    "https://registry.example.com/v2/",
    "registry.example.com/group/api",
    "registry.example.com/group",
    "*.wild.example.com",
    "https://index.docker.io/v1/",
    "registry.example.com:5000",
  ];
  const entries = keys.map((key) => ({ key, username: "u", password: "p" }));
  const chosen = (image: string) => findLogin(entries, parseImageReference(image))?.key;
  equal(chosen("registry.example.com/group/api:1"), "registry.example.com/group/api");
  equal(chosen("registry.example.com/group/apis:1"), "registry.example.com/group");
  equal(chosen("registry.example.com/groups/api"), "registry.example.com");
  equal(chosen("registry.example.com:5000/a"), "registry.example.com:5000");
  equal(chosen("eu.wild.example.com/a"), "*.wild.example.com");
  equal(chosen("a.b.wild.example.com/a"), undefined);
  equal(chosen("nginx"), "https://index.docker.io/v1/");
  equal(chosen("ghcr.io/a/b"), undefined);
  equal(chosen("registryXexample.com/a"), undefined);
  equal(registryOfKey("https://index.docker.io/v1/"), "docker.io");
});
