import { deepEqual, equal, throws } from "../assert.ts";
import fc from "fast-check";
import { KindTable } from "../../src/kustomize/kind_table.ts";
import { Resource } from "../../src/kustomize/resource.ts";
import { ResourceSet } from "../../src/kustomize/resource_set.ts";

const kinds = new KindTable({ isClusterScoped: (_apiVersion, kind) => kind === "Node" });

function resource(name: string, { kind = "Pod", namespace = "" } = {}): Resource {
  return new Resource({ apiVersion: "v1", kind, metadata: namespace === "" ? { name } : { name, namespace } }, kinds);
}

Deno.test("ResourceSet finds by present and former ids and names", () => {
  const [a, b] = [resource("a"), resource("b")];
  const set = new ResourceSet([a, b]);
  const old = a.id;
  a.rememberId();
  a.name = "c";
  set.reindex(a);
  deepEqual(set.byCurrentId(old), []);
  deepEqual(set.byAnyId(old), [a]);
  deepEqual(set.byAnyName("a"), [a]);
  deepEqual(set.byAnyName("c"), [a]);
  deepEqual(set.byCurrentId(a.id), [a]);
});

Deno.test("ResourceSet takes the default namespace and none for the same, and cluster-scoped kinds for one namespace", () => {
  const set = new ResourceSet([resource("a"), resource("n", { kind: "Node", namespace: "x" })]);
  throws(() => set.append(resource("a", { namespace: "default" })), { code: "ID_CONFLICT" });
  throws(() => set.append(resource("n", { kind: "Node" })), { code: "ID_CONFLICT" });
  set.append(resource("a", { namespace: "other" }));
  equal(set.size, 3);
});

Deno.test("ResourceSet.replace() keeps the place", () => {
  const [a, b, c] = [resource("a"), resource("b"), resource("c")];
  const set = new ResourceSet([a, b]);
  set.replace(a, c);
  deepEqual(set.toArray(), [c, b]);
});

Deno.test("ResourceSet answers as a scan of the list would, whatever is done to it", () => {
  const name = fc.constantFrom("a", "b", "c");
  const step = fc.oneof(
    fc.record({ what: fc.constant("append" as const), name }),
    fc.record({ what: fc.constant("rename" as const), name, to: name }),
    fc.record({ what: fc.constant("remove" as const), name }),
    fc.record({ what: fc.constant("ask" as const), name }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    const set = new ResourceSet();
    let list: Resource[] = [];
    for (const each of steps) {
      const known = list.find((item) => item.name === each.name);
      if (each.what === "append" && known === undefined) {
        const added = resource(each.name);
        set.append(added);
        list.push(added);
      } else if (each.what === "rename" && known !== undefined && list.every((item) => item.name !== each.to)) {
        known.rememberId();
        known.name = each.to;
        set.reindex(known);
      } else if (each.what === "remove" && known !== undefined) {
        set.remove(known);
        list = list.filter((item) => item !== known);
      }
      const had = list.filter((item) => item.name === each.name || item.former.some((id) => id.name === each.name));
      deepEqual(set.byAnyName(each.name), had);
      deepEqual(set.byAnyId(resource(each.name).id), had);
      deepEqual(set.byCurrentId(resource(each.name).id), list.filter((item) => item.name === each.name));
      deepEqual(set.toArray(), list);
    }
  }));
});
