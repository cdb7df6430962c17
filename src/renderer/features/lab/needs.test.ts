import { describe, expect, it } from 'vitest';
import { needText } from './needs';

describe('what a preset lacks', () => {
  it('is told without what to type in a terminal', () => {
    expect(
      needText({
        text: 'There is no corpus “v7”. Put it into the lab home, or name a file with --set corpus=FILE.',
      }),
    ).toBe('There is no corpus “v7”.');
    expect(needText({ text: 'The model is not here. Get it with `lab models get NAME`.' })).toBe(
      'The model is not here.',
    );
  });

  it('keeps every other sentence', () => {
    const text = 'The model owner/name is not here. It has 6.2 GB.';
    expect(needText({ text })).toBe(text);
  });

  it('never becomes empty', () => {
    expect(needText({ text: 'No corpus: name one with --set corpus=FILE' })).toBe('No corpus.');
  });
});
