import { testCases } from "./run_cases.ts";

testCases("build() agrees with kustomize on what scripts/fuzz_build.ts has found", "fuzz/found.json");
