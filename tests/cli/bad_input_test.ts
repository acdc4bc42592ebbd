import { deepEqual, equal, match, ok } from "../assert.ts";
import { makeJwt } from "../credentials/fixtures.ts";
import { makeCertificate } from "../credentials/throwaway_certificate.ts";
import { assertExit, inThrees, isRead, startJob, type TestJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";

/** One way to get it wrong, and what must be said about it. */
interface BadInput {
  what: string;
  args?: string[];
  /** Over the three variables; null takes one away. */
  env?: Record<string, string | null>;
  /** Files of an overlay of its own, which is then deployed. */
  overlay?: Record<string, string>;
  exitCode: number;
  /** In the error's text. */
  says: RegExp[];
}

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{port: 80}]}\n";

const BAD_CREDENTIALS: BadInput[] = [
  {
    what: "a missing variable",
    env: { K8S_TOKEN: null },
    exitCode: 2,
    says: [/^error: Cannot use K8S_TOKEN: it is not set$/m, /^ {2}hint: /m],
  },
  { what: "an empty variable", env: { CLUSTER_ADDRESS: "" }, exitCode: 2, says: [/CLUSTER_ADDRESS: .*empty/] },
  {
    what: "three empty variables at once",
    env: { CLUSTER_ADDRESS: "", CA_AUTH_DATA: "", K8S_TOKEN: "" },
    exitCode: 2,
    says: [/3 problems/, /- CLUSTER_ADDRESS/, /- CA_AUTH_DATA/, /- K8S_TOKEN/],
  },
  {
    what: "an empty variable in a protected job of GitLab",
    env: { K8S_TOKEN: "", GITLAB_CI: "true", CI_COMMIT_REF_NAME: "main", CI_COMMIT_REF_PROTECTED: "false" },
    exitCode: 2,
    says: [/K8S_TOKEN/, /[Pp]rotected/],
  },
  {
    what: "a personal token of GitLab",
    env: { K8S_TOKEN: "glpat-abcdefghij0123456789" },
    exitCode: 2,
    says: [/GitLab/],
  },
  { what: "a deploy token of GitLab", env: { K8S_TOKEN: "gldt-abcdefghij0123456789" }, exitCode: 2, says: [/GitLab/] },
  {
    what: "an expired token",
    env: { K8S_TOKEN: makeJwt({ exp: 1_700_000_000, sub: "system:serviceaccount:my-service:x" }) },
    exitCode: 4,
    says: [/expired/, /2023-11-14/],
  },
  {
    what: "an unknown token that is no JWT",
    env: { K8S_TOKEN: "kubeconfig-u-abcdefghij:0123456789abcdefghij" },
    exitCode: 4,
    says: [/^error: /m, /^ {2}hint: /m],
  },
  {
    what: "a token of another cluster",
    env: { K8S_TOKEN: makeJwt({ exp: 4_000_000_000, iss: "https://other.example", sub: "system:serviceaccount:a:b" }) },
    exitCode: 4,
    says: [/^error: /m, /^ {2}hint: /m],
  },
  { what: "a plain http address", env: { CLUSTER_ADDRESS: "http://10.0.0.1:8080" }, exitCode: 2, says: [/http/] },
  {
    what: "a plain http address, though --allow-http",
    args: ["deploy", "--allow-http", OVERLAY],
    env: { CLUSTER_ADDRESS: "http://10.0.0.1:8080" },
    exitCode: 2,
    says: [/plain http/],
  },
  {
    what: "an unreachable host",
    env: { CLUSTER_ADDRESS: "https://127.0.0.1:1" },
    exitCode: 3,
    says: [/Nothing listens on 127\.0\.0\.1:1/, /CLUSTER_ADDRESS/],
  },
  { what: "an address that is none", env: { CLUSTER_ADDRESS: "my cluster" }, exitCode: 2, says: [/CLUSTER_ADDRESS/] },
  { what: "a CA that is none", env: { CA_AUTH_DATA: "bm90IGEgY2VydGlmaWNhdGU=" }, exitCode: 2, says: [/CA_AUTH_DATA/] },
  {
    what: "a token file that is missing",
    env: { K8S_TOKEN: null, K8S_TOKEN_FILE: "/nowhere/token" },
    exitCode: 2,
    says: [
      /K8S_TOKEN_FILE/,
      /\/nowhere\/token/,
    ],
  },
];

