import { widthOf } from "../terminal/terminal";

/** Breaks a sentence between words, each line indented; a word that is wider than a line stays whole, to be copied. */
export function wrap(text: string, columns: number, indent = "", bullet = ""): string {
  const lines: string[] = [];
  let line = "";
  const room = columns - indent.length - bullet.length;
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = "";
    }
    line += (line === "" ? "" : " ") + word;
  }
  return [...lines, line]
    .map((one, index) => indent + (index === 0 ? bullet : " ".repeat(bullet.length)) + one)
    .join("\n");
}
