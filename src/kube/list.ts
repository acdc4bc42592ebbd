import { getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { ApiError } from "./api_error.ts";
import type { ListResult, Query } from "./contract.ts";

/** Gets one page: query parameters in, the list object out. */
export type PageReader = (parameters: Record<string, string | undefined>) => Promise<JsonValue>;

/**
 * Reads a list page by page. When the snapshot behind the pages is too old to go on, starts again without pages, as
 * client-go's pager does.
 *
 * @param pageSize Objects per page.
 */
export async function listAll(query: Query, pageSize: number, readPage: PageReader): Promise<ListResult> {
  const items: Manifest[] = [];
  let continueToken: string | undefined;
  for (;;) {
    let page: JsonValue;
    try {
      page = await readPage({ limit: String(pageSize), continue: continueToken });
    } catch (error) {
      if (continueToken === undefined || !(error instanceof ApiError) || error.code !== "EXPIRED") throw error;
      const whole = await readPage({});
      return { resourceVersion: versionOf(whole), items: itemsOf(query, whole) };
    }
    for (const item of itemsOf(query, page)) items.push(item);
    const next = getPath(page, "metadata", "continue");
    if (typeof next !== "string" || next === "") return { resourceVersion: versionOf(page), items };
    continueToken = next;
  }
}

function versionOf(list: JsonValue): string {
  const version = getPath(list, "metadata", "resourceVersion");
  return typeof version === "string" ? version : "";
}

/** Items of built-in lists come without apiVersion and kind. */
function itemsOf({ apiVersion, kind, keep = (object) => object }: Query, list: JsonValue): Manifest[] {
  const items = getPath(list, "items");
  return Array.isArray(items) ? items.filter(isObject).map((item) => keep(named(item, apiVersion, kind))) : [];
}

function named(item: JsonObject, apiVersion: string, kind: string): Manifest {
  return (item.kind === undefined ? { apiVersion, kind, ...item } : item) as Manifest;
}
