/** The symptoms of a failing job, each brought about for real, and the one finding that must come of it. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";
import { LEGACY_CLAIMS, makeJwt, TOKEN } from "../credentials/fixtures.ts";
import {
  type Answering,
  CA,
  type Examination,
  examineWith,
  GOOD,
  healthy,
  refuse,
  runWith,
  serving,
  servingSockets,
  variablesFor,
} from "./doctor_world.ts";

const HOUR_MS = 3_600_000;
const seconds = (fromNowMs: number) => Math.floor((Date.now() + fromNowMs) / 1000);
const bound = (fromMs: number, toMs: number, others: Record<string, unknown> = {}) =>
  makeJwt({
    iss: "https://kubernetes.default.svc.cluster.local",
    sub: LEGACY_CLAIMS.sub,
    iat: seconds(fromMs),
    nbf: seconds(fromMs),
    exp: seconds(toMs),
    ...others,
  });

async function expectFinding(examination: Examination, finding: string, exit: number, says: readonly RegExp[]) {
  const { found, exitCode, text } = await examineWith(examination);
  deepEqual(found, [finding], text);
  equal(exitCode, exit);
  for (const pattern of says) match(text, pattern);
  const { K8S_TOKEN = "" } = examination.env ?? {};
  ok(K8S_TOKEN.length < 20 || !text.includes(K8S_TOKEN), "the token is shown");
}

// What the values themselves give away, before anything is asked.

interface StaticRow {
  change: Record<string, string | undefined>;
  files?: Record<string, string>;
  code: string;
  exit?: number;
  says: RegExp[];
}

const GITLAB = { GITLAB_CI: "true", CI_PROJECT_ID: "1", CI_COMMIT_REF_NAME: "feature" };

const STATIC: Record<string, StaticRow> = {
  "a token that a protected ref would get": {
    change: { ...GITLAB, K8S_TOKEN: "", CI_COMMIT_REF_PROTECTED: "false", CI_ENVIRONMENT_NAME: "testing" },
    code: "EMPTY",
    says: [/unprotected ref feature: a Protected variable is not given to it/],
  },
  "a token with an environment scope": {
    change: { ...GITLAB, K8S_TOKEN: undefined, CI_COMMIT_REF_PROTECTED: "true" },
    code: "EMPTY",
    says: [/no environment: keyword/],
  },
  "a fork's merge request in GitLab": {
    change: { ...GITLAB, K8S_TOKEN: undefined, CI_MERGE_REQUEST_PROJECT_ID: "2" },
    code: "EMPTY",
    says: [/a fork's merge request pipeline/],
  },
  "a fork's pull request in GitHub": {
    change: { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request", K8S_TOKEN: "" },
    code: "EMPTY",
    says: [/A fork's pull request gets no secrets/],
  },
  "an empty address on a runner within a cluster": {
    change: { CLUSTER_ADDRESS: "", KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" },
    code: "EMPTY",
    says: [/kubectl would have used the cluster that this job itself runs in/],
  },
  "an address with a line break": {
    change: { CLUSTER_ADDRESS: "https://k8s\n.example.com" },
    code: "BAD_ADDRESS",
    says: [/a line break at position/],
  },
  "an unexpanded variable": {
    change: { CLUSTER_ADDRESS: "$CLUSTER_ADDRESS" },
    code: "UNEXPANDED",
    says: [/reference/],
  },
  "plain http to another machine": {
    change: { CLUSTER_ADDRESS: "http://k8s.example.com:6443" },
    code: "HTTP_REFUSED",
    says: [/Write https:/],
  },
  "a file variable whose file is gone": {
    change: { CA_AUTH_DATA: "/builds/g/p.tmp/CA_AUTH_DATA" },
    code: "UNREADABLE",
    says: [/type File/],
  },
  "a CA that was cut off": { change: { CA_AUTH_DATA: CA.pem.slice(0, 200) }, code: "NOT_A_CA", says: [/cut off/] },
  "a private key in place of the CA": {
    change: { CA_AUTH_DATA: CA.keyPem },
    code: "PRIVATE_KEY",
    says: [/replace the key/],
  },
  "a token with a line break in its middle": {
    change: { K8S_TOKEN: "opaque-token\nwith-two-lines" },
    code: "NOT_A_TOKEN",
    says: [/a line break at position 13/],
  },
  "a token that was cut off": {
    change: { K8S_TOKEN: TOKEN.slice(0, TOKEN.lastIndexOf(".")) },
    code: "NOT_A_TOKEN",
    says: [/JWT with 2 of 3 parts/],
  },
  "a token that expired": {
    change: { K8S_TOKEN: bound(-50 * HOUR_MS, -26 * HOUR_MS) },
    code: "EXPIRED",
    exit: 4,
    says: [/26h ago; it was valid for 24h/],
  },
  "GitLab's access token": {
    change: { K8S_TOKEN: "glpat-abcdefghij0123456789" },
    code: "GITLAB_TOKEN",
    says: [/it is a GitLab access token/],
  },
  "GitHub's token": {
    change: { K8S_TOKEN: "ghs_abcdefghij0123456789abcdefghij012345" },
    code: "GITHUB_TOKEN",
    says: [/it is a GitHub job's or App's token/],
  },
  "GitHub's token in base64": {
    change: { K8S_TOKEN: encodeBase64("github_pat_abcdefghij0123456789_abcdefghij") },
    code: "GITHUB_TOKEN",
    says: [/it is a GitHub personal access token/],
  },
};

for (const [name, { change, files, code, exit = 2, says }] of Object.entries(STATIC)) {
  Deno.test(`doctor finds ${name} without asking anybody, and only that`, async () => {
    const all = { ...variablesFor(1), ...change };
    const env = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
    await expectFinding({ env, ...(files === undefined ? {} : { files }) }, `credentials ${code}`, exit, says);
  });
}

Deno.test("several problems are several findings", async () => {
  const { found } = await examineWith({
    env: { CLUSTER_ADDRESS: "", CA_AUTH_DATA: CA.keyPem, K8S_TOKEN: "glpat-abc" },
  });
  deepEqual(found, ["credentials EMPTY", "credentials PRIVATE_KEY", "credentials GITLAB_TOKEN"]);
});

Deno.test("what can be repaired is no finding: base64 twice, a file variable, wrapped lines", () =>
  serving(GOOD, healthy, async (port) => {
    const env = variablesFor(port, {
      CA_AUTH_DATA: "/builds/g/p.tmp/CA",
      K8S_TOKEN: encodeBase64(encodeBase64(TOKEN)),
    });
    const files = { "/builds/g/p.tmp/CA": encodeBase64(encodeBase64(CA.pem)).replace(/.{76}/g, "$&\n") };
    const { found, text } = await examineWith({ env, files });
    deepEqual(found, [], text);
    match(text, /K8S_TOKEN \(decoded base64 twice\)/);
    match(text, /CA_AUTH_DATA \(read the file that it names/);
  }));

Deno.test("a debug trace is warned of, whatever else is well", () =>
  serving(GOOD, healthy, (port) => {
    const env = variablesFor(port, { CI_DEBUG_TRACE: "true" });
    return expectFinding({ env }, "credentials DEBUG_TRACE", 0, [/shows the value of every variable/]);
  }));

// What the way to the server gives away.

Deno.test("doctor finds a closed port, and only that", async () => {
  const closed = await servingSockets(() => {}, (port) => Promise.resolve(port));
  await expectFinding({ env: variablesFor(closed) }, "network REFUSED", 3, [/Nothing listens on 127\.0\.0\.1/]);
});

Deno.test("doctor finds a name that can't be resolved, and only that", () => {
  // A label of more than 63 characters is refused by the resolver itself, so that nobody is asked.
  const name = `${"k".repeat(64)}.invalid`;
  const env = variablesFor(1, { CLUSTER_ADDRESS: `https://${name}:6443` });
  return expectFinding({ env }, "network DNS", 3, [/is not known where this runs/]);
});

Deno.test("doctor finds a server that never answers, and only that", async () => {
  const accepted = Promise.withResolvers<void>();
  await servingSockets(() => accepted.resolve(), (port) => {
    const env = variablesFor(port, { CI_RUNNER_DESCRIPTION: "shared-1" });
    const examination = { env, outOfTime: accepted.promise };
    return expectFinding(examination, "network TIMEOUT", 3, [/does not answer/, /the runner \\"shared-1\\"/]);
  });
});

Deno.test("doctor finds a connection that is cut, and only that", () =>
  servingSockets(
    (socket) => socket.once("data", () => socket.destroy()),
    (port) => expectFinding({ env: variablesFor(port) }, "network RESET", 3, [/closed the connection/]),
  ));

Deno.test("doctor finds a proxy that refuses to connect, and only that", () =>
  servingSockets(
    (socket) => socket.once("data", () => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")),
    (port) => {
      const config = JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{
          name: "c",
          cluster: { server: "https://k8s.example.com:6443", "proxy-url": `http://127.0.0.1:${port}` },
        }],
        users: [{ name: "u", user: { token: TOKEN } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      });
      const examination = { files: { "/config": config }, args: ["--kubeconfig", "/config"] };
      return expectFinding(examination, "network PROXY", 3, [/did not connect to k8s\.example\.com:6443/]);
    },
  ));

Deno.test("doctor finds a port without TLS, and only that", () =>
  serving(
    undefined,
    healthy,
    (port) => expectFinding({ env: variablesFor(port) }, "TLS NOT_TLS", 3, [/does not speak TLS/]),
  ));

Deno.test("doctor finds plain http to a port with TLS, as Go's server words it, and only that", () =>
  servingSockets(
    (socket) =>
      socket.once("data", () =>
        socket.end("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")),
    (port) => {
      const env = variablesFor(port, { CLUSTER_ADDRESS: `http://127.0.0.1:${port}` });
      return expectFinding({ env, args: ["--allow-http"] }, "server PLAIN_HTTP", 3, [/Write https:\/\//]);
    },
  ));

// What answers there gives away.

interface AnswerRow {
  answering: Answering;
  change?: Record<string, string>;
  path?: string;
  clockAheadMs?: number;
  found: string;
  exit: number;
  says: RegExp[];
}

const html = (title: string) => ({
  status: 200,
  headers: { "Content-Type": "text/html; charset=utf-8", Server: "nginx/1.27" },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body></body></html>`,
});
const unauthorized: Answering = () => refuse(401, "Unauthorized", "Unauthorized");

const ANSWERS: Record<string, AnswerRow> = {
  "a login page": {
    answering: () => html("Sign in\n to Example"),
    found: "server NOT_KUBERNETES",
    exit: 3,
    says: [/text\/html, titled \\"Sign in to Example\\", from nginx\/1\.27/, /login page/],
  },
  "a redirect to a login": {
    answering: () => ({ status: 302, headers: { Location: "https://sso.example.com/login?state=canary" } }),
    found: "server REDIRECT",
    exit: 3,
    says: [/redirects to https:\/\/sso\.example\.com\/login \(302\)/],
  },
  "an address with a path too much": {
    answering: () => refuse(404, "NotFound", "the server could not find the requested resource"),
    path: "/api",
    found: "server NOT_KUBERNETES",
    exit: 3,
    says: [/without \/api: clients add it/],
  },
  "JSON of something else": {
    answering: () => ({ status: 200, headers: { "Content-Type": "application/json" }, body: '{"version":"1"}' }),
    found: "server NOT_KUBERNETES",
    exit: 3,
    says: [/no gitVersion/],
  },
  "a load balancer without a server behind it": {
    answering: () => ({ status: 503, headers: { "Content-Type": "text/html" }, body: "<html>503</html>" }),
    found: "server SERVER_DOWN",
    exit: 3,
    says: [/the API server itself does not/],
  },
  "a clock that differs from the server's": {
    answering: healthy,
    clockAheadMs: 2 * HOUR_MS,
    found: "server CLOCK_WRONG",
    exit: 0,
    says: [/The server's clock says .*, (2h|1h59m\d*s?) earlier/],
  },
  "a foreign cluster's token": {
    answering: unauthorized,
    found: "identity TOKEN_REJECTED",
    exit: 4,
    says: [/well formed and has not expired/, /another cluster's/],
  },
  "a token that is no JWT": {
    answering: unauthorized,
    change: { K8S_TOKEN: "opaque-token-0123456789" },
    found: "identity TOKEN_OPAQUE",
    exit: 4,
    says: [/no JWT/],
  },
  "a token that expired by the server's clock": {
    answering: unauthorized,
    change: { K8S_TOKEN: bound(-30 * HOUR_MS, -HOUR_MS) },
    clockAheadMs: -2 * HOUR_MS,
    found: "identity TOKEN_EXPIRED",
    exit: 4,
    says: [/The token has expired/],
  },
  "a token of the future": {
    answering: unauthorized,
    change: { K8S_TOKEN: bound(3 * HOUR_MS, 720 * HOUR_MS) },
    found: "identity TOKEN_TOO_NEW",
    exit: 4,
    says: [/not valid yet/],
  },
  "GitLab's ID token where nobody trusts GitLab": {
    answering: unauthorized,
    change: { K8S_TOKEN: makeJwt({ iss: "https://gitlab.example.com", aud: "https://k8s", project_path: "g/p" }) },
    found: "identity TOKEN_OF_GITLAB",
    exit: 4,
    says: [/its audience https:\/\/k8s/],
  },
  "GitHub's ID token where nobody trusts GitHub": {
    answering: unauthorized,
    change: { K8S_TOKEN: makeJwt({ iss: "https://token.actions.githubusercontent.com", aud: "k8s" }) },
    found: "identity TOKEN_OF_GITHUB",
    exit: 4,
    says: [/does not accept GitHub's ID token/],
  },
  "a token that a proxy removed": {
    answering: (path, authorization) =>
      path === "/version" ? healthy(path, authorization) : refuse(
        403,
        "Forbidden",
        'selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource ' +
          '"selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
      ),
    found: "permissions NO_TOKEN",
    exit: 5,
    says: [/saw no token/],
  },
};

for (const [name, { answering, change, path = "", clockAheadMs = 0, found, exit, says }] of Object.entries(ANSWERS)) {
  Deno.test(`doctor finds ${name}, and only that`, () =>
    serving(GOOD, answering, (port) => {
      const env = variablesFor(port, { CLUSTER_ADDRESS: `https://127.0.0.1:${port}${path}`, ...change });
      return expectFinding({ env, clockAheadMs }, found, exit, says);
    }));
}

Deno.test("-o junit prints the finding as a failed test case", () =>
  serving(GOOD, unauthorized, async (port) => {
    const { exitCode, stdout } = await runWith({ env: variablesFor(port) }, "doctor", "-o", "junit");
    equal(exitCode, 4);
    match(stdout, /<testcase classname="kstage doctor" name="identity">\n +<failure type="TOKEN_REJECTED"/);
    match(stdout, /failures="1"/);
  }));
