import { deepEqual } from "../../assert.ts";
import { readRequestInfo } from "../../../src/sandbox/api/request_info.ts";

function read(method: string, path: string): string {
  const info = readRequestInfo(method, new URL(path, "https://sandbox"));
  const { verb, group, version, namespace, resource, subresource, name, rest } = info;
  return info.isResource
    ? [verb, `${group}/${version}`, namespace, resource, subresource, name, ...rest].join(" ")
    : `${verb} ${info.path}`;
}

Deno.test("paths and methods are read as the API server reads them", () => {
  deepEqual(
    [
      ["GET", "/version"],
      ["GET", "/apis/apps/v1"],
      ["GET", "/api/v1/namespaces"],
      ["GET", "/api/v1/namespaces/shop"],
      ["PATCH", "/api/v1/namespaces/shop/status"],
      ["PUT", "/api/v1/namespaces/shop/finalize"],
      ["GET", "/api/v1/namespaces/shop/pods"],
      ["POST", "/api/v1/namespaces/shop/pods"],
      ["GET", "/api/v1/namespaces/shop/pods/web/log"],
      ["DELETE", "/apis/apps/v1/namespaces/shop/deployments/web"],
      ["DELETE", "/apis/apps/v1/namespaces/shop/deployments"],
      ["GET", "/apis/apps/v1/deployments?watch=true"],
      ["GET", "/apis/apps/v1/watch/namespaces/shop/deployments"],
      ["GET", "/api/v1/pods?fieldSelector=metadata.name%3Dweb"],
      ["GET", "/api/v1/pods?fieldSelector=metadata.name%3Dweb&watch=1"],
      ["GET", "/api/v1/namespaces/shop/services/web/proxy/a/b"],
    ].map(([method, path]) => read(method!, path!)),
    [
      "get /version",
      "get /apis/apps/v1",
      "list /v1  namespaces  ",
      "get /v1 shop namespaces  shop",
      "patch /v1 shop namespaces status shop",
      "update /v1 shop namespaces finalize shop",
      "list /v1 shop pods  ",
      "create /v1 shop pods  ",
      "get /v1 shop pods log web",
      "delete apps/v1 shop deployments  web",
      "deletecollection apps/v1 shop deployments  ",
      "watch apps/v1  deployments  ",
      "watch apps/v1 shop deployments  ",
      "list /v1  pods  web",
      "watch /v1  pods  web",
      "get /v1 shop services proxy web a b",
    ],
  );
});
