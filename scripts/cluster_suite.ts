/**
 * All of tests/cluster as one module. `deno task test` excludes that folder, and Deno then finds nothing in it even when
 * it is named; what is imported from elsewhere counts.
 */
const folder = new URL("../tests/cluster/", import.meta.url);
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith("_test.ts"));
for (const name of names.sort()) await import(new URL(name, folder).href);
