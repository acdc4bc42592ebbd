import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { FileError, type Processes } from "../../src/base/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { type ExecConfig, runExecPlugin } from "../../src/kubeconfig/mod.ts";
import { answers, CONTEXT, credential, EXEC, V1 } from "./plugin_answers.ts";

const run = (processes: Processes, exec: Partial<ExecConfig> = {}) =>
  runExecPlugin({ processes }, { ...EXEC, ...exec }, CONTEXT);

Deno.test("runExecPlugin() tells the plugin what client-go tells it", async () => {
  let seen: unknown;
  const processes: Processes = {
    run: (command, args, options) => {
      const { KUBERNETES_EXEC_INFO, ...env } = options!.env!;
      seen = { command, args, env, info: JSON.parse(KUBERNETES_EXEC_INFO!) };
      return answers(credential({ token: "t" })).run(command, args);
    },
  };
  deepEqual(await run(processes, { args: ["a b"], env: [{ name: "FOO", value: "bar" }], provideClusterInfo: true }), {
    token: "t",
  });
  deepEqual(seen, {
    command: "login",
    args: ["a b"],
    env: { FOO: "bar" },
    info: {
      kind: "ExecCredential",
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: "https://k8s.example.com",
          "tls-server-name": "kubernetes",
          "certificate-authority-data": "UEVN",
          config: { audience: "me" },
        },
      },
    },
  });
});

Deno.test("runExecPlugin() reads token, certificate and expiry", async () => {
  deepEqual(
    await run(answers(credential({ token: "t", expirationTimestamp: "2026-01-01T01:00:00+01:00" }))),
    { token: "t", expiresAtMs: Date.UTC(2026, 0, 1) },
  );
  deepEqual(await run(answers(credential({ clientCertificateData: "C", clientKeyData: "K" }))), {
    certificatePem: "C",
    keyPem: "K",
  });
});

/** Answers and what `kubectl get --raw /version`, v1.36.3, says about them. */
const REFUSALS: Record<string, { output: string; says: string }> = {
  "no JSON": { output: "nothing", says: "decoding stdout: " },
  "another kind": { output: credential({ token: "a" }, { kind: "Foo" }), says: 'decoding stdout: no kind "Foo" is' },
  "another version": {
    output: credential({ token: "a" }, { apiVersion: "client.authentication.k8s.io/v1beta1" }),
    says: `exec plugin is configured to use API version ${V1}, plugin returned version ` +
      "client.authentication.k8s.io/v1beta1",
  },
  "no status": { output: credential(undefined), says: "exec plugin didn't return a status field" },
  "an empty status": { output: credential({}), says: "exec plugin didn't return a token or cert/key pair" },
  "a certificate alone": {
    output: credential({ clientCertificateData: "a" }),
    says: "exec plugin returned only certificate or key, not both",
  },
  "a token and a key": {
    output: credential({ token: "a", clientKeyData: "a" }),
    says: "exec plugin returned only certificate or key, not both",
  },
  "a strange time": { output: credential({ token: "a", expirationTimestamp: "foo" }), says: "decoding stdout: " },
  "a token of another type": { output: credential({ token: 1 }), says: "decoding stdout: " },
};

for (const [name, { output, says }] of Object.entries(REFUSALS)) {
  Deno.test(`runExecPlugin() refuses ${name} in client-go's words`, async () => {
    await rejects(run(answers(output)), (error: Error & { code?: string }) => {
      equal(error.code, "EXEC_FAILED");
      ok(error.message.startsWith('Cannot get credentials for context "x": '));
      ok(error.message.includes(says), error.message);
      return true;
    });
  });
}

Deno.test("runExecPlugin() names a plugin that fails or is missing, without what may be a credential", async () => {
  const secret = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2ln";
  await rejects(run(answers("", 3, `hello\nsession expired, token ${secret}\n`)), {
    message: /exec: executable login failed with exit code 3/,
    hint: "It said: session expired, token …",
  });
  const missing: Processes = { run: () => Promise.reject(new FileError("NOT_FOUND", "Cannot run", "login")) };
  await rejects(run(missing, { installHint: "Install it" }), {
    message: /exec: executable login not found/,
    hint: "Install it",
  });
  await rejects(run(answers(""), { apiVersion: "client.authentication.k8s.io/v1alpha1" }), {
    message: /exec plugin: invalid apiVersion "client.authentication.k8s.io\/v1alpha1"/,
  });
  await rejects(run(answers(""), { interactiveMode: "Always" }), { message: /standard input is not a terminal/ });
});

Deno.test("runExecPlugin() works with a real program", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/login`;
    await Deno.writeTextFile(path, `#!/bin/sh\nprintf '%s' '${credential({ token: "from-program" })}'\n`);
    await Deno.chmod(path, 0o700);
    const { processes } = createDenoHost();
    deepEqual(await run(processes, { command: path }), { token: "from-program" });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
