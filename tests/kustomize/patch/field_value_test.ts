import { testCases } from "../run_cases.ts";

testCases("vars take over the value that kustomize reads, or fail with its words", "patch/variables.json");
