/** Text in pieces of any length to whole lines, without their ends. */
export class TextLineStream extends TransformStream<string, string> {
  constructor() {
    let pieces: string[] = [];
    super({
      transform(chunk, controller) {
        const [first = "", ...rest] = chunk.split("\n");
        pieces.push(first);
        for (const line of rest) {
          controller.enqueue(pieces.join(""));
          pieces = [line];
        }
      },
      flush(controller) {
        if (pieces.join("") !== "") controller.enqueue(pieces.join(""));
      },
    });
  }
}
