import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import type { Status } from "../../../src/rollout/mod.ts";

/** An object, the status that it has, and why that differs from a reference's answer, where it does. */
export interface StatusCase {
  name: string;
  object: Manifest;
  want: Status;
  /** Why kubectl's answer differs in verdict or words. */
  unlikeKubectl?: string;
  /** Why kstatus's verdict differs. */
  unlikeKstatus?: string;
}

type Fields = Record<string, JsonValue>;

function object(apiVersion: string, kind: string, spec: Fields, status?: Fields, metadata: Fields = {}): Manifest {
  const manifest: Manifest = {
    apiVersion,
    kind,
    metadata: { name: "web", namespace: "shop", uid: "u-1", generation: 2, ...metadata } as Manifest["metadata"],
    spec,
  };
  if (status !== undefined) manifest.status = status;
  return manifest;
}

const SEEN = { observedGeneration: 2 };
const TEMPLATE = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } };
const SELECTOR = { matchLabels: { app: "web" } };

function condition(type: string, status: string, reason = "", message = "", more: Fields = {}): JsonObject {
  return { type, status, reason, message, ...more };
}

const GOOD_CONDITIONS = [
  condition("Available", "True", "MinimumReplicasAvailable"),
  condition("Progressing", "True", "NewReplicaSetAvailable"),
];

function deployment(status: Fields | undefined, spec: Fields = {}, metadata?: Fields): Manifest {
  return object(
    "apps/v1",
    "Deployment",
    { replicas: 3, progressDeadlineSeconds: 600, selector: SELECTOR, template: TEMPLATE, ...spec },
    status && { ...SEEN, conditions: GOOD_CONDITIONS, ...status },
    metadata,
  );
}

