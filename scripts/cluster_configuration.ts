/** The files and flags that make a control plane of the programs: everything on loopback, TLS and RBAC on. */
import { makeCertificates } from "../src/sandbox/serve/certificates.ts";
import { containerLog, kubeletLogs, kubeletStages } from "../tests/cluster/kubelet_stages.ts";

/** Ports on loopback. */
export interface ClusterPorts {
  etcd: number;
  etcdPeer: number;
  apiServer: number;
  /** Where the API server fetches the logs of containers. */
  kubelet: number;
}

/** A program with its arguments. */
export interface ProgramCall {
  name: string;
  args: string[];
}

/** The clients with a bearer token of their own; the names in RBAC are those of a usual cluster. */
const USERS: readonly { file: string; user: string; group?: string }[] = [
  { file: "admin", user: "kubernetes-admin", group: "system:masters" },
  { file: "controller-manager", user: "system:kube-controller-manager" },
  { file: "scheduler", user: "system:kube-scheduler" },
  { file: "kwok", user: "kwok", group: "system:masters" },
];

const ISSUER = "https://kubernetes.default.svc.cluster.local";

/**
 * What the API server notes of requests, one line each: those of ServiceAccounts that tests make, who asked for what and
 * how it was answered, without bodies. Its own components are left out.
 */
const AUDIT_POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", userGroups: ["system:serviceaccounts:kube-system"] },
    { level: "Metadata", userGroups: ["system:serviceaccounts"] },
    { level: "None" },
  ],
};

/** Writes certificates, tokens, kubeconfigs and what kwok does to the cluster's folder. */
export async function writeConfiguration(
  folder: string,
  ports: ClusterPorts,
): Promise<{ adminToken: string; caPem: string }> {
  const { caPem, caKeyPem, certificatePem, keyPem } = await makeCertificates(Date.now());
  const account = await makeAccountKeys();
  const tokens = new Map(USERS.map(({ file }) => [file, randomToken()]));
  write(`${folder}/ca.crt`, caPem);
  // Also signs the certificates of clients, in tests.
  write(`${folder}/ca.key`, caKeyPem);
  write(`${folder}/server.crt`, certificatePem);
  write(`${folder}/server.key`, keyPem);
  write(`${folder}/service-account.key`, account.privatePem);
  write(`${folder}/service-account.pub`, account.publicPem);
  write(
    `${folder}/tokens.csv`,
    USERS.map(({ file, user, group = "" }) => `${tokens.get(file)},${user},${user},"${group}"\n`).join(""),
  );
  for (const [name, token] of tokens) {
    write(`${folder}/${name}.kubeconfig`, kubeconfig(`https://127.0.0.1:${ports.apiServer}`, caPem, token));
  }
  write(`${folder}/container.log`, containerLog(new Date().toISOString()));
  write(`${folder}/audit-policy.yaml`, JSON.stringify(AUDIT_POLICY));
  write(`${folder}/kwok.yaml`, kubeletConfiguration(folder));
  return { adminToken: tokens.get("admin")!, caPem };
}

/** What kwok does in the kubelet's place. */
export function kubeletConfiguration(folder: string): string {
  const objects = [...kubeletStages(), kubeletLogs(`${folder}/container.log`)];
  return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join("");
}

/** The store: nothing has to survive a power cut. */
export function etcdCall(folder: string, ports: ClusterPorts): ProgramCall {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: "etcd",
    args: [
      `--data-dir=${folder}/etcd`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  };
}

/** The API server. Priority and Fairness and OpenAPI v3 are on by default. */
export function apiServerCall(folder: string, ports: ClusterPorts): ProgramCall {
  return {
    name: "kube-apiserver",
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${ports.apiServer}`,
      // An address of nobody: endpoints may not name loopback, and none are written.
      "--advertise-address=192.0.2.1",
      "--endpoint-reconciler-type=none",
      `--tls-cert-file=${folder}/server.crt`,
      `--tls-private-key-file=${folder}/server.key`,
      `--client-ca-file=${folder}/ca.crt`,
      `--token-auth-file=${folder}/tokens.csv`,
      "--authorization-mode=Node,RBAC",
      `--service-account-issuer=${ISSUER}`,
      `--service-account-signing-key-file=${folder}/service-account.key`,
      `--service-account-key-file=${folder}/service-account.pub`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--kubelet-preferred-address-types=InternalIP",
      `--cert-dir=${folder}/generated`,
      `--audit-policy-file=${folder}/audit-policy.yaml`,
      `--audit-log-path=${auditLog(folder)}`,
      // A line is written before its request is over, so that whoever got an answer finds it.
      "--audit-log-mode=blocking",
    ],
  };
}

/** Where the API server notes requests. */
export function auditLog(folder: string): string {
  return `${folder}/audit.log`;
}

/** What runs once the API server is ready. */
export function controllerCalls(folder: string, ports: ClusterPorts): ProgramCall[] {
  const queries = ["--kube-api-qps=500", "--kube-api-burst=1000"];
  return [
    {
      name: "kube-controller-manager",
      args: [
        `--kubeconfig=${folder}/controller-manager.kubeconfig`,
        `--service-account-private-key-file=${folder}/service-account.key`,
        `--root-ca-file=${folder}/ca.crt`,
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--secure-port=0",
        `--cert-dir=${folder}/generated`,
        // Tests leave many namespaces to be emptied, each of which waits for the next look at it.
        "--concurrent-namespace-syncs=50",
        ...queries,
      ],
    },
    {
      name: "kube-scheduler",
      args: [
        `--kubeconfig=${folder}/scheduler.kubeconfig`,
        "--leader-elect=false",
        "--secure-port=0",
        `--cert-dir=${folder}/generated`,
        ...queries,
      ],
    },
    {
      name: "kwok",
      args: [
        `--kubeconfig=${folder}/kwok.kubeconfig`,
        `--config=${folder}/kwok.yaml`,
        "--manage-all-nodes",
        "--node-ip=127.0.0.1",
        `--node-port=${ports.kubelet}`,
        `--server-address=127.0.0.1:${ports.kubelet}`,
        `--tls-cert-file=${folder}/server.crt`,
        `--tls-private-key-file=${folder}/server.key`,
        "--cidr=10.244.0.0/16",
        "--node-lease-duration-seconds=40",
        "--v=WARN",
      ],
    },
  ];
}

function kubeconfig(url: string, caPem: string, token: string): string {
  const name = "kstage-cluster";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: url, "certificate-authority-data": btoa(caPem) } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

function write(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
}

function randomToken(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toHex();
}

async function makeAccountKeys(): Promise<{ privatePem: string; publicPem: string }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const pem = async (format: "pkcs8" | "spki", key: CryptoKey, label: string) => {
    const base64 = new Uint8Array(await crypto.subtle.exportKey(format, key)).toBase64();
    return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)!.join("\n")}\n-----END ${label}-----\n`;
  };
  return {
    privatePem: await pem("pkcs8", keys.privateKey, "PRIVATE KEY"),
    publicPem: await pem("spki", keys.publicKey, "PUBLIC KEY"),
  };
}
