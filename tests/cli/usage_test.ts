import { deepEqual, equal, match, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost, type MemoryHostOptions } from "../../src/host/mod.ts";

async function run(args: string[], options: MemoryHostOptions = {}) {
  const host = createMemoryHost(options);
  const exitCode = await runCli(args, host);
  return { exitCode, ...host.out };
}

Deno.test("kstage without words prints the commands and exits 0", async () => {
  const { exitCode, stdout } = await run([]);
  equal(exitCode, 0);
  match(stdout, /COMMANDS/);
  match(stdout, /build\s+Print the manifests/);
});

Deno.test("an unknown command is a usage error with a suggestion", async () => {
  const { exitCode, stdout, stderr } = await run(["biuld"]);
  equal(exitCode, 2);
  equal(stdout, "");
  match(stderr, /error: There is no command "biuld"\n {2}hint: Did you mean `build`\?/);
});

Deno.test("an unknown flag is a usage error", async () => {
  const { exitCode, stderr } = await run(["build", "--reordr", "none"]);
  equal(exitCode, 2);
  match(stderr, /error: There is no flag --reordr: did you mean --reorder\?/);
});

Deno.test("a flag of several words is suggested as it is written", async () => {
  const { stderr } = await run(["build", "--load-restricto", "none"]);
  match(stderr, /did you mean --load-restrictor\?/);
});

Deno.test("build warns of flags that kubectl calls deprecated, with its words", async () => {
  const files = { "/app/kustomization.yaml": "namePrefix: x-\n" };
  const { stderr } = await run(["build", "/app", "--reorder=none", "--enable-managedby-label"], { files });
  equal(
    stderr,
    "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n" +
      "Flag --enable-managedby-label has been deprecated, The flag `enable-managedby-label` has been deprecated. " +
      "Use the `managedByLabel` option in the `buildMetadata` field instead.\n",
  );
});

Deno.test("a flag's bad value is a usage error that lists the good ones", async () => {
  const { exitCode, stderr } = await run(["build", "--reorder=sorted"]);
  equal(exitCode, 2);
  match(stderr, /error: Cannot use --reorder: "sorted" is none of legacy, none/);
});

Deno.test("every command's help has a usage line and an example", async () => {
  const { stdout } = await run(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+)(?: [a-z|]+)? {2,}/gm)].map(([, name]) => name!);
  ok(commands.includes("build") && commands.includes("version"));
  for (const command of commands) {
    const help = await run([command, "--help"]);
    equal(help.exitCode, 0);
    match(help.stdout, /USAGE/);
    if (!help.stdout.includes("COMMANDS")) match(help.stdout, /EXAMPLES\n {2}# .+\n {2}(kstage |eval )/);
  }
});

Deno.test("build prints the manifests on stdout, and an error only on stderr", async () => {
  const files = {
    "/app/kustomization.yaml": "resources: [service.yaml]\nnamespace: shop\n",
    "/app/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: api}\n",
  };
  const good = await run(["build", "/app"], { files });
  equal(good.stdout, "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\n  namespace: shop\n");
  equal(good.exitCode, 0);
  const bad = await run(["build", "/nowhere"], { files });
  equal(bad.exitCode, 2);
  equal(bad.stdout, "");
  match(bad.stderr, /^error: /);
});

Deno.test("version -o json is JSON with stable names", async () => {
  const { stdout } = await run(["version", "-o", "json"]);
  const { kstage, kustomize } = JSON.parse(stdout);
  match(kstage, /^\d+\.\d+\.\d+$/);
  match(kustomize, /^v\d+\.\d+\.\d+$/);
});

Deno.test("help is found however it is asked for", async () => {
  const wanted = (await run(["deploy", "--help"])).stdout;
  match(
    wanted,
    /^Build an overlay, apply it and watch the rollout\.\n\nUSAGE\n {2}kstage deploy \[OVERLAY\] \[FLAGS\]\n/,
  );
  match(wanted, /--timeout DURATION +How long to wait for the rollouts \(default 5m; env\s+KSTAGE_TIMEOUT\)/);
  for (const args of [["deploy", "-h"], ["help", "deploy"], ["deploy", "overlays/x", "-h"]]) {
    deepEqual(await run(args), { exitCode: 0, stdout: wanted, stderr: "" });
  }
  for (const line of wanted.split("\n")) ok(line.length <= 105, line);
  equal((await run(["--version"])).stdout, (await run(["version"])).stdout);
  match((await run(["rollout"])).stdout, /^ {2}status +Watch/m);
});

