/** Overlays of each size on a job's disk, and what a person changes in them: an image, a literal, what leaves. */
import { generateOverlay, PRESETS, type Variant } from "../../scripts/generate_overlay.ts";
import { readYamlDocuments } from "../../src/yaml/mod.ts";
import type { Body } from "../contract/world.ts";
import { assertExit, type ClusterJob, copyDirectory } from "./job.ts";

/** A size that is tried. */
export type Preset = "seed" | "small" | "medium" | "large";

const ROOT = "overlay";
/** The overlay in a job's project. */
export const OVERLAY = `${ROOT}/overlays/prod`;
const KUSTOMIZATION = `${OVERLAY}/kustomization.yaml`;
const NEW_IMAGE = ["acme/billing\n  newTag: 2.0.0", "acme/billing\n  newTag: 2.0.1"] as const;

/** Objects by `kind/name`, as kstage's reports name them, with their JSON. */
export type Built = ReadonlyMap<string, string>;

/** What a change of the overlay means for its objects, by `kind/name`. */
export interface Difference {
  created: string[];
  changed: string[];
  removed: string[];
}

/** What a deployer's role must be: some of the given trees bind a role that is not there, which takes the right to bind. */
export function roleToApply(): "admin" | "cluster-admin" {
  return Deno.env.has("KSTAGE_OVERLAYS") ? "cluster-admin" : "admin";
}

/** How many objects a preset has at least. */
export function sizeOf(preset: Preset): number {
  return PRESETS[preset];
}

/** The overlay of a preset in a job's project. */
export class OverlayTree {
  readonly #job: ClusterJob;
  readonly #preset: Preset;

  private constructor(job: ClusterJob, preset: Preset) {
    this.#job = job;
    this.#preset = preset;
  }

  /** Copies the tree from the folder that `KSTAGE_OVERLAYS` names, such as `large-full`, or generates one. */
  static async create(job: ClusterJob, preset: Preset, variant: Variant): Promise<OverlayTree> {
    const given = Deno.env.get("KSTAGE_OVERLAYS");
    const directory = `${job.project}/${ROOT}`;
    if (given === undefined) await generateOverlay(PRESETS[preset], variant, directory);
    else copyDirectory(`${given}/${preset}-${variant}`, directory);
    const tree = new OverlayTree(job, preset);
    tree.#rewrite(KUSTOMIZATION, /^namespace: .*$/m, `namespace: ${job.namespace}`);
    return tree;
  }

  /** What the overlay builds to. */
  async build(): Promise<Built> {
    const run = await this.#job.run(["build", OVERLAY]);
    assertExit(run, 0);
    const items: Body[] = readYamlDocuments(run.stdout).map(({ value }) => value);
    return new Map(items.map((item) => [`${item.kind.toLowerCase()}/${item.metadata.name}`, JSON.stringify(item)]));
  }

  /** Gives one of the images another tag. */
  changeImage(): void {
    this.#job.edit(KUSTOMIZATION, ...NEW_IMAGE);
  }

  /** Takes out an app that nothing else in the overlay names, and gives generated objects new names. */
  shrink(): void {
    const text = this.#read(KUSTOMIZATION);
    this.#rewrite(KUSTOMIZATION, /(MODE|ENV)=prod/g, "$1=test", true);
    this.#rewrite(KUSTOMIZATION, "- name: limits\n  files:\n  - limits.conf\n", "", true);
    const base = this.#firstBase();
    const files = [...this.#read(base).matchAll(/^- ((\w+-\d+)-[a-z]+(?:-\d+)?\.yaml)\n/gm)];
    const app = files.map(([, , app]) => app!).find((app) => !new RegExp(`\\b${app}\\b`).test(text));
    for (const [line, file, owner] of files) {
      const isLeaving = this.#preset === "seed" ? file!.endsWith("-service.yaml") : true;
      if (owner === app && isLeaving) this.#rewrite(base, line, "");
    }
  }

  #firstBase(): string {
    const bases = ["bases/base-0", "teams/team-00", "base"].map((folder) => `${ROOT}/${folder}/kustomization.yaml`);
    return bases.find((file) => this.#exists(file))!;
  }

  #exists(file: string): boolean {
    try {
      return Deno.statSync(`${this.#job.project}/${file}`).isFile;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return false;
    }
  }

  #read(file: string): string {
    return Deno.readTextFileSync(`${this.#job.project}/${file}`);
  }

  #rewrite(file: string, from: string | RegExp, to: string, mayLack = false): void {
    const text = this.#read(file);
    const changed = text.replace(from, to);
    if (changed === text && !mayLack) throw new Error(`${file} has no ${from}`);
    Deno.writeTextFileSync(`${this.#job.project}/${file}`, changed);
  }
}

/** What became of objects between two builds. */
export function differenceOf(before: Built, after: Built): Difference {
  return {
    created: [...after.keys()].filter((name) => !before.has(name)).sort(),
    changed: [...after].filter(([name, json]) => before.has(name) && before.get(name) !== json).map(([name]) => name)
      .sort(),
    removed: [...before.keys()].filter((name) => !after.has(name)).sort(),
  };
}

/** Configuration that left between two builds and that former revisions of the workloads that stayed need. */
export function stillNeeded(before: Built, after: Built, removed: readonly string[]): string[] {
  const workloads = [...before].filter(([name]) => /^(deployment|statefulset)\//.test(name) && after.has(name))
    .map(([, json]) => json);
  return removed.filter((name) => {
    const [kind, own] = name.split("/");
    return /^(configmap|secret)$/.test(kind!) && workloads.some((json) => json.includes(`"${own}"`));
  });
}
