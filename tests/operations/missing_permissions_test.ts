/** Whether a deploy says beforehand what its Role lacks. */
import { deepEqual, doesNotMatch, equal, match, ok } from "../assert.ts";
import { generateOverlay, PRESETS } from "../../scripts/generate_overlay.ts";
import { getPath } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { type BootstrapWorld, createBootstrapWorld, readVariables } from "./bootstrap_world.ts";
import { assertNamed, lesserRoles, namedRules, type Rule } from "./lesser_roles.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const RBAC = "rbac.authorization.k8s.io/v1";

/** A bootstrapped deployer, whose Role can be changed. */
class Deployment {
  private constructor(
    readonly world: BootstrapWorld,
    readonly variables: Record<string, string>,
    readonly overlay: string,
    readonly namespace: string,
  ) {}

  static async article(...args: string[]): Promise<Deployment> {
    return await Deployment.#bootstrap(ARTICLE, "overlays/testing", "my-service", args);
  }

  static async generated(...args: string[]): Promise<Deployment> {
    const directory = await Deno.makeTempDir({ prefix: "kstage-test-" });
    try {
      await generateOverlay(PRESETS.small, "full", directory);
      return await Deployment.#bootstrap(directory, "overlays/prod", "shop", args);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  }

  static async #bootstrap(project: string, overlay: string, namespace: string, args: string[]): Promise<Deployment> {
    const world = createBootstrapWorld({ project });
    const run = await world.admin("bootstrap", overlay, "--print", "json", ...args);
    equal(run.exitCode, 0, run.stderr);
    return new Deployment(world, readVariables(run), overlay, namespace);
  }

  get role(): Manifest {
    const ref = { apiVersion: RBAC, kind: "Role", namespace: this.namespace, name: "kstage-deployer" };
    return this.world.sandbox.store.get(ref)!;
  }

  get rules(): Rule[] {
    return this.role.rules as unknown as Rule[];
  }

  set rules(rules: readonly Rule[]) {
    this.world.sandbox.store.update({ ...this.role, rules: rules as never });
  }

  run(...args: string[]) {
    return this.world.job(this.variables, "deploy", this.overlay, ...args);
  }

  /** All objects of the namespace but the admin's own Role. */
  objects(): string {
    const { store } = this.world.sandbox;
    const kinds = [["v1", "ConfigMap"], ["v1", "Secret"], ["v1", "Service"], ["apps/v1", "Deployment"], [
      RBAC,
      "RoleBinding",
    ]];
    return JSON.stringify(kinds.map(([apiVersion, kind]) => store.list(apiVersion!, kind!, this.namespace)));
  }

  /** Leases that somebody holds. */
  leases(): Manifest[] {
    const { store } = this.world.sandbox;
    return store.list("coordination.k8s.io/v1", "Lease", this.namespace)
      .filter((lease) => getPath(lease, "spec", "holderIdentity") !== undefined);
  }

  removeLease(name: string): void {
    const ref = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: this.namespace, name };
    this.world.sandbox.store.remove(ref);
  }

  /** The requests to write of a run, the lock's own aside. */
  writes(since: number): string[] {
    return this.world.sandbox.requests.slice(since)
      .filter(({ method, path, query }) =>
        method !== "GET" && query.dryRun === undefined && !/reviews$|\/leases(\/|$)/.test(path)
      )
      .map(({ method, path }) => `${method} ${path}`);
  }
}

const isAbout = (...resources: string[]) => ({ resources: [first] }: Rule) => resources.includes(first!);
const isLease = isAbout("leases");

for (
  const [what, start] of [
    ["the article's overlay", () => Deployment.article("--releases")],
    ["a generated overlay", () => Deployment.generated()],
  ] as const
) {
  Deno.test(`without any one permission of its Role a deploy writes nothing and names it: ${what}`, async () => {
    const deployment = await start();
    const { rules, world } = deployment;
    const before = deployment.objects();
    let since = world.sandbox.requests.length;
    const lesser = lesserRoles(rules);
    ok(lesser.length > 20);
    for (const { rules: fewer, taken } of lesser) {
      // A Role without any of it was not made to record.
      if (taken.resources[0] === "secrets" && taken.verbs.includes("list") && taken.verbs.length > 1) continue;
      deployment.rules = fewer;
      assertNamed(await deployment.run(), taken);
      deepEqual(deployment.writes(since), []);
      since = world.sandbox.requests.length;
      // Only who may neither delete nor change a Lease can't give it back.
      const isStuck = isLease(taken) && ["patch", "delete"].every((verb) => taken.verbs.includes(verb));
      equal(deployment.leases().length > 0, isStuck, JSON.stringify(taken));
      for (const { metadata: { name } } of deployment.leases()) deployment.removeLease(name);
    }
    equal(deployment.objects(), before);
    deployment.rules = rules;
    equal((await deployment.run()).exitCode, 0);
  });
}

