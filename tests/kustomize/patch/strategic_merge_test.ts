import { testCases } from "../run_cases.ts";

testCases("patchManifest() merges as kustomize does", "patch/strategic_merges.json");
