import { equal, match, ok } from "../assert.ts";
import { renderChecksJunit } from "../../src/report/mod.ts";

Deno.test("checks become a test case each: a failure with its text, a warning as output", () => {
  const xml = renderChecksJunit("kstage doctor", [
    { layer: "credentials", status: "warning", code: "W", cause: "Soon", evidence: ["a < b"], remedy: "Do & be" },
    { layer: "TLS", status: "failed", code: "WRONG_CA", cause: 'It is "wrong"', evidence: [] },
    { layer: "server", status: "ok", cause: "Well", evidence: [] },
  ]);
  equal(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kstage doctor" tests="3" failures="1" errors="0">
  <testsuite name="kstage doctor" tests="3" failures="1" errors="0">
    <testcase classname="kstage doctor" name="credentials">
      <system-out>Soon\na &lt; b\n→ Do &amp; be</system-out>
    </testcase>
    <testcase classname="kstage doctor" name="TLS">
      <failure type="WRONG_CA" message="It is &quot;wrong&quot;">It is &quot;wrong&quot;</failure>
    </testcase>
    <testcase classname="kstage doctor" name="server"/>
  </testsuite>
</testsuites>
`,
  );
});

Deno.test("characters that XML has no place for are replaced", () => {
  const xml = renderChecksJunit("s", [{
    layer: "a\u0000b",
    status: "failed",
    cause: "\u001b[31m\ud800",
    evidence: [],
  }]);
  match(xml, /name="a\ufffdb"/);
  ok(!xml.includes("\u0000") && !xml.includes("\u001b"));
  ok(xml.isWellFormed());
});
