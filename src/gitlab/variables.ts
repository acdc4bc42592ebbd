import type { JsonObject } from "../base/mod.ts";
import type { GitlabApi } from "./api.ts";
import { GitlabError } from "./errors.ts";

/** A project's CI/CD variable as it is wanted. */
export interface WantedVariable {
  /** Its name. */
  key: string;
  /** Its value; a secret where `masked` says so. */
  value: string;
  /** For people and for doctor; no secret. */
  description: string;
  /** The environment that gets it; `*` for all. */
  scope: string;
  /** Whether job logs hide it. */
  masked: boolean;
  /** Whether nobody can read it again in GitLab; only for new ones. */
  hidden: boolean;
  /** Whether protected branches and tags alone get it. */
  protected: boolean;
}

/** What is known of a variable without its value. */
export interface StoredVariable {
  /** Its name. */
  key: string;
  /** Null where it is hidden. */
  value: string | null;
  /** Empty where it has none. */
  description: string;
  /** `*` for all environments. */
  scope: string;
  /** Whether job logs hide it. */
  masked: boolean;
  /** Whether it can't be read again. */
  hidden: boolean;
  /** Whether protected refs alone get it. */
  protected: boolean;
  /** Whether `$` in it stands for itself. */
  raw: boolean;
}

/** What became of a variable. */
export interface VariableChange {
  /** Its name. */
  key: string;
  /** Its environment scope. */
  scope: string;
  /** `replaced`: deleted and made again, because only a new variable can be hidden. */
  action: "created" | "updated" | "replaced" | "unchanged";
}

/**
 * Whether GitLab can hide a value in job logs.
 *
 * @param isRaw Whether the variable is stored raw, which allows more characters.
 * @see GitLab `app/models/concerns/ci/maskable.rb`
 */
export function isMaskable(value: string, isRaw = true): boolean {
  return (isRaw ? /^\S{8,}$/ : /^[a-zA-Z0-9_+=/@:.~-]{8,}$/).test(value);
}

/** All variables of a project. */
export async function listVariables(api: GitlabApi, project: string): Promise<StoredVariable[]> {
  const path = `${projectPath(project)}/variables`;
  return (await api.list({ action: `read the variables of ${project}`, path })).map(readVariable);
}

/**
 * Creates or updates a variable, then reads it back. Twice is once, except that a hidden value can't be compared and is
 * written each time.
 *
 * @throws {GitlabError} INVALID before anything is asked when the value can't be masked; NOT_STORED when GitLab has
 *   something else afterwards.
 */
export async function putVariable(api: GitlabApi, project: string, wanted: WantedVariable): Promise<VariableChange> {
  refuseUnmaskable(wanted);
  const stored = (await listVariables(api, project)).find(({ key, scope }) =>
    key === wanted.key && scope === wanted.scope
  );
  const action = chooseAction(stored, wanted);
  const { key, scope } = wanted;
  if (action === "unchanged") return { key, scope, action };
  const body = toBody(wanted);
  const what = `${key} (environment ${scope}) of ${project}`;
  const one = { path: `${projectPath(project)}/variables/${encodeURIComponent(key)}`, query: scopeFilter(scope) };
  if (action === "replaced") await api.send({ ...one, action: `replace the variable ${what}`, method: "DELETE" });
  if (action === "updated") {
    const { key: _key, ...changes } = body;
    await api.send({ ...one, action: `update the variable ${what}`, method: "PUT", body: changes });
  } else {
    const hidden: JsonObject = wanted.hidden ? { masked_and_hidden: true } : {};
    const path = `${projectPath(project)}/variables`;
    await api.send({ path, action: `create the variable ${what}`, method: "POST", body: { ...body, ...hidden } });
  }
  verify(await readOne(api, project, wanted), wanted, project);
  return { key, scope, action };
}

/** Deletes a variable; fine when there is none. @returns Whether there was one. */
export async function deleteVariable(api: GitlabApi, project: string, key: string, scope: string): Promise<boolean> {
  const path = `${projectPath(project)}/variables/${encodeURIComponent(key)}`;
  try {
    await api.send({ action: `delete the variable ${key}`, method: "DELETE", path, query: scopeFilter(scope) });
    return true;
  } catch (error) {
    if (error instanceof GitlabError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

function refuseUnmaskable({ key, value, masked }: WantedVariable): void {
  if (!masked || isMaskable(value)) return;
  throw new GitlabError("INVALID", `Cannot store ${key}: GitLab cannot mask its value`, 0, {
    hint: "A masked value has at least 8 characters, and neither white space nor line breaks",
  });
}

function chooseAction(stored: StoredVariable | undefined, wanted: WantedVariable): VariableChange["action"] {
  if (stored === undefined) return "created";
  if (wanted.hidden && !stored.hidden) return "replaced";
  const isEqual = stored.value === wanted.value && stored.description === wanted.description &&
    stored.masked === wanted.masked && stored.protected === wanted.protected && stored.raw;
  return isEqual ? "unchanged" : "updated";
}

function toBody({ key, value, description, scope, masked, protected: isProtected }: WantedVariable): JsonObject {
  return {
    key,
    value,
    description,
    environment_scope: scope,
    masked,
    protected: isProtected,
    raw: true,
    variable_type: "env_var",
  };
}

async function readOne(api: GitlabApi, project: string, { key, scope }: WantedVariable): Promise<StoredVariable> {
  const path = `${projectPath(project)}/variables/${encodeURIComponent(key)}`;
  const value = await api.send({ action: `read the variable ${key} back`, path, query: scopeFilter(scope) });
  return readVariable(value as JsonObject);
}

/** A hidden value can't be compared; its description, which carries the fingerprint, can. */
function verify(stored: StoredVariable, wanted: WantedVariable, project: string): void {
  const wrong = [
    ...(stored.value !== null && stored.value !== wanted.value ? ["value"] : []),
    ...(stored.description !== wanted.description ? ["description"] : []),
    ...(stored.scope !== wanted.scope ? ["environment scope"] : []),
    ...(stored.masked !== wanted.masked ? ["masking"] : []),
    ...(stored.protected !== wanted.protected ? ["protection"] : []),
    ...(stored.raw ? [] : ["expansion"]),
    ...(wanted.hidden && !stored.hidden ? ["hiding"] : []),
  ];
  if (wrong.length === 0) return;
  const message = `Cannot store ${wanted.key} in ${project}: GitLab has another ${wrong.join(", ")} than was written`;
  throw new GitlabError("NOT_STORED", message, 0, {
    hint: "An old GitLab (before 17.4) cannot hide variables; an old one (before 16.2) has no descriptions",
  });
}

function readVariable(value: JsonObject): StoredVariable {
  return {
    key: String(value.key),
    value: typeof value.value === "string" ? value.value : null,
    description: typeof value.description === "string" ? value.description : "",
    scope: typeof value.environment_scope === "string" ? value.environment_scope : "*",
    masked: value.masked === true,
    hidden: value.hidden === true,
    protected: value.protected === true,
    raw: value.raw === true,
  };
}

function projectPath(project: string): string {
  return `/projects/${encodeURIComponent(project)}`;
}

function scopeFilter(scope: string): Record<string, string> {
  return { "filter[environment_scope]": scope };
}
