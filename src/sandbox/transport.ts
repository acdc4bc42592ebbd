import type { Transport } from "../kube/contract.ts";
import { ADMIN_TOKEN, type Sandbox } from "./sandbox.ts";

/**
 * The sandbox as kube's client wants to talk to a server: in memory, without sockets.
 *
 * @param token Bearer token of every request. @default the administrator's
 */
export function sandboxTransport(sandbox: Pick<Sandbox, "handle">, token: string = ADMIN_TOKEN): Transport {
  return {
    async send({ method, path, query = {}, headers = {}, body }, signal) {
      signal?.throwIfAborted();
      const url = new URL(path, "https://sandbox.invalid");
      for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
      const all = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === "string" ? [[name, value]] : value.map((item) => [name, item])
      );
      if (token !== "") all.push(["authorization", `Bearer ${token}`]);
      const init: RequestInit = { method, headers: all };
      if (body !== undefined) init.body = body;
      if (signal !== undefined) init.signal = signal;
      const response = await sandbox.handle(new Request(url, init));
      signal?.throwIfAborted();
      return response;
    },
  };
}
