import { testCases } from "./run_cases.ts";

testCases("build() agrees with kustomize on shapes that real repositories have", "shapes.json");
testCases("build() agrees with kustomize on what stands in braces or has no type", "written_forms.json");
