import { cloneJson, getPath, isObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { refOfStored } from "../api/delete.ts";
import type { ObjectStore } from "../store.ts";
import type { HousekeepingContext, Reaction } from "./reaction.ts";

const TOKEN_TYPE = "kubernetes.io/service-account-token";
const ACCOUNT_NAME = "kubernetes.io/service-account.name";
const ACCOUNT_UID = "kubernetes.io/service-account.uid";

/**
 * Fills Secrets of type `kubernetes.io/service-account-token`, and deletes those whose ServiceAccount does not exist.
 *
 * @see Kubernetes `pkg/controller/serviceaccount/tokens_controller.go` v1.36
 */
export function fillTokenSecrets(context: HousekeepingContext): Reaction {
  const { store } = context;
  return ({ type, object }) => {
    if (object.kind === "ServiceAccount" && object.apiVersion === "v1" && type === "DELETED") {
      for (const secret of store.list("v1", "Secret", String(object.metadata.namespace))) {
        if (accountNameOf(secret) === object.metadata.name) store.remove(refOfStored(secret));
      }
      return;
    }
    if (object.kind !== "Secret" || type === "DELETED" || accountNameOf(object) === undefined) return;
    const secret = store.get(refOfStored(object));
    if (secret !== undefined) return fill(context, secret);
  };
}

function accountNameOf(secret: Manifest): string | undefined {
  if (secret.type !== TOKEN_TYPE) return undefined;
  const name = getPath(secret, "metadata", "annotations", ACCOUNT_NAME);
  return typeof name === "string" ? name : undefined;
}

function fill(context: HousekeepingContext, secret: Manifest): Promise<void> | void {
  const { store } = context;
  const namespace = String(secret.metadata.namespace);
  const account = store.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: accountNameOf(secret)! });
  if (account === undefined || isOfOther(secret, account)) {
    store.remove(refOfStored(secret));
    return;
  }
  const data = isObject(secret.data) ? secret.data : {};
  if (data.token !== undefined && data["ca.crt"] !== undefined && data.namespace !== undefined) return;
  return issue(context, secret, account);
}

function isOfOther(secret: Manifest, account: Manifest): boolean {
  const uid = getPath(secret, "metadata", "annotations", ACCOUNT_UID);
  return uid !== undefined && uid !== account.metadata.uid;
}

async function issue(
  { store, issueToken, caPem }: HousekeepingContext,
  secret: Manifest,
  account: Manifest,
): Promise<void> {
  const token = await issueToken({ serviceAccount: account, audiences: [], boundTo: secret });
  const current = currentOf(store, secret);
  if (current === undefined) return;
  const next = cloneJson(current) as Manifest;
  const annotations = isObject(next.metadata.annotations) ? next.metadata.annotations : {};
  next.metadata.annotations = { ...annotations, [ACCOUNT_UID]: String(account.metadata.uid) };
  next.data = {
    ...(isObject(next.data) ? next.data : {}),
    "ca.crt": btoa(caPem()),
    namespace: btoa(String(account.metadata.namespace)),
    token: btoa(token),
  };
  store.update(next);
}

/** The Secret as it is now, unless it went or was made anew meanwhile. */
function currentOf(store: ObjectStore, secret: Manifest): Manifest | undefined {
  const current = store.get(refOfStored(secret));
  return current?.metadata.uid === secret.metadata.uid ? current : undefined;
}
