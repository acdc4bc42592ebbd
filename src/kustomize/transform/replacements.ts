import { isObject, type SourcePlace } from "../../base/mod.ts";
import { readYamlDocuments } from "../../yaml/mod.ts";
import type { Target } from "../target.ts";
import { KustomizeError, withContext } from "../errors.ts";
import { record } from "../load/config_decoder.ts";
import { type ReplacementEntry, replacementFields } from "../load/config_types.ts";
import { replacementTransformer } from "../patch/replacements.ts";
import type { Transformer } from "./step.ts";

/**
 * Copies values between resources, as `replacements` and the files that it names say
 * (kustomize `api/internal/builtins/ReplacementTransformer.go` v5.8.1).
 */
export async function replacementsTransformer(
  target: Target,
  entries: readonly ReplacementEntry[],
  place: SourcePlace | undefined,
): Promise<Transformer> {
  const replacements: ReplacementEntry[] = [];
  for (const { path, ...inline } of entries) {
    if (!path) replacements.push(inline);
    else if (inline.source !== undefined || (inline.targets ?? []).length > 0) {
      throw new KustomizeError("INVALID_CONFIG", "cannot specify both path and inline replacement", { place });
    } else {
      replacements.push(...await withContext({ place: () => place }, () => readReplacements(target, path)));
    }
  }
  return await replacementTransformer(replacements);
}

/** A file with one replacement or a list of them; unknown fields are ignored, as kustomize does here. */
async function readReplacements({ loader }: Target, path: string): Promise<ReplacementEntry[]> {
  const file = loader.display(path);
  const [document] = readYamlDocuments(await loader.readText(path), { file, places: true, rules: "sigs" });
  const value = document?.value;
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) {
    throw new KustomizeError("INVALID_CONFIG", "unsupported replacement type encountered within replacement path", {
      place: { file },
    });
  }
  const source = {
    what: "replacement",
    ignoresUnknown: true,
    convertsScalars: true,
    placeOf: (steps: readonly (string | number)[]) => document!.placeOf(steps),
  };
  const decode = record(replacementFields);
  const list = isList ? value : [value];
  return list.map((item, i) => decode(item ?? {}, { source, steps: isList ? [i] : [] }));
}
