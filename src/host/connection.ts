/** Writes all of the bytes. */
export async function writeAll(
  target: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await target.write(bytes.subarray(written));
}

/** Closes what may be closed already: the other side can be faster. */
export function closeQuietly(end: { close(): void }): void {
  try {
    end.close();
  } catch {
    // It is closed already.
  }
}
