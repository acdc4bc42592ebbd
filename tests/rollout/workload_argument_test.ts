import { deepEqual, throws } from "../assert.ts";
import { parseWorkloadArgument, parseWorkloadArguments } from "../../src/rollout/mod.ts";

const WEB = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };

Deno.test("parseWorkloadArgument() knows kinds by kubectl's names", () => {
  for (const kind of ["deployment", "deployments", "deploy", "Deployment", "deployment.apps", "deployments.v1.apps"]) {
    deepEqual(parseWorkloadArgument(`${kind}/web`), WEB);
  }
  const kinds: Record<string, string> = {
    sts: "StatefulSet",
    ds: "DaemonSet",
    rs: "ReplicaSet",
    job: "Job",
    cj: "CronJob",
    po: "Pod",
    pvc: "PersistentVolumeClaim",
    svc: "Service",
    ing: "Ingress",
    hpa: "HorizontalPodAutoscaler",
    pdb: "PodDisruptionBudget",
  };
  for (const [name, kind] of Object.entries(kinds)) deepEqual(parseWorkloadArgument(`${name}/x`).kind, kind);
});

Deno.test("parseWorkloadArguments() takes KIND NAME…, KIND,KIND NAME and KIND/NAME…", () => {
  const set = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web" };
  deepEqual(parseWorkloadArguments(["deploy", "web"]), [WEB]);
  deepEqual(parseWorkloadArguments(["deploy", "web", "api"]), [WEB, { ...WEB, name: "api" }]);
  deepEqual(parseWorkloadArguments(["deploy,sts", "web"]), [WEB, set]);
  deepEqual(parseWorkloadArguments(["deploy/web", "sts/web"]), [WEB, set]);
});

Deno.test("what names no object is refused with a hint", () => {
  const cases: [string[], string][] = [
    [[], "BAD_ARGUMENT"],
    [["deploy"], "BAD_ARGUMENT"],
    [["deploy/"], "BAD_ARGUMENT"],
    [["/web"], "BAD_ARGUMENT"],
    [["deploy/a/b"], "BAD_ARGUMENT"],
    [["deploy", "sts/web"], "BAD_ARGUMENT"],
    [["gizmo/web"], "UNKNOWN_KIND"],
    [["deployment.batch/web"], "UNKNOWN_KIND"],
    [["constructor/web"], "UNKNOWN_KIND"],
  ];
  for (const [args, code] of cases) {
    throws(() => parseWorkloadArguments(args), (error: { code?: string; hint?: string }) => {
      deepEqual([error.code, error.hint !== undefined], [code, true]);
      return true;
    });
  }
});
