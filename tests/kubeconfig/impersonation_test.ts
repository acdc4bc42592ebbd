import { deepEqual, equal } from "../assert.ts";
import { impersonationHeaders, mergeImpersonation, validateImpersonation } from "../../src/kubeconfig/mod.ts";

Deno.test("flags go before the kubeconfig's fields one by one, as in client-go", () => {
  const user = { as: "jane", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": { k: ["v"] } };
  deepEqual(mergeImpersonation(user), { user: "jane", uid: "7", groups: ["a", "b"], extra: { k: ["v"] } });
  deepEqual(mergeImpersonation(user, { user: "joe", groups: ["c"] }), {
    user: "joe",
    uid: "7",
    groups: ["c"],
    extra: { k: ["v"] },
  });
  equal(mergeImpersonation({ "as-groups": ["a"] }), undefined);
});

Deno.test("groups, uid or extra without a user are refused in client-go's words", () => {
  const says = ["requesting uid, groups or user-extra for u without impersonating a user"];
  deepEqual(validateImpersonation("u", { "as-groups": ["a"] }), says);
  deepEqual(validateImpersonation("u", { "as-user-extra": { k: ["v"] } }), says);
  deepEqual(validateImpersonation("u", {}, { uid: "7" }), says);
  deepEqual(validateImpersonation("u", { "as-groups": ["a"] }, { user: "jane" }), []);
  deepEqual(validateImpersonation("u", { as: "jane" }, { groups: ["a"] }), []);
});

Deno.test("each group and each value of an extra field is a header line of its own", () => {
  deepEqual(
    impersonationHeaders({ user: "jane", uid: "7", groups: ["a", "b,c"], extra: { "example.com/scope": ["x", "y"] } }),
    {
      "Impersonate-User": "jane",
      "Impersonate-Uid": "7",
      "Impersonate-Group": ["a", "b,c"],
      "Impersonate-Extra-example.com%2Fscope": ["x", "y"],
    },
  );
  deepEqual(impersonationHeaders({ user: "jane", groups: [], extra: {} }), { "Impersonate-User": "jane" });
});
