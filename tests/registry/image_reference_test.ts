import fc from "fast-check";
import { deepEqual, equal, throws } from "../assert.ts";
import { formatImageReference, parseImageReference, RegistryError } from "../../src/registry/mod.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

Deno.test("image references are read as a container runtime reads them", () => {
  const cases: [string, string][] = [
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:1.27", "docker.io/library/nginx:1.27"],
    ["group/api", "docker.io/group/api:latest"],
    ["index.docker.io/nginx", "docker.io/library/nginx:latest"],
    ["localhost/api", "localhost/api:latest"],
    ["localhost:5000/a/b/c:x", "localhost:5000/a/b/c:x"],
    ["registry.example.com/group/api:v1", "registry.example.com/group/api:v1"],
    [`registry.example.com/api@${DIGEST}`, `registry.example.com/api@${DIGEST}`],
    [`api:v1@${DIGEST}`, `docker.io/library/api:v1@${DIGEST}`],
    ["[::1]:5000/api", "[::1]:5000/api:latest"],
    ["Registry/api", "Registry/api:latest"],
    ["a--b/c__d.e", "docker.io/a--b/c__d.e:latest"],
  ];
  for (const [text, full] of cases) equal(formatImageReference(parseImageReference(text)), full, text);
});

Deno.test("a malformed image reference is refused", () => {
  const bad = [
    "",
    "API",
    "a/",
    "/a",
    "a:b:c",
    "a b",
    "https://r.example.com/a",
    "a@sha256:1234",
    "r.example.com/A",
    "a..b",
  ];
  for (const text of [...bad, "0".repeat(64), `a@sha256:${"g".repeat(64)}`, "a".repeat(256), "-a.example/b", "a:"]) {
    throws(
      () => parseImageReference(text),
      (error: unknown) => error instanceof RegistryError && error.code === "BAD_REFERENCE",
    );
  }
});

Deno.test("a reference's full text reads back as the same reference", () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,4})?$/);
  const registry = fc.option(fc.constantFrom("registry.example.com", "localhost:5000", "docker.io"), {
    nil: undefined,
  });
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });
  fc.assert(
    fc.property(
      registry,
      fc.array(part, { minLength: 1, maxLength: 4 }),
      tag,
      fc.boolean(),
      (host, path, tag, pinned) => {
        const text = `${host === undefined ? "" : `${host}/`}${path.join("/")}${tag === undefined ? "" : `:${tag}`}${
          pinned ? `@${DIGEST}` : ""
        }`;
        const image = parseImageReference(text);
        deepEqual(parseImageReference(formatImageReference(image)), image);
      },
    ),
  );
});
