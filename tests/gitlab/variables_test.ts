import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { deleteVariable, GitlabError, listVariables, openGitlabApi, putVariable } from "../../src/gitlab/mod.ts";
import { createFakeGitlab, DEVELOPER, type FakeGitlab, GITLAB_URL, MAINTAINER } from "./fake_gitlab.ts";

const TOKEN = {
  key: "K8S_TOKEN",
  value: "eyJhbGciOiJub25lIn0.e30.c2ln",
  description: "fp=0123",
  scope: "production",
  masked: true,
  hidden: true,
  protected: true,
};

function open(fake: FakeGitlab, token = MAINTAINER) {
  const http = { fetch: (url: string, init = {}) => fake.handle(new Request(url, init as RequestInit)), close() {} };
  return openGitlabApi({ url: GITLAB_URL, token, http });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  let code = "none";
  await rejects(promise, (error: Error) => {
    ok(error instanceof GitlabError, String(error));
    ok(!error.message.includes(TOKEN.value), "the value is in the message");
    code = error.code;
    return true;
  });
  return code;
}

Deno.test("a variable is created hidden, updated in place, and read back", async () => {
  const fake = createFakeGitlab();
  equal((await putVariable(open(fake), "group/project", TOKEN)).action, "created");
  equal((await putVariable(open(fake), "group/project", { ...TOKEN, value: "another-value" })).action, "updated");
  deepEqual(fake.variables.map(({ value, hidden, masked, raw }) => ({ value, hidden, masked, raw })), [
    { value: "another-value", hidden: true, masked: true, raw: true },
  ]);
});

Deno.test("a visible variable that is as wanted is left alone", async () => {
  const fake = createFakeGitlab();
  const address = { ...TOKEN, key: "CLUSTER_ADDRESS", value: "https://k8s.example.com", masked: false, hidden: false };
  equal((await putVariable(open(fake), "group/project", address)).action, "created");
  equal((await putVariable(open(fake), "group/project", address)).action, "unchanged");
});

Deno.test("a variable that was visible is made anew to be hidden", async () => {
  const fake = createFakeGitlab();
  await putVariable(open(fake), "group/project", { ...TOKEN, hidden: false });
  equal((await putVariable(open(fake), "group/project", TOKEN)).action, "replaced");
  equal(fake.variables[0]!.hidden, true);
});

Deno.test("environments have variables of their own", async () => {
  const fake = createFakeGitlab();
  for (const scope of ["testing", "production"]) await putVariable(open(fake), "group/project", { ...TOKEN, scope });
  equal(await deleteVariable(open(fake), "group/project", "K8S_TOKEN", "testing"), true);
  equal(await deleteVariable(open(fake), "group/project", "K8S_TOKEN", "testing"), false);
  deepEqual(fake.variables.map(({ environment_scope }) => environment_scope), ["production"]);
});

Deno.test("all pages of variables are read", async () => {
  const fake = createFakeGitlab();
  const { scope, hidden: _hidden, ...rest } = TOKEN;
  for (let i = 0; i < 250; i++) {
    const flags = { hidden: false, raw: true, variable_type: "env_var" };
    fake.variables.push({ ...rest, ...flags, key: `V_${i}`, environment_scope: scope });
  }
  equal((await listVariables(open(fake), "group/project")).length, 250);
});

Deno.test("refusals are told apart", async () => {
  const fake = createFakeGitlab();
  equal(await codeOf(putVariable(open(fake, "wrong-token"), "group/project", TOKEN)), "UNAUTHORIZED");
  equal(await codeOf(putVariable(open(fake, DEVELOPER), "group/project", TOKEN)), "FORBIDDEN");
  equal(await codeOf(putVariable(open(fake), "group/other", TOKEN)), "NOT_FOUND");
  const before = fake.requests.length;
  equal(await codeOf(putVariable(open(fake), "group/project", { ...TOKEN, value: "two words" })), "INVALID");
  equal(fake.requests.length, before);
  equal(await codeOf(putVariable(open(fake), "group/project", { ...TOKEN, scope: "a;b" })), "INVALID");
  fake.before = () => new Response("<html>", { status: 200 });
  equal(await codeOf(putVariable(open(fake), "group/project", TOKEN)), "NOT_GITLAB");
});

Deno.test("a variable that somebody else makes meanwhile is a conflict", async () => {
  const fake = createFakeGitlab();
  fake.before = (request) => {
    if (request.method !== "POST") return undefined;
    const message = { key: ["(K8S_TOKEN) has already been taken"] };
    return Response.json({ message }, { status: 400 });
  };
  equal(await codeOf(putVariable(open(fake), "group/project", TOKEN)), "CONFLICT");
});

Deno.test("a GitLab that stores something else is noticed", async () => {
  const fake = createFakeGitlab();
  fake.before = (request) => {
    if (request.method !== "GET" || !request.url.includes("K8S_TOKEN")) return undefined;
    fake.variables[0]!.protected = false;
    return undefined;
  };
  equal(await codeOf(putVariable(open(fake), "group/project", TOKEN)), "NOT_STORED");
});
