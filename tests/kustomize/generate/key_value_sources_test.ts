import { deepEqual, equal, rejects, throws } from "../../assert.ts";
import { parseFileSource, parseLiteral, readKeyValues } from "../../../src/kustomize/generate/key_value_sources.ts";

const FILES: Record<string, string> = {
  "a.env": "\ufeffA=1\r\n# comment\n\n  B = 2 \nC\n=left out\nD=x=y\n",
  "b.txt": "text\n",
};

function read(path: string): Promise<Uint8Array> {
  return Promise.resolve(new TextEncoder().encode(FILES[path]));
}

Deno.test("readKeyValues() reads env files, literals and files, in this order", async () => {
  const entries = await readKeyValues("cm", { literals: ["L='q'"], files: ["k=b.txt"], envs: ["a.env"] }, read);
  const texts = [...entries].map((
    [key, value],
  ) => [key, typeof value === "string" ? value : new TextDecoder().decode(value)]);
  deepEqual(texts, [["A", "1"], ["B ", " 2 "], ["C", ""], ["D", "x=y"], ["L", "q"], ["k", "text\n"]]);
});

Deno.test("readKeyValues() refuses a key that comes twice", async () => {
  await rejects(readKeyValues("cm", { literals: ["a=1", "a=2"] }, read), /configmap cm illegally repeats the key `a`/);
});

Deno.test("parseLiteral() drops one pair of quotes", () => {
  const rows: [string, string][] = [[`a="x"`, "x"], [`a='x'`, "x"], [`a="x'`, `"x'`], ["a=", ""], ["a=b=c", "b=c"], [
    `a="`,
    `"`,
  ]];
  for (const [literal, value] of rows) deepEqual(parseLiteral(literal), ["a", value]);
  throws(() => parseLiteral("=x"), /expected key=value/);
  throws(() => parseLiteral("secret-without-key"), /expected key=value/);
});

Deno.test("parseFileSource() takes the file's name where no key is given", () => {
  deepEqual(parseFileSource("dir/a.txt"), { key: "a.txt", path: "dir/a.txt" });
  deepEqual(parseFileSource("k=dir/a.txt"), { key: "k", path: "dir/a.txt" });
  equal(parseFileSource("dir/sub/").key, "sub");
  for (const bad of ["=a", "a=", "a=b=c"]) throws(() => parseFileSource(bad), { code: "INVALID_CONFIG" });
});
