/** A deployer that bootstrap made on a real API server: it can do its work, and nothing of what it may do is idle. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { generateOverlay, PRESETS, type Variant } from "../../scripts/generate_overlay.ts";
import { BootstrapJob, type Lesser, lesserRoles, type Rule, unusedOf, type Variables } from "./bootstrap_job.ts";
import { assertExit } from "./job.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
/** What the overlay's Roles grant: the API server looks at it when these are written, not when something is asked for. */
const GRANTED = '{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"]}';
const isGranted = (rule: Rule) => JSON.stringify(rule) === GRANTED;

/** What a run tells to add to a Role, a rule each. */
function namedRules(text: string): Rule[] {
  const list = (words: string): string[] => JSON.parse(words);
  const pattern =
    /^ *- apiGroups: (\[.*\])\n *resources: (\[.*\])\n(?: *resourceNames: (\[.*\])\n)? *verbs: (\[.*\])/gm;
  return [...text.matchAll(pattern)].map(([, groups, resources, names, verbs]) => ({
    apiGroups: list(groups!),
    resources: list(resources!),
    ...(names === undefined ? {} : { resourceNames: list(names) }),
    verbs: list(verbs!),
  }));
}

/** Asserts that a run ended for want of one permission, and names its rule alone. */
function assertNamed({ exitCode, stderr }: { exitCode: number; stderr: string }, taken: Rule, verb: string): void {
  const what = `${verb} ${taken.resources} ${taken.resourceNames ?? ""}`;
  equal(exitCode, 5, `without ${what}\n${stderr}`);
  const [named, ...others] = namedRules(stderr);
  deepEqual(others, [], `without ${what} more is named\n${stderr}`);
  deepEqual([named?.apiGroups, named?.resources], [taken.apiGroups, taken.resources], stderr);
  ok(named!.verbs.includes(verb), `without ${what} the verb is not named\n${stderr}`);
  if (taken.resourceNames === undefined) return;
  // A read that is refused ends it at the first object.
  ok(named!.resourceNames?.every((name) => taken.resourceNames!.includes(name)), stderr);
}

/** When a dry-run needs a permission. */
type Moment = "empty" | "deployed";

/** Reading is for what is there. */
function momentOf({ rule, verb }: Lesser["taken"]): Moment {
  return verb === undefined || verb === "patch" || verb === "create" || isGranted(rule) ? "empty" : "deployed";
}

const AT_ONCE = 4;
const running = new Set<Promise<unknown>>();

/** A few at a time: a deploy beside them has a lock to renew. */
async function inTurn<T>(action: () => Promise<T>): Promise<T> {
  while (running.size >= AT_ONCE) await Promise.race(running);
  const run = action();
  const settled = run.then(() => {}, () => {}).finally(() => running.delete(settled));
  running.add(settled);
  return await run;
}

/** Takes each permission to write, read or hand on from the Role and deploys, before and after there is something. */
class Narrowing {
  readonly #job: BootstrapJob;
  readonly #overlay: string;
  readonly #lesser;
  #variables: Variables[] = [];

