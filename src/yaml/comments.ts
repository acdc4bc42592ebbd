import { Lexer } from "yaml";

/**
 * All comments of a YAML text, in its order.
 *
 * @returns Each from its `#` to the end of its line.
 */
export function findComments(text: string): string[] {
  const comments: string[] = [];
  let before = "";
  for (const token of new Lexer().lex(text)) {
    // The lexer marks the start of a scalar, whose own text may begin with the sign.
    if (token.startsWith("#") && before !== "\x1f") comments.push(token.trimEnd());
    before = token;
  }
  return comments;
}
