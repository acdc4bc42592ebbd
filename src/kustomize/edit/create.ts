import { joinPath } from "../../base/mod.ts";
import { BuildSchema } from "../../schema/mod.ts";
import { editYaml } from "../../yaml/mod.ts";
import { CodedError } from "../../base/mod.ts";
import { KindTable } from "../kind_table.ts";
import { KUSTOMIZATION_NAMES, KUSTOMIZATION_VERSION } from "../load/kustomization.ts";
import { parseResources } from "../load/resources.ts";
import { type EditedFile, type EditOptions, withEditContext } from "./edit_kustomization.ts";
import { toJson } from "./edit_text.ts";
import { globOrOpen } from "./glob.ts";
import { parsePairs } from "./metadata.ts";
import { planEdits } from "./plan_edits.ts";
import { type EditContext, editError } from "./request.ts";

/** What a new kustomization is to hold; the flags of `kustomize create`. */
export interface CreateRequest {
  /** Files, directories, patterns and URLs, separated by commas. */
  resources?: string;
  /** Namespace of all objects. */
  namespace?: string;
  /** What stands before all names. */
  namePrefix?: string;
  /** What stands behind all names. */
  nameSuffix?: string;
  /** `key:value` pairs, separated by commas. */
  annotations?: string;
  /** `key:value` pairs, separated by commas. */
  labels?: string;
  /** Whether to add the files of Kubernetes objects in the directory. */
  autodetect?: boolean;
  /** Whether to look for them in the directories below, too. */
  recursive?: boolean;
}

/**
 * The kustomization that `kustomize create` would write (`commands/create/create.go` v5.8.1); nothing is written.
 *
 * @throws {KustomizeError} INVALID_EDIT, when there is one already, or a resource is not there.
 */
export async function createKustomization(request: CreateRequest, options: EditOptions): Promise<EditedFile> {
  return await withEditContext(options, async (context) => {
    const resources = request.resources ? await globOrOpen(context, request.resources.split(",")) : [];
    if (context.fileName !== undefined) {
      throw editError("kustomization file already exists", "`kstage kustomize edit` changes it");
    }
    if (request.autodetect) {
      const kinds = new KindTable(new BuildSchema());
      const detected = detectResources(context, "", request.recursive ?? false, kinds);
      resources.push(...detected.filter((path) => !resources.includes(path)));
    }
    const file = joinPath(context.loader.root, KUSTOMIZATION_NAMES[0]);
    const wanted = toJson({
      apiVersion: KUSTOMIZATION_VERSION,
      kind: "Kustomization",
      resources,
      namePrefix: request.namePrefix,
      nameSuffix: request.nameSuffix,
      namespace: request.namespace,
      commonLabels: request.labels ? parsePairs(request.labels.split(","), "label") : {},
      commonAnnotations: request.annotations ? parsePairs(request.annotations.split(","), "annotation") : {},
    });
    return { file, after: await editYaml("", planEdits({}, wanted), file) };
  });
}

/** Files of Kubernetes objects, and directories below with a kustomization of their own, in the order of their paths. */
function detectResources({ fs, loader }: EditContext, below: string, isDeep: boolean, kinds: KindTable): string[] {
  return fs.readDir(joinPath(loader.root, below)).flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    const absolute = joinPath(loader.root, path);
    const kind = fs.lstat(absolute)?.kind;
    if (kind !== "directory") return holdsResources(fs.readText(absolute), path, kinds) ? [path] : [];
    if (!isDeep) return [];
    if (KUSTOMIZATION_NAMES.some((own) => fs.stat(`${absolute}/${own}`))) return [path];
    return detectResources({ fs, loader, note: () => {} }, path, isDeep, kinds);
  });
}

function holdsResources(text: string, path: string, kinds: KindTable): boolean {
  try {
    parseResources(text, path, kinds);
    return true;
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
}
