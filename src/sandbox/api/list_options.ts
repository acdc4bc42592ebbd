import type { ResourceCall } from "./context.ts";
import { type FieldError, forbiddenValue, invalid, unsupportedValue } from "./status.ts";

/**
 * Refuses options of lists and watches that don't go together.
 *
 * @throws {StatusError} Invalid.
 * @see Kubernetes `apimachinery/pkg/apis/meta/internalversion/validation` v0.36
 */
export function checkListOptions({ query, info }: ResourceCall): void {
  const errors = info.verb === "watch" ? watchErrors(query) : listErrors(query);
  if (errors.length > 0) throw invalid("meta.k8s.io", "ListOptions", "", errors);
}

const MATCH = "resourceVersionMatch";
const WITH_CONTINUE = forbiddenValue(MATCH, "resourceVersionMatch is forbidden when continue is provided");

function listErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  const match = query.get(MATCH) ?? "";
  const version = query.get("resourceVersion") ?? "";
  if (match !== "") {
    if (version === "") {
      errors.push(forbiddenValue(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if (query.get("continue")) errors.push(WITH_CONTINUE);
    if (match !== "Exact" && match !== "NotOlderThan") {
      errors.push(unsupportedValue(MATCH, match, ["Exact", "NotOlderThan", ""]));
    }
    if (match === "Exact" && version === "0") {
      errors.push(forbiddenValue(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (query.has("sendInitialEvents")) {
    errors.push(forbiddenValue("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  const match = query.get(MATCH) ?? "";
  const sends = query.has("sendInitialEvents");
  if (sends && match !== "NotOlderThan") {
    errors.push(forbiddenValue(MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (match === "") return errors;
  if (!sends) {
    errors.push(
      forbiddenValue(MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"),
    );
  }
  if (match !== "NotOlderThan") errors.push(unsupportedValue(MATCH, match, ["NotOlderThan"]));
  if (query.get("continue")) errors.push(WITH_CONTINUE);
  return errors;
}