function statefulSet(status: Fields | undefined, updateStrategy?: Fields, spec: Fields = {}): Manifest {
  return object(
    "apps/v1",
    "StatefulSet",
    {
      replicas: 3,
      serviceName: "web",
      selector: SELECTOR,
      template: TEMPLATE,
      updateStrategy: updateStrategy ?? { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      ...spec,
    },
    status && { ...SEEN, currentRevision: "web-a", updateRevision: "web-b", ...status },
  );
}

function daemonSet(status: Fields | undefined, type = "RollingUpdate"): Manifest {
  return object(
    "apps/v1",
    "DaemonSet",
    { selector: SELECTOR, template: TEMPLATE, updateStrategy: { type } },
    status && { ...SEEN, currentNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3, ...status },
  );
}

function pod(status: Fields, metadata: Fields = {}): Manifest {
  return object("v1", "Pod", { containers: [{ name: "web", image: "web:1" }] }, status, {
    generation: 1,
    creationTimestamp: "2026-01-01T00:00:00Z",
    ...metadata,
  });
}

function job(status: Fields | undefined, spec: Fields = {}): Manifest {
  return object("batch/v1", "Job", { completions: 2, parallelism: 2, template: TEMPLATE, ...spec }, status);
}

const current = (message: string, warning?: string): Status =>
  warning === undefined ? { kind: "current", message } : { kind: "current", message, warning };
const inProgress = (message: string): Status => ({ kind: "inProgress", message });
const failed = (reason: string, message: string): Status => ({ kind: "failed", reason, message });

const WAITS_FOR_PODS = "kubectl stops with an error unless the strategy is RollingUpdate";
const JOB_RUNS = "kstatus calls a Job current as soon as it runs; waiting for a Job means waiting for its end";

const DEPLOYMENT_CASES: StatusCase[] = [
  {
    name: "deployment that its controller has not looked at",
    object: deployment(undefined),
    want: inProgress("Waiting for deployment spec update to be observed..."),
  },
  {
    name: "deployment whose new generation is not observed",
    object: deployment({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      readyReplicas: 3,
    }),
    want: inProgress("Waiting for deployment spec update to be observed..."),
  },
  {
    name: "deployment without new replicas",
    object: deployment({ replicas: 3, availableReplicas: 3, readyReplicas: 3 }),
    want: inProgress('Waiting for deployment "web" rollout to finish: 0 out of 3 new replicas have been updated...'),
  },
  {
    name: "deployment with some new replicas",
    object: deployment({ replicas: 4, updatedReplicas: 2, availableReplicas: 3, readyReplicas: 3 }),
    want: inProgress('Waiting for deployment "web" rollout to finish: 2 out of 3 new replicas have been updated...'),
  },
  {
    name: "deployment with old replicas left",
    object: deployment({ replicas: 4, updatedReplicas: 3, availableReplicas: 3, readyReplicas: 3 }),
    want: inProgress('Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...'),
  },
  {
    name: "deployment with new replicas that are not available",
    object: deployment({ replicas: 3, updatedReplicas: 3, availableReplicas: 1, readyReplicas: 2 }),
    want: inProgress('Waiting for deployment "web" rollout to finish: 1 of 3 updated replicas are available...'),
  },
  {
    name: "deployment that is rolled out",
    object: deployment({ replicas: 3, updatedReplicas: 3, availableReplicas: 3, readyReplicas: 3 }),
    want: current('deployment "web" successfully rolled out'),
  },
  {
    name: "deployment without replicas in its spec",
    object: deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 }, { replicas: null }),
    want: current('deployment "web" successfully rolled out'),
  },
  {
    name: "deployment without replicas in its spec and without pods",
    object: deployment({}, { replicas: null }),
    want: inProgress('Waiting for deployment "web" rollout to finish: 0 out of 1 new replicas have been updated...'),
    unlikeKubectl: "kubectl skips the check when spec.replicas is null, which the API server never stores",
  },
  {
    name: "deployment scaled to zero",
    object: deployment({}, { replicas: 0 }),
    want: current('deployment "web" successfully rolled out'),
  },
  {
    name: "deployment that exceeded its deadline",
    object: deployment({
      replicas: 4,
      updatedReplicas: 1,
      availableReplicas: 3,
      readyReplicas: 3,
      conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded", 'ReplicaSet "web-2" has timed out')],
    }),
    want: failed("ProgressDeadlineExceeded", 'deployment "web" exceeded its progress deadline'),
  },
  {
    name: "deployment that exceeded the deadline of an earlier generation",
    object: deployment({
      observedGeneration: 1,
      conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")],
    }),
    want: inProgress("Waiting for deployment spec update to be observed..."),
  },
  {
    name: "deployment with all replicas whose conditions lag",
    object: deployment({
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      readyReplicas: 3,
      conditions: [condition("Available", "False"), condition("Progressing", "True", "ReplicaSetUpdated")],
    }),
    want: current('deployment "web" successfully rolled out'),
    unlikeKstatus: "kstatus waits for the conditions as well; kubectl does not, and the counts say the same",
  },
  {
    name: "deployment that is being deleted",
    object: deployment({ replicas: 3 }, {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    want: { kind: "terminating", message: "The object is being deleted" },
    unlikeKubectl: "kubectl looks at the counts of an object that is going away",
  },
];

const STATEFUL_SET_CASES: StatusCase[] = [
  {
    name: "statefulset that its controller has not looked at",
    object: statefulSet(undefined),
    want: inProgress("Waiting for statefulset spec update to be observed..."),
  },
  {
    name: "statefulset with pods that are not ready",
    object: statefulSet({ replicas: 3, readyReplicas: 1, updatedReplicas: 1 }),
    want: inProgress("Waiting for 2 pods to be ready..."),
  },
  {
    name: "statefulset in the middle of an update",
    object: statefulSet({ replicas: 3, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1 }),
    want: inProgress("Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated..."),
  },
  {
    name: "statefulset with all pods updated whose revision is not yet switched",
    object: statefulSet({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 }),
    want: inProgress("waiting for statefulset rolling update to complete 3 pods at revision web-b..."),
    unlikeKubectl: "kubectl doesn't compare revisions when rollingUpdate is set, which the API server always does",
    unlikeKstatus: "kstatus does not compare revisions when there is a partition, even 0",
  },
  {
    name: "statefulset that is rolled out",
    object: statefulSet({
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: "web-b",
    }),
    want: current("partitioned roll out complete: 3 new pods have been updated..."),
  },
  {
    name: "statefulset without rollingUpdate in the middle of an update",
    object: statefulSet({ replicas: 3, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1 }, {
      type: "RollingUpdate",
    }),
    want: inProgress("waiting for statefulset rolling update to complete 1 pods at revision web-b..."),
  },
  {
    name: "statefulset without rollingUpdate that is rolled out",
    object: statefulSet(
      { replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, currentRevision: "web-b" },
      { type: "RollingUpdate" },
    ),
    want: current("statefulset rolling update complete 3 pods at revision web-b..."),
  },
  {
    name: "partitioned statefulset in the middle of an update",
    object: statefulSet({ replicas: 3, readyReplicas: 3, currentReplicas: 3 }, {
      type: "RollingUpdate",
      rollingUpdate: { partition: 2 },
    }),
    want: inProgress("Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated..."),
  },
  {
    name: "partitioned statefulset that is rolled out",
    object: statefulSet({ replicas: 3, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1 }, {
      type: "RollingUpdate",
      rollingUpdate: { partition: 2 },
    }),
    want: current("partitioned roll out complete: 1 new pods have been updated..."),
  },
  {
    name: "statefulset whose partition is above its replicas",
    object: statefulSet({ replicas: 3, readyReplicas: 3, currentReplicas: 3 }, {
      type: "RollingUpdate",
      rollingUpdate: { partition: 5 },
    }),
    want: current("partitioned roll out complete: 0 new pods have been updated..."),
  },
  {
    name: "statefulset scaled to zero",
    object: statefulSet({}, undefined, { replicas: 0 }),
    want: current("partitioned roll out complete: 0 new pods have been updated..."),
  },
  {
    name: "statefulset with surplus pods",
    object: statefulSet({ replicas: 4, readyReplicas: 4, updatedReplicas: 3, currentRevision: "web-b" }),
    want: inProgress("Waiting for 1 surplus pods to terminate..."),
    unlikeKubectl: "kubectl does not wait for scaling down",
  },
  {
    name: "statefulset whose pods are ready but not yet available",
    object: statefulSet(
      { replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 1, currentRevision: "web-b" },
      undefined,
      { minReadySeconds: 10 },
    ),
    want: inProgress("Waiting for 2 pods to be available..."),
    unlikeKubectl: "kubectl ignores minReadySeconds of StatefulSets",
    unlikeKstatus: "kstatus ignores minReadySeconds of StatefulSets",
  },
  {
    name: "statefulset with OnDelete and former pods",
    object: statefulSet({ replicas: 3, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1 }, {
      type: "OnDelete",
    }),
    want: current(
      'statefulset "web" has update strategy OnDelete: 1 of 3 pods are updated',
      "2 pods keep the former revision until somebody deletes them",
    ),
    unlikeKubectl: WAITS_FOR_PODS,
  },
  {
    name: "statefulset with OnDelete and updated pods",
    object: statefulSet({ replicas: 3, readyReplicas: 3, updatedReplicas: 3, currentRevision: "web-b" }, {
      type: "OnDelete",
    }),
    want: current('statefulset "web" has update strategy OnDelete: 3 of 3 pods are updated'),
    unlikeKubectl: WAITS_FOR_PODS,
  },
  {
    name: "statefulset with OnDelete and a pod that is not ready",
    object: statefulSet({ replicas: 3, readyReplicas: 2, updatedReplicas: 3, currentRevision: "web-b" }, {
      type: "OnDelete",
    }),
    want: inProgress("Waiting for 1 pods to be ready..."),
    unlikeKubectl: WAITS_FOR_PODS,
    unlikeKstatus: "kstatus does not look at the pods of an OnDelete StatefulSet",
  },
];

const DAEMON_SET_CASES: StatusCase[] = [
  {
    name: "daemonset that its controller has not looked at",
    object: daemonSet(undefined),
    want: inProgress("Waiting for daemon set spec update to be observed..."),
  },
  {
    name: "daemonset with some updated pods",
    object: daemonSet({ desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 }),
    want: inProgress('Waiting for daemon set "web" rollout to finish: 1 out of 3 new pods have been updated...'),
  },
  {
    name: "daemonset with pods that are not available",
    object: daemonSet({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 }),
    want: inProgress('Waiting for daemon set "web" rollout to finish: 2 of 3 updated pods are available...'),
  },
  {
    name: "daemonset that is rolled out",
    object: daemonSet({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }),
    want: current('daemon set "web" successfully rolled out'),
  },
  {
    name: "daemonset that no node wants",
    object: daemonSet({ desiredNumberScheduled: 0, currentNumberScheduled: 0, numberReady: 0 }),
    want: current('daemon set "web" successfully rolled out'),
  },
  {
    name: "daemonset with OnDelete and former pods",
    object: daemonSet({ desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 }, "OnDelete"),
    want: current(
      'daemon set "web" has update strategy OnDelete: 1 of 3 pods are updated',
      "2 pods keep the former revision until somebody deletes them",
    ),
    unlikeKubectl: WAITS_FOR_PODS,
    unlikeKstatus: "kstatus waits for ever: nobody updates these pods but a person",
  },
];

function replicaSet(status: Fields): Manifest {
  return object("apps/v1", "ReplicaSet", { replicas: 2, selector: SELECTOR, template: TEMPLATE }, {
    ...SEEN,
    ...status,
  });
}

const REPLICA_SET_CASES: StatusCase[] = [
  {
    name: "replicaset that cannot create pods",
    object: replicaSet({ conditions: [condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota: q")] }),
    want: inProgress("Cannot create pods: exceeded quota: q"),
  },
  {
    name: "replicaset with too few pods",
    object: replicaSet({ replicas: 1, fullyLabeledReplicas: 1 }),
    want: inProgress("Waiting for pods to be created: 1 of 2"),
  },
  {
    name: "replicaset with too many pods",
    object: replicaSet({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3 }),
    want: inProgress("Waiting for 1 surplus pods to terminate"),
  },
  {
    name: "replicaset with pods that are not ready",
    object: replicaSet({ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 1, availableReplicas: 1 }),
    want: inProgress("Waiting for pods to be ready: 1 of 2"),
  },
  {
    name: "replicaset with pods that are not available",
    object: replicaSet({ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 1 }),
    want: inProgress("Waiting for pods to be available: 1 of 2"),
  },
  {
    name: "replicaset that is complete",
    object: replicaSet({ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2 }),
    want: current("2 of 2 pods are available"),
  },
];

const ready = (status: string) => [condition("Ready", status)];
const JUDGED_OVER_TIME = "whether a waiting pod waits for ever is told by the rules of diagnosis, over time";

const POD_CASES: StatusCase[] = [
  { name: "pod without a phase", object: pod({}), want: inProgress("Waiting for the pod to be scheduled") },
  { name: "pod that is pending", object: pod({ phase: "Pending" }), want: inProgress("The pod is pending") },
  {
    name: "pod that no node takes",
    object: pod({
      phase: "Pending",
      conditions: [condition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 Insufficient cpu.")],
    }),
    want: inProgress("Waiting for a node: 0/1 nodes are available: 1 Insufficient cpu."),
    unlikeKstatus: JUDGED_OVER_TIME,
  },
  {
    name: "pod whose image cannot be pulled",
    object: pod({
      phase: "Pending",
      containerStatuses: [{ name: "web", state: { waiting: { reason: "ImagePullBackOff" } } }],
    }),
    want: inProgress("Waiting for containers to start: web ImagePullBackOff"),
  },
  {
    name: "pod whose init container fails",
    object: pod({
      phase: "Pending",
      initContainerStatuses: [{ name: "migrate", state: { waiting: { reason: "CrashLoopBackOff" } } }],
      containerStatuses: [{ name: "web", state: { waiting: { reason: "PodInitializing" } } }],
    }),
    want: inProgress("Waiting for containers to start: migrate CrashLoopBackOff"),
  },
  {
    name: "pod that crashes",
    object: pod({
      phase: "Running",
      conditions: ready("False"),
      containerStatuses: [{ name: "web", state: { waiting: { reason: "CrashLoopBackOff" } } }],
    }),
    want: inProgress("Waiting for containers to start: web CrashLoopBackOff"),
    unlikeKstatus: JUDGED_OVER_TIME,
  },
  {
    name: "pod that runs but is not ready",
    object: pod({ phase: "Running", conditions: ready("False") }),
    want: inProgress("The pod is running but not ready"),
  },
  {
    name: "pod that is ready",
    object: pod({ phase: "Running", conditions: ready("True") }),
    want: current("The pod is ready"),
  },
  {
    name: "pod that has succeeded",
    object: pod({ phase: "Succeeded", conditions: ready("False") }),
    want: current("The pod has completed"),
  },
  {
    name: "pod that has failed",
    object: pod({
      phase: "Failed",
      containerStatuses: [{ name: "web", state: { terminated: { exitCode: 3, reason: "Error" } } }],
    }),
    want: failed("Failed", "The pod has failed: container web exited with code 3"),
    unlikeKstatus: "kstatus calls a failed pod current, for it has ended",
  },
  {
    name: "pod that was evicted",
    object: pod({ phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." }),
    want: failed("Evicted", "The pod has failed: The node was low on resource: memory."),
    unlikeKstatus: "kstatus calls a failed pod current, for it has ended",
  },
];

const STARTED = { startTime: "2026-01-01T00:00:00Z" };
const JOB_CASES: StatusCase[] = [
  {
    name: "job that has not started",
    object: job(undefined),
    want: inProgress('Waiting for job "web" to start'),
  },
  {
    name: "job that runs",
    object: job({ ...STARTED, active: 1, succeeded: 1, failed: 2 }),
    want: inProgress('Waiting for job "web" to complete: 1 of 2 succeeded, 1 active, 2 failed'),
    unlikeKstatus: JOB_RUNS,
  },
  {
    name: "job that is complete",
    object: job({ ...STARTED, succeeded: 2, conditions: [condition("Complete", "True")] }),
    want: current('job "web" is complete: 2 of 2 succeeded'),
  },
  {
    name: "job that has failed",
    object: job({
      ...STARTED,
      failed: 7,
      conditions: [
        condition("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit"),
      ],
    }),
    want: failed("BackoffLimitExceeded", 'job "web" has failed: Job has reached the specified backoff limit'),
  },
  {
    name: "job that is about to fail",
    object: job({
      ...STARTED,
      active: 1,
      conditions: [
        condition("FailureTarget", "True", "DeadlineExceeded", "Job was active longer than specified deadline"),
      ],
    }),
    want: failed("DeadlineExceeded", 'job "web" has failed: Job was active longer than specified deadline'),
    unlikeKstatus: "kstatus waits for the condition Failed, which comes when the pods are gone",
  },
  {
    name: "job that is suspended",
    object: job({ conditions: [condition("Suspended", "True")] }, { suspend: true }),
    want: current('job "web" is suspended', "The job will not run until somebody resumes it"),
    unlikeKstatus: "kstatus waits for a suspended Job to start",
  },
  {
    name: "cronjob",
    object: object("batch/v1", "CronJob", { schedule: "* * * * *" }, {}),
    want: current('cronjob "web" is scheduled'),
  },
  {
    name: "cronjob that is suspended",
    object: object("batch/v1", "CronJob", { schedule: "* * * * *", suspend: true }),
    want: current('cronjob "web" is suspended'),
  },
];

function claim(status: Fields): Manifest {
  return object("v1", "PersistentVolumeClaim", {}, status);
}

function service(spec: Fields, status: Fields = {}): Manifest {
  return object("v1", "Service", spec, status);
}

function autoscaler(...conditions: JsonObject[]): Manifest {
  return object("autoscaling/v2", "HorizontalPodAutoscaler", { minReplicas: 1, maxReplicas: 4 }, { conditions });
}

const HPA_UNKNOWN = "kstatus has no rule for autoscalers";
const ABLE = condition("AbleToScale", "True", "SucceededGetScale");

const OTHER_CASES: StatusCase[] = [
  {
    name: "claim that is bound",
    object: claim({ phase: "Bound" }),
    want: current('persistentvolumeclaim "web" is bound'),
  },
  {
    name: "claim that is pending",
    object: claim({ phase: "Pending" }),
    want: inProgress('Waiting for persistentvolumeclaim "web" to be bound'),
  },
  {
    name: "claim that lost its volume",
    object: claim({ phase: "Lost" }),
    want: failed("ClaimLost", 'The volume of persistentvolumeclaim "web" is gone'),
    unlikeKstatus: "kstatus waits for ever",
  },
  {
    name: "claim that grows",
    object: claim({ phase: "Bound", conditions: [condition("Resizing", "True", "", "waiting for the driver")] }),
    want: inProgress('Waiting for persistentvolumeclaim "web" to grow: waiting for the driver'),
    unlikeKstatus: "kstatus looks at the phase alone",
  },
  { name: "service", object: service({ clusterIP: "10.0.0.1" }), want: current('service "web" is ready') },
  {
    name: "load balancer without cluster IP",
    object: service({ type: "LoadBalancer" }),
    want: inProgress('Waiting for service "web" to get an IP'),
  },
  {
    name: "load balancer without address",
    object: service({ type: "LoadBalancer", clusterIP: "10.0.0.1" }),
    want: inProgress('Waiting for service "web" to get an address of a load balancer'),
    unlikeKstatus: "kstatus is content with the cluster IP",
  },
  {
    name: "load balancer with an address",
    object: service({ type: "LoadBalancer", clusterIP: "10.0.0.1" }, {
      loadBalancer: { ingress: [{ hostname: "lb.example" }] },
    }),
    want: current('service "web" is reached at lb.example'),
  },
  {
    name: "ingress without address",
    object: object("networking.k8s.io/v1", "Ingress", {}, {}),
    want: current('ingress "web" exists'),
  },
  {
    name: "ingress with an address",
    object: object("networking.k8s.io/v1", "Ingress", {}, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } }),
    want: current('ingress "web" is reached at 192.0.2.1'),
  },
  {
    name: "autoscaler that nobody has looked at",
    object: autoscaler(),
    want: inProgress('Waiting for hpa "web" to be evaluated'),
    unlikeKstatus: HPA_UNKNOWN,
  },
  {
    name: "autoscaler whose target is missing",
    object: autoscaler(condition("AbleToScale", "False", "FailedGetScale", 'deployments "web" not found')),
    want: inProgress('Waiting for hpa "web" to scale: deployments "web" not found'),
    unlikeKstatus: HPA_UNKNOWN,
  },
  {
    name: "autoscaler that is active",
    object: autoscaler(ABLE, condition("ScalingActive", "True", "ValidMetricFound")),
    want: current('hpa "web" is active'),
  },
  {
    name: "autoscaler of a workload with no replicas",
    object: autoscaler(ABLE, condition("ScalingActive", "False", "ScalingDisabled", "scaling is disabled: 0 replicas")),
    want: current('hpa "web" is disabled', "scaling is disabled: 0 replicas"),
  },
  {
    name: "autoscaler without metrics yet",
    object: autoscaler(ABLE, condition("ScalingActive", "False", "FailedGetResourceMetric", "no metrics returned")),
    want: inProgress('Waiting for hpa "web" to get metrics: no metrics returned'),
    unlikeKstatus: HPA_UNKNOWN,
  },
  {
    name: "autoscaler with an invalid metric",
    object: autoscaler(ABLE, condition("ScalingActive", "False", "InvalidMetricSourceType", "unknown metric type")),
    want: failed("InvalidMetricSourceType", 'hpa "web" cannot scale: unknown metric type'),
    unlikeKstatus: HPA_UNKNOWN,
  },
  {
    name: "disruption budget",
    object: object("policy/v1", "PodDisruptionBudget", {}, { ...SEEN, disruptionsAllowed: 1 }),
    want: current('poddisruptionbudget "web" allows 1 disruptions'),
  },
  {
    name: "disruption budget that is not computed",
    object: object("policy/v1", "PodDisruptionBudget", {}, { observedGeneration: 1 }),
    want: inProgress("Waiting for pod disruption budget spec update to be observed..."),
  },
  {
    name: "disruption budget that cannot be computed",
    object: object("policy/v1", "PodDisruptionBudget", {}, {
      ...SEEN,
      disruptionsAllowed: 0,
      conditions: [condition("DisruptionAllowed", "False", "SyncFailed", "found no controllers for pod")],
    }),
    want: current('poddisruptionbudget "web" allows 0 disruptions', "found no controllers for pod"),
  },
  {
    name: "namespace that is active",
    object: object("v1", "Namespace", {}, { phase: "Active" }),
    want: current('namespace "web" is active'),
  },
  {
    name: "namespace that is going away",
    object: object("v1", "Namespace", {}, { phase: "Terminating" }),
    want: { kind: "terminating", message: 'namespace "web" is being deleted' },
    unlikeKstatus: "kstatus looks at the deletion timestamp, which such a namespace also has",
  },
  { name: "configmap", object: object("v1", "ConfigMap", {}), want: current('configmap "web" exists') },
];

function definition(...conditions: JsonObject[]): Manifest {
  return object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, { conditions });
}

function apiService(...conditions: JsonObject[]): Manifest {
  return object("apiregistration.k8s.io/v1", "APIService", {}, { conditions });
}

const EXTENSION_CASES: StatusCase[] = [
  {
    name: "definition that is new",
    object: definition(),
    want: inProgress('Waiting for customresourcedefinition "web" to be established'),
  },
  {
    name: "definition that is being installed",
    object: definition(condition("NamesAccepted", "True"), condition("Established", "False", "Installing", "soon")),
    want: inProgress('Waiting for customresourcedefinition "web" to be established'),
  },
  {
    name: "definition that is established",
    object: definition(condition("NamesAccepted", "True"), condition("Established", "True", "InitialNamesAccepted")),
    want: current('customresourcedefinition "web" is established'),
  },
  {
    name: "definition whose names are taken",
    object: definition(condition("NamesAccepted", "False", "ListKindConflict", '"WebList" is already in use')),
    want: failed("ListKindConflict", 'The names of "web" are taken: "WebList" is already in use'),
  },
  {
    name: "definition that is not accepted",
    object: definition(condition("Established", "False", "NotAccepted", "not all names are accepted")),
    want: failed("NotAccepted", "not all names are accepted"),
  },
  {
    name: "api service that answers",
    object: apiService(condition("Available", "True", "Passed")),
    want: current('apiservice "web" is available'),
  },
  {
    name: "api service without endpoints",
    object: apiService(condition("Available", "False", "MissingEndpoints", "endpoints have no addresses")),
    want: inProgress('Waiting for apiservice "web" to be available: endpoints have no addresses'),
    unlikeKstatus: "kstatus has no rule for API services",
  },
];

function custom(status: Fields | undefined, metadata: Fields = {}): Manifest {
  return object("example.org/v1", "Widget", {}, status, metadata);
}

const WORDS_ARE_OURS = "kstatus does not read words in the status";
const KINDS_OF_READY = "kstatus reads no condition but Ready";

const CUSTOM_CASES: StatusCase[] = [
  { name: "custom resource without status", object: custom(undefined), want: current('widget "web" exists') },
  {
    name: "custom resource that is ready",
    object: custom({ ...SEEN, conditions: ready("True") }),
    want: current('widget "web": condition Ready is true'),
  },
  {
    name: "custom resource that is not ready",
    object: custom({ conditions: [condition("Ready", "False", "Pulling", "fetching the chart")] }),
    want: inProgress('Waiting for widget "web": fetching the chart'),
  },
  {
    name: "custom resource whose new generation is not observed",
    object: custom({ observedGeneration: 1, conditions: ready("True") }),
    want: inProgress("Waiting for widget spec update to be observed..."),
  },
  {
    name: "custom resource restored from a backup",
    object: custom({ observedGeneration: 7, conditions: ready("True") }),
    want: inProgress("Waiting for widget spec update to be observed..."),
  },
  {
    name: "custom resource whose condition is of an older generation",
    object: custom({ conditions: [condition("Accepted", "True", "", "", { observedGeneration: 1 })] }),
    want: inProgress('Waiting for widget "web" to be observed'),
    unlikeKstatus: KINDS_OF_READY,
  },
  {
    name: "custom resource that reconciles",
    object: custom({ conditions: [condition("Reconciling", "True", "", "step 2"), ...ready("True")] }),
    want: inProgress("step 2"),
  },
  {
    name: "custom resource that is stalled",
    object: custom({ conditions: [condition("Stalled", "True", "Invalid", "no such chart")] }),
    want: failed("Invalid", "no such chart"),
  },
  {
    name: "custom resource with another word for ready",
    object: custom({ conditions: [condition("Available", "False", "", "0 of 1 running")] }),
    want: inProgress('Waiting for widget "web": 0 of 1 running'),
    unlikeKstatus: KINDS_OF_READY,
  },
  {
    name: "custom resource that has failed",
    object: custom({ conditions: [condition("Failed", "True", "BadSpec", "size is negative")] }),
    want: failed("BadSpec", 'widget "web" has failed: size is negative'),
    unlikeKstatus: KINDS_OF_READY,
  },
  {
    name: "custom resource in a ready phase",
    object: custom({ phase: "Running" }),
    want: current('widget "web": status.phase is Running'),
  },
  {
    name: "custom resource in a waiting phase",
    object: custom({ phase: "In Progress" }),
    want: inProgress('Waiting for widget "web": status.phase is In Progress'),
    unlikeKstatus: WORDS_ARE_OURS,
  },
  {
    name: "custom resource in a failed phase",
    object: custom({ phase: "Degraded", message: "lost quorum" }),
    want: failed("Degraded", 'widget "web" has failed: status.phase is Degraded: lost quorum'),
    unlikeKstatus: WORDS_ARE_OURS,
  },
  {
    name: "custom resource with a nested health",
    object: custom({ health: { status: "Progressing" } }),
    want: inProgress('Waiting for widget "web": status.health.status is Progressing'),
    unlikeKstatus: WORDS_ARE_OURS,
  },
  {
    name: "custom resource with a phase that says nothing",
    object: custom({ phase: "Zebra" }),
    want: current('widget "web" exists'),
  },
  {
    name: "custom resource with its generation as text",
    object: object("argoproj.io/v1alpha1", "Rollout", {}, { observedGeneration: "1", phase: "Healthy" }),
    want: inProgress("Waiting for rollout spec update to be observed..."),
    unlikeKstatus: "kstatus refuses a generation that is a text",
  },
];

/** Every row of kubectl's and kstatus's tables, and of ours. */
export const STATUS_CASES: StatusCase[] = [
  ...DEPLOYMENT_CASES,
  ...STATEFUL_SET_CASES,
  ...DAEMON_SET_CASES,
  ...REPLICA_SET_CASES,
  ...POD_CASES,
  ...JOB_CASES,
  ...OTHER_CASES,
  ...EXTENSION_CASES,
  ...CUSTOM_CASES,
];
