import { deepEqual, equal } from "../assert.ts";
import {
  accessesOf,
  allowsAccess,
  createKubeClient,
  mayAccess,
  type PolicyRule,
  readOwnRules,
} from "../../src/kube/mod.ts";
import { NetworkError, parseJson } from "../../src/base/mod.ts";
import { createFakeTransport, json } from "./fake_transport.ts";
import { createVirtualClock } from "./virtual_clock.ts";

const rule = (rest: Partial<PolicyRule>): PolicyRule => ({ apiGroups: [], resources: [], verbs: ["get"], ...rest });

Deno.test("accessesOf() breaks a rule down to single verbs on single things", () => {
  deepEqual(accessesOf(rule({ apiGroups: ["", "apps"], resources: ["pods/log"], verbs: ["get", "list"] })), [
    { verb: "get", group: "", resource: "pods/log", name: "" },
    { verb: "list", group: "", resource: "pods/log", name: "" },
    { verb: "get", group: "apps", resource: "pods/log", name: "" },
    { verb: "list", group: "apps", resource: "pods/log", name: "" },
  ]);
  const named = rule({ apiGroups: [""], resources: ["secrets"], resourceNames: ["a", "b"] });
  deepEqual(accessesOf(named).map(({ name }) => name), ["a", "b"]);
  deepEqual(accessesOf(rule({ nonResourceURLs: ["/healthz"] })), [
    { verb: "get", group: "", resource: "", name: "", path: "/healthz" },
  ]);
  deepEqual(accessesOf(rule({ apiGroups: [""] })), []);
});

Deno.test("allowsAccess() judges as the API server does when rights are handed on", async (t) => {
  const pods = { verb: "get", group: "", resource: "pods", name: "" };
  const log = { ...pods, resource: "pods/log" };
  const cases: [
    what: string,
    rule: Partial<PolicyRule>,
    access: typeof pods & { path?: string },
    isAllowed: boolean,
  ][] = [
    ["the same", { apiGroups: [""], resources: ["pods"] }, pods, true],
    ["another verb", { apiGroups: [""], resources: ["pods"], verbs: ["list"] }, pods, false],
    ["another group", { apiGroups: ["apps"], resources: ["pods"] }, pods, false],
    ["everything", { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }, log, true],
    ["a subresource needs its own rule", { apiGroups: [""], resources: ["pods"] }, log, false],
    ["a subresource of everything", { apiGroups: [""], resources: ["*/log"] }, log, true],
    ["one name of any", { apiGroups: [""], resources: ["pods"] }, { ...pods, name: "a" }, true],
    ["any name of one", { apiGroups: [""], resources: ["pods"], resourceNames: ["a"] }, pods, false],
    ["all verbs of some", { apiGroups: [""], resources: ["pods"] }, { ...pods, verb: "*" }, false],
    ["a path below", { nonResourceURLs: ["/api*"] }, { ...pods, path: "/apis" }, true],
    ["another path", { nonResourceURLs: ["/api"] }, { ...pods, path: "/apis" }, false],
  ];
  for (const [what, held, access, isAllowed] of cases) {
    await t.step(what, () => equal(allowsAccess(rule(held), access), isAllowed));
  }
});

Deno.test("questions about oneself are asked again when the answer is lost, and those of the cluster name no namespace", async () => {
  const clock = createVirtualClock();
  let isFirst = true;
  const transport = createFakeTransport(() => {
    if (isFirst) {
      isFirst = false;
      return new NetworkError("RESET", "lost", "/");
    }
    return json({
      status: { allowed: true, resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }] },
    });
  }, clock);
  const client = createKubeClient(transport, { clock, random: { number: () => 0.5, bytes: (n) => new Uint8Array(n) } });
  const access = { verb: "get", group: "", resource: "pods/log", name: "a" };
  equal(await clock.drive(mayAccess(client, access, undefined)), true);
  equal(await clock.drive(mayAccess(client, access, "shop")), true);
  deepEqual(await clock.drive(readOwnRules(client, undefined)), [rule({ apiGroups: [""], resources: ["pods"] })]);
  const asked = { verb: "get", group: "", resource: "pods", subresource: "log", name: "a" };
  // deno-lint-ignore no-explicit-any -- what was sent
  deepEqual(transport.requests.map(({ body }) => (parseJson(body!) as any).spec), [
    { resourceAttributes: asked },
    { resourceAttributes: asked },
    { resourceAttributes: { ...asked, namespace: "shop" } },
    { namespace: "-" },
  ]);
});
