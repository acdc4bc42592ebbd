/** An in-memory Kubernetes API server: a `Request → Response` function first, a listener second. */
export { ObjectStore, ownerUids, type StoreEvent, type StoreOptions, timestamp } from "./store.ts";
