import { testCases } from "../run_cases.ts";

testCases(
  "applyJsonPatch() does what kustomize does with an operation, and fails with its words",
  "patch/json_patches.json",
);
