import type { JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type Condition, readConditions, readNumber, readText } from "../status/fields.ts";
import { ownerUidOf } from "./pod_view.ts";

/** What kstage keeps of a ReplicaSet. */
export interface ReplicaSetView {
  uid: string;
  ownerUid?: string;
  name: string;
  /** Annotation `deployment.kubernetes.io/revision`; 0 when it has none. */
  revision: number;
  desired: number;
  /** Pods that exist. */
  total: number;
  available: number;
  conditions: Condition[];
}

/** What kstage keeps of a ControllerRevision: the former and present templates of a DaemonSet. */
export interface RevisionView {
  uid: string;
  ownerUid?: string;
  revision: number;
  /** What the label `controller-revision-hash` of its pods says. */
  hash: string;
}

const REVISION_ANNOTATION = "deployment.kubernetes.io/revision";

/** The revision that a Deployment, or one of its ReplicaSets, says it has; 0 when it says none. */
export function readRevision(object: JsonValue): number {
  return readNumber(0, object, "metadata", "annotations", REVISION_ANNOTATION);
}

/** Reads a ReplicaSet. */
export function readReplicaSet(object: Manifest): ReplicaSetView {
  return {
    uid: readText(object, "metadata", "uid"),
    ownerUid: ownerUidOf(object),
    name: object.metadata.name,
    revision: readRevision(object),
    desired: readNumber(1, object, "spec", "replicas"),
    total: readNumber(0, object, "status", "replicas"),
    available: readNumber(0, object, "status", "availableReplicas"),
    conditions: readConditions(object),
  };
}

/** Reads a ControllerRevision. */
export function readControllerRevision(object: Manifest): RevisionView {
  return {
    uid: readText(object, "metadata", "uid"),
    ownerUid: ownerUidOf(object),
    revision: readNumber(0, object, "revision"),
    hash: readText(object, "metadata", "labels", "controller-revision-hash"),
  };
}
