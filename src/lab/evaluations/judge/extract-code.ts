/**
 * Takes the program out of a model's answer. Fences as in CommonMark 0.31, section 4.5; a block that
 * never ends (an answer that was cut off) reaches to the end of the text.
 */

const opening = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$/;

interface Block {
  readonly name: string;
  readonly code: string;
}

/**
 * The first fenced block of the language, else the first one that names no language, else the whole
 * text. Empty when there is nothing but space.
 */
export function extractCode(text: string, fenceNames: readonly string[]): string {
  const blocks = fencedBlocks(text);
  const named = blocks.find(({ name }) => fenceNames.includes(name.toLowerCase()));
  const block = named ?? blocks.find(({ name }) => name === '');
  const code = block === undefined ? text : block.code;
  return code.trim() === '' ? '' : code;
}

function fencedBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const found = opening.exec(lines[index] ?? '');
    if (found === null) continue;
    const [, fence = '```', name = ''] = found;
    const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*$`);
    const rest = lines.slice(index + 1);
    const length = rest.findIndex((line) => closing.test(line));
    const inside = length < 0 ? rest : rest.slice(0, length);
    blocks.push({ name, code: inside.join('\n') });
    index += inside.length + 1;
  }
  return blocks;
}
