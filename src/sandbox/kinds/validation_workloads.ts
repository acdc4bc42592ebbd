import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { matchesSelector } from "../api/selectors.ts";
import { type FieldError, forbiddenValue, invalidValue, requiredValue, unsupportedValue } from "../api/status.ts";
import { isDnsLabel, validateLabels } from "./names.ts";
import { countOrPercent, immutable, specOf } from "./validation_parts.ts";
import { validatePodSpec } from "./validation_pods.ts";

/** Fails unless a number is absent or at least 0. */
function nonNegative(spec: JsonObject, path: string, ...keys: string[]): FieldError[] {
  return keys.flatMap((key) => {
    const value = spec[key];
    return typeof value === "number" && value < 0
      ? [invalidValue(`${path}.${key}`, value, "must be greater than or equal to 0")]
      : [];
  });
}

function isEmptySelector(selector: JsonValue | undefined): boolean {
  const labels = getPath(selector, "matchLabels");
  const expressions = getPath(selector, "matchExpressions");
  return !(isObject(labels) && Object.keys(labels).length > 0) &&
    !(Array.isArray(expressions) && expressions.length > 0);
}

/** Selector and template of a kind that runs pods for ever. */
function validateSelectorAndTemplate(spec: JsonObject, kind: string, extraVolumes: string[] = []): FieldError[] {
  const errors: FieldError[] = [];
  const selector = spec.selector;
  if (!isObject(selector)) errors.push(requiredValue("spec.selector"));
  else {
    errors.push(...validateLabels(selector.matchLabels, "spec.selector.matchLabels"));
    if (isEmptySelector(selector)) {
      errors.push(invalidValue("spec.selector", selector, `empty selector is invalid for ${kind.toLowerCase()}`));
    }
  }
  const template = isObject(spec.template) ? spec.template : {};
  const labels = getPath(template, "metadata", "labels");
  // Without a selector no label can match it; an empty one matches all.
  const matches = isObject(selector) ? isEmptySelector(selector) || matchesSelector(selector, labels) : false;
  if (!matches) {
    errors.push(
      invalidValue("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`"),
    );
  }
  errors.push(...validateTemplate(template, extraVolumes));
  const restartPolicy = getPath(template, "spec", "restartPolicy");
  if (restartPolicy !== "Always") {
    errors.push(unsupportedValue("spec.template.spec.restartPolicy", restartPolicy ?? "", ["Always"]));
  }
  if (getPath(template, "spec", "activeDeadlineSeconds") !== undefined) {
    const owner = kind === "Deployment" ? "ReplicaSet" : kind;
    errors.push(
      forbiddenValue("spec.template.spec.activeDeadlineSeconds", `activeDeadlineSeconds in ${owner} is not Supported`),
    );
  }
  return errors;
}

function validateTemplate(template: JsonObject, extraVolumes: string[], path = "spec.template"): FieldError[] {
  return [
    ...validateLabels(getPath(template, "metadata", "labels"), `${path}.labels`),
    ...validatePodSpec(isObject(template.spec) ? template.spec : {}, `${path}.spec`, extraVolumes),
  ];
}