  constructor(job: BootstrapJob, overlay: string, rules: readonly Rule[]) {
    this.#job = job;
    this.#overlay = overlay;
    this.#lesser = lesserRoles(rules).filter(({ taken: { rule } }) =>
      rule.resources[0] !== "leases" && (rule.verbs.includes("patch") || isGranted(rule))
    );
  }

  async prepare(variables: Variables): Promise<void> {
    this.#variables = await this.#job.deployersWith(this.#lesser.map(({ rules }) => rules), variables);
  }

  /** Tries those that show at this moment. @returns How many. */
  async tryAll(moment: Moment): Promise<number> {
    const chosen = this.#lesser.flatMap(({ taken }, i) =>
      momentOf(taken) === moment ? [{ taken, variables: this.#variables[i]! }] : []
    );
    await Promise.all(chosen.map(async ({ taken, variables }) => {
      const args = ["deploy", this.#overlay, "--dry-run=server", "--no-record"];
      const run = await inTurn(() => this.#job.asJob(variables, ...args));
      for (const verb of taken.verb === undefined ? taken.rule.verbs : [taken.verb]) assertNamed(run, taken.rule, verb);
    }));
    return chosen.length;
  }
}

/**
 * What only a rollout in trouble asks for does not end a healthy deploy: doctor misses it. The lock's absence is a warning,
 * as a deploy goes on without it.
 */
async function tryDoctor(
  job: BootstrapJob,
  overlay: string,
  rules: readonly Rule[],
  variables: Variables,
): Promise<void> {
  const lesser = lesserRoles(rules).filter(({ taken: { rule } }) =>
    !rule.verbs.includes("create") || rule.resources[0] === "leases"
  );
  const deployers = await job.deployersWith(lesser.map(({ rules }) => rules), variables);
  await Promise.all(lesser.map(async ({ taken: { rule, verb } }, i) => {
    const args = ["doctor", overlay, "--no-registry", "-o", "json"];
    const run = await inTurn(() => job.asJob(deployers[i]!, ...args));
    const isLock = rule.resources[0] === "leases";
    equal(run.exitCode, isLock ? 0 : 5, run.stdout + run.stderr);
    const checks = JSON.parse(run.stdout).checks.filter(({ code }: { code?: string }) =>
      /RULE_MISSING$/.test(code ?? "")
    );
    const what = `${(verb === undefined ? rule.verbs : [verb]).join("/")} ${rule.resources}`;
    deepEqual(checks.map(({ evidence }: { evidence: string[] }) => evidence.map((line) => line.split(":")[0])), [[
      what,
    ]]);
  }));
}

async function generated(variant: Variant): Promise<BootstrapJob> {
  const directory = await Deno.makeTempDir({ prefix: "kstage-cluster-test-" });
  try {
    await generateOverlay(PRESETS.small, variant, directory);
    return new BootstrapJob(directory, "shop");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

interface Case {
  start(): Promise<BootstrapJob>;
  overlays: string[];
  /** The overlay that is deployed again, changed and broken, with its kustomization and a tag in it. */
  main: string;
  file: string;
  tag: string;
}

const SMALL = { overlays: ["overlays/prod"], main: "overlays/prod", file: "kustomization.yaml", tag: "newTag: 2.0.0" };

const CASES: Record<string, Case> = {
  "the article's overlays": {
    start: () => Promise.resolve(new BootstrapJob(ARTICLE, "my-service")),
    overlays: ["overlays/development", "overlays/production", "overlays/testing"],
    main: "overlays/testing",
    file: "kustomization.yml",
    tag: "newTag: develop",
  },
  "a small plain overlay": { start: () => generated("plain"), ...SMALL },
  "a small full overlay": { start: () => generated("full"), ...SMALL },
};

/** What a case found out, asserted on its way. */
async function deployAsDeployer({ start, overlays, main, file, tag }: Case): Promise<void> {
  await using job = await start();
  const variables = await job.bootstrap(...overlays);
  deepEqual(Object.keys(variables), ["CLUSTER_ADDRESS", "CA_AUTH_DATA", "K8S_TOKEN"]);
  const rules = await job.rules();
  const stores = rules.filter(({ resources }) => resources[0] === "statefulsets").flatMap((rule) =>
    rule.resourceNames ?? []
  );
  for (const store of stores) await job.provide(`data-${store}-0`);
  const deploy = (...args: string[]) => job.asJob(variables, "deploy", ...args, "--no-record");
  const path = `/project/${main}/${file}`;
  const retag = (image: string) => job.files[path] = job.files[path]!.replaceAll(tag, `newTag: ${image}`);
  const narrowing = new Narrowing(job, main, rules);
  await narrowing.prepare(variables);

  // Each permission to create that is taken away is named, and nothing else.
  ok(await narrowing.tryAll("empty") > 5);

  // Two deploys at a time take turns, and the second finds nothing to do.
  for (const overlay of overlays) {
    for (const run of await Promise.all([1, 2].map(() => deploy(overlay, "--wait-for-lock=2m")))) assertExit(run, 0);
  }
  // A deploy knows a lone workload from its apply; who looks later, or a watch that begins anew, lists it.
  assertExit(await job.asJob(variables, "rollout", "status", "-k", main), 0);

  // Each permission to read that is taken away is named, and nothing else.
  ok(await narrowing.tryAll("deployed") > 2);

  if (overlays.length > 1) await tryDoctor(job, main, rules, variables);

  retag("sandbox-crash");
  const broken = await deploy(main);
  assertExit(broken, 7);
  match(broken.stdout, /no answer from database/);

  const events = job.audited();
  const refused = events.filter(({ responseStatus }) => responseStatus?.code === 403);
  deepEqual(refused.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.name}`), []);
  deepEqual(unusedOf(rules.filter((rule) => !isGranted(rule)), events), []);
}

/** All cases run at the same time, since most of it is waiting; each test tells of its own. */
const outcomes = new Map<string, Promise<void>>();

for (const name of Object.keys(CASES)) {
  Deno.test({
    name:
      `bootstrap on a real cluster: ${name}: the three variables are enough, and no permission is too few or too many`,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      for (const [other, its] of Object.entries(CASES)) {
        if (outcomes.has(other)) continue;
        const outcome = deployAsDeployer(its);
        outcome.catch(() => {});
        outcomes.set(other, outcome);
      }
      await outcomes.get(name);
    },
  });
}
