import { deepEqual, equal } from "../../assert.ts";
import { fullImageName, parseImageName } from "../../../src/sandbox/controllers/image_name.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

Deno.test("parseImageName() finds host, repository, tag and digest", () => {
  deepEqual(parseImageName("nginx"), { host: "docker.io", repository: "library/nginx" });
  deepEqual(parseImageName("team/api:1.3"), { host: "docker.io", repository: "team/api", tag: "1.3" });
  deepEqual(parseImageName("localhost/api"), { host: "localhost", repository: "api" });
  deepEqual(parseImageName(`registry.example.com:5000/a/b_c:v1@${DIGEST}`), {
    host: "registry.example.com:5000",
    repository: "a/b_c",
    tag: "v1",
    digest: DIGEST,
  });
});

Deno.test("parseImageName() refuses what a container runtime refuses", () => {
  for (
    const image of [
      "",
      "Nginx",
      "nginx:",
      "nginx:a b",
      "a//b",
      "nginx@sha256:abc",
      "-a/b",
      "registry.example.com/API:1",
      "$IMAGE:1",
    ]
  ) {
    equal(parseImageName(image), undefined, image);
  }
});

Deno.test("fullImageName() is what a runtime reports", () => {
  const full = (image: string) => fullImageName(parseImageName(image)!);
  equal(full("nginx"), "docker.io/library/nginx:latest");
  equal(full("team/api:1.3"), "docker.io/team/api:1.3");
  equal(full(`api@${DIGEST}`), `docker.io/library/api@${DIGEST}`);
});
