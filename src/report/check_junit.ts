/** One thing that was looked at, for {@link renderChecksJunit}. */
export interface ReportedCheck {
  /** Which part: `TLS`. */
  layer: string;
  /** `warning` counts as passed. */
  status: "ok" | "warning" | "failed";
  /** Stable, for programs. */
  code?: string;
  /** One sentence. */
  cause: string;
  /** What was seen. */
  evidence: readonly string[];
  /** What to do. */
  remedy?: string;
}

/**
 * Checks as JUnit XML, a test case each: GitLab shows such in the merge request (`artifacts:reports:junit`).
 *
 * @param name What the suite is called.
 */
export function renderChecksJunit(name: string, checks: readonly ReportedCheck[]): string {
  const failures = checks.filter(({ status }) => status === "failed").length;
  const counts = `name="${escape(name)}" tests="${checks.length}" failures="${failures}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite ${counts}>`,
    ...checks.flatMap((check) => renderCase(name, check)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function renderCase(suite: string, { layer, status, code, cause, evidence, remedy }: ReportedCheck): string[] {
  const start = `    <testcase classname="${escape(suite)}" name="${escape(layer)}"`;
  if (status === "ok") return [`${start}/>`];
  const text = escape([cause, ...evidence, ...(remedy === undefined ? [] : [`→ ${remedy}`])].join("\n"));
  const inner = status === "warning"
    ? `<system-out>${text}</system-out>`
    : `<failure type="${escape(code ?? "")}" message="${escape(cause)}">${text}</failure>`;
  return [`${start}>`, `      ${inner}`, "    </testcase>"];
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no place for most control characters, not even as references. */
function escape(text: string): string {
  return text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "�")
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}
