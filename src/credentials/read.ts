import { FileError, type Host } from "../base/mod.ts";
import { normalizeCa, type NormalizedCa } from "./ca.ts";
import { normalizeAddress } from "./address.ts";
import { CredentialsError } from "./errors.ts";
import { explainMissingVariable } from "./missing_variable.ts";
import { type Normalized, refusal, type ValueSource } from "./raw_value.ts";
import { type NormalizedToken, normalizeToken } from "./token.ts";

/** What the command line says about credentials. No flag takes a secret itself: arguments can be seen by others. */
export interface CredentialFlags {
  /** `--server`: the address. */
  server?: string;
  /** `--ca-file`: a file with the CA. */
  caFile?: string;
  /** `--token-file`: a file with the token; `/dev/stdin` reads it from standard input. */
  tokenFile?: string;
  /** `--token-env`: the variable with the token. @default {"K8S_TOKEN"} */
  tokenEnv?: string;
  /** `--system-ca`: the server has a certificate of a public CA. @default {false} */
  systemCa?: boolean;
  /** `--allow-http`: accept http on loopback. @default {false} */
  allowHttp?: boolean;
}

/** How to reach a cluster and who to be there. Holds a secret. */
export interface ClusterCredentials {
  /** The server. */
  address: Normalized;
  /** Absent: the public CAs are trusted, because the user said so. */
  ca?: NormalizedCa;
  /** Who to be. */
  token: NormalizedToken;
  /** What each came from: `CLUSTER_ADDRESS`, `--ca-file`. */
  sources: { address: string; ca: string; token: string };
  /** What was repaired, with what it was repaired in: `CA_AUTH_DATA (decoded base64 twice)`. */
  repairs: string[];
  /** What the user should know, one sentence each. */
  notes: string[];
}

/** A CA_AUTH_DATA of this word says that the server's certificate is a public one; an empty one never does. */
export const SYSTEM_CA = "system";

interface Given {
  raw: string;
  source: ValueSource;
  notes: string[];
}

/**
 * Reads address, CA and token: flags go before `…_FILE` variables, those before `CLUSTER_ADDRESS`, `CA_AUTH_DATA` and
 * `K8S_TOKEN` themselves. All three are looked at before anything is refused, so that one run names all problems.
 *
 * A missing CA is a problem, as it is mostly a variable that the job doesn't get: `--system-ca` or the value `system` say
 * that the server has a public certificate.
 *
 * @throws {CredentialsError} The one problem, or `SEVERAL` with all of them.
 */
