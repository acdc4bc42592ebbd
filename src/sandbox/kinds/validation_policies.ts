import { getPath, isObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldError, invalidValue, requiredValue, unsupportedValue } from "../api/status.ts";
import { countOrPercent, itemsOf, specOf } from "./validation_parts.ts";

export function validateAutoscaler(autoscaler: Manifest): FieldError[] {
  const spec = specOf(autoscaler);
  const errors: FieldError[] = [];
  const min = Number(spec.minReplicas ?? 1);
  const max = Number(spec.maxReplicas ?? 0);
  if (min < 1) errors.push(invalidValue("spec.minReplicas", min, "must be greater than or equal to 1"));
  if (max < 1) errors.push(requiredValue("spec.maxReplicas", "must be set and greater than 0"));
  if (max < min) errors.push(invalidValue("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`"));
  const target = isObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
  for (const key of ["kind", "name"]) if (!target[key]) errors.push(requiredValue(`spec.scaleTargetRef.${key}`));
  if (!target.apiVersion) {
    errors.push(invalidValue("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group"));
  }
  return errors;
}

export function validateDisruptionBudget(budget: Manifest): FieldError[] {
  const spec = specOf(budget);
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    const internal = {
      MinAvailable: spec.minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: spec.maxUnavailable,
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
    };
    errors.push(invalidValue("spec", internal, "minAvailable and maxUnavailable cannot be both set"));
  }
  return [...errors, ...["minAvailable", "maxUnavailable"].flatMap((key) => countOrPercent(spec[key], `spec.${key}`))];
}

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

export function validateIngress(ingress: Manifest): FieldError[] {
  const spec = specOf(ingress);
  const errors: FieldError[] = [];
  if (itemsOf(spec.rules).length === 0 && spec.defaultBackend === undefined) {
    errors.push(invalidValue("spec", null, "either `defaultBackend` or `rules` must be specified"));
  }
  for (const [r, rule] of itemsOf(spec.rules).entries()) {
    for (const [p, path] of itemsOf(getPath(rule, "http", "paths")).entries()) {
      const at = `spec.rules[${r}].http.paths[${p}]`;
      if (path.pathType === undefined || path.pathType === null) {
        errors.push(requiredValue(`${at}.pathType`, "pathType must be specified"));
        continue;
      }
      if (!PATH_TYPES.includes(String(path.pathType))) {
        errors.push(unsupportedValue(`${at}.pathType`, path.pathType, PATH_TYPES));
      }
      const service = getPath(path, "backend", "service");
      if (isObject(service) && !service.name) errors.push(requiredValue(`${at}.backend.service.name`));
      const port = getPath(service, "port");
      if (isObject(service) && !getPath(port, "name") && !getPath(port, "number")) {
        errors.push(requiredValue(`${at}.backend.service.port`, "port name or number is required"));
      }
    }
  }
  return errors;
}
