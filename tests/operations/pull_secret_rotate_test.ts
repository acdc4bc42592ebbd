import { deepEqual, equal, match, ok } from "../assert.ts";
import { createFakeRegistry, type FakeRegistry, MANIFEST_DIGEST, USER } from "../registry/fake_registry.ts";
import { pullSecretManifest } from "../../src/operations/pull_secret_content.ts";
import { createBootstrapWorld, type Run } from "./bootstrap_world.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const REGISTRY = "registry.example.com";
const API = `${REGISTRY}/group/api:1.0`;
const NEW = "gldt-canary-new-987654321";

const POD_SPEC = (image: string, more = "") => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: "${image}"}]${more}}
`;

const FILES = {
  "/project/plain/kustomization.yaml": "resources: [d.yaml]\n",
  "/project/plain/d.yaml": POD_SPEC(API),
  "/project/named/kustomization.yaml": "resources: [d.yaml]\n",
  "/project/named/d.yaml": POD_SPEC(API, ", imagePullSecrets: [{name: pull}]"),
  "/project/job/kustomization.yaml": "resources: [j.yaml]\n",
  "/project/job/j.yaml": `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, initContainers: [{name: i, image: "${API}"}], containers: [{name: c, image: ${REGISTRY}/public/web:1.0}]}