Deno.test("a wrong command line is told in the words of its author", async (t) => {
  const cases: [string[], RegExp][] = [
    [["deploy"], /^error: The argument OVERLAY is missing\n {2}hint: kstage deploy --help/],
    [["deploy", "a", "b"], /^error: The argument "b" is one too many: 1 is expected\n/],
    [["rollout", "paint"], /^error: There is no command "rollout paint"\n {2}hint: /],
    [["deploy", "a", "--timeout", "5"], /^error: Cannot use --timeout: "5" is no duration such as 90s, 5m or 1h30m\n/],
    [["deploy", "a", "-oxml"], /^error: Cannot use --output: "xml" is none of text, name, json, yaml\n/],
    [["deploy", "a", "--prune", "-l", "app=a"], /^error: Cannot use --selector beside --prune: /],
    [["apply", "a", "--prune-crds"], /^error: Cannot use --prune-crds without --prune\n/],
    [["apply", "a", "--plan", "p", "--recreate"], /^error: Cannot use --recreate beside --plan: /],
    [["deploy", "a", "--exit-code"], /^error: Cannot use --exit-code without --dry-run\n/],
    [["explain", "K9999"], /^error: Cannot explain "K9999": there is no such code\n {2}hint: K1001 ImageNotFound\n/],
  ];
  for (const [args, text] of cases) {
    await t.step(args.join(" "), async () => {
      const { exitCode, stdout, stderr } = await run(args);
      equal(exitCode, 2);
      equal(stdout, "");
      match(stderr, text);
    });
  }
});

Deno.test("a variable stands in for its flag, and a bad one is named", async () => {
  const { exitCode, stderr } = await run(["deploy", "x"], { env: { KSTAGE_TIMEOUT: "soon" } });
  equal(exitCode, 2);
  match(stderr, /^error: Cannot use KSTAGE_TIMEOUT in place of --timeout: "soon" is no duration/);
});

Deno.test("explain tells a code or its name, as text and as JSON", async () => {
  const { stdout } = await run(["explain", "K1001"]);
  match(stdout, /^K1001 ImageNotFound\n\n.+\n\nWhen kstage stops: .+\n\nWhat to do:\n {2}1\. /);
  const { code, name, steps } = JSON.parse((await run(["explain", "imagenotfound", "-o", "json"])).stdout);
  deepEqual([code, name, steps.length > 0], ["K1001", "ImageNotFound", true]);
  match((await run(["explain"])).stdout, /^K1001 {3}ImageNotFound\nK1002 {3}/);
});

const SEVERAL = {
  "/app/kustomization.yaml": "resources: [all.yaml]\n",
  "/app/all.yaml": `apiVersion: v1
kind: Service
metadata: {name: API, namespace: Shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "shop:role"}
`,
};

Deno.test("build and kustomize build are one, and write files as kubectl kustomize -o does", async () => {
  const host = createMemoryHost({ files: { ...SEVERAL, "/out/.keep": "" }, cwd: "/app" });
  equal(await runCli(["build"], host), 0);
  const printed = host.out.stdout;
  equal(await runCli(["kustomize", "build", ".", "-o", "/app/all-of-it.yaml"], host), 0);
  equal(host.fs.readText("/app/all-of-it.yaml"), printed);
  equal(await runCli(["kustomize", "build", "--output=/out"], host), 0);
  // As kubectl 1.36.3 names them.
  deepEqual(host.fs.readDir("/out"), [
    ".keep",
    "default_apps_v1_deployment_api.yaml",
    "rbac.authorization.k8s.io_v1_clusterrole_shop:role.yaml",
    "shop_v1_service_api.yaml",
  ]);
  equal(host.out.stdout, printed);
  equal(
    host.fs.readText("/out/default_apps_v1_deployment_api.yaml"),
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n",
  );
});

Deno.test("build runs no program unless a flag allows it", async () => {
  const files = {
    "/app/kustomization.yaml": "helmCharts: [{name: web, version: 1.0.0, repo: https://charts.example}]\n",
  };
  const ran: string[] = [];
  const options: MemoryHostOptions = {
    files,
    run: (command) => {
      ran.push(command);
      return Promise.resolve({ exitCode: 1, stdout: new Uint8Array(), stderr: new TextEncoder().encode("no chart") });
    },
  };
  const refused = await run(["build", "/app"], options);
  equal(refused.exitCode, 2);
  match(refused.stderr, /--enable-helm/);
  deepEqual(ran, []);
  const failed = await run(["build", "/app", "--enable-helm", "--helm-command=/opt/helm"], options);
  equal(failed.exitCode, 2);
  deepEqual([...new Set(ran)], ["/opt/helm"]);
});

Deno.test("kstage kustomize build takes all flags of kustomize's build", async () => {
  const files = { "/k/kustomization.yaml": "configMapGenerator: [{name: a, literals: [x=y]}]\n" };
  const flags = [
    ...["--as-current-user=false", "--enable-alpha-plugins", "--enable-exec", "--enable-helm", "-e", "A=b"],
    ...["--helm-api-versions", "v1", "--helm-command", "helm", "--helm-debug", "--helm-kube-version", "1.36"],
    ...["--load-restrictor", "LoadRestrictionsNone", "--mount", "type=bind", "--network", "--network-name", "bridge"],
    ...["--output", "/out.yaml", "--reorder", "none", "--enable-managedby-label=false"],
  ];
  const { exitCode, stderr } = await run(["kustomize", "build", "/k", ...flags], { files });
  match(stderr, /^Flag --reorder has been deprecated.*\n$/);
  equal(exitCode, 0);
});
