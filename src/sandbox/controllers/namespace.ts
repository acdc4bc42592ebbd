/** Each namespace has the ServiceAccount `default`. */
import type { Namespace } from "kubernetes-types/core/v1";
import type { ObjectRef } from "../../manifest/mod.ts";
import type { StoreEvent } from "../store.ts";
import { isDeleting, live, manifestOf } from "./live.ts";
import { type Controller, isKind, type World } from "./world.ts";

/** Creates the ServiceAccount of new namespaces, and again when it was deleted. */
export function createNamespaceController({ store }: World): Controller {
  return {
    name: "serviceaccount-controller",
    apiVersion: "v1",
    kind: "Namespace",
    *concerned({ type, object }: StoreEvent): Iterable<ObjectRef> {
      if (type !== "DELETED" || !isKind(object, "v1", "ServiceAccount")) return;
      yield { apiVersion: "v1", kind: "Namespace", name: String(object.metadata.namespace) };
    },
    reconcile(manifest) {
      const namespace = live<Namespace>(manifest);
      const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: namespace.metadata.name, name: "default" };
      if (isDeleting(namespace) || store.get(ref) !== undefined) return undefined;
      store.create(
        manifestOf({
          apiVersion: ref.apiVersion,
          kind: ref.kind,
          metadata: { name: ref.name, namespace: ref.namespace },
        }),
      );
      return undefined;
    },
  };
}
