import { nameRelease, readOrigin, refuseOutdated, ReleaseError, toReleaseName } from "../../src/release/mod.ts";
import { deepEqual, doesNotThrow, equal, match, throws } from "../assert.ts";

const env = (values: Record<string, string>) => ({ get: (name: string) => values[name] });
const GITLAB = {
  GITLAB_CI: "true",
  GITLAB_USER_LOGIN: "ann",
  CI_PROJECT_PATH: "group/shop",
  CI_COMMIT_SHA: "0123abcd",
  CI_COMMIT_REF_NAME: "main",
  CI_PIPELINE_IID: "12",
  CI_PIPELINE_URL: "https://gitlab.example.com/group/shop/-/pipelines/900",
  CI_JOB_URL: "https://gitlab.example.com/group/shop/-/jobs/1",
};

Deno.test("readOrigin(): GitLab CI, GitHub Actions and a shell", () => {
  deepEqual(readOrigin(env(GITLAB)), {
    by: "ann",
    commit: "0123abcd",
    pipeline: { project: "group/shop", ref: "main", number: 12, url: GITLAB.CI_PIPELINE_URL },
    jobUrl: GITLAB.CI_JOB_URL,
  });
  const page = "https://github.com/group/shop/actions/runs/77";
  deepEqual(
    readOrigin(env({
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "bob",
      GITHUB_SHA: "ff",
      GITHUB_REPOSITORY: "group/shop",
      GITHUB_WORKFLOW: "deploy",
      GITHUB_REF: "refs/heads/main",
      GITHUB_RUN_NUMBER: "5",
      GITHUB_RUN_ID: "77",
    })),
    {
      by: "bob",
      commit: "ff",
      pipeline: { project: "group/shop: deploy", ref: "refs/heads/main", number: 5, url: page },
      jobUrl: page,
    },
  );
  deepEqual(readOrigin(env({ USER: "eve" }), { readText: () => "pod-7\n" }), { by: "eve@pod-7" });
  deepEqual(readOrigin(env({ USER: "eve", HOSTNAME: "laptop", CI_PROJECT_PATH: "" })), { by: "eve@laptop" });
});

Deno.test("refuseOutdated(): only an older pipeline of the same project and ref is refused", () => {
  const origin = (number: string, ref = "main") =>
    readOrigin(env({ ...GITLAB, CI_PIPELINE_IID: number, CI_COMMIT_REF_NAME: ref }));
  const last = { number: 3, origin: origin("12") };
  throws(() => refuseOutdated(origin("11"), last), (error) => {
    match((error as Error).message, /pipeline 11 of main is older than pipeline 12, which deployed release 3$/);
    return error instanceof ReleaseError && error.code === "OUTDATED";
  });
  for (const other of [origin("12"), origin("13"), origin("1", "develop"), { by: "ann@laptop" }]) {
    doesNotThrow(() => refuseOutdated(other, last));
  }
  doesNotThrow(() => refuseOutdated(origin("1"), { number: 4, origin: { by: "ann@laptop" } }));
  doesNotThrow(() => refuseOutdated(origin("1"), undefined));
});

Deno.test("nameRelease(): from the project's directory and the way below overlays", () => {
  equal(nameRelease("/builds/group/shop/overlays/testing"), "shop-testing");
  equal(nameRelease("/builds/group/shop/overlays/eu/testing/"), "shop-eu-testing");
  equal(nameRelease("/home/ann/Shop_API/deploy/prod"), "deploy-prod");
  equal(nameRelease("https://git.example.com/group/shop//overlays/testing?ref=main"), "shop-testing");
  equal(nameRelease("/"), "default");
  const long = toReleaseName("a".repeat(100) + "-testing");
  equal(long.length <= 50, true);
  match(long, /^[0-9a-f]{8}-a+-testing$/);
});