export async function readCredentials(
  host: Pick<Host, "env" | "fs" | "clock">,
  flags: CredentialFlags = {},
): Promise<ClusterCredentials> {
  const problems: CredentialsError[] = [];
  const attempt = async <T extends Normalized>(read: () => Given, normalize: (given: Given) => T | Promise<T>) => {
    try {
      const given = read();
      return { given, result: await normalize(given) };
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const address = await attempt(
    () => readAddress(host, flags),
    ({ raw, source }) => normalizeAddress(raw, { ...source, allowHttp: flags.allowHttp }),
  );
  // Over plain http, which only loopback may be spoken to by, there is nothing that a CA could vouch for.
  const needsCa = !flags.systemCa && !address?.result.value.startsWith("http://");
  const ca = await attempt(
    () => !needsCa ? chooseSystemCa(host, flags) : readValue(host, "CA_AUTH_DATA", "--ca-file", flags.caFile),
    async ({ raw, source }) => raw.trim() === SYSTEM_CA ? systemCa() : await normalizeCa(raw, source),
  );
  const token = await attempt(
    () => readValue(host, flags.tokenEnv ?? "K8S_TOKEN", "--token-file", flags.tokenFile),
    ({ raw, source }) => normalizeToken(raw, { ...source, nowMs: host.clock.now() }),
  );
  if (!address || !ca || !token) throw summarize(problems);
  return assemble(address, ca, token);
}

/** Which token. */
export interface TokenFlags {
  /** A file with the token, in place of the variable. */
  tokenFile?: string;
  /** Name of the variable. @default {"K8S_TOKEN"} */
  tokenEnv?: string;
}

/**
 * Reads a token alone, as {@link readCredentials} does.
 *
 * @returns The token, and which variable, file or flag it came from.
 * @throws {CredentialsError} When it can't be used.
 */
export async function readToken(
  host: Pick<Host, "env" | "fs" | "clock">,
  { tokenFile, tokenEnv = "K8S_TOKEN" }: TokenFlags,
): Promise<NormalizedToken & { source: string }> {
  const { raw, source, notes } = readValue(host, tokenEnv, "--token-file", tokenFile);
  const token = await normalizeToken(raw, { ...source, nowMs: host.clock.now() });
  const name = source.name!;
  return { ...token, source: name, notes: [...notes, ...token.notes.map((note) => `${name} ${note}`)] };
}

function chooseSystemCa({ env }: Pick<Host, "env">, { caFile }: CredentialFlags): Given {
  const others = [...(caFile === undefined ? [] : ["--ca-file"]), ...setVariables(env, "CA_AUTH_DATA")];
  return { raw: SYSTEM_CA, source: { name: "--system-ca" }, notes: describeChoice(["--system-ca", ...others]) };
}

/** Stands for "no CA of its own" while the three values are read. */
function systemCa(): NormalizedCa {
  return { value: "", repairs: [], notes: [], certificates: [] };
}

interface Read<T> {
  given: Given;
  result: T;
}

function assemble(
  address: Read<Normalized>,
  ca: Read<NormalizedCa>,
  token: Read<NormalizedToken>,
): ClusterCredentials {
  const all: Read<Normalized>[] = [address, ca, token];
  const nameOf = ({ given }: Read<Normalized>) => given.source.name!;
  return {
    address: address.result,
    ...(ca.result.value === "" ? {} : { ca: ca.result }),
    token: token.result,
    sources: { address: nameOf(address), ca: nameOf(ca), token: nameOf(token) },
    repairs: all.filter(({ result }) => result.repairs.length > 0)
      .map((read) => `${nameOf(read)} (${read.result.repairs.join(", ")})`),
    notes: all.flatMap((read) => [...read.given.notes, ...read.result.notes.map((note) => `${nameOf(read)} ${note}`)]),
  };
}

function readAddress(host: Pick<Host, "env" | "fs">, { server }: CredentialFlags): Given {
  if (server === undefined) return readValue(host, "CLUSTER_ADDRESS");
  const others = setVariables(host.env, "CLUSTER_ADDRESS");
  return { raw: server, source: { name: "--server" }, notes: describeChoice(["--server", ...others]) };
}

/** Which of a variable and its `…_FILE` form are set, in order of precedence. */
function setVariables(env: Host["env"], name: string): string[] {
  return [`${name}_FILE`, name].filter((candidate) => (env.get(candidate) ?? "") !== "");
}

function describeChoice([used, ...others]: string[]): string[] {
  return others.length === 0 ? [] : [`${used} is used, not ${others.join(" or ")}`];
}

function readValue(
  { env, fs }: Pick<Host, "env" | "fs">,
  name: string,
  flag = "",
  flagFile: string | undefined = undefined,
): Given {
  const whyEmpty = explainMissingVariable(env);
  const set = [...(flagFile === undefined ? [] : [flag]), ...setVariables(env, name)];
  const notes = describeChoice(set);
  const path = flagFile ?? env.get(`${name}_FILE`) ?? "";
  if (path !== "" || flagFile !== undefined) {
    const source = { name: set[0]!, fromFile: true, whyEmpty: "The file is empty: check what writes it" };
    return { raw: readFile(fs, path, source), source, notes };
  }
  const source = { name, whyEmpty, readFile: (path: string) => fs.readText(path) };
  if (env.get(name) === undefined) throw refusal("EMPTY", source, "it is not set", whyEmpty);
  return { raw: env.get(name)!, source, notes };
}

function readFile(fs: Host["fs"], path: string, source: ValueSource): string {
  try {
    return fs.readText(path);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    const reason = cause.message.slice(cause.message.lastIndexOf(": ") + 2);
    // A value in place of a path is not repeated: it may be the secret itself.
    const state = /^(\.{0,2}\/[\w./ -]{1,255}|[\w-]{1,40}\.(txt|crt|pem|token|jwt))$/.test(path)
      ? `"${path}": ${reason}`
      : "the path that it holds";
    throw refusal("UNREADABLE", source, `cannot read ${state}`, "It must name a file, not hold the value itself");
  }
}

function summarize(problems: CredentialsError[]): CredentialsError {
  if (problems.length === 1) return problems[0]!;
  const list = problems.map(({ message }) => `- ${message.replace(/^Cannot use /, "")}`);
  const hints = [...new Set(problems.map(({ hint }) => hint).filter((hint) => hint !== undefined))];
  return new CredentialsError(
    "SEVERAL",
    [`Cannot use the cluster's credentials: ${problems.length} problems`, ...list].join("\n"),
    problems.map(({ source }) => source).join(", "),
    { hint: hints.join("\n") },
    problems,
  );
}
