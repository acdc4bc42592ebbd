import { deepEqual, equal, ok } from "../assert.ts";
import { type DeployReport, formatTable, renderDeployJson, renderDeployText } from "../../src/report/mod.ts";

const REPORT: DeployReport = {
  overlay: "overlays/testing",
  server: "https://127.0.0.1:6443",
  namespace: "my-service",
  outcome: "rollout failed",
  seconds: 12.3456,
  notes: ["K8S_TOKEN: removed white space"],
  objects: [
    {
      ref: { apiVersion: "v1", kind: "Service", namespace: "my-service", name: "api" },
      action: "created",
      status: "applied",
      seconds: 0.05,
      findings: [],
    },
    {
      ref: { apiVersion: "apps/v1", kind: "Deployment", namespace: "my-service", name: "api" },
      action: "configured",
      status: "failed",
      seconds: 12,
      findings: [{
        code: "K1001",
        severity: "fatal",
        message: "Image not found",
        evidence: ["event: Failed to pull", "line two"],
        hint: "Push the image",
      }],
    },
  ],
};

Deno.test("the text report has a row per object, then each failure with evidence and hint", () => {
  equal(
    renderDeployText(REPORT, false),
    `OBJECT           ACTION       STATUS    TIME
service/api      created      applied   0.1s
deployment/api   configured   failed    12s

deployment/api: Image not found (K1001)
    event: Failed to pull
    line two
    hint: Push the image

rollout failed in 12s
`,
  );
});

Deno.test("colours never change the text", () => {
  // deno-lint-ignore no-control-regex -- escape codes are control characters
  equal(renderDeployText(REPORT, true).replace(/\x1b\[\d+m/g, ""), renderDeployText(REPORT, false));
});

Deno.test("the JSON report carries the same facts under stable names", () => {
  const json = renderDeployJson(REPORT);
  deepEqual(Object.keys(json), [
    "apiVersion",
    "kind",
    "overlay",
    "server",
    "namespace",
    "outcome",
    "seconds",
    "notes",
    "objects",
  ]);
  equal(json.seconds, 12.346);
  ok(JSON.stringify(json).includes('"code":"K1001"'));
});

Deno.test("a table aligns its columns and leaves no trailing blanks", () => {
  equal(formatTable([["a", "bb"], ["ccc", ""]]), "a     bb\nccc\n");
});
