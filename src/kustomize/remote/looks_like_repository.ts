/** Whether a URL begins as that of a repository may; cheap, for most paths are none. */
export function looksLikeRepository(path: string): boolean {
  return /^(git::|ssh:\/\/|https?:\/\/|file:\/\/|[a-z][a-z0-9-]*@|github\.com[:/])/i.test(path);
}
