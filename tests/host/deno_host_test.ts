import { deepEqual, equal, ok, rejects, throws } from "../assert.ts";
import { type FileError, NetworkError } from "../../src/base/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { toNetworkError } from "../../src/host/network_errors.ts";

Deno.test("file errors say what was tried, on what, and why", () => {
  const { fs } = createDenoHost();
  const dir = fs.makeTempDir("kstage-test-");
  try {
    throws(() => fs.readText(`${dir}/nope`), (error: FileError) => {
      equal(error.code, "NOT_FOUND");
      equal(error.message, `Cannot read "${dir}/nope": no such file or directory`);
      return true;
    });
    throws(() => fs.readText(dir), { code: "IS_DIRECTORY" });
    fs.writeFile(`${dir}/f`, "x", { mode: 0o600 });
    throws(() => fs.writeFile(`${dir}/f`, "x", { exclusive: true }), { code: "EXISTS" });
    equal(fs.stat(`${dir}/f`)?.mode, 0o600);
    equal(fs.stat(`${dir}/f/g`), undefined);
    deepEqual(fs.readDir(dir), ["f"]);
  } finally {
    fs.remove(dir, { recursive: true });
  }
});

Deno.test("a refused connection is a NetworkError with the code REFUSED", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const client = createDenoHost().network.open({});
  await rejects(client.fetch(`https://127.0.0.1:${port}/`), (error: NetworkError) => {
    ok(error instanceof NetworkError);
    equal(error.code, "REFUSED");
    return true;
  });
  client.close();
});

Deno.test("the environment's proxy is not used for loopback", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("direct"));
  const script = `import { createDenoHost } from ${
    JSON.stringify(new URL("../../src/host/mod.ts", import.meta.url).href)
  };
    const client = createDenoHost().network.open({});
    const answer = await client.fetch("http://127.0.0.1:${server.addr.port}/");
    await Deno.stdout.write(new TextEncoder().encode(await answer.text()));
    client.close();`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, script);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", file],
    env: { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1", NO_PROXY: "", no_proxy: "" },
  }).output();
  equal(new TextDecoder().decode(stdout), "direct");
  await Deno.remove(file);
  await server.shutdown();
});

Deno.test("network errors are told apart by Deno's texts, on 2.7 and 2.9", () => {
  const url = "https://cluster.example:6443/version";
  const nested = (text: string) => new TypeError("fetch failed", { cause: new Error(text) });
  const cases: [unknown, string][] = [
    [nested("client error (Connect): invalid peer certificate: UnknownIssuer"), "TLS_UNKNOWN_ISSUER"],
    [
      new TypeError("error sending request: client error (Connect): invalid peer certificate: UnknownIssuer"),
      "TLS_UNKNOWN_ISSUER",
    ],
    [
      nested(
        'client error (Connect): invalid peer certificate: certificate not valid for name "a"; certificate is only valid for DnsName("b")',
      ),
      "TLS_WRONG_NAME",
    ],
    [
      nested("client error (Connect): invalid peer certificate: certificate expired: verification time 1"),
      "TLS_EXPIRED",
    ],
    [
      nested("client error (Connect): invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))"),
      "TLS_CA_AS_LEAF",
    ],
    [nested("client error (Connect): received corrupt message of type InvalidContentType"), "TLS_NOT_TLS"],
    [
      nested("client error (Connect): dns error: failed to lookup address information: Name or service not known"),
      "DNS",
    ],
    [nested("client error (Connect): tcp connect error: Connection refused (os error 111)"), "REFUSED"],
    [nested("client error (SendRequest): connection closed before message completed"), "RESET"],
  ];
  for (const [error, code] of cases) equal(toNetworkError(url, error).code, code);
});

Deno.test("a network error never repeats a PEM block", () => {
  const error = toNetworkError("https://x/", new Error("bad certificate -----BEGIN CERTIFICATE----- MIIB"));
  ok(!error.message.includes("MIIB"));
});
