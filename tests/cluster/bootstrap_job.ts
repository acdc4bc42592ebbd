/**
 * What `kstage bootstrap` makes on the real cluster, and jobs that have nothing but the three variables. A run is the whole
 * command line in this process, over the real network, with files in memory: the start of a process for each would cost
 * more than what is tested.
 */
import { equal, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createDenoHost, createMemoryHost } from "../../src/host/mod.ts";
import { RULES_REVIEWS } from "../contract/robot.ts";
import { type Body, eventually, World } from "../contract/world.ts";
import { type Cluster, findCluster, openContractServer } from "./cluster.ts";
import type { Rule } from "../operations/lesser_roles.ts";
import type { RunResult } from "./job.ts";

export const DEPLOYER = "kstage-deployer";
const RBAC = "rbac.authorization.k8s.io/v1";

/** The three variables. */
export type Variables = Record<string, string>;

/** A request as the API server noted it. */
export interface AuditEvent {
  verb: string;
  stage: string;
  requestURI: string;
  user: { username: string };
  objectRef?: { resource: string; namespace?: string; name?: string; apiGroup?: string; subresource?: string };
  responseStatus?: { code: number };
}

/** A project in a namespace of its own. */
export class BootstrapJob implements AsyncDisposable {
  readonly cluster: Cluster = findCluster();
  readonly namespace: string;
  readonly admin: World;
  /** Path in memory → text. */
  readonly files: Record<string, string> = {};
  readonly #server = openContractServer(this.cluster);
  readonly #volumes: string[] = [];

  /**
   * Takes a project's directory, whose overlays then go to a new namespace.
   *
   * @param from The namespace that its kustomizations name.
   */
  constructor(directory: string, from: string) {
    this.namespace = `boot-${crypto.randomUUID().slice(0, 8)}`;
    this.admin = new World(this.#server, this.namespace);
    for (const [path, text] of readTree(directory)) {
      this.files[`/project${path.slice(directory.length)}`] = text.replace(
        `namespace: ${from}\n`,
        `namespace: ${this.namespace}\n`,
      );
    }
    this.files["/admin/.kube/config"] = Deno.readTextFileSync(this.cluster.kubeconfig);
  }

  /** Runs kstage with the administrator's kubeconfig. */
  asAdmin(...args: string[]): Promise<RunResult> {
    return this.#run({ HOME: "/admin" }, args);
  }

  /** Runs kstage with variables alone, and no secret may be shown. */
  async asJob(variables: Variables, ...args: string[]): Promise<RunResult> {
    const run = await this.#run({ HOME: "/nobody", ...variables }, args);
    const { K8S_TOKEN = "" } = variables;
    for (const secret of [K8S_TOKEN, K8S_TOKEN.split(".")[2]!]) {
      ok(!run.stdout.includes(secret) && !run.stderr.includes(secret), "a token was printed");
    }
    return run;
  }

  /** Bootstraps, and gives the variables that were printed. */
  async bootstrap(...args: string[]): Promise<Variables> {
    const run = await this.asAdmin("bootstrap", ...args, "--allow-loopback", "--print", "json");
    equal(run.exitCode, 0, run.stderr);
    const variables: Variables = JSON.parse(run.stdout);
    const account = this.admin.as(variables.K8S_TOKEN!);
    await eventually("the role is known", async () => {
      const { body } = await account.call("POST", RULES_REVIEWS, {
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectRulesReview",
          spec: { namespace: this.namespace },
        },
      });
      return body.status.resourceRules.length > 5;
    });
    return variables;
  }

  /** A volume for a claim, which the cluster has nobody to provide for. */
  async provide(claim: string): Promise<void> {
    const spec = {
      capacity: { storage: "10Gi" },
      accessModes: ["ReadWriteOnce"],
      claimRef: { namespace: this.namespace, name: claim },
      hostPath: { path: "/nowhere" },
    };
    const metadata = { name: `${this.namespace}-${claim}` };
    const body = { apiVersion: "v1", kind: "PersistentVolume", metadata, spec };
    await this.admin.expect(201, "POST", "/api/v1/persistentvolumes", { body });
    this.#volumes.push(metadata.name);
  }

  /** The rules of the deployer's Role. */
  async rules(): Promise<Rule[]> {
    return (await this.admin.get(this.admin.path(`${RBAC}/roles`, DEPLOYER))).rules;
  }

