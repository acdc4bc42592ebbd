import { ok, rejects } from "../assert.ts";
import { NetworkError } from "../../src/base/mod.ts";
import { createNodeHttpsClient } from "../../src/host/node_https.ts";

Deno.test({
  name: "a server name that this Deno does not check is refused, not ignored",
  ignore: !/^2\.[0-7]\./.test(Deno.version.deno),
  async fn() {
    const client = createNodeHttpsClient({ serverName: "kubernetes.example.com" });
    await rejects(client.fetch("https://127.0.0.1:1/version"), (error) => {
      ok(error instanceof NetworkError && /tls-server-name "kubernetes.example.com"/.test(error.message));
      return true;
    });
    client.close();
  },
});
