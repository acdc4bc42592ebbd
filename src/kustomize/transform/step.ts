import type { ResourceSet } from "../resource_set.ts";

/** Changes the resources of a build in place. */
export type Transformer = (resources: ResourceSet) => void | Promise<void>;
