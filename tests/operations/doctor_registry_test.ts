/** What registries say to the images of an overlay, and the one finding that must come of it. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { NetworkError } from "../../src/base/mod.ts";
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";
import { createFakeRegistry, type FakeRegistry, MANIFEST, USER } from "../registry/fake_registry.ts";
import { createBootstrapWorld, readVariables, type Run } from "./bootstrap_world.ts";

const OVERLAY = "overlays/testing";

/** An overlay with one Deployment, whose pods name a pull secret; the secret is part of it where a login is given. */
function project(image: string, login?: { username: string; password: string }): Record<string, string> {
  const auths = login && { "registry.example.com": { auth: encodeBase64(`${login.username}:${login.password}`) } };
  const secret = auths && JSON.stringify({
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/dockerconfigjson",
    metadata: { name: "pull" },
    data: { ".dockerconfigjson": encodeBase64(JSON.stringify({ auths })) },
  });
  const pod = { imagePullSecrets: [{ name: "pull" }], containers: [{ name: "api", image }] };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "api" },
    spec: { selector: { matchLabels: { app: "api" } }, template: { metadata: { labels: { app: "api" } }, spec: pod } },
  };
  const resources = ["deployment.yaml", ...(secret === undefined ? [] : ["secret.yaml"])];
  return {
    [`/project/${OVERLAY}/kustomization.yaml`]: JSON.stringify({ namespace: "shop", resources }),
    [`/project/${OVERLAY}/deployment.yaml`]: JSON.stringify(deployment),
    ...(secret === undefined ? {} : { [`/project/${OVERLAY}/secret.yaml`]: secret }),
  };
}

interface Row {
  image?: string;
  login?: { username: string; password: string } | null;
  registry?: (registry: FakeRegistry) => void;
  /** Answers in place of the registry. */
  answer?: () => Response;
  as?: "admin";
  exit: number;
  found: string[];
  says: RegExp[];
}

const ROWS: Record<string, Row> = {
  "nothing, where the login of the pods is good": {
    exit: 0,
    found: [],
    says: [/group\/api:1\.0: sha256:[0-9a-f]{64}, with the login for registry\.example\.com/],
  },
  "nothing, where everybody may pull": {
    image: "registry.example.com/public/web:1.0",
    login: null,
    exit: 0,
    found: [],
    says: [/public\/web:1\.0: sha256:[0-9a-f]{64}, public/],
  },
  "a login that is refused": {
    login: { ...USER, password: "canary-of-old" },
    exit: 6,
    found: ["registry UNAUTHORIZED"],
    says: [/refuses the login/, /deployment\/api pulls registry\.example\.com\/group\/api:1\.0/],
  },
  "a login that may not pull this": {
    image: "registry.example.com/group/other:1.0",
    exit: 6,
    found: ["registry DENIED"],
    says: [/may not pull group\/other/, /read_registry/],
  },
  "a registry with Basic that answers 403": {
    image: "registry.example.com/group/other:1.0",
    registry: (registry) => registry.scheme = "basic",
    exit: 6,
    found: ["registry DENIED"],
    says: [/may not pull group\/other/],
  },
  "a tag that is not there": {
    image: "registry.example.com/group/api:gone",
    exit: 6,
    found: ["registry NOT_FOUND"],
    says: [/has no tag gone of group\/api/],
  },
  "a pull secret that is not there": {
    login: null,
    as: "admin",
    exit: 6,
    found: ["registry PULL_SECRET_MISSING"],
    says: [/The pull secret pull is not in namespace shop/, /kstage pull-secret create pull -n shop/],
  },
  "a pull secret that the token may not read": {
    login: null,
    exit: 0,
    found: ["registry PULL_SECRET_HIDDEN"],
    says: [/cannot be told from here/, /may not read the pull secret pull/],
  },
  "a rate limit, which the nodes may not have": {
    answer: () =>
      Response.json({}, { status: 429, headers: { "retry-after": "60", "ratelimit-limit": "100;w=21600" } }),
    exit: 0,
    found: ["registry RATE_LIMITED"],
    says: [
      /takes no more requests for now, to be asked again after 60 s/,
      /100 in 6h/,
      /the nodes may have another way/,
    ],
  },
  "a registry that is down": {
    answer: () => new Response("", { status: 503 }),
    exit: 0,
    found: ["registry SERVER_ERROR"],
    says: [/answers with HTTP status 503/],
  },
  "a web page in place of a registry": {
    answer: () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    exit: 0,
    found: ["registry NOT_A_REGISTRY"],
    says: [/answers with a web page/],
  },
  "a name that is not known here": {
    answer: () => {
      throw new NetworkError("DNS", "Cannot find registry.example.com", "registry.example.com");
    },
    exit: 0,
    found: ["registry REGISTRY_DNS"],
    says: [/a private name needs a node that knows it/],
  },
  "a registry without TLS": {
    answer: () => {
      throw new NetworkError(
        "TLS_NOT_TLS",
        "Cannot reach registry.example.com: it speaks no TLS",
        "registry.example.com",
      );
    },
    exit: 0,
    found: ["registry REGISTRY_TLS_NOT_TLS"],
    says: [/each node must have it configured as an insecure registry/],
  },
};

function findingsOf({ stdout }: Run): string[] {
  return JSON.parse(stdout).checks.filter(({ status }: { status: string }) => status !== "ok")
    .map(({ layer, code }: { layer: string; code: string }) => `${layer} ${code}`);
}

for (
  const [name, { image = "registry.example.com/group/api:1.0", login, exit, found, says, ...row }] of Object.entries(
    ROWS,
  )
) {
  Deno.test(`doctor finds ${name}`, async () => {
    const registry = createFakeRegistry();
    registry.manifests.set("group/other:1.0", MANIFEST);
    row.registry?.(registry);
    const world = createBootstrapWorld({
      files: project(image, login === null ? undefined : login ?? USER),
      registry: (request) => row.answer === undefined ? registry.handle(request) : Promise.resolve().then(row.answer),
    });
    const made = await world.admin("bootstrap", OVERLAY, "--print", "json");
    equal(made.exitCode, 0, made.stderr);
    const args = ["doctor", OVERLAY, "-o", "json"];
    const run = row.as === "admin" ? await world.admin(...args) : await world.job(readVariables(made), ...args);
    deepEqual(findingsOf(run), found, run.stdout + run.stderr);
    equal(run.exitCode, exit, run.stdout);
    for (const pattern of says) match(run.stdout, pattern);
    ok(!/canary/.test(run.stdout + run.stderr), "a secret is shown");
  });
}

Deno.test("--no-registry asks no registry", async () => {
  const registry = createFakeRegistry();
  const files = project("registry.example.com/group/gone:1", USER);
  const world = createBootstrapWorld({ files, registry: registry.handle });
  const variables = readVariables(await world.admin("bootstrap", OVERLAY, "--print", "json"));
  const run = await world.job(variables, "doctor", OVERLAY, "--no-registry", "-o", "json");
  deepEqual([run.exitCode, findingsOf(run), registry.requests], [0, [], []]);
});