`,
  "/secrets/password": `${NEW}\n`,
};

function createWorld() {
  const registry = createFakeRegistry();
  const world = createBootstrapWorld({ project: ARTICLE, registry: registry.handle, files: FILES });
  const { sandbox } = world;
  sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  const login = {
    KUBECONFIG: "/home/.kube/config",
    CI_REGISTRY: REGISTRY,
    CI_DEPLOY_USER: USER.username,
    CI_DEPLOY_PASSWORD: USER.password,
  };
  const run = async (args: string[], env: Record<string, string> = {}) => {
    const result = await world.job({ ...login, ...env }, ...args);
    const said = result.stdout + result.stderr;
    ok(!/canary|Z2xkdC1jYW5hcn/.test(said), said);
    return result;
  };
  const stored = () => {
    const secret = sandbox.store.get({ apiVersion: "v1", kind: "Secret", namespace: "shop", name: "pull" });
    const { data } = secret as unknown as { data: Record<string, string> };
    return JSON.parse(atob(data[".dockerconfigjson"]!)).auths as Record<string, { password: string }>;
  };
  const create = () => run(["pull-secret", "create", "pull", "-n", "shop"]);
  return { ...world, registry, run, stored, create };
}

function expects({ exitCode, stdout, stderr }: Run, wanted: number, ...texts: RegExp[]): void {
  equal(exitCode, wanted, stdout + stderr);
  for (const text of texts) match(stdout + stderr, text);
}

function disable(registry: FakeRegistry): void {
  registry.users = registry.users.map((user) => ({ ...user, password: NEW }));
}

Deno.test("verify tries each image with the login that a node would take", async () => {
  const { run, create, registry } = createWorld();
  await create();
  expects(
    await run(["pull-secret", "verify", "pull", "-n", "shop"]),
    0,
    /registry\.example\.com\tok, the login is accepted/,
  );
  const good = await run(["pull-secret", "verify", "pull", "-n", "shop", "--image", API]);
  equal(good.stdout, `${API}\tok ${MANIFEST_DIGEST}\n`);
  const verify = (...images: string[]) =>
    run(["pull-secret", "verify", "pull", "-n", "shop", ...images.flatMap((image) => ["--image", image])]);
  expects(await verify(API, `${REGISTRY}/group/api:2.0`), 6, /2\.0\tfailed: NOT_FOUND/, /has no tag 2\.0/, /1\.0\tok/);
  expects(await verify(`${REGISTRY}/group/other:1.0`), 5, /may not pull group\/other/);
  expects(await verify("Not An Image"), 2, /BAD_REFERENCE/);
  disable(registry);
  expects(await verify(API), 4, /refuses the login of "gitlab\+deploy-token-1"/);
  expects(await run(["pull-secret", "verify", "pull", "-n", "shop"]), 4, /failed: UNAUTHORIZED/);
  registry.before = () => new Response(null, { status: 429 });
  expects(await verify(API), 3, /takes no more requests/);
});

Deno.test("verify reads the overlay's images, and tells when its pods would not use the secret", async () => {
  const { run, create } = createWorld();
  await create();
  expects(await run(["pull-secret", "verify", "-k", "named"]), 0, /1\.0\tok sha256/);
  expects(await run(["pull-secret", "verify", "-k", "plain"]), 2, /Cannot choose a pull secret: none is named/);
  const unused = await run(["pull-secret", "verify", "pull", "-k", "plain"]);
  expects(unused, 6, /1\.0\tok sha256/, /neither deployment\/api nor ServiceAccount default names it/);
  expects(
    await run(["pull-secret", "verify", "pull", "-k", "job"]),
    6,
    /nightly/,
    /api:1\.0\tok/,
    /public\/web:1\.0\tok/,
  );
  const json = JSON.parse((await run(["pull-secret", "verify", "pull", "-k", "plain", "-o", "json"])).stdout);
  equal(json.images[0].digest, MANIFEST_DIGEST);
  equal(json.error.code, "PULL_SECRET_UNUSED");
});

Deno.test("verify works on a file without a cluster, and names damage without showing it", async () => {
  const { run } = createWorld();
  const login = { registry: "registry.example.com/group", username: USER.username, password: USER.password };
  const files = createBootstrapWorld({
    project: ARTICLE,
    registry: createFakeRegistry().handle,
    files: {
      "/secret.json": JSON.stringify(pullSecretManifest("pull", undefined, login)),
      "/config.json": JSON.stringify({ auths: { "other.example.com": { username: "u", password: "canary-pass" } } }),
      "/damaged.yaml": "a: [canary\n\tb",
      "/opaque.yaml": "{kind: Secret, type: Opaque, data: {password: Y2FuYXJ5}}\n",
    },
  });
  const verify = (file: string) => files.job({}, "pull-secret", "verify", "--from-file", file, "--image", API);
  expects(await verify("/secret.json"), 0, /ok sha256/);
  expects(await verify("/config.json"), 4, /without a login/, /has logins for other\.example\.com alone/);
  const damaged = await verify("/damaged.yaml");
  expects(damaged, 2, /it is no JSON object/);
  ok(!damaged.stderr.includes("canary"));
  expects(await verify("/opaque.yaml"), 2, /its type is "Opaque"/);
  expects(
    await run(["pull-secret", "verify", "gone", "-n", "shop"]),
    6,
    /there is no secret "gone" in namespace "shop"/,
  );
});

Deno.test("rotate writes a login only after it works, and keeps those for other registries", async () => {
  const { run, create, registry, stored } = createWorld();
  await create();
  const other = ["--registry", "other.example.com", "--username", "u", "--password-file", "/secrets/password"];
  const fails = await run(["pull-secret", "rotate", "pull", "-n", "shop", ...other]);
  expects(fails, 3, /is as it was/);
  deepEqual(Object.keys(stored()), [REGISTRY]);
  const rotate = (...args: string[]) =>
    run([
      "pull-secret",
      "rotate",
      "pull",
      ...args,
      "--username",
      USER.username,
      "--password-file",
      "/secrets/password",
    ]);
  expects(await rotate("-n", "shop"), 4, /refuses the login/, /secret\/pull in namespace shop is as it was/);
  expects(await rotate("-k", "named"), 4, /1\.0\tfailed: UNAUTHORIZED/);
  equal(stored()[REGISTRY]!.password, USER.password);
  disable(registry);
  expects(await rotate("-k", "named"), 0, /1\.0\tok/, /secret\/pull rotated in namespace shop/);
  equal(stored()[REGISTRY]!.password, NEW);
  const wrongImage = await rotate("-n", "shop", "--image", `${REGISTRY}/group/other:1.0`);
  expects(wrongImage, 5, /may not pull/);
  expects(await rotate("-k", "plain"), 6, /names it/);
});

Deno.test("a ServiceAccount keeps its other pull secrets, and is changed once", async () => {
  const { run, create, registry, sandbox } = createWorld();
  await create();
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "shop", name: "app" };
  sandbox.create({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "app", namespace: "shop" },
    imagePullSecrets: [{ name: "first" }],
  });
  disable(registry);
  const rotate = (name: string) =>
    run([
      "pull-secret",
      "rotate",
      "pull",
      "-n",
      "shop",
      "--service-account",
      name,
      "--password-file",
      "/secrets/password",
    ]);
  expects(await rotate("app"), 0, /serviceaccount\/app attached/);
  expects(await rotate("app"), 0, /serviceaccount\/app unchanged/);
  const found = sandbox.store.get(account) as unknown as { imagePullSecrets: { name: string }[] };
  deepEqual(found.imagePullSecrets, [{ name: "first" }, { name: "pull" }]);
  expects(await rotate("nobody"), 6, /there is no ServiceAccount "nobody"/);
});

Deno.test("image resolve prints references with digests, and what failed", async () => {
  const { run } = createWorld();
  equal((await run(["image", "resolve", API, "plain"])).stdout, `${API}@${MANIFEST_DIGEST}\n`);
  const some = await run(["image", "resolve", `${REGISTRY}/public/web:1.0`, `${REGISTRY}/group/api:9`, "-o", "json"]);
  equal(some.exitCode, 6);
  const { images } = JSON.parse(some.stdout);
  deepEqual([images[0].ok, images[1].ok, images[1].error.code], [true, false, "NOT_FOUND"]);
  const anonymous = { CI_REGISTRY: "", CI_DEPLOY_USER: "", CI_DEPLOY_PASSWORD: "" };
  expects(await run(["image", "resolve", API], anonymous), 4, /without a login/);
});

Deno.test("a pull secret can have an email, as kubectl's", () => {
  const login = { registry: REGISTRY, username: "u", password: "p", email: "a@example.com" };
  const { data } = pullSecretManifest("pull", undefined, login) as unknown as { data: Record<string, string> };
  // As kubectl 1.36.3 writes it with --docker-email.
  equal(
    atob(data[".dockerconfigjson"]!),
    `{"auths":{"${REGISTRY}":{"username":"u","password":"p","email":"a@example.com","auth":"dTpw"}}}`,
  );
});
