/** What a token may not do is told before anything is written, also for objects that the server can't judge yet. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { executePlan, planApply, refusalOf } from "../../src/apply/mod.ts";
import type { JsonObject, JsonValue } from "../../src/base/mod.ts";
import { createKubeClient, type Transport } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createSandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { createVirtualClock } from "../kube/virtual_clock.ts";
import { json, refusal } from "../kube/fake_transport.ts";
import { manifest } from "./fake_cluster.ts";

const LATENCY_MS = 20;
const RBAC = "rbac.authorization.k8s.io";
const V1 = `${RBAC}/v1`;

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

const rule = (group: string, resource: string, ...verbs: string[]): Rule => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});
const named = (name: string, rule: Rule): Rule => ({ ...rule, resourceNames: [name] });
const APPLY = ["get", "create", "patch"];
const READ_PODS = rule("", "pods", "get", "list");
const CONFIG_MAPS = rule("", "configmaps", ...APPLY);
const ROLES = rule(RBAC, "roles", ...APPLY);
const BINDINGS = rule(RBAC, "rolebindings", ...APPLY);

const NAMESPACE = manifest("v1", "Namespace", "fresh");
const CONFIG_MAP = manifest("v1", "ConfigMap", "c", { data: {} });
const role = (...rules: Rule[]) => manifest(V1, "Role", "r", { rules: rules as unknown as JsonValue });
const binding = (kind = "Role", name = "r") =>
  manifest(V1, "RoleBinding", "b", {
    roleRef: { apiGroup: RBAC, kind, name },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "shop" }],
  });

/** A sandbox with the namespace `shop`, and a deployer with some rules in it and some everywhere. */
class World {
  readonly clock = createVirtualClock();
  readonly sandbox = createSandbox({
    clock: this.clock,
    latencyMs: LATENCY_MS,
    controllers: false,
    users: [{ name: "deployer", token: "deployer", groups: [] }],
  });

  constructor({ inShop = [], everywhere = [] }: { inShop?: Rule[]; everywhere?: Rule[] }) {
    this.sandbox.create(manifest("v1", "Namespace", "shop"));
    this.#grant("Role", inShop);
    this.#grant("ClusterRole", everywhere);
  }

  #grant(kind: string, rules: Rule[]): void {
    const metadata = { name: "deployer", ...(kind === "Role" && { namespace: "shop" }) };
    this.sandbox.create({ apiVersion: V1, kind, metadata, rules: rules as unknown as JsonValue });
    this.sandbox.create({
      apiVersion: V1,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name: "deployer" },
      subjects: [{ kind: "User", name: "deployer", apiGroup: RBAC }],
    });
  }

  get transport(): Transport {
    return sandboxTransport(this.sandbox, "deployer");
  }

  /** What planning finds, and what it costs. */
  async plan(manifests: Manifest[], transport = this.transport, namespace = "shop") {
    const [startMs, seen] = [this.clock.now(), this.sandbox.requests.length];
    const client = createKubeClient(transport, {
      clock: this.clock,
      random: { number: () => 0.5, bytes: (count) => new Uint8Array(count) },
    });
    const plan = await this.clock.drive(planApply(client, manifests, { namespace }));
    const requests = this.sandbox.requests.slice(seen);
    const reviews = requests.map(({ path }) => /self\w+$/.exec(path)?.[0]).filter((path) => path !== undefined);
    return {
      kinds: plan.changes.map(({ kind, ref }) => `${kind} ${ref.kind}`),
      refusal: refusalOf(plan),
      requests: requests.length,
      reviews,
      roundTrips: (this.clock.now() - startMs) / LATENCY_MS,
      apply: () => this.clock.drive(executePlan(client, plan, { clock: this.clock })),
    };
  }
}

/** The rules that a refusal asks for. */
function asked(refused: { hint?: string | undefined } | undefined): string[] {
  return [...(refused?.hint ?? "").matchAll(/^- apiGroups[^]*?verbs: .*$/gm)].map(([text]) =>
    text.replace(/\n */g, " ")
  );
}

