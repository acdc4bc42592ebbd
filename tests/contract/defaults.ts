import { deepEqual, equal, match, notEqual, ok } from "../assert.ts";
import { type Body, type ContractCase, deployment } from "./world.ts";

const CONTAINER = {
  name: "api",
  image: "registry.example.com/api:1.0",
  imagePullPolicy: "IfNotPresent",
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

const POD_SPEC = {
  containers: [CONTAINER],
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};

/** What the server adds to what was written, as far as a plan that compares must know it. */
export const DEFAULTS: readonly ContractCase[] = [
  {
    promise: "a Deployment",
    async run(world) {
      const { spec } = await world.create("apps/v1/deployments", deployment("web"));
      deepEqual(spec, {
        replicas: 0,
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: POD_SPEC },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      });
    },
  },
  {
    promise: "containers: ports, probes, volumes, env from fields, images without a tag",
    async run(world) {
      const template = {
        metadata: { labels: { app: "web" } },
        spec: {
          containers: [{
            name: "api",
            image: "registry.example.com/api",
            ports: [{ containerPort: 80 }],
            readinessProbe: { httpGet: { port: 80 } },
            env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }, {
              name: "EMPTY",
              value: "",
            }],
            resources: { requests: { cpu: "0.5", memory: "1024Mi" }, limits: { cpu: "1000m" } },
          }],
          serviceAccountName: "robot",
          volumes: [
            { name: "config", configMap: { name: "c" } },
            { name: "secret", secret: { secretName: "s" } },
            { name: "scratch", emptyDir: {} },
          ],
        },
      };
      const { spec } = await world.create("apps/v1/deployments", deployment("web", { template }));
      const [container] = spec.template.spec.containers;
      deepEqual([container.imagePullPolicy, container.ports], ["Always", [{ containerPort: 80, protocol: "TCP" }]]);
      deepEqual(container.readinessProbe, {
        httpGet: { path: "/", port: 80, scheme: "HTTP" },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      });
      deepEqual(container.env, [
        { name: "POD", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
        { name: "EMPTY" },
      ]);
      // Quantities come back in their canonical form.
      deepEqual(container.resources, { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1" } });
      equal(spec.template.spec.serviceAccount, "robot");
      deepEqual(spec.template.spec.volumes, [
        { name: "config", configMap: { name: "c", defaultMode: 420 } },
        { name: "secret", secret: { secretName: "s", defaultMode: 420 } },
        { name: "scratch", emptyDir: {} },
      ]);
    },
  },
  {
    promise: "a Service, with an address of its own that stays",
    async run(world) {
      const { spec, status } = await world.create("services", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
      });
      match(spec.clusterIP, /^10\.\d+\.\d+\.\d+$/);
      deepEqual(spec, {
        ports: [{ protocol: "TCP", port: 80, targetPort: 80 }],
        selector: { app: "web" },
        clusterIP: spec.clusterIP,
        clusterIPs: [spec.clusterIP],
        type: "ClusterIP",
        sessionAffinity: "None",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        internalTrafficPolicy: "Cluster",
      });
      deepEqual(status, { loadBalancer: {} });
      const applied = await world.apply(world.path("services", "web"), {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { type: "NodePort", ports: [{ port: 80, protocol: "TCP" }] },
      }, { fieldManager: "kstage", force: "true" });
      equal(applied.status, 200, JSON.stringify(applied.body));
      equal(applied.body.spec.clusterIP, spec.clusterIP);
      const { nodePort } = applied.body.spec.ports[0];
      ok(nodePort >= 30000 && nodePort <= 32767, `${nodePort}`);
    },
  },
  {
    promise: "a StatefulSet, a DaemonSet, a Job and a CronJob",
    async run(world) {
      const selector = { matchLabels: { app: "x" } };
      const template = (spec: Body = {}) => ({
        metadata: { labels: { app: "x" } },
        spec: { containers: [{ name: "api", image: CONTAINER.image }], ...spec },
      });
      const filled = { metadata: { labels: { app: "x" } }, spec: POD_SPEC };
      const make = async (apiVersion: string, kind: string, resource: string, spec: Body) =>
        (await world.create(`${apiVersion}/${resource}`, { apiVersion, kind, metadata: { name: "x" }, spec })).spec;
      const set = await make("apps/v1", "StatefulSet", "statefulsets", {
        replicas: 0,
        serviceName: "x",
        selector,
        template: template(),
      });
      deepEqual(set, {
        replicas: 0,
        selector,
        template: filled,
        serviceName: "x",
        podManagementPolicy: "OrderedReady",
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        revisionHistoryLimit: 10,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      });
      const daemons = await make("apps/v1", "DaemonSet", "daemonsets", {
        selector,
        template: template({ nodeSelector: { no: "node" } }),
      });
      deepEqual(daemons.updateStrategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } });
      const job = await make("batch/v1", "Job", "jobs", {
        suspend: true,
        template: template({ restartPolicy: "Never" }),
      });
      const { selector: generated, template: jobTemplate, ...rest } = job;
      deepEqual(rest, {
        parallelism: 1,
        completions: 1,
        backoffLimit: 6,
        manualSelector: false,
        completionMode: "NonIndexed",
        suspend: true,
        podReplacementPolicy: "TerminatingOrFailed",
      });
      deepEqual(Object.keys(generated.matchLabels), ["batch.kubernetes.io/controller-uid"]);
      equal(jobTemplate.metadata.labels["batch.kubernetes.io/job-name"], "x");
      const cron = await make("batch/v1", "CronJob", "cronjobs", {
        schedule: "0 3 1 1 *",
        jobTemplate: { spec: { template: template({ restartPolicy: "Never" }) } },
      });
      const { jobTemplate: _, ...cronRest } = cron;
      deepEqual(cronRest, {
        schedule: "0 3 1 1 *",
        concurrencyPolicy: "Allow",
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      });
    },
  },
  {
    promise: "an Ingress, an autoscaler and a disruption budget",
    async run(world) {
      const ingress = await world.create("networking.k8s.io/v1/ingresses", {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "web" },
        spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
      });
      deepEqual([ingress.spec, ingress.status], [
        { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
        {
          loadBalancer: {},
        },
      ]);
      const scaler = await world.create("autoscaling/v2/horizontalpodautoscalers", {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "web" },
        spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 3 },
      });
      deepEqual(scaler.spec, {
        scaleTargetRef: { kind: "Deployment", name: "web", apiVersion: "apps/v1" },
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [{
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
        }],
      });
      const budget = await world.create("policy/v1/poddisruptionbudgets", {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name: "web" },
        spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
      });
      deepEqual(budget.spec, { minAvailable: 1, selector: { matchLabels: { app: "web" } } });
    },
  },
  {
    promise: "a Namespace and its ServiceAccount",
    async run(world) {
      const namespace = await world.get(`/api/v1/namespaces/${world.namespace}`);
      deepEqual(namespace.metadata.labels, { "kubernetes.io/metadata.name": world.namespace });
      deepEqual([namespace.spec, namespace.status.phase], [{ finalizers: ["kubernetes"] }, "Active"]);
      const account = await world.create("serviceaccounts", {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "robot" },
      });
      // Since 1.24 no token Secret is made.
      deepEqual([account.secrets, account.imagePullSecrets], [undefined, undefined]);
      notEqual(account.metadata.uid, undefined);
    },
  },
  {
    promise: "what is empty is dropped where the type says so, and zero is kept where it means something",
    async run(world) {
      const created = await world.create("apps/v1/deployments", {
        ...deployment("web", { revisionHistoryLimit: 0, minReadySeconds: 0, paused: false }),
        metadata: { name: "web", labels: {}, annotations: null },
      });
      deepEqual([created.spec.revisionHistoryLimit, created.spec.minReadySeconds, created.spec.paused], [
        0,
        undefined,
        undefined,
      ]);
      deepEqual([created.metadata.labels, created.metadata.annotations], [undefined, undefined]);
    },
  },
];
