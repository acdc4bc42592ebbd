/** The rows of the table of symptoms that need more than three variables and one server: each and only its finding. */
import { deepEqual, equal, match } from "../assert.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { NetworkError } from "../../src/base/mod.ts";
import { runCli } from "../../src/cli/mod.ts";
import { LEGACY_CLAIMS, makeJwt, TOKEN } from "../credentials/fixtures.ts";
import { createBootstrapWorld, readVariables } from "./bootstrap_world.ts";
import {
  CA,
  type Examination,
  examineWith,
  GOOD,
  healthy,
  makeServerCertificate,
  refuse,
  serving,
  servingSockets,
  variablesFor,
} from "./doctor_world.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;

async function expectFinding(examination: Examination, found: string[], exit: number, says: readonly RegExp[]) {
  const examined = await examineWith(examination);
  deepEqual(examined.found, found, examined.text);
  equal(examined.exitCode, exit);
  for (const pattern of says) match(examined.text, pattern);
}

function kubeconfig(port: number, cluster: Record<string, string> = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{
      name: "c",
      cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": btoa(CA.pem), ...cluster },
    }],
    users: [{ name: "u", user: { token: TOKEN } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

Deno.test("row 2: nothing is set in a pod: kubectl would have used the cluster that runs it", () => {
  const env = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
  const files = { "/var/run/secrets/kubernetes.io/serviceaccount/token": TOKEN };
  const says = [/kubectl would have used the cluster that this job itself runs in/];
  return expectFinding({ env, files }, ["credentials NO_CONTEXT"], 2, says);
});

Deno.test("row 3: nothing is set, and there is no kubeconfig", () =>
  expectFinding({}, ["credentials NO_CONTEXT"], 2, [/looked in \/nobody\/\.kube\/config/, /set CLUSTER_ADDRESS/]));

Deno.test("row 3: nothing is set in a job: why variables are missing there is told", () => {
  const env = { GITLAB_CI: "true", CI_COMMIT_REF_PROTECTED: "false", CI_COMMIT_REF_NAME: "feature" };
  return expectFinding({ env }, ["credentials NO_CONTEXT"], 2, [/unprotected ref feature/]);
});

Deno.test("row 4: a space within the address is shown by its position; around it, and quotes, are removed", async () => {
  const env = variablesFor(1, { CLUSTER_ADDRESS: "https://k8s .example.com" });
  await expectFinding({ env }, ["credentials BAD_ADDRESS"], 2, [/a space at position 12/]);
  await serving(GOOD, healthy, async (port) => {
    const quoted = variablesFor(port, { CLUSTER_ADDRESS: `"https://127.0.0.1:${port}" \n` });
    await expectFinding({ env: quoted }, [], 0, [/removed white space around it, removed quotes/]);
    const bare = variablesFor(port, { CLUSTER_ADDRESS: `127.0.0.1:${port}` });
    await expectFinding({ env: bare }, [], 0, [/added https:\/\//]);
  });
});

Deno.test("row 13: a closed port, where another usual one is open", async () => {
  const memory = createMemoryHost({
    env: { HOME: "/nobody", ...variablesFor(1, { CLUSTER_ADDRESS: "https://k8s.example.com" }) },
  });
  const asked: string[] = [];
  const host = {
    ...memory,
    network: {
      open: () => ({
        fetch: (url: string) =>
          Promise.reject(new NetworkError("REFUSED", `Cannot reach ${url}: connection refused`, url)),
        close: () => {},
      }),
      readPeerCertificates(url: string) {
        asked.push(url);
        return Promise.resolve(url.includes(":6443") ? [new Uint8Array(1)] : []);
      },
    },
    clock: {
      now: () => Date.now(),
      sleep: (ms: number) => ms >= 2_000 ? new Promise<void>(() => {}) : Promise.resolve(),
    },
  };
  equal(await runCli(["doctor"], host), 3);
  match(
    memory.out.stdout,
    /Nothing listens on k8s\.example\.com\n[^]*k8s\.example\.com:6443 speaks TLS\n[^]*many API servers listen on 6443/,
  );
  deepEqual(asked, ["https://k8s.example.com:6443/", "https://k8s.example.com:8443/"]);
});

Deno.test("row 14: a proxy that is not there", async () => {
  const closed = await servingSockets(() => {}, (port) => Promise.resolve(port));
  const files = {
    "/config": kubeconfig(1, { server: "https://k8s.example.com:6443", "proxy-url": `http://127.0.0.1:${closed}` }),
  };
  const args = ["--kubeconfig", "/config"];
  await expectFinding({ files, args }, ["network PROXY"], 3, [
    /proxy-url/,
    /did not connect to k8s\.example\.com:6443/,
  ]);
});

Deno.test("row 18: the address is an IP, the certificate has names alone", async () => {
  const certificate = await makeServerCertificate({ names: [{ type: "dns", value: "k8s.example.com" }] });
  await serving(certificate, healthy, (port) => {
    const says = [/is not for 127\.0\.0\.1/, /Use k8s\.example\.com in CLUSTER_ADDRESS/];
    return expectFinding({ env: variablesFor(port) }, ["TLS WRONG_NAME"], 3, says);
  });
});

Deno.test("row 22: PEM that is no certificate", () => {
  const CA_AUTH_DATA = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";
  return expectFinding({ env: variablesFor(1, { CA_AUTH_DATA }) }, ["credentials NOT_A_CA"], 2, [
    /PUBLIC KEY, not CERTIFICATE/,
  ]);
});

Deno.test("row 27: a token with a word before it is repaired, one with a part too many is not", async () => {
  await serving(GOOD, healthy, (port) => {
    const env = variablesFor(port, { K8S_TOKEN: `Bearer ${TOKEN}` });
    return expectFinding({ env }, [], 0, [/K8S_TOKEN \(removed \\"Bearer\\"\)/]);
  });
  const env = variablesFor(1, { K8S_TOKEN: `${TOKEN}.AAAA` });
  await expectFinding({ env }, ["credentials NOT_A_TOKEN"], 2, [/4 of 3 parts/]);
});

Deno.test("row 28: even discovery is forbidden, which says nothing but unknown", () =>
  serving(
    GOOD,
    () => refuse(403, "Forbidden", "unknown"),
    (port) =>
      expectFinding({ env: variablesFor(port) }, ["permissions RULE_MISSING"], 5, [/unknown \(403 Forbidden\)/]),
  ));

Deno.test("row 28: the binding is in the account's namespace, not where it deploys to", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const variables = readVariables(await world.admin("bootstrap", "overlays/testing", "--print", "json"));
  const kustomization = "/project/overlays/elsewhere/kustomization.yaml";
  const files = { [kustomization]: "namespace: elsewhere\nresources: [../testing]\n" };
  const run = await world.jobWith(files, variables, "doctor", "overlays/elsewhere", "-o", "json");
  equal(run.exitCode, 5, run.stdout + run.stderr);
  const failed = JSON.parse(run.stdout).checks.filter(({ status }: { status: string }) => status !== "ok");
  deepEqual(failed.map(({ code }: { code: string }) => code), ["WRONG_NAMESPACE"]);
  match(failed[0].cause, /ServiceAccount kstage-deployer of namespace my-service has no rights in namespace elsewhere/);
  match(failed[0].remedy, /the RoleBinding must be in it, not in my-service\.[^]*- apiGroups/);
});

Deno.test("row 30: a load balancer's own page for a server that is down", () =>
  serving(
    GOOD,
    () => ({ status: 502, headers: { "Content-Type": "text/html" }, body: "<html><h1>502 Bad Gateway</h1></html>" }),
    (port) => expectFinding({ env: variablesFor(port) }, ["server SERVER_DOWN"], 3, [/the server answered 502/]),
  ));

Deno.test("row 31: the file that KUBECONFIG names is missing", async () => {
  await expectFinding({ env: { KUBECONFIG: "/none/config" } }, ["credentials NO_CONTEXT"], 2, [
    /looked in \/none\/config/,
  ]);
  await expectFinding({ args: ["--kubeconfig", "/none/config"] }, ["credentials NOT_FOUND"], 2, [/\/none\/config/]);
});

Deno.test("row 32: a lock that a killed kubectl left behind", () =>
  serving(GOOD, healthy, async (port) => {
    const files = { "/nobody/.kube/config": kubeconfig(port), "/nobody/.kube/config.lock": "" };
    const says = [/config\.lock is \d+h/, /Remove \/nobody\/\.kube\/config\.lock if no kubectl is running/];
    await expectFinding({ files, clockAheadMs: 0 }, ["credentials STALE_LOCK"], 0, says);
  }));

Deno.test("a cluster that is too old to say who a token is, is no failure", () =>
  serving(
    GOOD,
    (path, authorization) =>
      path === "/version"
        ? healthy(path, authorization)
        : refuse(404, "NotFound", "the server could not find the requested resource"),
    (port) => expectFinding({ env: variablesFor(port) }, [], 0, [/too old to say whose it is/]),
  ));

Deno.test("every token that has expired ends in a renewal, whoever issued it", async () => {
  const K8S_TOKEN = makeJwt({ iss: "https://gitlab.example.com", sub: LEGACY_CLAIMS.sub, exp: 1_700_000_000 });
  await expectFinding({ env: variablesFor(1, { K8S_TOKEN }) }, ["credentials EXPIRED"], 4, [/expired/]);
});