Deno.test("a binding that may not be created is refused before its role is written", async () => {
  const world = new World({ inShop: [CONFIG_MAPS, ROLES, READ_PODS, rule(RBAC, "rolebindings", "get", "patch")] });
  const { kinds, refusal, roundTrips } = await world.plan([role(READ_PODS), binding(), CONFIG_MAP]);
  deepEqual(kinds, ["create Role", "refused RoleBinding", "create ConfigMap"]);
  deepEqual([refusal?.code, refusal?.message], [
    "FORBIDDEN",
    "Cannot apply rolebinding/b in namespace shop: the token is not permitted to create it",
  ]);
  match(refusal!.hint!, /^Add this rule to a Role in namespace shop bound to the token's account:\n/);
  deepEqual(asked(refusal), [
    `- apiGroups: ["${RBAC}"] resources: ["rolebindings"] resourceNames: ["b"] verbs: ["get", "create", "patch"]`,
  ]);
  equal(roundTrips, 2, "the refusal is made sure of");
});

Deno.test("a binding to a role that grants more than the token has needs the right to bind it", async () => {
  const rights = [ROLES, BINDINGS, rule(RBAC, "roles", "escalate")];
  const manifests = [role(READ_PODS, CONFIG_MAPS), binding()];
  const refused = await new World({ inShop: [...rights, rule("", "pods", "get")] }).plan(manifests);
  deepEqual(refused.kinds, ["create Role", "refused RoleBinding"]);
  equal(
    refused.refusal?.message,
    "Cannot apply rolebinding/b in namespace shop: its role grants what the token may not do itself",
  );
  deepEqual(asked(refused.refusal), [
    '- apiGroups: [""] resources: ["pods"] verbs: ["list"]',
    '- apiGroups: [""] resources: ["configmaps"] verbs: ["get", "create", "patch"]',
  ]);
  const enough = { create: [named("r", rule(RBAC, "roles", "bind"))], deferred: [READ_PODS, CONFIG_MAPS] };
  for (const [kind, more] of Object.entries(enough)) {
    const allowed = await new World({ inShop: [...rights, ...more] }).plan(manifests);
    deepEqual(allowed.kinds, ["create Role", `${kind} RoleBinding`]);
    deepEqual([allowed.requests, allowed.reviews, allowed.roundTrips], [3, ["selfsubjectrulesreviews"], 1]);
    equal((await allowed.apply()).outcome, "applied");
  }
});

Deno.test("a role that is to grant more is looked at as it will be, not as it is", async () => {
  const rights = [ROLES, BINDINGS, rule(RBAC, "roles", "escalate")];
  const world = new World({ inShop: [...rights, READ_PODS] });
  await (await world.plan([role(READ_PODS)])).apply();
  const wider = await world.plan([role(READ_PODS, CONFIG_MAPS), binding()]);
  deepEqual(wider.kinds, ["update Role", "refused RoleBinding"]);
  equal((await world.plan([role(READ_PODS), binding()])).kinds.join(), "unchanged Role,create RoleBinding");
});

Deno.test("what may not be written into a new namespace is told before that is created", async () => {
  const everywhere = [rule("", "namespaces", ...APPLY), ROLES, rule(RBAC, "rolebindings", "patch")];
  const world = new World({ inShop: [READ_PODS, BINDINGS], everywhere });
  const { kinds, refusal } = await world.plan(
    [NAMESPACE, role(READ_PODS), binding(), CONFIG_MAP],
    world.transport,
    "fresh",
  );
  deepEqual(kinds, ["create Namespace", "refused Role", "refused RoleBinding", "refused ConfigMap"]);
  equal(
    refusal?.message,
    "Cannot apply 3 of 4 objects: nothing was written\n" +
      "  role/r in namespace fresh: it grants what the token may not do itself\n" +
      "  rolebinding/b in namespace fresh: the token is not permitted to create it\n" +
      "  configmap/c in namespace fresh: the token is not permitted to create and patch it",
  );
  match(refusal!.hint!, /^Add these rules to a ClusterRole bound to the token's account:\n/);
  equal(asked(refusal).length, 3);
});

Deno.test("a new namespace costs one question when everything may be written into it, and no round trip", async () => {
  const everywhere = [rule("", "namespaces", ...APPLY), ROLES, BINDINGS, READ_PODS, CONFIG_MAPS];
  const world = new World({ everywhere });
  const manifests = [NAMESPACE, role(READ_PODS), binding(), CONFIG_MAP];
  const first = await world.plan(manifests, world.transport, "fresh");
  deepEqual(first.kinds, ["create Namespace", "deferred Role", "deferred RoleBinding", "deferred ConfigMap"]);
  deepEqual([first.requests, first.reviews, first.roundTrips], [2, ["selfsubjectrulesreviews"], 1]);
  equal((await first.apply()).outcome, "applied");
  const again = await world.plan(manifests, world.transport, "fresh");
  deepEqual(again.kinds, ["unchanged Namespace", "unchanged Role", "unchanged RoleBinding", "unchanged ConfigMap"]);
  deepEqual(again.reviews, ["selfsubjectrulesreviews"]);
});

Deno.test("a binding in a new namespace to a role of the cluster is held against that role", async () => {
  const everywhere = [rule("", "namespaces", ...APPLY), BINDINGS, READ_PODS, rule(RBAC, "clusterroles", "get")];
  const world = new World({ everywhere });
  for (const [name, rules] of Object.entries({ narrow: [READ_PODS], wide: [READ_PODS, CONFIG_MAPS] })) {
    const metadata = { name };
    world.sandbox.create({ apiVersion: V1, kind: "ClusterRole", metadata, rules: rules as unknown as JsonValue });
    const manifests = [NAMESPACE, binding("ClusterRole", name)];
    const { kinds, refusal } = await world.plan(manifests, world.transport, "fresh");
    equal(kinds[1], name === "wide" ? "refused RoleBinding" : "deferred RoleBinding");
    equal(asked(refusal).length, name === "wide" ? 1 : 0);
  }
  const unknown = new World({ everywhere: everywhere.slice(0, 3) });
  const { kinds } = await unknown.plan([NAMESPACE, binding("ClusterRole", "view")], unknown.transport, "fresh");
  equal(kinds[1], "deferred RoleBinding", "the server will say");
});

Deno.test("bindings and custom resources of the whole cluster are judged by what is allowed everywhere", async () => {
  const everywhere = [
    rule("apiextensions.k8s.io", "customresourcedefinitions", ...APPLY),
    rule(RBAC, "clusterroles", ...APPLY),
    rule(RBAC, "clusterrolebindings", "get", "patch"),
    READ_PODS,
  ];
  const inShop = [rule(RBAC, "clusterrolebindings", "create"), rule("x.example.com", "widgets", "*")];
  const world = new World({ everywhere, inShop });
  const definition = (scope: string, plural: string, kind: string): Manifest =>
    manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.x.example.com`, {
      spec: {
        group: "x.example.com",
        scope,
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
      },
    });
  const { kinds, refusal } = await world.plan([
    definition("Namespaced", "widgets", "Widget"),
    definition("Cluster", "planets", "Planet"),
    manifest(V1, "ClusterRole", "r", { rules: [READ_PODS] as unknown as JsonValue }),
    manifest(V1, "ClusterRoleBinding", "b", { roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "r" } }),
    manifest("x.example.com/v1", "Widget", "w"),
    manifest("x.example.com/v1", "Planet", "p"),
  ]);
  deepEqual(kinds.slice(2), [
    "create ClusterRole",
    "refused ClusterRoleBinding",
    "deferred Widget",
    "refused Planet",
  ]);
  match(refusal!.hint!, /^Add these rules to a ClusterRole bound to the token's account:\n/);
});

Deno.test("a role that is refused itself is told once, and its binding's own lack beside it", async () => {
  const world = new World({ inShop: [ROLES, BINDINGS] });
  deepEqual((await world.plan([role(READ_PODS), binding()])).kinds, ["refused Role", "deferred RoleBinding"]);
  const poorer = new World({ inShop: [ROLES, rule(RBAC, "rolebindings", "patch")] });
  deepEqual((await poorer.plan([role(READ_PODS), binding()])).kinds, ["refused Role", "refused RoleBinding"]);
});

Deno.test("overlays in which everything can be judged cost no question", async () => {
  const world = new World({ inShop: [CONFIG_MAPS, ROLES, BINDINGS, READ_PODS] });
  await (await world.plan([role(READ_PODS)])).apply();
  const { reviews, requests, kinds } = await world.plan([CONFIG_MAP, binding()]);
  deepEqual([reviews, requests, kinds], [[], 2, ["create RoleBinding", "create ConfigMap"]]);
});

Deno.test("what a server's list of rules lacks is asked for one by one, and who may not ask is not refused", async () => {
  const inShop = [ROLES, BINDINGS, READ_PODS];
  const manifests = [role(READ_PODS), binding()];
  const world = new World({ inShop });
  const answering = (path: string, response: () => Response): Transport => ({
    send: (request, signal) =>
      request.path.endsWith(path) ? Promise.resolve(response()) : world.transport.send(request, signal),
  });
  const status: JsonObject = { resourceRules: [], nonResourceRules: [], incomplete: true };
  for (const list of [() => json({ kind: "SelfSubjectRulesReview", status }, 201), forbidden]) {
    const { kinds, reviews } = await world.plan(manifests, answering("/selfsubjectrulesreviews", list));
    deepEqual(kinds, ["create Role", "deferred RoleBinding"]);
    ok(reviews.length > 0 && reviews.every((path) => path === "selfsubjectaccessreviews"), reviews.join());
  }
  const poor = new World({ inShop: [ROLES, READ_PODS, rule(RBAC, "rolebindings", "patch")] });
  const silent: Transport = {
    send: (request, signal) =>
      /selfsubject/.test(request.path) ? Promise.resolve(forbidden()) : poor.transport.send(request, signal),
  };
  deepEqual((await poor.plan(manifests, silent)).kinds, ["create Role", "deferred RoleBinding"]);
});

function forbidden(): Response {
  return refusal(403, "Forbidden", "no reviews here");
}
