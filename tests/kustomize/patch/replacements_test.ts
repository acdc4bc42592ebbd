import { testCases } from "../run_cases.ts";

testCases("replacementTransformer() copies what kustomize copies", "patch/replacements.json");
testCases("replacementTransformer() leaves a scalar its type", "patch/replacement_types.json");
testCases("replacementTransformer() copies the text of timestamps", "patch/timestamps.json");
testCases("replacementTransformer() leaves timestamps their type", "patch/timestamp_types.json");
testCases("replacementTransformer() writes into JSON and YAML texts", "patch/embedded_texts.json");