export function validateDeployment(deployment: Manifest): FieldError[] {
  const spec = specOf(deployment);
  const errors = nonNegative(spec, "spec", "replicas");
  errors.push(...validateSelectorAndTemplate(spec, "Deployment"));
  errors.push(...validateDeploymentStrategy(isObject(spec.strategy) ? spec.strategy : {}));
  errors.push(...nonNegative(spec, "spec", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"));
  const deadline = spec.progressDeadlineSeconds;
  if (typeof deadline === "number" && deadline <= Number(spec.minReadySeconds ?? 0)) {
    errors.push(invalidValue("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

function validateDeploymentStrategy(strategy: JsonObject): FieldError[] {
  const path = "spec.strategy";
  if (strategy.type === "Recreate") {
    return strategy.rollingUpdate === undefined
      ? []
      : [forbiddenValue(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (strategy.type !== "RollingUpdate") return [unsupportedValue(path, strategy, ["Recreate", "RollingUpdate"])];
  const update = isObject(strategy.rollingUpdate) ? strategy.rollingUpdate : {};
  const errors = ["maxUnavailable", "maxSurge"].flatMap((key) =>
    countOrPercent(update[key], `${path}.rollingUpdate.${key}`)
  );
  if (amountOf(update.maxUnavailable) === 0 && amountOf(update.maxSurge) === 0) {
    errors.push(
      invalidValue(`${path}.rollingUpdate.maxUnavailable`, update.maxUnavailable, "may not be 0 when `maxSurge` is 0"),
    );
  }
  if (/^\d+%$/.test(String(update.maxUnavailable)) && amountOf(update.maxUnavailable) > 100) {
    errors.push(
      invalidValue(`${path}.rollingUpdate.maxUnavailable`, update.maxUnavailable, "must not be greater than 100%"),
    );
  }
  return errors;
}

function amountOf(value: JsonValue | undefined): number {
  return Number.parseInt(String(value ?? 0), 10);
}

export function validateReplicaSet(set: Manifest): FieldError[] {
  const spec = specOf(set);
  return [
    ...nonNegative(spec, "spec", "replicas", "minReadySeconds"),
    ...validateSelectorAndTemplate(spec, "ReplicaSet"),
  ];
}

export function validateDaemonSet(set: Manifest): FieldError[] {
  const spec = specOf(set);
  const errors = validateSelectorAndTemplate(spec, "DaemonSet");
  errors.push(...nonNegative(spec, "spec", "minReadySeconds", "revisionHistoryLimit"));
  const strategy = isObject(spec.updateStrategy) ? spec.updateStrategy : {};
  if (strategy.type !== "RollingUpdate" && strategy.type !== "OnDelete") {
    const internal = { Type: strategy.type ?? "", RollingUpdate: null };
    errors.push(unsupportedValue("spec.updateStrategy", internal, ["RollingUpdate", "OnDelete"]));
  }
  return errors;
}

export function validateStatefulSet(set: Manifest): FieldError[] {
  const spec = specOf(set);
  const errors: FieldError[] = isDnsLabel(String(set.metadata.name ?? ""))
    .map((text) => invalidValue("metadata.name", set.metadata.name, text));
  const policy = spec.podManagementPolicy;
  if (policy !== "OrderedReady" && policy !== "Parallel") {
    errors.push(invalidValue("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  const strategy = isObject(spec.updateStrategy) ? spec.updateStrategy : {};
  if (strategy.type !== "RollingUpdate" && strategy.type !== "OnDelete") {
    errors.push(invalidValue("spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'"));
  }
  errors.push(...nonNegative(spec, "spec", "replicas", "minReadySeconds", "revisionHistoryLimit"));
  const claims = Array.isArray(spec.volumeClaimTemplates) ? spec.volumeClaimTemplates : [];
  const volumes = claims.map((claim) => String(getPath(claim, "metadata", "name")));
  errors.push(...validateSelectorAndTemplate(spec, "StatefulSet", volumes));
  return errors;
}

const MUTABLE_OF_STATEFUL_SETS = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export function validateStatefulSetUpdate(next: Manifest, live: Manifest): FieldError[] {
  const fixed = (set: Manifest): JsonObject =>
    Object.fromEntries(Object.entries(specOf(set)).filter(([key]) => !MUTABLE_OF_STATEFUL_SETS.includes(key)));
  if (equalJson(fixed(next), fixed(live))) return [];
  return [
    forbiddenValue(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}

export function validateJob(job: Manifest): FieldError[] {
  return validateJobSpec(specOf(job), "spec");
}

function validateJobSpec(spec: JsonObject, path: string): FieldError[] {
  const errors = nonNegative(
    spec,
    path,
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
  );
  const template = isObject(spec.template) ? spec.template : {};
  errors.push(...validateTemplate(template, [], `${path}.template`));
  const restartPolicy = getPath(template, "spec", "restartPolicy");
  if (restartPolicy !== "OnFailure" && restartPolicy !== "Never") {
    errors.push({
      reason: "FieldValueRequired",
      field: `${path}.template.spec.restartPolicy`,
      message: 'Required value: valid values: "OnFailure", "Never"',
    });
  }
  return errors;
}

/** Of a job, little can change once it is made; while it is suspended and has not run, where its pods go. */
export function validateJobUpdate(next: Manifest, live: Manifest): FieldError[] {
  const [a, b] = [specOf(next), specOf(live)];
  const errors: FieldError[] = [];
  if (b.manualSelector !== true && !equalJson(a.selector, b.selector)) {
    errors.push(invalidValue("spec.selector", a.selector, "`selector` not auto-generated"));
  }
  const labels = getPath(a, "template", "metadata", "labels");
  if (!matchesSelector(a.selector, labels)) {
    errors.push(
      invalidValue("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`"),
    );
  }
  errors.push(...immutable("spec.completions", a.completions, b.completions));
  errors.push(...immutable("spec.selector", a.selector, b.selector));
  errors.push(
    ...immutableTemplate(
      a.template,
      b.template,
      b.suspend === true && getPath(live, "status", "startTime") === undefined,
    ),
  );
  for (const key of ["completionMode", "podFailurePolicy", "backoffLimitPerIndex"]) {
    errors.push(...immutable(`spec.${key}`, a[key], b[key]));
  }
  return errors;
}

const SCHEDULING_FIELDS = ["affinity", "nodeSelector", "schedulingGates", "tolerations"];

function immutableTemplate(
  next: JsonValue | undefined,
  live: JsonValue | undefined,
  maySchedule: boolean,
): FieldError[] {
  if (!maySchedule) return immutable("spec.template", next, live);
  const fixed = (template: JsonValue | undefined): JsonObject => {
    const spec = getPath(template, "spec");
    return Object.fromEntries(
      Object.entries(isObject(spec) ? spec : {}).filter(([key]) => !SCHEDULING_FIELDS.includes(key)),
    );
  };
  return immutable("spec.template.spec", fixed(next), fixed(live));
}

export function validateCronJob(cronJob: Manifest): FieldError[] {
  const spec = specOf(cronJob);
  const errors: FieldError[] = [];
  const schedule = String(spec.schedule ?? "");
  if (schedule === "") errors.push(requiredValue("spec.schedule"));
  else if (!isSchedule(schedule)) {
    const fields = schedule.trim().split(/\s+/).length;
    errors.push(
      invalidValue(
        "spec.schedule",
        schedule,
        `expected exactly 5 fields, found ${fields}: [${schedule.trim().split(/\s+/).join(" ")}]`,
      ),
    );
  }
  if (String(cronJob.metadata.name ?? "").length > 52) {
    errors.push(invalidValue("metadata.name", cronJob.metadata.name, "must be no more than 52 characters"));
  }
  if (!["Allow", "Forbid", "Replace"].includes(String(spec.concurrencyPolicy))) {
    errors.push(
      unsupportedValue("spec.concurrencyPolicy", spec.concurrencyPolicy ?? "", ["Allow", "Forbid", "Replace"]),
    );
  }
  errors.push(
    ...nonNegative(spec, "spec", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "startingDeadlineSeconds"),
  );
  const jobSpec = getPath(spec, "jobTemplate", "spec");
  errors.push(...validateJobSpec(isObject(jobSpec) ? jobSpec : {}, "spec.jobTemplate.spec"));
  return errors;
}

function isSchedule(text: string): boolean {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/.test(text)) return true;
  const fields = text.trim().split(/\s+/);
  return fields.length === 5 && fields.every((field) => /^[\d*,/\-?A-Za-z]+$/.test(field));
}
