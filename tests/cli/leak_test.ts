import { deepEqual, equal, ok } from "../assert.ts";
import type { Route } from "../../src/cli/route.ts";
import { ROUTES } from "../../src/cli/routes.ts";
import { USER } from "../registry/fake_registry.ts";
import { createLeakWorld, formsOf, type LeakRun, type LeakWorld, OVERLAY_SECRET, type Weather } from "./leak_world.ts";
import { startJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";
const SECRETIVE = "secretive";
const WORKLOAD = "deployment/api-service";
const NAMED = ["-n", "my-service"];
const AS_ADMIN = ["--kubeconfig", "/home/.kube/config"];
const IMAGE = "registry.example.com/group/api:1.0";
const PULL = ["pull", ...NAMED, ...AS_ADMIN];

/** Command lines of each command, in this order; 0 is what each ends with in fair weather, unless a number says other. */
const RUNS: Record<string, (string[] | [number, string[]])[]> = {
  "version": [["version", "-o", "json"]],
  "explain": [["explain", "K1001"]],
  "build": [["build", OVERLAY]],
  "kustomize build": [["kustomize", "build", OVERLAY]],
  "diff": [["diff", SECRETIVE]],
  "apply": [
    ["apply", SECRETIVE, "--dry-run=server", "--prune", "--save-plan", "/project/plan.json"],
    ["apply", SECRETIVE, "-o", "json"],
  ],
  "deploy": [
    ["deploy", OVERLAY],
    ["deploy", SECRETIVE, "-o", "json"],
  ],
  "rollout status": [["rollout", "status", WORKLOAD]],
  "rollout restart": [["rollout", "restart", WORKLOAD]],
  "rollout history": [["rollout", "history", WORKLOAD]],
  "rollout pause": [["rollout", "pause", WORKLOAD]],
  "rollout resume": [["rollout", "resume", WORKLOAD]],
  "rollout undo": [["rollout", "undo", WORKLOAD]],
  "history": [["history", OVERLAY]],
  "rollback": [[2, ["rollback", OVERLAY]]],
  "watch": [["watch", OVERLAY]],
  "doctor": [["doctor", OVERLAY]],
  "bootstrap": [["bootstrap", OVERLAY, "--gitlab", "group/project"], ["bootstrap", OVERLAY, "--check"]],
  "rotate": [["rotate", ...NAMED, "--gitlab", "group/project"]],
  "pull-secret create": [["pull-secret", "create", ...PULL]],
  "pull-secret verify": [["pull-secret", "verify", ...PULL, "--image", IMAGE]],
  "pull-secret rotate": [["pull-secret", "rotate", ...PULL, "--image", IMAGE, "--password-file", "/home/password"]],
  "whoami": [["whoami"], ["whoami", "-o", "json", ...AS_ADMIN, "--as", "jane", "--as-group", "a"]],
  "credential": [["credential"], [2, ["credential", "--token-file", "/none"]]],
  "image resolve": [["image", "resolve", IMAGE]],
  "image set": [["image", "set", "api:1", "--overlay", OVERLAY]],
  "context": [["context", "--kubeconfig", "/project/made"], ["context", "list"], ["context", "view"]],
  "kubectl": [["kubectl", "config", "view"], ["kubectl", "config", "set-credentials", "x", `--token=${USER.password}`]],
  // Serves until it is stopped, and shows the token of the cluster that it made up: only its failure is of interest.
  "sandbox": [[2, ["sandbox", "--port", "none"]]],
};

/** Commands that edit a kustomization, and neither read a variable with a secret nor speak to a server. */
const EDITS = ["kustomize create", "kustomize edit"];

/** Where a secret is meant to be. */
const MEANT: Record<string, RegExp> = {
  "context": /^\/project\/made$/,
  "credential": /^stdout$/,
  "kubectl": /^\/home\/\.kube\/config$/,
};

function leavesOf(routes: Record<string, Route>, before = ""): string[] {
  return Object.entries(routes).flatMap(([name, route]) =>
    "routes" in route ? leavesOf(route.routes, `${before}${name} `) : [before + name]
  );
}

async function createWorld(): Promise<LeakWorld> {
  const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: canary}\nstringData: {password: ${OVERLAY_SECRET}}\n`;
  return await createLeakWorld({
    "/project/secretive/kustomization.yaml": "namespace: my-service\nresources: [secret.yaml]\n",
    "/project/secretive/secret.yaml": secret,
  });
}

function assertNoLeak({ written }: LeakRun, secrets: Record<string, string>, command: string, what: string): void {
  for (const [place, text] of written) {
    if (MEANT[command]?.test(place)) continue;
    for (const [name, secret] of Object.entries(secrets)) {
      for (const form of formsOf(secret)) ok(!text.includes(form), `${what} shows the ${name} secret in ${place}`);
    }
  }
}

Deno.test("every command is tried for leaks", () => {
  const missing = leavesOf(ROUTES).filter((name) => !EDITS.some((edit) => name.startsWith(edit)) && !(name in RUNS));
  deepEqual(missing, []);
  deepEqual(Object.keys(RUNS).filter((name) => !leavesOf(ROUTES).includes(name)), []);
});

const WEATHERS: Weather[] = ["fair", "echoing", "throwing", "broken token"];

Deno.test("no command shows a secret, in success and when servers and libraries repeat it", async (t) => {
  const world = await createWorld();
  for (const [command, runs] of Object.entries(RUNS)) {
    await t.step(command, async () => {
      for (const weather of WEATHERS) {
        for (const entry of runs) {
          const [wanted, args] = typeof entry[0] === "number" ? entry as [number, string[]] : [0, entry as string[]];
          const result = await world.run(args, weather);
          const what = `kstage ${args.join(" ")} (${weather})`;
          assertNoLeak(result, world.secrets, command, what);
          if (weather === "fair") equal(result.exitCode, wanted, `${what}: ${result.written.get("stderr")}`);
        }
      }
    });
  }
});

Deno.test("neither kstage nor a program that it starts has a secret in its arguments or its new variables", async () => {
  await using job = await startJob();
  const seen = `${job.home}/seen`;
  const credential = {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token: job.token },
  };
  const plugin = `${job.home}/plugin`;
  Deno.writeTextFileSync(`${job.home}/credential.json`, JSON.stringify(credential));
  const script = `#!/bin/sh
cat /proc/$$/cmdline /proc/$$/environ /proc/$PPID/cmdline > ${seen}
cat ${job.home}/credential.json
`;
  Deno.writeTextFileSync(plugin, script, { mode: 0o755 });
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: plugin,
    interactiveMode: "Never",
    provideClusterInfo: true,
  };
  const cluster = { server: job.server.url, "certificate-authority-data": btoa(job.server.caPem) };
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "a" },
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "a", context: { cluster: "c", user: "u", namespace: "my-service" } }],
  };
  Deno.writeTextFileSync(`${job.home}/config.json`, JSON.stringify(config));
  Deno.writeTextFileSync(`${job.home}/password`, USER.password);
  const env = { KUBECONFIG: `${job.home}/config.json`, CI_REGISTRY: "r.example.com", CI_DEPLOY_USER: USER.username };
  const password = ["--password-file", `${job.home}/password`];
  const runs: [boolean, string[]][] = [
    [true, ["pull-secret", "create", "pull", ...password]],
    [false, ["pull-secret", "create", "Not A Name", ...password]],
    [true, ["whoami"]],
    [true, ["diff", "overlays/testing"]],
  ];
  for (const [isGood, args] of runs) {
    const { exitCode, stdout, stderr } = await job.run(args, { env });
    equal(exitCode === 0, isGood, stderr);
    const said = stdout + stderr + Deno.readTextFileSync(seen);
    ok(said.includes(args[0]!), "the program's arguments were read");
    for (const secret of [job.token, USER.password]) for (const form of formsOf(secret)) ok(!said.includes(form));
    Deno.removeSync(seen);
  }
});
