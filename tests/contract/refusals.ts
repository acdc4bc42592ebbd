import { deepEqual, equal, match } from "../assert.ts";
import { configMap, type ContractCase, deployment, eventually } from "./world.ts";

/** Statuses of requests that are refused: kstage explains them, so their words and causes matter. */
export const REFUSALS: readonly ContractCase[] = [
  {
    promise: "what isn't there",
    async run(world) {
      deepEqual(await world.expect(404, "GET", world.path("apps/v1/deployments", "web")), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'deployments.apps "web" not found',
        reason: "NotFound",
        details: { name: "web", group: "apps", kind: "deployments" },
        code: 404,
      });
    },
  },
  {
    promise: "what is there already",
    async run(world) {
      await world.create("configmaps", configMap("a"));
      deepEqual(await world.expect(409, "POST", world.path("configmaps"), { body: configMap("a") }), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'configmaps "a" already exists',
        reason: "AlreadyExists",
        details: { name: "a", kind: "configmaps" },
        code: 409,
      });
    },
  },
  {
    promise: "a namespace that isn't there",
    async run(world) {
      const refused = await world.expect(404, "POST", "/api/v1/namespaces/there-is-none/configmaps", {
        body: configMap("a"),
      });
      deepEqual([refused.message, refused.reason, refused.details], [
        'namespaces "there-is-none" not found',
        "NotFound",
        { name: "there-is-none", kind: "namespaces" },
      ]);
    },
  },
  {
    promise: "a kind or a group that isn't there",
    async run(world) {
      equal(await world.expect(404, "GET", "/apis/example.com/v1/widgets"), "404 page not found\n");
      const unknown = await world.expect(404, "GET", "/api/v1/widgets");
      deepEqual([unknown.reason, unknown.message], [
        "NotFound",
        "the server could not find the requested resource",
      ]);
    },
  },
  {
    promise: "invalid objects: every cause with its field",
    async run(world) {
      const body = deployment("web", { replicas: -1 });
      body.spec.template.spec.containers = [{ name: "UPPER", image: "" }];
      body.spec.template.metadata.labels = { app: "other" };
      const refused = await world.expect(422, "POST", world.path("apps/v1/deployments"), { body });
      deepEqual([refused.reason, refused.details.name, refused.details.group, refused.details.kind], [
        "Invalid",
        "web",
        "apps",
        "Deployment",
      ]);
      match(refused.message, /^Deployment\.apps "web" is invalid: \[/);
      const causes = refused.details.causes.map((
        { reason, field }: { reason: string; field: string },
      ) => [field, reason]);
      deepEqual(causes.sort(), [
        ["spec.replicas", "FieldValueInvalid"],
        ["spec.template.metadata.labels", "FieldValueInvalid"],
        ["spec.template.spec.containers[0].image", "FieldValueRequired"],
        ["spec.template.spec.containers[0].name", "FieldValueInvalid"],
      ]);
    },
  },
  {
    promise: "an immutable field",
    async run(world) {
      await world.create("apps/v1/deployments", deployment("web"));
      const { status, body } = await world.patch(world.path("apps/v1/deployments", "web"), "merge", {
        spec: {
          selector: { matchLabels: { app: "other" } },
          template: { metadata: { labels: { app: "other" } } },
        },
      });
      deepEqual([status, body.reason, body.details.causes.length, body.details.causes[0].field], [
        422,
        "Invalid",
        1,
        "spec.selector",
      ]);
      match(body.details.causes[0].message, /^Invalid value: \{"matchLabels":\{"app":"other"\}\}: field is immutable$/);
      await world.create("configmaps", { ...configMap("fixed", { x: "1" }), immutable: true });
      const fixed = await world.patch(world.path("configmaps", "fixed"), "merge", { data: { x: "2" } });
      deepEqual([fixed.status, fixed.body.message], [
        422,
        'ConfigMap "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set',
      ]);
    },
  },
  {
    promise: "a Service keeps its address",
    async run(world) {
      await world.create("services", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { ports: [{ port: 80 }] },
      });
      const { status, body } = await world.patch(world.path("services", "web"), "merge", {
        spec: { clusterIP: "10.96.200.201", clusterIPs: ["10.96.200.201"] },
      });
      deepEqual([status, body.reason], [422, "Invalid"]);
      match(body.message, /spec\.clusterIPs\[0\]: Invalid value: \["10\.96\.200\.201"\]: may not change once set$/);
    },
  },
  {
    promise: "fields that the schema doesn't know, as strict as asked",
    async run(world) {
      const path = world.path("configmaps");
      const body = { ...configMap("a"), dtaa: { x: "1" } };
      const strict = await world.expect(400, "POST", path, { body, query: { fieldValidation: "Strict" } });
      deepEqual([strict.reason, strict.message], [
        "BadRequest",
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dtaa"',
      ]);
      const warned = await world.call("POST", path, { body, query: { fieldValidation: "Warn" } });
      deepEqual([warned.status, warned.headers.get("warning")], [201, '299 - "unknown field \\"dtaa\\""']);
      equal(warned.body.dtaa, undefined);
      const ignored = await world.call("POST", path, {
        body: { ...body, metadata: { name: "b" } },
        query: { fieldValidation: "Ignore" },
      });
      deepEqual([ignored.status, ignored.headers.get("warning")], [201, null]);
    },
  },
  {
    promise: "a value of the wrong type",
    async run(world) {
      const body = deployment("web", { replicas: "3" });
      const refused = await world.expect(400, "POST", world.path("apps/v1/deployments"), { body });
      deepEqual([refused.reason, refused.message], [
        "BadRequest",
        'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct ' +
        "field DeploymentSpec.spec.replicas of type int32",
      ]);
    },
  },
  {
    promise: "a name that no object may have",
    async run(world) {
      const refused = await world.expect(422, "POST", world.path("configmaps"), { body: configMap("Not_A_Name") });
      equal(refused.details.causes[0].field, "metadata.name");
      match(
        refused.message,
        /a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '\.'/,
      );
    },
  },
  {
    promise: "a quota that is used up",
    async run(world) {
      await world.create("resourcequotas", {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "few" },
        spec: { hard: { "count/secrets": "0" } },
        status: { hard: { "count/secrets": "0" }, used: { "count/secrets": "0" } },
      });
      await world.patch(`${world.path("resourcequotas", "few")}/status`, "merge", {
        status: { hard: { "count/secrets": "0" }, used: { "count/secrets": "0" } },
      });
      let count = 0;
      // Admission looks at a copy of the quotas, which takes a moment to have the new one.
      const { name, refused } = await eventually("the quota counts", async () => {
        const name = `s${count++}`;
        const body = { apiVersion: "v1", kind: "Secret", metadata: { name } };
        const refused = await world.call("POST", world.path("secrets"), { body });
        return refused.status !== 201 && { name, refused };
      });
      deepEqual([refused.status, refused.body.reason, refused.body.message], [
        403,
        "Forbidden",
        `secrets "${name}" is forbidden: exceeded quota: few, requested: count/secrets=1, used: count/secrets=0, ` +
        "limited: count/secrets=0",
      ]);
    },
  },
  {
    promise: "a method that a resource doesn't have",
    async run(world) {
      const refused = await world.call("DELETE", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
      deepEqual([refused.status, refused.body.reason, refused.body.message], [
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
      ]);
    },
  },
  {
    promise: "a deprecated use is served with a warning",
    async run(world) {
      const body = deployment("web");
      body.spec.template.metadata.annotations = { "seccomp.security.alpha.kubernetes.io/pod": "runtime/default" };
      const { status, headers } = await world.call("POST", world.path("apps/v1/deployments"), { body });
      equal(status, 201);
      match(
        headers.get("warning") ?? "",
        /^299 - "spec\.template\.metadata\.annotations\[seccomp\.security\.alpha\.kubernetes\.io\/pod\]: non-functional in v1\.27\+/,
      );
    },
  },
];
