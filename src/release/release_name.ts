import { normalizePath } from "../base/mod.ts";

/** So that `kstage.<name>.v<number>.p<part>` is a Secret's name and the name itself a label's value. */
const LONGEST_NAME = 50;

/**
 * The name that the lock and the records of an overlay have when none is given: the directory that holds `overlays` and
 * the way from there (`/builds/shop/overlays/testing` → `shop-testing`), else the last two directories. It doesn't depend
 * on who deploys from where, as long as the project's own directory has its usual name.
 *
 * @param overlay Absolute path of the overlay, or its URL.
 */
export function nameRelease(overlay: string): string {
  const path = overlay.includes("://") ? overlay.replace(/^[a-z+]+:\/\//, "").replace(/\?.*$/, "") : overlay;
  const parts = normalizePath(path).split("/").filter((part) => part !== "" && part !== ".");
  const at = parts.lastIndexOf("overlays");
  const words = at > 0 && at < parts.length - 1 ? [parts[at - 1]!, ...parts.slice(at + 1)] : parts.slice(-2);
  return toReleaseName(words.join("-"));
}

/** A text made a release's name: lower case letters, digits and `-`, at most 50 characters. */
export function toReleaseName(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  if (name === "") return "default";
  if (name.length <= LONGEST_NAME) return name;
  // The end tells stages apart, and is kept; what is cut off is kept as a hash.
  return `${hashText(name)}-${name.slice(-(LONGEST_NAME - 9)).replace(/^-+/, "")}`;
}

/** FNV-1a, 32 bits: to tell names apart, not to protect anything. */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
