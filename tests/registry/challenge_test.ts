import { deepEqual } from "../assert.ts";
import { parseChallenges } from "../../src/registry/challenge.ts";

Deno.test("challenges are read with commas in quotes, escapes and several in one header", () => {
  const cases: [string, ReturnType<typeof parseChallenges>][] = [
    ["", []],
    ['Basic realm="a"', [{ scheme: "basic", parameters: { realm: "a" } }]],
    [
      'Bearer realm="https://g/jwt/auth",service="container_registry",scope="repository:a/b:pull,push"',
      [{
        scheme: "bearer",
        parameters: { realm: "https://g/jwt/auth", service: "container_registry", scope: "repository:a/b:pull,push" },
      }],
    ],
    [
      'Negotiate, BEARER Realm = "a\\"b" , error=invalid_token, Basic realm="x"',
      [
        { scheme: "negotiate", parameters: {} },
        { scheme: "bearer", parameters: { realm: 'a"b', error: "invalid_token" } },
        { scheme: "basic", parameters: { realm: "x" } },
      ],
    ],
    ['"garbage', []],
  ];
  for (const [header, challenges] of cases) deepEqual(parseChallenges(header), challenges);
});