  /**
   * Deployers with other rules, in the job's namespace.
   *
   * @returns The variables of each, in the order of the given rules.
   */
  async deployersWith(rules: readonly Rule[][], variables: Variables): Promise<Variables[]> {
    const prefix = `lesser-${crypto.randomUUID().slice(0, 4)}-`;
    const tokens = await Promise.all(rules.map((its, i) => this.#makeDeployer(`${prefix}${i}`, its)));
    return tokens.map((token) => ({ ...variables, K8S_TOKEN: token }));
  }

  /** Removes all locks of the namespace, also those of deployers who could not give them back. */
  async removeLeases(): Promise<void> {
    await this.admin.expect(200, "DELETE", this.admin.path("coordination.k8s.io/v1/leases"));
  }

  /** Names of the releases' Secrets. */
  async records(): Promise<string[]> {
    const { items } = await this.admin.get(this.admin.path("secrets"), { fieldSelector: "type=kstage.dev/release" });
    return items.map(({ metadata }: Body) => metadata.name);
  }

  /** Waits for a new record and changes it, so that who ends it has to read it again. */
  async touchRecordAfter(known: readonly string[]): Promise<void> {
    const name = await eventually("a record", async () => (await this.records()).find((name) => !known.includes(name)));
    const body = { metadata: { annotations: { touched: "true" } } };
    equal((await this.admin.patch(this.admin.path("secrets", name), "merge", body)).status, 200);
  }

  /** The requests of the deployer, those that were allowed, and those that were not. */
  audited(): AuditEvent[] {
    return this.#audited((name) => name === DEPLOYER);
  }

  /** The requests of all that {@link deployersWith} made. */
  auditedOfLesser(): AuditEvent[] {
    return this.#audited((name) => name.startsWith("lesser-"));
  }

  #audited(isMeant: (account: string) => boolean): AuditEvent[] {
    const prefix = `system:serviceaccount:${this.namespace}:`;
    const { auditLog } = this.cluster;
    if (auditLog === undefined) throw new Error("this cluster writes no audit log: deno task cluster:down, cluster:up");
    return Deno.readTextFileSync(auditLog).split("\n")
      .filter((line) => line.includes(prefix))
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter(({ user: { username } }) => username.startsWith(prefix) && isMeant(username.slice(prefix.length)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.call("DELETE", `/api/v1/namespaces/${this.namespace}`);
    for (const name of this.#volumes) await this.admin.call("DELETE", `/api/v1/persistentvolumes/${name}`);
    await this.#server[Symbol.asyncDispose]();
  }

  async #run(env: Record<string, string>, args: string[]): Promise<RunResult> {
    const { network, clock, random } = createDenoHost();
    const host = { ...createMemoryHost({ files: this.files, cwd: "/project", env }), network, clock, random };
    const exitCode = await runCli(args, host);
    return { exitCode, ...host.out };
  }

  async #makeDeployer(name: string, rules: Rule[]): Promise<string> {
    const { admin, namespace } = this;
    const metadata = { name };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
    const subjects = [{ kind: "ServiceAccount", name, namespace }];
    await Promise.all([
      admin.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata }),
      admin.create(`${RBAC}/roles`, { apiVersion: RBAC, kind: "Role", metadata, rules }),
    ]);
    await admin.create(`${RBAC}/rolebindings`, { apiVersion: RBAC, kind: "RoleBinding", metadata, roleRef, subjects });
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const { status } = await admin.expect(201, "POST", `${admin.path("serviceaccounts", name)}/token`, { body });
    const account = admin.as(status.token);
    await eventually("the role is known", async () => {
      const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
      const answer = await account.call("POST", RULES_REVIEWS, { body });
      const known = new Set(answer.body.status.resourceRules.map(keyOf));
      return rules.every((rule) => known.has(keyOf(rule)));
    });
    return status.token;
  }
}

/** A rule, whoever wrote it. */
function keyOf({ apiGroups, resources, resourceNames = [], verbs }: Rule): string {
  return JSON.stringify([apiGroups, resources, resourceNames, verbs]);
}

function readTree(directory: string): [string, string][] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = `${directory}/${name}`;
    return isDirectory ? readTree(path) : [[path, Deno.readTextFileSync(path)]];
  });
}

/** Permissions of a Role that no request made use of, one `verb resource name` each. */
export function unusedOf(rules: readonly Rule[], events: readonly AuditEvent[]): string[] {
  const used = new Set(events.flatMap(permissionsOf));
  return rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
    verbs.flatMap((verb) => (resourceNames ?? ["*"]).map((name) => `${verb} ${apiGroups[0]}/${resources[0]} ${name}`))
  ).filter((permission) => !used.has(permission));
}

/** Requests that were to write, the questions and the lock's own aside. */
export function writesOf(events: readonly AuditEvent[]): string[] {
  return events.filter(({ verb, requestURI, objectRef }) =>
    !["get", "list", "watch"].includes(verb) && !requestURI.includes("dryRun=All") &&
    objectRef?.resource !== "leases" && !/reviews$/.test(objectRef?.resource ?? "")
  ).map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

/** A server-side apply that creates is also asked for as a create, which the log does not show but the status does. */
function permissionsOf({ verb, objectRef, responseStatus }: AuditEvent): string[] {
  if (objectRef === undefined || (responseStatus?.code ?? 200) >= 400) {
    // Reading what is not there is allowed, too.
    if (objectRef === undefined || responseStatus?.code !== 404) return [];
  }
  const { apiGroup = "", resource, subresource, name = "" } = objectRef;
  const what = `${apiGroup}/${resource}${subresource === undefined ? "" : `/${subresource}`}`;
  const verbs = verb === "patch" && responseStatus?.code === 201 ? ["patch", "create"] : [verb];
  return verbs.flatMap((verb) => [`${verb} ${what} ${name}`, `${verb} ${what} *`]);
}

/** For assertions on what a test reads. */
export type { Body };
