import { formatDuration, stringifyJson } from "../../base/mod.ts";
import { formatTable } from "../../report/mod.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { type Identity, whoAmI } from "../../operations/whoami.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const whoamiCommand = defineCommand({
  summary: "Tell who the cluster takes you for",
  description:
    `Asks the server (SelfSubjectReview) for user, UID and groups, and reads from the token or the client certificate who issued it and when it
expires. On servers before 1.27, which can't be asked, the credential tells for itself, and a note says so.

${CREDENTIALS_HELP}`,
  flags: {
    ...CLUSTER_FLAGS,
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format" },
  },
  examples: [
    ["kstage whoami", "Who the three variables, or the current context, stand for"],
    ["kstage whoami --context production -o json", "Another context, for programs"],
    ["kstage whoami --as jane --as-group developers", "Who would be acted as"],
  ],
  async run({ flags, host }) {
    const identity = await withInterrupt(host, (signal) => whoAmI(host, { ...toConnectOptions(flags), signal }));
    for (const note of identity.notes) host.stderr.write(`note: ${note}\n`);
    host.stdout.write(
      flags.output === "json"
        ? `${stringifyJson(toJson(identity), 2)}\n`
        : formatTable(toRows(identity, host.clock.now())),
    );
    return EXIT_CODES.ok;
  },
});

function toJson({ credential, impersonating, uid, ...identity }: Identity) {
  const { issuedAtMs, expiresAtMs, ...facts } = credential;
  const at = (ms: number | undefined) => ms === undefined ? null : new Date(ms).toISOString();
  return {
    username: identity.username,
    uid: uid ?? null,
    groups: identity.groups,
    extra: identity.extra,
    source: identity.source,
    namespace: identity.namespace,
    context: identity.context,
    server: identity.server,
    credential: { ...facts, issuedAt: at(issuedAtMs), expiresAt: at(expiresAtMs) },
    impersonating: impersonating === undefined ? null : { ...impersonating },
    notes: identity.notes,
  };
}

const KINDS: Record<Identity["credential"]["kind"], string> = {
  none: "none",
  token: "token",
  tokenFile: "token from a file",
  certificate: "client certificate",
  basic: "user name and password",
  exec: "exec plugin",
  oidc: "OpenID Connect",
};

function toRows(identity: Identity, nowMs: number): string[][] {
  const { credential, impersonating } = identity;
  const { kind, fingerprint, issuer, audiences, certificateSubject, certificateIssuer, expiresAtMs } = credential;
  const unknown = identity.source === "unknown" ? "unknown" : "";
  const rows: [string, string | undefined][] = [
    ["User", identity.username || unknown],
    ["UID", identity.uid],
    ["Groups", identity.groups.join(", ") || undefined],
    ...Object.entries(identity.extra).map(([key, values]): [string, string] => [`Extra: ${key}`, values.join(", ")]),
    ["Acting as", impersonating === undefined ? undefined : impersonating.user],
    ["Namespace", identity.namespace],
    ["Context", `${identity.context}, ${identity.server}`],
    ["Credential", KINDS[kind] + (fingerprint === undefined ? "" : `, fingerprint ${fingerprint}`)],
    ["Certificate", certificateSubject],
    ["Issuer", issuer ?? certificateIssuer],
    ["Audiences", audiences?.join(", ")],
    ["Expires", describeExpiry(expiresAtMs, kind, nowMs)],
  ];
  return rows.flatMap(([name, value]) => value === undefined ? [] : [[name, value]]);
}

function describeExpiry(expiresAtMs: number | undefined, kind: string, nowMs: number): string | undefined {
  if (expiresAtMs === undefined) return kind === "none" || kind === "basic" ? undefined : "never, or it does not say";
  const time = new Date(expiresAtMs).toISOString().replace("T", " ").replace(/:\d\d\.\d+Z$/, " UTC");
  const leftMs = expiresAtMs - nowMs;
  return leftMs > 0 ? `${time}, in ${formatDuration(leftMs)}` : `${time}, ${formatDuration(-leftMs)} ago`;
}
