import { describe, expect, it } from 'vitest';
import { highlight } from './highlight';

const programs = {
  javascript: "const word = 'a'; // note",
  typescript: "const word: string = 'a'; // note",
  python: "def word(): return 'a'  # note",
  go: 'func word() string { return "a" } // note',
};

describe('highlighted code', () => {
  it.each(Object.entries(programs))(
    'colours %s and loses none of its text',
    async (language, text) => {
      const [line = []] = await highlight(text, language);
      expect(line.map((token) => token.text).join('')).toBe(text);
      const colours = new Set(line.map((token) => token.colour));
      expect(colours).toContain('var(--code-string)');
      expect(colours).toContain('var(--code-comment)');
    },
  );

  it('leaves a language that it does not know without colours', async () => {
    expect(await highlight('a\nb', 'synoema')).toEqual([
      [{ text: 'a', colour: null }],
      [{ text: 'b', colour: null }],
    ]);
  });
});
