import { deepEqual, equal, rejects, throws } from "../assert.ts";
import type { HttpClient, HttpRequestInit } from "../../src/base/mod.ts";
import { createHttpTransport, type HttpTransportOptions } from "../../src/kube/mod.ts";

function createRecorder(statuses: number[] = [200]) {
  const sent: { url: string; init: HttpRequestInit }[] = [];
  const http: HttpClient = {
    fetch(url, init = {}) {
      sent.push({ url, init });
      return Promise.resolve(new Response("{}", { status: statuses[sent.length - 1] ?? 200 }));
    },
    close: () => {},
  };
  return { http, sent };
}

async function urlFor(server: string): Promise<string> {
  const { http, sent } = createRecorder();
  await createHttpTransport({ server, http }).send({ method: "GET", path: "/api/v1/pods" });
  return sent[0]!.url;
}

Deno.test("the server's path is a prefix of every request, with or without a trailing slash", async () => {
  equal(await urlFor("https://10.0.0.1:6443"), "https://10.0.0.1:6443/api/v1/pods");
  equal(await urlFor("https://10.0.0.1:6443/"), "https://10.0.0.1:6443/api/v1/pods");
  equal(
    await urlFor("https://rancher.example/k8s/clusters/c-1"),
    "https://rancher.example/k8s/clusters/c-1/api/v1/pods",
  );
  equal(
    await urlFor("https://rancher.example/k8s/clusters/c-1//"),
    "https://rancher.example/k8s/clusters/c-1/api/v1/pods",
  );
  equal(await urlFor("https://[::1]:6443"), "https://[::1]:6443/api/v1/pods");
});

Deno.test("query parameters are encoded and undefined ones left out", async () => {
  const { http, sent } = createRecorder();
  const query = { labelSelector: "app in (a,b)", fieldSelector: undefined, limit: "5" };
  await createHttpTransport({ server: "https://s", http }).send({ method: "GET", path: "/api/v1/pods", query });
  equal(sent[0]!.url, "https://s/api/v1/pods?labelSelector=app+in+%28a%2Cb%29&limit=5");
});

Deno.test("requests carry token and agent, and a request's own headers cannot replace them", async () => {
  const { http, sent } = createRecorder();
  const transport = createHttpTransport({ server: "https://s", http, token: "t0k3n", userAgent: "kstage/1" });
  const headers = { "Content-Type": "application/json", Authorization: "Basic x" };
  await transport.send({ method: "POST", path: "/x", headers, body: "{}" });
  deepEqual(sent[0]!.init, {
    method: "POST",
    headers: {
      "Accept": "application/json",
      "Content-Type": "application/json",
      "User-Agent": "kstage/1",
      "Authorization": "Bearer t0k3n",
    },
    body: "{}",
  });
});

Deno.test("a refused token is asked for once more and the request sent again with a newer one", async () => {
  const { http, sent } = createRecorder([401, 200]);
  const asked: boolean[] = [];
  const token = ({ refresh }: { refresh: boolean }) => (asked.push(refresh), Promise.resolve(refresh ? "new" : "old"));
  const response = await createHttpTransport({ server: "https://s", http, token }).send({ method: "GET", path: "/x" });
  equal(response.status, 200);
  deepEqual(asked, [false, true]);
  deepEqual(sent.map(({ init }) => init.headers?.Authorization), ["Bearer old", "Bearer new"]);
});

Deno.test("a refused token that stays the same is not sent again", async () => {
  const { http, sent } = createRecorder([401]);
  const transport = createHttpTransport({ server: "https://s", http, token: () => Promise.resolve("same") });
  equal((await transport.send({ method: "GET", path: "/x" })).status, 401);
  equal(sent.length, 1);
});

Deno.test("an address or token that can't be used is refused without repeating it", async () => {
  const { http } = createRecorder();
  const create = (options: Partial<HttpTransportOptions>) => () =>
    createHttpTransport({ server: "https://s", http, ...options });
  for (const server of ["", "10.0.0.1", "ftp://s3cret", "https://user:s3cret@host", "https://host?token=s3cret"]) {
    throws(create({ server }), (error: Error & { code: string }) => {
      equal(error.code, "BAD_ADDRESS");
      return !error.message.includes("s3cret");
    });
  }
  for (const token of ["", "s3cret\n", "s3 cret", "s3crét"]) {
    throws(create({ token }), (error: Error & { code: string }) => {
      equal(error.code, "BAD_TOKEN");
      return !/s3 ?cr/.test(error.message);
    });
  }
  const late = createHttpTransport({ server: "https://s", http, token: () => Promise.resolve("a\nb") });
  await rejects(late.send({ method: "GET", path: "/" }), { code: "BAD_TOKEN" });
});
