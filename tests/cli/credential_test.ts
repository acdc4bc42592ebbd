import { deepEqual, equal, match, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { parseKubeconfig } from "../../src/kubeconfig/mod.ts";
import { idToken } from "../kubeconfig/oidc_issuer.ts";
import { assertExit, startJob } from "./sandbox_process.ts";

const NOW = Date.UTC(2026, 0, 1);
const TOKEN = idToken(NOW + 3_600_000);
const V1 = "client.authentication.k8s.io/v1";
const infoOf = (apiVersion: string) =>
  JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });

async function give(env: Record<string, string>, args: string[] = [], files: Record<string, string> = {}) {
  const host = createMemoryHost({ now: NOW, env, files });
  const exitCode = await runCli(["credential", ...args], host);
  return { exitCode, ...host.out };
}

Deno.test("kstage credential answers in the version that it is asked in", async () => {
  const wanted = { expirationTimestamp: "2026-01-01T01:00:00Z", token: TOKEN };
  for (const apiVersion of [V1, "client.authentication.k8s.io/v1beta1"]) {
    const { exitCode, stdout, stderr } = await give({ K8S_TOKEN: TOKEN, KUBERNETES_EXEC_INFO: infoOf(apiVersion) });
    deepEqual([exitCode, JSON.parse(stdout)], [0, { apiVersion, kind: "ExecCredential", status: wanted }], stderr);
    equal(stderr, "", "kubectl would repeat it at each call");
  }
  equal(JSON.parse((await give({ K8S_TOKEN: TOKEN })).stdout).apiVersion, V1);
});

Deno.test("kstage credential takes the token from where it is told to, repaired as anywhere", async () => {
  const files = { "/t": `${TOKEN}\n` };
  const ways: [Record<string, string>, string[]][] = [
    [{ K8S_ID_TOKEN: TOKEN, K8S_TOKEN: "other" }, ["--token-env", "K8S_ID_TOKEN"]],
    [{ K8S_TOKEN: "other" }, ["--token-file", "/t"]],
    [{ K8S_TOKEN_FILE: "/t" }, []],
    [{ K8S_TOKEN: btoa(TOKEN) }, []],
  ];
  for (const [env, args] of ways) {
    const { exitCode, stdout, stderr } = await give(env, args, files);
    deepEqual([exitCode, JSON.parse(stdout || "null")?.status.token], [0, TOKEN], stderr);
    ok(!stderr.includes(TOKEN));
  }
  const opaque = await give({ K8S_TOKEN: "kubeconfig-u-abcdef:0123456789abcdef" });
  equal(JSON.parse(opaque.stdout).status.expirationTimestamp, undefined);
});

Deno.test("kstage credential says why it gives none, on standard error alone", async () => {
  const cases: [Record<string, string>, string[], number, RegExp][] = [
    [{}, [], 2, /K8S_TOKEN: it is not set/],
    [{ K8S_TOKEN: "" }, [], 2, /K8S_TOKEN: it is empty/],
    [{}, ["--token-env", "MY_TOKEN"], 2, /MY_TOKEN: it is not set/],
    [{}, ["--token-file", "/none.txt"], 2, /no such file/],
    [{ K8S_TOKEN: idToken(NOW - 120_000) }, [], 4, /expired/],
    [
      { K8S_TOKEN: TOKEN, KUBERNETES_EXEC_INFO: infoOf(`${V1}alpha1`) },
      [],
      2,
      /v1alpha1"\n +hint: Write apiVersion: .*\/v1 /,
    ],
    [{ K8S_TOKEN: TOKEN, KUBERNETES_EXEC_INFO: "{" }, [], 2, /it has no apiVersion/],
  ];
  for (const [env, args, wanted, says] of cases) {
    const { exitCode, stdout, stderr } = await give(env, args);
    deepEqual([exitCode, stdout], [wanted, ""], stderr);
    match(stderr, says);
  }
});

Deno.test("kstage credential shows no token to a person at a terminal", async () => {
  const host = createMemoryHost({ now: NOW, env: { K8S_TOKEN: TOKEN } });
  const stdout = { ...host.stdout, isTerminal: () => true };
  equal(await runCli(["credential"], { ...host, stdout }), 2);
  ok(!`${host.out.stdout}${host.out.stderr}`.includes(TOKEN));
});

Deno.test("kstage context --exec writes a context without a token, which works as long as the variable is there", async () => {
  await using job = await startJob();
  const file = `${job.home}/config`;
  const written = await job.run(["context", "--exec", "--kubeconfig", file]);
  assertExit(written, 0);
  const text = Deno.readTextFileSync(file);
  ok(!text.includes(job.token.split(".")[2]!) && !text.includes(btoa(job.token)), "the token is in the file");
  const { exec, token } = parseKubeconfig(text, file).users.get("gitlab-service-account")!.value;
  equal(token, undefined);
  deepEqual(exec!.args!.slice(-3), ["credential", "--token-env", "K8S_TOKEN"]);
  equal(exec!.interactiveMode, "Never");
  const whoami = ["whoami", "--kubeconfig", file, "-o", "json"];
  const good = await job.run(whoami, { env: { ...runtime(), K8S_TOKEN: job.token } });
  assertExit(good, 0);
  equal(JSON.parse(good.stdout).username, "system:serviceaccount:my-service:gitlab-service-account");
  equal(JSON.parse(good.stdout).credential.kind, "exec");
  const missing = await job.run(whoami, { env: runtime() });
  equal(missing.exitCode, 2);
  match(missing.stderr, /failed with exit code 2/);
  const kubectl = Deno.env.get("KSTAGE_KUBECTL")?.split(",")[0];
  if (kubectl === undefined) return;
  const { stdout, stderr } = await new Deno.Command(kubectl, {
    args: ["--kubeconfig", file, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"],
    env: { HOME: job.home, K8S_TOKEN: job.token },
  }).output();
  equal(
    new TextDecoder().decode(stdout),
    "system:serviceaccount:my-service:gitlab-service-account",
    new TextDecoder().decode(stderr),
  );
});

/** Where a Deno that runs from source finds its packages: the plugin runs in the environment of its caller. */
function runtime(): Record<string, string> {
  const home = Deno.env.get("HOME") ?? "";
  return { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`}/deno` };
}

Deno.test("kstage context --exec replaces a token that stood there, and a token replaces the plugin", async () => {
  const env = { CLUSTER_ADDRESS: "https://k8s.example.com", CA_AUTH_DATA: "system", K8S_TOKEN: TOKEN, HOME: "/home" };
  const host = createMemoryHost({ now: NOW, env, files: { "/tok/en": TOKEN } });
  const read = () => parseKubeconfig(host.fs.readText("/home/.kube/config"), "c").users.get("kstage")!.value;
  equal(await runCli(["context"], host), 0);
  equal(read().token, TOKEN);
  equal(await runCli(["context", "--exec", "--token-file", "tok/en", "--exec-command", "kstage"], host), 0);
  deepEqual(Object.keys(read()), ["exec"]);
  deepEqual([read().exec!.command, read().exec!.args], ["kstage", ["credential", "--token-file", "/tok/en"]]);
  match(host.out.stderr, /Removed token of user "kstage": the exec plugin takes over/);
  equal(await runCli(["context"], host), 0);
  deepEqual(Object.keys(read()), ["token"]);
  match(host.out.stderr, /Removed exec of user "kstage": the token takes over/);
  equal(await runCli(["context", "--exec-command", "x"], host), 2);
});