const BAD_OVERLAYS: BadInput[] = [
  {
    what: "a directory that is missing",
    args: ["deploy", "overlays/nowhere"],
    exitCode: 2,
    says: [/overlays\/nowhere/],
  },
  { what: "no kustomization", overlay: { "service.yaml": SERVICE }, exitCode: 2, says: [/kustomization/] },
  {
    what: "two kustomization files",
    overlay: { "kustomization.yaml": "{}", "kustomization.yml": "{}" },
    exitCode: 2,
    says: [/kustomization\.yaml/, /kustomization\.yml/],
  },
  {
    what: "malformed YAML in the kustomization",
    overlay: { "kustomization.yaml": "resources:\n  - a.yaml\n b: [\n" },
    exitCode: 2,
    says: [/^error: .*kustomization\.yaml:3:\d+: /m],
  },
  {
    what: "malformed YAML in a resource",
    overlay: { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "apiVersion: v1\nkind: 'Service\n" },
    exitCode: 2,
    says: [/^error: .*a\.yaml:\d+(:\d+)?: /m],
  },
  {
    what: "an unknown field",
    overlay: { "kustomization.yaml": "resources: [a.yaml]\nresuorces: []\n", "a.yaml": SERVICE },
    exitCode: 2,
    says: [/resuorces/, /kustomization\.yaml:2/],
  },
  {
    what: "duplicate ids",
    overlay: { "kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "a.yaml": SERVICE, "b.yaml": SERVICE },
    exitCode: 2,
    says: [/Service/, /api/],
  },
  {
    what: "a path outside the root",
    overlay: { "kustomization.yaml": "resources: [../../base/api-service/service.yaml]\n" },
    exitCode: 2,
    says: [/service\.yaml/],
  },
  {
    what: "a missing file",
    overlay: { "kustomization.yaml": "resources: [missing.yaml]\n" },
    exitCode: 2,
    says: [/missing\.yaml/],
  },
  {
    what: "a patch that matches nothing",
    overlay: {
      "kustomization.yaml": "resources: [a.yaml]\npatches:\n  - path: patch.yaml\n",
      "a.yaml": SERVICE,
      "patch.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {type: NodePort}\n",
    },
    exitCode: 2,
    says: [/other/],
  },
  {
    what: "an object that the server refuses, beside good ones",
    overlay: {
      "kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
      "a.yaml": SERVICE,
      "b.yaml": SERVICE.replace("api}", "bad}").replace("80", "99999"),
    },
    exitCode: 6,
    says: [/service\/bad/, /spec\.ports\[0\]\.port/],
  },
  {
    what: "a field that the server doesn't know",
    overlay: {
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": SERVICE.replace("spec: {", "spec: {prots: [], "),
    },
    exitCode: 6,
    says: [/service\/api/, /prots/],
  },
  {
    what: "a kind that the server doesn't have",
    overlay: {
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": "apiVersion: example.com/v1\nkind: Unknown\nmetadata: {name: x}\n",
    },
    exitCode: 6,
    says: [/example\.com\/v1/, /Unknown/],
  },
  {
    what: "an object for another namespace than --namespace",
    args: ["deploy", OVERLAY, "--namespace=elsewhere"],
    exitCode: 2,
    says: [/my-service/, /elsewhere/],
  },
  {
    what: "a restart of a workload that does not exist",
    args: ["deploy", OVERLAY, "--restart=deployment/nope"],
    exitCode: 6,
    says: [/deployment\/nope: it does not exist/],
  },
  {
    what: "a restart of what has no pods",
    args: ["deploy", OVERLAY, "--restart=service/api-service"],
    exitCode: 2,
    says: [/service\/api-service/],
  },
];

/** Runs a bad input: the exit code, one error with a remedy on standard error, nothing on standard output, no write. */
async function assertRefused(job: TestJob, { what, args, env, overlay, exitCode, says }: BadInput, i: number) {
  if (overlay !== undefined) writeOverlay(`${job.project}/overlays/bad-${i}`, overlay);
  const variables: Record<string, string> = { ...job.variables };
  for (const [name, value] of Object.entries(env ?? {})) {
    if (value === null) delete variables[name];
    else variables[name] = value;
  }
  const run = await job.run(args ?? ["deploy", overlay ? `overlays/bad-${i}` : OVERLAY], { env: variables });
  const shown = `${what}:\n${run.stdout}${run.stderr}`;
  equal(run.exitCode, exitCode, shown);
  equal(run.stdout, "", shown);
  equal(run.stderr.match(/^error: /gm)?.length, 1, `one error, ${shown}`);
  for (const pattern of says) match(run.stderr, pattern, shown);
  ok(!/Unexpected failure/.test(run.stderr), shown);
}

function writeOverlay(directory: string, files: Record<string, string>): void {
  Deno.mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(`${directory}/${name}`, text);
}

for (const [name, table] of Object.entries({ credentials: BAD_CREDENTIALS, overlays: BAD_OVERLAYS })) {
  Deno.test(`bad ${name} are refused with cause and remedy, and nothing is written`, async (t) => {
    await using job = await startJob();
    const before = job.snapshot();
    await inThrees(table.map((input, i) => [input, i] as const), async ([input, i]) => {
      await t.step({
        name: input.what,
        fn: () => assertRefused(job, input, i),
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
      });
    });
    equal(job.snapshot(), before);
    deepEqual(job.takeRequests().filter((request) => !isRead(request)), []);
  });
}

Deno.test("a CA of another cluster is told from an unreachable one", async () => {
  await using job = await startJob();
  const other = await makeCertificate({ subject: "CN=kubernetes", ca: true });
  const run = await job.run(["deploy", OVERLAY], { env: { ...job.variables, CA_AUTH_DATA: btoa(other.pem) } });
  assertExit(run, 3);
  match(run.stderr, /CA_AUTH_DATA/);
  match(run.stderr, /certificate/);
});

Deno.test("an http address on loopback is used with --allow-http alone", async () => {
  await using job = await startJob({ http: true });
  const { CLUSTER_ADDRESS, K8S_TOKEN } = job.variables;
  const env = { CLUSTER_ADDRESS: CLUSTER_ADDRESS!, K8S_TOKEN: K8S_TOKEN! };
  const refused = await job.run(["apply", OVERLAY], { env });
  assertExit(refused, 2);
  match(refused.stderr, /--allow-http/);
  equal(job.takeRequests().length, 0);
  assertExit(await job.run(["apply", "--allow-http", OVERLAY], { env }), 0);
});

Deno.test("what a token may not do is told as the Role rule that is missing", async () => {
  await using job = await startJob({ role: "view" });
  const before = job.snapshot();
  const run = await job.run(["deploy", OVERLAY]);
  assertExit(run, 5);
  match(run.stderr, /^error: /m);
  match(run.stderr, /apiGroups: \[/);
  match(run.stderr, /resources: \[.*deployments.*\]/);
  match(run.stderr, /verbs: \[.*patch.*\]/);
  equal(job.snapshot(), before);
});

Deno.test("a kubeconfig that is not valid YAML is never overwritten", async () => {
  await using job = await startJob();
  const file = `${job.home}/.kube/config`;
  const text = "apiVersion: v1\nclusters: [\n  - {name: precious\n";
  Deno.mkdirSync(`${job.home}/.kube`);
  Deno.writeTextFileSync(file, text);
  const run = await job.run(["context"]);
  assertExit(run, 2);
  match(run.stderr, /\.kube\/config/);
  equal(Deno.readTextFileSync(file), text);
  deepEqual([...Deno.readDirSync(`${job.home}/.kube`)].map(({ name }) => name), ["config"]);
});
