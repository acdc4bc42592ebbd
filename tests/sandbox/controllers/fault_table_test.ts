import { deepEqual, equal } from "../../assert.ts";
import { faultOfImage } from "../../../src/sandbox/controllers/mod.ts";
import { FaultTable } from "../../../src/sandbox/controllers/fault_table.ts";
import type { Fault } from "../../../src/sandbox/faults.ts";

const CONTAINER = { name: "api", image: "registry.example.com/api:1", isInit: false };
const INIT = { name: "migrate", image: "registry.example.com/tool:1", isInit: true };
const SUBJECT = {
  key: "uid-1",
  namespace: "demo",
  labels: { app: "api", tier: "backend" },
  workloads: ["pod/api-5d7f-x2", "replicaset/api-5d7f", "deployment/api"],
  containers: [INIT, CONTAINER],
  createdMs: 1_000_000,
};

function strikes(fault: Fault, container = CONTAINER, subject = SUBJECT, now = SUBJECT.createdMs): boolean {
  return new FaultTable([fault]).find("exit", subject, now, container) !== undefined;
}

Deno.test("a fault strikes where all that it names holds", () => {
  const cases: [target: Omit<Fault, "fail">, expected: boolean][] = [
    [{}, true],
    [{ image: "registry.example.com/api:1" }, true],
    [{ image: "registry.example.com/api" }, false],
    [{ image: "/example\\.com\\/api/" }, true],
    [{ container: "api" }, true],
    [{ container: "other" }, false],
    [{ workload: "deployment/api" }, true],
    [{ workload: "Deployment/api" }, true],
    [{ workload: "api" }, true],
    [{ workload: "statefulset/api" }, false],
    [{ workload: "ap" }, false],
    [{ namespace: "demo" }, true],
    [{ namespace: "other" }, false],
    [{ labels: { tier: "backend" } }, true],
    [{ labels: { tier: "frontend" } }, false],
    [{ namespace: "demo", workload: "api", labels: { tier: "frontend" } }, false],
  ];
  for (const [target, expected] of cases) {
    equal(strikes({ fail: "crash", ...target } as Fault), expected, JSON.stringify(target));
  }
});

Deno.test("init containers are struck only when named, by name or image", () => {
  equal(strikes({ fail: "crash" }, INIT), false);
  equal(strikes({ fail: "crash", workload: "api" }, INIT), false);
  equal(strikes({ fail: "crash", container: "migrate" }, INIT), true);
  equal(strikes({ fail: "crash", image: "/tool/" }, INIT), true);
});

Deno.test("healsAfterSeconds counts from the pod's creation, times by attempts", () => {
  const fault: Fault = { fail: "crash", healsAfterSeconds: 30 };
  equal(strikes(fault, CONTAINER, SUBJECT, SUBJECT.createdMs + 29_999), true);
  equal(strikes(fault, CONTAINER, SUBJECT, SUBJECT.createdMs + 30_000), false);
  const table = new FaultTable([{ fail: "crash", times: 2 }, { fail: "oom-killed" }]);
  const found = [0, 1, 2].map((attempts) => table.find("exit", SUBJECT, 0, CONTAINER, attempts)?.fail);
  deepEqual(found, ["crash", "crash", "oom-killed"]);
});

Deno.test("pods limits how many different pods are struck, and stays with them", () => {
  const table = new FaultTable([{ fail: "crash", pods: 2 }]);
  const found = ["a", "b", "c", "a", "b"].map((key) =>
    table.find("exit", { ...SUBJECT, key }, 0, CONTAINER) !== undefined
  );
  deepEqual(found, [true, true, false, true, true]);
});

Deno.test("scripted faults come before what an image asks for", () => {
  const container = { ...CONTAINER, image: "api:sandbox-crash-3" };
  const subject = { ...SUBJECT, containers: [container] };
  equal(new FaultTable().find("exit", subject, 0, container)?.exitCode, 3);
  equal(new FaultTable([{ fail: "crash", exitCode: 9 }]).find("exit", subject, 0, container)?.exitCode, 9);
});

Deno.test("images ask for faults by tag or below sandbox.kstage.dev, and no other way", () => {
  const cases: [image: string, fault: Fault | undefined][] = [
    ["nginx:1.25", undefined],
    ["nginx:crash", undefined],
    ["crash:latest", undefined],
    ["registry.example.com/missing/crash:1", undefined],
    ["registry.example.com/api:does-not-exist", { fail: "image-not-found" }],
    ["api:sandbox-crash", { fail: "crash" }],
    ["registry.example.com:5000/api:sandbox-crash-3", { fail: "crash", exitCode: 3 }],
    ["api:sandbox-slow", { fail: "slow", delaySeconds: 30 }],
    ["api:sandbox-slow-5", { fail: "slow", delaySeconds: 5 }],
    ["api:sandbox-registry-timeout-2", { fail: "registry-timeout", times: 2 }],
    ["api:sandbox-unschedulable-40", { fail: "unschedulable", healsAfterSeconds: 40 }],
    ["api:sandbox-nonsense", undefined],
    ["sandbox.kstage.dev/oom-killed", { fail: "oom-killed" }],
    ["sandbox.kstage.dev/team/never-ready:1.0", { fail: "never-ready" }],
    ["sandbox.kstage.dev/api:never-ready", { fail: "never-ready" }],
    ["sandbox.kstage.dev/api:1.0", undefined],
    ["Not An Image", undefined],
  ];
  for (const [image, fault] of cases) deepEqual(faultOfImage(image), fault, image);
});
