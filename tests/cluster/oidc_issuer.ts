/** GitLab as an issuer of ID tokens, and an API server that trusts it: both on loopback, and of the tests' own. */
import { makeCertificates } from "../../src/sandbox/serve/certificates.ts";
import { programOf } from "../../scripts/cluster_processes.ts";
import { eventually } from "../contract/world.ts";
import { type Cluster, connect } from "./cluster.ts";

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: "SHA-256",
};
const KEY_ID = "kstage-tests";
const HOUR_S = 3600;

/** An issuer that answers discovery and key requests. */
export class OidcIssuer implements AsyncDisposable {
  readonly url: string;
  readonly caPem: string;
  readonly #key: CryptoKey;
  readonly #server: Deno.HttpServer;

  private constructor(server: Deno.HttpServer<Deno.NetAddr>, caPem: string, key: CryptoKey) {
    this.url = `https://127.0.0.1:${server.addr.port}`;
    this.caPem = caPem;
    this.#key = key;
    this.#server = server;
  }

  static async start(): Promise<OidcIssuer> {
    const { caPem, certificatePem, keyPem } = await makeCertificates(Date.now());
    const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const { kty, n, e } = await crypto.subtle.exportKey("jwk", publicKey);
    const keys = [{ kty, n, e, kid: KEY_ID, use: "sig", alg: "RS256" }];
    const options = { hostname: "127.0.0.1", port: 0, cert: certificatePem, key: keyPem, onListen() {} };
    const server = Deno.serve(options, (request) => {
      const { origin, pathname } = new URL(request.url);
      if (pathname === "/oauth/discovery/keys") return Response.json({ keys });
      if (pathname !== "/.well-known/openid-configuration") return new Response("", { status: 404 });
      return Response.json({
        issuer: origin,
        jwks_uri: `${origin}/oauth/discovery/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      });
    });
    return new OidcIssuer(server, caPem, privateKey);
  }

  /** What a job's `id_tokens` give: claims of a protected branch, and others over them. */
  async issue(audience: string, claims: Record<string, unknown> = {}): Promise<string> {
    const nowS = Math.floor(Date.now() / 1000);
    const { project_path: project = "my-group/api" } = claims;
    const payload = {
      iss: this.url,
      sub: `project_path:${project}:ref_type:branch:ref:main`,
      aud: audience,
      iat: nowS,
      nbf: nowS - 5,
      exp: nowS + HOUR_S,
      jti: crypto.randomUUID(),
      project_path: project,
      namespace_path: "my-group",
      ref: "main",
      ref_type: "branch",
      ref_protected: "true",
      pipeline_id: "1212",
      job_id: "1314",
      ...claims,
    };
    const signed = [{ alg: "RS256", typ: "JWT", kid: KEY_ID }, payload].map((part) => toBase64Url(encode(part))).join(
      ".",
    );
    const signature = await crypto.subtle.sign(ALGORITHM.name, this.#key, new TextEncoder().encode(signed));
    return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** A second API server of the cluster, which is told whom to trust and knows the same objects. */
export class TrustingApiServer implements AsyncDisposable {
  readonly url: string;
  readonly #cluster: Cluster;
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;

  private constructor(cluster: Cluster, url: string, folder: string, child: Deno.ChildProcess) {
    this.url = url;
    this.#cluster = cluster;
    this.#folder = folder;
    this.#child = child;
  }

  /**
   * Starts it; its issuers' certificates are checked against the given CA as if that were a public one.
   *
   * @param configuration An AuthenticationConfiguration.
   */
  static async start(cluster: Cluster, configuration: string, caPem: string): Promise<TrustingApiServer> {
    const folder = await Deno.makeTempDir({ prefix: "kstage-cluster-test-" });
    const port = freePort();
    await Deno.writeTextFile(`${folder}/authentication.yaml`, configuration);
    await Deno.writeTextFile(`${folder}/issuer.crt`, caPem);
    const { path, args } = programOf(cluster, "kube-apiserver");
    const own = [
      `--secure-port=${port}`,
      `--authentication-config=${folder}/authentication.yaml`,
      `--cert-dir=${folder}`,
      `--audit-log-path=${folder}/audit.log`,
    ];
    const isReplaced = (arg: string) => own.some((other) => other.split("=")[0] === arg.split("=")[0]);
    const child = new Deno.Command("/bin/sh", {
      args: [
        "-c",
        'log=$1; shift; exec "$@" >"$log" 2>&1',
        "sh",
        `${folder}/log`,
        path,
        ...args.filter((arg) => !isReplaced(arg)),
        ...own,
      ],
      env: { SSL_CERT_FILE: `${folder}/issuer.crt` },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    return new TrustingApiServer(cluster, `https://127.0.0.1:${port}`, folder, child);
  }

  /** Waits until it answers and takes a token for one of an issuer that it trusts. */
  async untilTrusted(token: string): Promise<void> {
    using transport = connect({ ...this.#cluster, url: this.url }, token);
    try {
      await eventually("the server knows the issuer", async () => {
        const answer = await transport.send({ method: "GET", path: "/api/v1" }).catch(() => undefined);
        await answer?.body?.cancel();
        return answer?.status === 200;
      });
    } catch (cause) {
      const lastWords = Deno.readTextFileSync(`${this.#folder}/log`).split("\n").slice(-20).join("\n");
      throw new Error(`The API server does not trust the issuer:\n${lastWords}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
