import type { EditCase } from "./cases.ts";

/** What a program made of a case. */
export interface EditOutcome {
  /** Whether it exited with 0. */
  ok: boolean;
  /** Files that are new or other than before. */
  files: Record<string, string>;
  /** The message of an error. */
  error?: string;
}

/** Runs the reference program in a directory of its own. */
export async function runReference(program: string, { files, args }: EditCase): Promise<EditOutcome> {
  const root = await Deno.makeTempDir({ prefix: "kustomize-edit-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    const output = await new Deno.Command(program, { args, cwd: root, stdout: "null", stderr: "piped" }).output();
    const message = /^Error: ([^]*?)\n(?:Usage:|$)/m.exec(new TextDecoder().decode(output.stderr))?.[1];
    return {
      ok: output.success,
      files: await readChanges(root, "", files),
      ...(output.success || message === undefined ? {} : { error: message.replaceAll(root, "ROOT").trim() }),
    };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function readChanges(
  root: string,
  below: string,
  before: Record<string, string>,
): Promise<Record<string, string>> {
  const changes: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) Object.assign(changes, await readChanges(root, path, before));
    else {
      const text = await Deno.readTextFile(`${root}/${path}`);
      if (text !== before[path]) changes[path] = text;
    }
  }
  return changes;
}