Deno.test("flags decide which permissions a deploy needs", async (t) => {
  const deployment = await Deployment.article("--releases");
  const { rules } = deployment;
  const without = (isTaken: (rule: Rule) => boolean) => rules.filter((rule) => !isTaken(rule));
  const isWatch = ({ verbs, resources: [resource] }: Rule) => verbs.includes("watch") || resource === "pods/log";
  const named = async (fewer: Rule[], ...args: string[]) => {
    deployment.rules = fewer;
    const run = await deployment.run(...args);
    return { run, resources: namedRules(run.stderr).map(({ resources: [resource] }) => resource) };
  };

  await t.step("--no-lock needs no Lease", async () => {
    const fewer = without(isAbout("leases"));
    const { run, resources } = await named(fewer);
    deepEqual([run.exitCode, resources], [5, ["leases", "leases"]]);
    match(run.stderr, /# keeps two deploys apart; --no-lock does without/);
    equal((await named(fewer, "--no-lock")).run.exitCode, 0);
  });

  await t.step("--no-record needs no Secrets, and --rollback-on-failure needs all of them", async () => {
    const part = rules.map((rule) => rule.resources[0] === "secrets" ? { ...rule, verbs: ["list", "create"] } : rule);
    const { run } = await named(part);
    deepEqual(namedRules(run.stderr).map(({ verbs }) => verbs), [["patch", "get", "delete"]]);
    equal((await named(part, "--no-record")).run.exitCode, 0);
    const none = without(isAbout("secrets"));
    equal((await named(none)).run.exitCode, 0);
    const back = await named(none, "--rollback-on-failure");
    deepEqual([back.run.exitCode, back.resources], [5, ["secrets"]]);
  });

  await t.step("--no-wait watches nothing", async () => {
    const fewer = without(isWatch);
    const { run, resources } = await named(fewer);
    deepEqual([run.exitCode, resources], [5, ["deployments", "pods", "replicasets", "events", "pods/log"]]);
    equal((await named(fewer, "--no-wait")).run.exitCode, 0);
  });

  await t.step("--dry-run=server only reads, and --dry-run=client asks nothing", async () => {
    const fewer = without((rule) => isWatch(rule) || isAbout("leases", "secrets", "horizontalpodautoscalers")(rule));
    equal((await named(fewer, "--dry-run=server")).run.exitCode, 0);
    const { run, resources } = await named(fewer.filter((rule) => !isAbout("services")(rule)), "--dry-run=server");
    deepEqual([run.exitCode, resources], [5, ["services"]]);
    equal((await named([], "--dry-run=client")).run.exitCode, 0);
  });

  await t.step("--prune needs to list, to delete, and the inventory", async () => {
    const { run } = await named(rules, "--prune", "--applyset=configmap/shop");
    equal(run.exitCode, 5);
    const missing = namedRules(run.stderr);
    deepEqual(missing.filter(({ verbs }) => verbs.includes("delete")).length, 3);
    deepEqual(
      missing.filter(({ resourceNames = [] }) => resourceNames.includes("shop")).map(({ resources }) => resources),
      [
        ["configmaps"],
      ],
    );
  });
});

Deno.test("--missing-permissions=note goes on without what only explains, watches, locks or records", async () => {
  const deployment = await Deployment.article("--releases");
  const { rules } = deployment;
  const optional = isAbout(
    "leases",
    "secrets",
    "pods",
    "pods/log",
    "events",
    "replicasets",
    "horizontalpodautoscalers",
  );
  deployment.rules = rules.filter((rule) => !optional(rule));
  const refused = await deployment.run();
  equal(refused.exitCode, 5);
  match(
    refused.stderr,
    /ServiceAccount my-service\/kstage-deployer may not do all that this needs; nothing was written/,
  );
  match(refused.stderr, /--missing-permissions=note goes on without these/);
  doesNotMatch(refused.stderr, /note: the deploy is not locked/);
  const noted = await deployment.run("--missing-permissions=note");
  equal(noted.exitCode, 0, noted.stderr);
  match(noted.stderr, /note: the deploy is not locked against others/);
  // What writes is needed in any case, and named by the server's own refusal.
  deployment.rules = rules.filter((rule) => !isAbout("services")(rule));
  const failed = await deployment.run("--missing-permissions=note");
  equal(failed.exitCode, 5);
  deepEqual(namedRules(failed.stderr).map(({ resources }) => resources), [["services"]]);
  const mixed = rules.filter((rule) => !isAbout("services", "events")(rule));
  deployment.rules = mixed;
  match((await deployment.run()).stderr, /--missing-permissions=note goes on without what only explains, watches/);
});

Deno.test("a deployer of another namespace is told where its RoleBinding must be", async () => {
  const { world, variables } = await Deployment.article();
  const kustomization = "/project/overlays/elsewhere/kustomization.yaml";
  const files = { [kustomization]: "namespace: elsewhere\nresources: [../testing]\n" };
  const run = await world.jobWith(files, variables, "deploy", "overlays/elsewhere");
  equal(run.exitCode, 5);
  match(run.stderr, /If elsewhere is the right namespace, the RoleBinding must be in it, not in my-service\./);
});

Deno.test("who may do everything is asked nothing more, and is believed", async () => {
  const { world } = await Deployment.article();
  const since = world.sandbox.requests.length;
  const run = await world.admin("deploy", "overlays/testing");
  equal(run.exitCode, 0, run.stderr);
  const reviews = world.sandbox.requests.slice(since).filter(({ path }) => path.endsWith("reviews"));
  deepEqual(reviews.map(({ path }) => path.split("/").at(-1)), ["selfsubjectrulesreviews"]);
});

Deno.test("impersonation: what is needed is what the other one may do", async () => {
  const { world } = await Deployment.article();
  const run = await world.admin("deploy", "overlays/testing", "--as=jane");
  equal(run.exitCode, 5);
  match(run.stderr, /: jane may not do all that this needs/);
  const account = "system:serviceaccount:my-service:kstage-deployer";
  equal((await world.admin("deploy", "overlays/testing", `--as=${account}`)).exitCode, 0);
});
