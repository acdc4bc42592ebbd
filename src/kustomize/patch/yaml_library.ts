/** Loaded late in place of the package: a bundle gives a CommonJS package its names only where it is imported statically. */
export { parseAllDocuments } from "yaml";
