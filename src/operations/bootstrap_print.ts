import { type JsonObject, stringifyJson } from "../base/mod.ts";
import type { ExportedVariable } from "./bootstrap_export.ts";

/** How the variables are printed. */
export type VariablesFormat = "env" | "gitlab" | "github" | "json";

/** The variables as a text that holds the token. @param scope Environment that gets them, where the format has one. */
export function formatVariables(
  variables: readonly ExportedVariable[],
  format: VariablesFormat,
  scope: string,
): string {
  return FORMATS[format](variables, scope);
}

const FORMATS: Record<VariablesFormat, (variables: readonly ExportedVariable[], scope: string) => string> = {
  env: (variables) => variables.map(({ key, value }) => `${key}=${quote(value)}\n`).join(""),
  gitlab: (variables, scope) => variables.map((variable) => glabLine(variable, scope)).join(""),
  github: (variables, scope) => variables.map((variable) => ghLine(variable, scope)).join(""),
  json: (variables) => {
    const values: JsonObject = {};
    for (const { key, value } of variables) values[key] = value;
    return `${stringifyJson(values, 2)}\n`;
  },
};

/** `printf` is built into every shell, so the value is in no process's arguments. */
function glabLine({ key, value, secret, description }: ExportedVariable, scope: string): string {
  const hiding = secret ? "--masked --hidden " : "";
  return `printf %s ${quote(value)} | glab variable set ${key} --scope ${quote(scope)} ${hiding}--protected --raw ` +
    `--description ${quote(description)}\n`;
}

function ghLine({ key, value, secret }: ExportedVariable, scope: string): string {
  const environment = scope === "*" ? "" : ` --env ${quote(scope)}`;
  return `printf %s ${quote(value)} | gh ${secret ? "secret" : "variable"} set ${key}${environment}\n`;
}

/** A word for a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
