/**
 * Texts of `Warning` headers: `299 - "text"`, several joined by commas.
 *
 * @see RFC 7234, section 5.5
 */
export function parseWarnings(header: string | null): string[] {
  const texts = [...(header ?? "").matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)]
    .map(([, quoted]) => quoted!.replace(/\\(.)/g, "$1"));
  return [...new Set(texts)];
}
