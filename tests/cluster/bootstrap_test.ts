/** A deployer that bootstrap made on a real API server: it can do its work, and nothing of what it may do is idle. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { generateOverlay, PRESETS, type Variant } from "../../scripts/generate_overlay.ts";
import { assertNamed, type Lesser, lesserRoles, namedRules, type Rule } from "../operations/lesser_roles.ts";
import { BootstrapJob, unusedOf, type Variables, writesOf } from "./bootstrap_job.ts";
import { assertExit } from "./job.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
/** What the overlay's Roles grant: the API server looks at it when these are written, not when something is asked for. */
const GRANTED = '{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"]}';
const isGranted = (rule: Rule) => JSON.stringify(rule) === GRANTED;

/** Asserts that the server itself refused one permission, and names its rule alone. */
function assertRefused({ exitCode, stderr }: { exitCode: number; stderr: string }, taken: Rule): void {
  const what = JSON.stringify(taken);
  equal(exitCode, 5, `without ${what}\n${stderr}`);
  const [named, ...others] = namedRules(stderr);
  deepEqual(others, [], `without ${what} more is named\n${stderr}`);
  deepEqual([named?.apiGroups, named?.resources, named?.resourceNames], [
    taken.apiGroups,
    taken.resources,
    taken.resourceNames,
  ], stderr);
  ok(named!.verbs.includes(taken.verbs[0]!), `without ${what} the verb is not named\n${stderr}`);
}

/** When a dry-run needs a permission. */
type Moment = "empty" | "deployed";

