import { deepEqual, equal, match, throws } from "../../assert.ts";
import { FaultError, parseFaults } from "../../../src/sandbox/controllers/mod.ts";
import type { JsonValue } from "../../../src/base/mod.ts";
import { FAULT_STAGES } from "../../../src/sandbox/faults.ts";

Deno.test("parseFaults() reads a document or a bare list, and every fault by its name alone", () => {
  const faults = [{ fail: "crash", workload: "deployment/api", exitCode: 3, log: ["boom"] }];
  deepEqual(parseFaults({ faults }), faults);
  deepEqual(parseFaults(faults), faults);
  for (const fail of Object.keys(FAULT_STAGES)) {
    const fault: JsonValue = fail === "slow" ? { fail, delaySeconds: 5 } : { fail };
    deepEqual(parseFaults([fault]), [fault]);
  }
});

Deno.test("parseFaults() names the fault, the field and what would do", async (t) => {
  const cases: [document: JsonValue, message: RegExp, hint: RegExp][] = [
    ["crash", /^Cannot read the faults: the document has no list$/, /"faults"/],
    [{ fault: [] }, /the document has no list/, /"faults"/],
    [{ faults: [], more: 1 }, /^Cannot read the document: it has no field "more"$/, /faults/],
    [[{ image: "a" }], /^Cannot read faults\[0\]: it has no "fail"$/, /image-not-found, /],
    [[7], /faults\[0\]: it has no "fail"/, /crash/],
    [[{ fail: "crashes" }], /^Cannot read faults\[0\]: "crashes" is no fault$/, /^Did you mean "crash"\?$/],
    [
      [{ fail: "crash" }, { fail: "crash", exitcode: 1 }],
      /^Cannot read faults\[1\] \(crash\): it has no field "exitcode"$/,
      /"exitCode"/,
    ],
    [
      [{ fail: "crash", exitCode: "1" }],
      /field "exitCode" of "crash" is not a whole number of 0 or more$/,
      /^Make exitCode a whole/,
    ],
    [[{ fail: "crash", times: 1.5 }], /"times".*whole number/, /times/],
    [[{ fail: "crash", afterSeconds: -1 }], /"afterSeconds".*seconds of 0 or more/, /afterSeconds/],
    [[{ fail: "crash", log: "boom" }], /"log".*list of lines/, /log/],
    [[{ fail: "crash", labels: { app: 1 } }], /"labels".*object of texts/, /labels/],
    [[{ fail: "crash", image: "/(/" }], /"image".*regular expression between slashes/, /image/],
    [
      [{ fail: "unschedulable", because: "gpu" }],
      /"because".*one of cpu, memory, pods, taint, affinity, volume$/,
      /because/,
    ],
    [[{ fail: "unschedulable", scaleUp: "yes" }], /"scaleUp".*true or false/, /scaleUp/],
    [[{ fail: "slow" }], /"slow" has no "delaySeconds"/, /seconds/],
    [[{ fail: "image-not-found", exitCode: 1 }], /\(image-not-found\): it has no field "exitCode"/, /Known are/],
  ];
  for (const [document, message, hint] of cases) {
    await t.step(JSON.stringify(document), () => {
      throws(() => parseFaults(document), (error: unknown) => {
        equal(error instanceof FaultError, true);
        equal((error as FaultError).code, "FAULTS_INVALID");
        match((error as FaultError).message, message);
        match((error as FaultError).hint ?? "", hint);
        return true;
      });
    });
  }
});
