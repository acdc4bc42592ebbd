import {
  cloneWithScalarTexts,
  isObject,
  isRecordedUntyped,
  type JsonObject,
  type JsonValue,
  scalarTextAt,
  setKey,
  type SourcePlace,
} from "../base/mod.ts";
import type { Kind, KindTable } from "./kind_table.ts";
import { KustomizeError } from "./errors.ts";
import { CLUSTER_NAMESPACE, formatId, ResourceId } from "./resource_id.ts";

/** What a generated resource does when one with its id is there already. */
export type Behavior = "unspecified" | "create" | "replace" | "merge";

/** An id that a resource once had; group and version are always the current ones. */
export interface FormerId {
  readonly name: string;
  /** The effective namespace of that time. */
  readonly namespace: string;
  readonly kind: string;
}

/** Where a resource comes from, or what changed it: the value of kustomize's origin annotations. */
export interface Origin {
  path?: string;
  repo?: string;
  ref?: string;
  configuredIn?: string;
  configuredBy?: { apiVersion?: string; kind?: string; name?: string; namespace?: string };
  /** The annotation's text where it was read from one, which stays as it is. */
  text?: string;
}

/**
 * One Kubernetes object of a build with the history that kustomize keeps in temporary annotations
 * (`api/resource/resource.go`, `api/internal/utils/annotations.go` v5.8.1): former ids, prefixes, suffixes, the
 * pending hash. The value belongs to the build and may be changed in place.
 */
export class Resource {
  /** The object; an empty one marks a resource that a patch deleted. */
  value: JsonObject;
  readonly kinds: KindTable;
  /** Where it was read from. */
  readonly place?: SourcePlace;
  /** Ids before each renaming, oldest first. */
  former: FormerId[] = [];
  /** Whether one of those ids is missing because it had no name. */
  lacksFormer = false;
  /** Name prefixes that were added, innermost first. */
  prefixes: string[] = [];
  /** Name suffixes that were added, innermost first. */
  suffixes: string[] = [];
  behavior: Behavior = "unspecified";
  /** Whether a hash of the content is to be appended to the name. */
  needsHash = false;
  /** As a patch: whether it may rename its target. */
  allowsNameChange = false;
  /** As a patch: whether it may change the kind of its target. */
  allowsKindChange = false;
  /** Whether helm made it, with the namespace that it is to have. */
  isHelmGenerated = false;
  origin?: Origin;
  transformations: Origin[] = [];
  /** Names of the vars that read from this resource. */
  varNames: string[] = [];
  #gvk?: Kind;
  #apiVersion?: string;
  #kind?: string;
  #id?: ResourceId;
  #idGvk?: Kind;
  #idNamespace?: string;
  #idName?: string;

  constructor(value: JsonObject, kinds: KindTable, place?: SourcePlace) {
    this.value = value;
    this.kinds = kinds;
    this.place = place;
  }

  /** The metadata, or undefined when it is missing or empty. */
  get metadata(): JsonObject | undefined {
    const metadata = this.value.metadata;
    return isObject(metadata) ? metadata : undefined;
  }

  get apiVersion(): string {
    return textAt(this.value, "apiVersion");
  }

  get kind(): string {
    return textAt(this.value, "kind");
  }

  get name(): string {
    return textAt(this.metadata, "name");
  }

  set name(name: string) {
    this.#ensureMetadata().name = name;
  }

  get namespace(): string {
    return textAt(this.metadata, "namespace");
  }

  /** Sets the namespace; an empty one removes the field. */
  set namespace(namespace: string) {
    if (namespace !== "") this.#ensureMetadata().namespace = namespace;
    else delete this.metadata?.namespace;
  }

  /** Group, version and kind. Looked up only when one of its parts has changed since the last call. */
  get gvk(): Kind {
    const { apiVersion, kind } = this;
    if (this.#gvk === undefined || this.#kind !== kind || this.#apiVersion !== apiVersion) {
      this.#kind = kind;
      this.#apiVersion = apiVersion;
      this.#gvk = this.kinds.get(apiVersion, kind);
    }
    return this.#gvk;
  }

  /** The current id. Made anew only when one of its parts has changed since the last call. */
  get id(): ResourceId {
    // The texts: a number may be another name than before, and still the same number.
    const { gvk, name, namespace } = this;
    if (
      this.#id === undefined || this.#idName !== name || this.#idNamespace !== namespace || this.#idGvk !== gvk
    ) {
      this.#idName = name;
      this.#idNamespace = namespace;
      this.#idGvk = gvk;
      this.#id = new ResourceId(gvk, name, namespace, gvk.isClusterScoped);
    }
    return this.#id;
  }

