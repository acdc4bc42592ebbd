import { deepEqual, equal, ok, throws } from "../assert.ts";
import { chooseProxy, portOf, toAddress } from "../../src/host/proxy_choice.ts";

const HTTPS = { HTTPS_PROXY: "http://proxy:3128" };

/** As golang.org/x/net/http/httpproxy decides. */
const CASES: [env: Record<string, string>, url: string, uses: string | undefined][] = [
  [{}, "https://k8s.example.com", undefined],
  [HTTPS, "https://k8s.example.com", "http://proxy:3128/"],
  [{ https_proxy: "proxy:3128" }, "https://k8s.example.com", "http://proxy:3128/"],
  [{ HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1" }, "https://k8s.example.com", "http://upper:1/"],
  [{ HTTPS_PROXY: "", https_proxy: "http://lower:1" }, "https://k8s.example.com", "http://lower:1/"],
  [{ HTTPS_PROXY: "socks5://u:p@proxy" }, "https://k8s.example.com", "socks5://u:p@proxy"],
  [{ ALL_PROXY: "http://proxy:3128", all_proxy: "http://proxy:3128" }, "https://k8s.example.com", undefined],
  [{ HTTP_PROXY: "http://proxy:3128" }, "https://k8s.example.com", undefined],
  [{ HTTP_PROXY: "http://proxy:3128" }, "http://k8s.example.com", "http://proxy:3128/"],
  [HTTPS, "http://k8s.example.com", undefined],
  [HTTPS, "https://127.0.0.1:6443", undefined],
  [HTTPS, "https://127.8.9.10:6443", undefined],
  [HTTPS, "https://localhost:6443", undefined],
  [HTTPS, "https://[::1]:6443", undefined],
  [HTTPS, "https://[::ffff:127.0.0.1]:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "a.example.org, .example.com" }, "https://k8s.example.com", undefined],
  [{ ...HTTPS, NO_PROXY: ".example.com" }, "https://example.com", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "*.example.com" }, "https://k8s.example.com", undefined],
  [{ ...HTTPS, NO_PROXY: "*.example.com" }, "https://example.com", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "example.com" }, "https://example.com", undefined],
  [{ ...HTTPS, NO_PROXY: "Example.COM" }, "https://K8S.example.com", undefined],
  [{ ...HTTPS, no_proxy: "*" }, "https://k8s.example.com", undefined],
  [{ ...HTTPS, NO_PROXY: "ample.com" }, "https://k8s.example.com", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "example.com:6443" }, "https://k8s.example.com:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "example.com:6443" }, "https://k8s.example.com", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "example.com:443" }, "https://k8s.example.com", undefined],
  [{ ...HTTPS, NO_PROXY: "10.0.0.0/8" }, "https://10.1.2.3:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "10.0.0.0/12" }, "https://10.15.2.3:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "10.0.0.0/12" }, "https://10.16.2.3:6443", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "0.0.0.0/0" }, "https://192.0.2.1", undefined],
  [{ ...HTTPS, NO_PROXY: "10.0.0.0/8" }, "https://10.example.com", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "10.1.2.3" }, "https://10.1.2.3:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "10.1.2.3:443" }, "https://10.1.2.3:6443", "http://proxy:3128/"],
  [{ ...HTTPS, NO_PROXY: "2001:db8::/32" }, "https://[2001:db8:1::5]:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "2001:db8::5" }, "https://[2001:db8:0::5]", undefined],
  [{ ...HTTPS, NO_PROXY: "[2001:db8::5]:6443" }, "https://[2001:db8::5]:6443", undefined],
  [{ ...HTTPS, NO_PROXY: "2001:db8::/32" }, "https://[2001:db9::5]", "http://proxy:3128/"],
];

for (const [env, url, uses] of CASES) {
  Deno.test(`${url} goes ${uses ? `through ${uses}` : "directly"} with ${JSON.stringify(env)}`, () => {
    equal(chooseProxy({ get: (name) => env[name] }, new URL(url), undefined)?.url.href, uses);
  });
}

Deno.test("a cluster's proxy-url counts for loopback too, whatever NO_PROXY says", () => {
  const env = { get: () => "*" };
  const choice = chooseProxy(env, new URL("https://127.0.0.1:6443"), "socks5://127.0.0.1");
  equal(choice?.url.href, "socks5://127.0.0.1");
  equal(choice?.source, "proxy-url");
  equal(portOf(choice!.url), 1080);
});

Deno.test("a proxy that can't be one is refused without its text, which may hold a password", () => {
  for (const text of ["ftp://u:secret-word@proxy", "http://u:secret-word@:x", "http://"]) {
    const env = { get: (name: string) => name === "HTTPS_PROXY" ? text : undefined };
    throws(() => chooseProxy(env, new URL("https://k8s.example.com"), undefined), (error: Error) => {
      ok(!error.message.includes("secret-word"), error.message);
      return /^HTTPS_PROXY is no address/.test(error.message);
    });
  }
});

Deno.test("IP addresses are told from names", () => {
  deepEqual([...toAddress("10.0.0.255")!], [10, 0, 0, 255]);
  equal(toAddress("10.0.0.256"), undefined);
  equal(toAddress("10.0.0.example"), undefined);
  deepEqual([...toAddress("::ffff:10.0.0.1")!], [10, 0, 0, 1]);
  equal(toAddress("2001:db8::1")?.length, 16);
});