/** Reading is for what is there. */
function momentOf(taken: Rule): Moment {
  const [verb] = taken.verbs;
  return verb === "patch" || verb === "create" || isGranted(taken) ? "empty" : "deployed";
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

/** Deployers that lack one permission each. */
class Narrowing {
  readonly #job: BootstrapJob;
  readonly #overlay: string;
  readonly #overlays: readonly string[];
  readonly #lesser: Lesser[];
  #variables: Variables[] = [];

  constructor(job: BootstrapJob, { main, overlays }: Pick<Case, "main" | "overlays">, rules: readonly Rule[]) {
    this.#job = job;
    this.#overlay = main;
    this.#overlays = overlays;
    // A Role without any of what a record needs is one for deploys that leave none.
    this.#lesser = lesserRoles(rules).filter(({ taken }) =>
      taken.verbs.length === 1 || taken.resources[0] !== "secrets"
    );
  }

  async prepare(variables: Variables): Promise<void> {
    this.#variables = await this.#job.deployersWith(this.#lesser.map(({ rules }) => rules), variables);
  }

  /** Without any one permission a deploy ends before it writes, and both it and doctor name exactly that. */
  async tryBeforehand(): Promise<void> {
    await Promise.all(this.#lesser.map(async ({ taken }, i) => {
      const variables = this.#variables[i]!;
      const { overlay, rule } = this.#needing(taken);
      assertNamed(await inTurn(() => this.#job.asJob(variables, "deploy", overlay)), rule);
      const args = ["doctor", overlay, "--no-registry", "-o", "json"];
      const doctor = await inTurn(() => this.#job.asJob(variables, ...args));
      equal(doctor.exitCode, 5, doctor.stdout + doctor.stderr);
      const lines = JSON.parse(doctor.stdout).checks.flatMap((
        { code, evidence }: { code?: string; evidence: string[] },
      ) => code === "RULE_MISSING" ? evidence.map((line) => line.split(":")[0]) : []);
      deepEqual(lines, [`${taken.verbs.join("/")} ${taken.resources}`]);
    }));
    deepEqual(writesOf(this.#job.auditedOfLesser()), []);
    await this.#job.removeLeases();
  }

  /** An overlay that needs something, and what of it: each has a lock of its own. */
  #needing(taken: Rule): { overlay: string; rule: Rule } {
    const { resources, resourceNames } = taken;
    if (resources[0] !== "leases" || resourceNames === undefined) return { overlay: this.#overlay, rule: taken };
    const lockOf = (overlay: string) => resourceNames.filter((name) => name.endsWith(`-${overlay.split("/").at(-1)}`));
    const overlay = [this.#overlay, ...this.#overlays].find((overlay) => lockOf(overlay).length > 0)!;
    return { overlay, rule: { ...taken, resourceNames: lockOf(overlay) } };
  }

  /**
   * With `--missing-permissions=note` the server's own refusal ends it, for what is needed to write at this moment; one
   * object of each kind is enough.
   *
   * @returns How many were tried.
   */
  async tryWriting(moment: Moment): Promise<number> {
    const tried = new Set<string>();
    const chosen = this.#lesser.flatMap(({ taken }, i) => {
      const { verbs, resources } = taken;
      const isWriting = verbs.length === 1 &&
        (["patch", "create"].includes(verbs[0]!) || this.#isWritten(taken) || isGranted(taken));
      const key = `${verbs} ${resources} ${isGranted(taken)}`;
      const isOther = !isWriting || ["leases", "secrets"].includes(resources[0]!) || momentOf(taken) !== moment;
      if (isOther || tried.has(key)) return [];
      tried.add(key);
      return [{ taken, variables: this.#variables[i]! }];
    });
    await Promise.all(chosen.map(async ({ taken, variables }) => {
      const args = ["deploy", this.#overlay, "--dry-run=server", "--missing-permissions=note"];
      assertRefused(await inTurn(() => this.#job.asJob(variables, ...args)), taken);
    }));
    return chosen.length;
  }

  /** Whether it is about an object that the deployer may also patch. */
  #isWritten({ resources, resourceNames }: Rule): boolean {
    return this.#lesser.some(({ taken }) =>
      taken.verbs.join() === "patch" && taken.resources[0] === resources[0] &&
      taken.resourceNames?.[0] === resourceNames?.[0]
    );
  }
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
  /** Whether the deployer may record releases, which bootstrap lets the admin choose. */
  releases: boolean;
  overlays: string[];
  /** The overlay that is deployed again, changed and broken, with its kustomization and a tag in it. */
  main: string;
  file: string;
  tag: string;
}

const SMALL = {
  releases: false,
  overlays: ["overlays/prod"],
  main: "overlays/prod",
  file: "kustomization.yaml",
  tag: "newTag: 2.0.0",
};

const CASES: Record<string, Case> = {
  "the article's overlays": {
    start: () => Promise.resolve(new BootstrapJob(ARTICLE, "my-service")),
    releases: true,
    overlays: ["overlays/development", "overlays/production", "overlays/testing"],
    main: "overlays/testing",
    file: "kustomization.yml",
    tag: "newTag: develop",
  },
  "a small plain overlay": { start: () => generated("plain"), ...SMALL },
  "a small full overlay": { start: () => generated("full"), ...SMALL },
};

/** What a case found out, asserted on its way. */
async function deployAsDeployer(its: Case): Promise<void> {
  const { start, releases, overlays, main, file, tag } = its;
  await using job = await start();
  const variables = await job.bootstrap(...overlays, ...(releases ? ["--releases"] : []));
  deepEqual(Object.keys(variables), ["CLUSTER_ADDRESS", "CA_AUTH_DATA", "K8S_TOKEN"]);
  const rules = await job.rules();
  const stores = rules.filter(({ resources }) => resources[0] === "statefulsets").flatMap((rule) =>
    rule.resourceNames ?? []
  );
  for (const store of stores) await job.provide(`data-${store}-0`);
  const deploy = (...args: string[]) => job.asJob(variables, "deploy", ...args, "--history-limit=1");
  const path = `/project/${main}/${file}`;
  const retag = (image: string) => job.files[path] = job.files[path]!.replaceAll(tag, `newTag: ${image}`);
  const narrowing = new Narrowing(job, its, rules);
  await narrowing.prepare(variables);

  await narrowing.tryBeforehand();
  ok(await narrowing.tryWriting("empty") > 3);

  // Two deploys at a time take turns, and the second finds nothing to do.
  for (const overlay of overlays) {
    for (const run of await Promise.all([1, 2].map(() => deploy(overlay, "--wait-for-lock=2m")))) assertExit(run, 0);
  }
  // A deploy knows a lone workload from its apply; who looks later, or a watch that begins anew, lists it.
  assertExit(await job.asJob(variables, "rollout", "status", "-k", main), 0);

  ok(await narrowing.tryWriting("deployed") > 2);
  retag("sandbox-crash");
  const before = releases ? await job.records() : [];
  const breaking = deploy(main);
  if (releases) await job.touchRecordAfter(before);
  const broken = await breaking;
  assertExit(broken, 7);
  match(broken.stdout, /no answer from database/);

  const events = job.audited();
  const refused = events.filter(({ responseStatus }) => responseStatus?.code === 403)
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`);
  // A deploy finds out whether it may record by trying, beside its first requests.
  deepEqual([...new Set(refused)], releases ? [] : ["list secrets"]);
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