  /**
   * Ids that the resource had before, oldest first.
   *
   * @throws {KustomizeError} INVALID_RESOURCE when only some of them had a name: kustomize has lists of names and kinds.
   */
  formerIds(): ResourceId[] {
    return this.former.map((former) => this.#formerId(former));
  }

  /**
   * The first id that the resource had.
   *
   * @throws {KustomizeError} As {@link formerIds}.
   */
  originalId(): ResourceId {
    const [first] = this.former;
    return first === undefined ? this.id : this.#formerId(first);
  }

  #formerId({ name, namespace, kind }: FormerId): ResourceId {
    if (this.lacksFormer) throw incompleteHistory(this);
    const { group, version } = this.gvk;
    return new ResourceId({ group, version, kind }, name, namespace, namespace === CLUSTER_NAMESPACE);
  }

  /** Remembers the current id before it is changed. */
  rememberId(): void {
    const { name, effectiveNamespace, kind } = this.id;
    if (name === "") this.lacksFormer = true;
    else this.former.push({ name, namespace: effectiveNamespace, kind });
    // kustomize keeps ids in annotations, which are there from now on.
    const { metadata } = this;
    if (metadata?.annotations === null) metadata.annotations = {};
  }

  /** Whether a patch removed the whole object. */
  isEmpty(): boolean {
    for (const key in this.value) if (Object.hasOwn(this.value, key)) return false;
    return true;
  }

  /** Labels as texts; a fresh object. */
  labels(): Record<string, string> {
    return textMap(this.metadata?.labels);
  }

  /** Annotations as texts; a fresh object. */
  annotations(): Record<string, string> {
    return textMap(this.metadata?.annotations);
  }

  /** Replaces the labels; none removes the field. */
  setLabels(labels: Record<string, string>): void {
    this.#setMetadataMap("labels", labels);
  }

  /** Replaces the annotations; none removes the field. */
  setAnnotations(annotations: Record<string, string>): void {
    this.#setMetadataMap("annotations", annotations);
  }

  /** A copy that shares nothing with the original but the table of kinds. */
  clone(): Resource {
    const copy = new Resource(cloneWithScalarTexts(this.value), this.kinds, this.place);
    copy.former = [...this.former];
    copy.lacksFormer = this.lacksFormer;
    copy.prefixes = [...this.prefixes];
    copy.suffixes = [...this.suffixes];
    copy.behavior = this.behavior;
    copy.needsHash = this.needsHash;
    copy.allowsNameChange = this.allowsNameChange;
    copy.allowsKindChange = this.allowsKindChange;
    copy.isHelmGenerated = this.isHelmGenerated;
    copy.origin = this.origin && { ...this.origin };
    copy.transformations = [...this.transformations];
    copy.varNames = [...this.varNames];
    return copy;
  }

  /** Takes over the history of a resource that this one replaces; a hash is wanted only when both want it. */
  inheritHistory(old: Resource): void {
    this.former = [...old.former];
    this.lacksFormer = old.lacksFormer;
    this.prefixes = [...old.prefixes];
    this.suffixes = [...old.suffixes];
    this.behavior = old.behavior;
    this.needsHash &&= old.needsHash;
    this.allowsNameChange = old.allowsNameChange;
    this.allowsKindChange = old.allowsKindChange;
    this.isHelmGenerated = old.isHelmGenerated;
    this.varNames = [...old.varNames];
    this.origin ??= old.origin;
    if (this.transformations.length === 0) this.transformations = [...old.transformations];
  }

  #ensureMetadata(): JsonObject {
    const existing = this.metadata;
    if (existing !== undefined) return existing;
    const created: JsonObject = {};
    this.value.metadata = created;
    return created;
  }

  /** As kustomize does, makes the metadata where there is none, even for nothing. */
  #setMetadataMap(field: "labels" | "annotations", texts: Record<string, string>): void {
    const metadata = this.#ensureMetadata();
    if (Object.keys(texts).length > 0) metadata[field] = texts;
    else delete metadata[field];
  }
}

function incompleteHistory({ id, place }: Resource): KustomizeError {
  return new KustomizeError(
    "INVALID_RESOURCE",
    `Cannot tell what ${formatId(id)} was called: number of previous names is not the number of previous kinds`,
    { place, hint: "A patch or replacement has emptied its name before it was changed again" },
  );
}

/** The values of an object as texts; a fresh object. */
export function textMap(value: JsonValue | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  if (isObject(value)) {
    for (const key of Object.keys(value)) setKey(texts, key, scalarTextAt(value, key));
  }
  return texts;
}

/** The text of a scalar, empty for null, absent values, lists and objects. */
export function scalarText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** The text of a field that is nearly always a string; null counts as absent, unless it is a text without a type. */
function textAt(object: JsonObject | undefined, key: string): string {
  const value = object?.[key];
  if (typeof value === "string") return value;
  if (value === undefined || value === null && !isRecordedUntyped(object!, key)) return "";
  return scalarTextAt(object!, key);
}
