import { deepEqual, equal, match, ok, rejects } from "../assert.ts";
import { createMemoryHost, type MemoryHostOptions } from "../../src/host/mod.ts";
import { type CredentialFlags, CredentialsError, readCredentials } from "../../src/credentials/mod.ts";
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";
import { BOUND_CLAIMS, makeJwt, readCertificate, TOKEN } from "./fixtures.ts";

const CA = readCertificate("ca");
const VARIABLES = { CLUSTER_ADDRESS: "https://k8s.example.com:6443", CA_AUTH_DATA: encodeBase64(CA), K8S_TOKEN: TOKEN };

function read(env: Record<string, string>, flags?: CredentialFlags, files: MemoryHostOptions["files"] = {}) {
  return readCredentials(createMemoryHost({ env, files }), flags);
}

async function refusal(env: Record<string, string>, flags?: CredentialFlags): Promise<CredentialsError> {
  try {
    await read(env, flags);
  } catch (error) {
    if (error instanceof CredentialsError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

Deno.test("readCredentials() takes the three variables of the article", async () => {
  const { address, ca, token, sources, repairs, notes } = await read(VARIABLES);
  equal(address.value, "https://k8s.example.com:6443");
  equal(ca?.value, CA);
  equal(token.value, TOKEN);
  deepEqual(sources, { address: "CLUSTER_ADDRESS", ca: "CA_AUTH_DATA", token: "K8S_TOKEN" });
  deepEqual([repairs, notes], [[], []]);
});

Deno.test("readCredentials() says what it repaired, and where", async () => {
  const { repairs } = await read({
    CLUSTER_ADDRESS: "k8s.example.com/",
    CA_AUTH_DATA: encodeBase64(encodeBase64(CA)),
    K8S_TOKEN: `Bearer ${TOKEN}`,
  });
  deepEqual(repairs, [
    "CLUSTER_ADDRESS (added https://, removed the slash at its end)",
    "CA_AUTH_DATA (decoded base64 twice)",
    'K8S_TOKEN (removed "Bearer")',
  ]);
});

Deno.test("readCredentials() prefers flags to _FILE variables to variables, and says which it left out", async () => {
  const files = { "/a": makeJwt({ sub: "a" }), "/b": makeJwt({ sub: "b" }), "/ca": CA, "/address": "https://file\n" };
  const env = { ...VARIABLES, K8S_TOKEN_FILE: "/b", CA_AUTH_DATA_FILE: "/ca", CLUSTER_ADDRESS_FILE: "/address" };
  const fromFlags = await read(env, { server: "https://flag", caFile: "/ca", tokenFile: "/a" }, files);
  equal(fromFlags.token.claims?.subject, "a");
  equal(fromFlags.address.value, "https://flag");
  deepEqual(fromFlags.sources, { address: "--server", ca: "--ca-file", token: "--token-file" });
  deepEqual(fromFlags.notes.slice(0, 3), [
    "--server is used, not CLUSTER_ADDRESS_FILE or CLUSTER_ADDRESS",
    "--ca-file is used, not CA_AUTH_DATA_FILE or CA_AUTH_DATA",
    "--token-file is used, not K8S_TOKEN_FILE or K8S_TOKEN",
  ]);
  const fromFiles = await read(env, {}, files);
  equal(fromFiles.token.claims?.subject, "b");
  equal(fromFiles.address.value, "https://file");
  deepEqual(fromFiles.sources, { address: "CLUSTER_ADDRESS_FILE", ca: "CA_AUTH_DATA_FILE", token: "K8S_TOKEN_FILE" });
  deepEqual(fromFiles.repairs, []);
});

Deno.test("readCredentials() reads variables of type File", async () => {
  const files = { "/builds/p.tmp/CA": CA, "/builds/p.tmp/T": `${TOKEN}\n`, "/builds/p.tmp/A": "https://k8s\n" };
  const env = {
    CLUSTER_ADDRESS: "/builds/p.tmp/A",
    CA_AUTH_DATA: "/builds/p.tmp/CA",
    K8S_TOKEN: "/builds/p.tmp/T",
  };
  const { address, ca, token, repairs } = await read(env, {}, files);
  deepEqual([address.value, ca?.value, token.value], ["https://k8s", CA, TOKEN]);
  deepEqual(repairs.map((repair) => repair.replace(/^\w+ /, "")), Array(3).fill("(read the file that it names)"));
});

Deno.test("readCredentials() does without a CA only when it is told so", async () => {
  const { CLUSTER_ADDRESS, K8S_TOKEN } = VARIABLES;
  equal((await refusal({ CLUSTER_ADDRESS, K8S_TOKEN })).message, "Cannot use CA_AUTH_DATA: it is not set");
  equal((await refusal({ CLUSTER_ADDRESS, K8S_TOKEN, CA_AUTH_DATA: "" })).code, "EMPTY");
  equal((await read({ CLUSTER_ADDRESS, K8S_TOKEN, CA_AUTH_DATA: "system" })).ca, undefined);
  const flagged = await read(VARIABLES, { systemCa: true });
  equal(flagged.ca, undefined);
  deepEqual(flagged.notes, ["--system-ca is used, not CA_AUTH_DATA"]);
  const plain = await read({ CLUSTER_ADDRESS: "http://127.0.0.1:8001", K8S_TOKEN }, { allowHttp: true });
  equal(plain.ca, undefined);
});

Deno.test("readCredentials() names all problems at once", async () => {
  const error = await refusal({ CA_AUTH_DATA: "nonsense!", K8S_TOKEN: "glpat-aaaaaaaaaaaaaaaaaaaa" });
  equal(error.code, "SEVERAL");
  equal(
    error.message,
    [
      "Cannot use the cluster's credentials: 3 problems",
      "- CLUSTER_ADDRESS: it is not set",
      "- CA_AUTH_DATA: it holds no certificate",
      "- K8S_TOKEN: it is a GitLab access token",
    ].join("\n"),
  );
  deepEqual(error.problems.map(({ code }) => code), ["EMPTY", "NOT_A_CA", "GITLAB_TOKEN"]);
});

Deno.test("readCredentials() refuses an expired token with the code of its own", async () => {
  const error = await refusal({ ...VARIABLES, K8S_TOKEN: makeJwt({ ...BOUND_CLAIMS, exp: 1 }) });
  equal(error.code, "EXPIRED");
});

Deno.test("readCredentials() tells in a GitLab job why variables are missing, once for all of them", async () => {
  const gitlab = { GITLAB_CI: "true", CI_COMMIT_REF_PROTECTED: "false", CI_COMMIT_REF_NAME: "feature/x" };
  const error = await refusal(gitlab);
  equal(
    error.hint,
    "This job runs on the unprotected ref feature/x: a Protected variable is not given to it; " +
      "The job has no environment: keyword, so a variable with an environment scope is not given to it",
  );
  match((await refusal({ ...gitlab, CI_ENVIRONMENT_NAME: "testing" })).hint!, /The job's environment is testing/);
  match(
    (await refusal({ ...gitlab, CI_MERGE_REQUEST_PROJECT_ID: "1", CI_PROJECT_ID: "2" })).hint!,
    /a fork's merge request pipeline/,
  );
  match((await refusal({ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request" })).hint!, /fork's pull request/);
});

Deno.test("readCredentials() says where kubectl would have gone instead", async () => {
  match(
    (await refusal({ KUBERNETES_SERVICE_HOST: "10.0.0.1" })).hint!,
    /kubectl would have used the cluster that this job/,
  );
});

Deno.test("readCredentials() refuses files that are missing or empty, and never shows a value given as a path", async () => {
  await rejects(read(VARIABLES, { tokenFile: "/nope" }), {
    code: "UNREADABLE",
    message: 'Cannot use --token-file: cannot read "/nope": no such file or directory',
  });
  await rejects(read(VARIABLES, { tokenFile: "/empty" }, { "/empty": "\n" }), {
    code: "EMPTY",
    hint: /what writes it/,
  });
  for (const secret of [TOKEN, "glpat-aaaaaaaaaaaaaaaaaaaa", encodeBase64(CA)]) {
    const error = await refusal({ ...VARIABLES, K8S_TOKEN_FILE: secret });
    equal(error.code, "UNREADABLE");
    ok(!`${error.message}${error.hint}${error.cause}${error.stack}`.includes(secret.slice(0, 12)));
  }
});
