import { testCases } from "../run_cases.ts";

testCases("compileSelector() selects what kustomize selects", "patch/selectors.json");
