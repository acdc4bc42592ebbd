import { equal } from "../assert.ts";
import { mayUseProxy } from "../../src/host/proxy_choice.ts";

const CASES: [env: Record<string, string>, host: string, uses: boolean][] = [
  [{}, "k8s.example.com", false],
  [{ HTTPS_PROXY: "http://proxy:3128" }, "k8s.example.com", true],
  [{ all_proxy: "http://proxy:3128" }, "k8s.example.com", true],
  [{ HTTP_PROXY: "http://proxy:3128" }, "k8s.example.com", false],
  [{ HTTPS_PROXY: "http://proxy:3128" }, "127.0.0.1", false],
  [{ HTTPS_PROXY: "http://proxy:3128" }, "::1", false],
  [{ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "a.example.org, .example.com" }, "k8s.example.com", false],
  [{ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "example.com" }, "k8s.example.com", false],
  [{ HTTPS_PROXY: "http://proxy:3128", no_proxy: "*" }, "k8s.example.com", false],
  [{ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "ample.com" }, "k8s.example.com", true],
];

for (const [env, host, uses] of CASES) {
  Deno.test(`${host} ${uses ? "goes" : "does not go"} through a proxy with ${JSON.stringify(env)}`, () => {
    equal(mayUseProxy({ get: (name) => env[name] }, host), uses);
  });
}
