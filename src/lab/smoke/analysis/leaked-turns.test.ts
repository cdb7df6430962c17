import { describe, expect, it } from 'vitest';
import { leakedTurns } from './leaked-turns';
import { turnMarks } from './turn-marks';

const marks = (text: string): string[] => leakedTurns(text).map(({ mark }) => mark);

describe('leaked turns', () => {
  it.each(turnMarks.map(({ mark, family }) => [mark, family]))(
    'are found where an answer goes on with %s (%s)',
    (mark) => {
      const text = `The sum is 4.\n${mark} And of 5?`;
      expect(leakedTurns(text)).toEqual([expect.objectContaining({ mark, at: 14 })]);
    },
  );

  it('are listed in the order of the text', () => {
    expect(marks('4\nHuman: and 5?\nAssistant: 10\n<|im_start|>user')).toEqual([
      'Human:',
      'Assistant:',
      '<|im_start|>',
    ]);
  });

  it('are found in bold and behind space, as chat models write them', () => {
    expect(marks('4\n  **Human:** and 5?')).toEqual(['Human:']);
  });

  it('do not include the name of the speaker itself at the very beginning', () => {
    expect(marks('Assistant: The sum is 4.')).toEqual([]);
    expect(marks('\n### Response:\n4')).toEqual([]);
    expect(marks('User: the sum?')).toEqual(['User:']);
  });

  it('do not include words within a line, or lines of code', () => {
    expect(marks('Ask the User: what now? A Human: being.')).toEqual([]);
    expect(marks('```go\nreturn Login{\n  User: name,\n}\n```\nDone.')).toEqual([]);
    expect(marks('```yaml\nUser: me')).toEqual([]);
    expect(marks('```js\n1\n```\nUser: more')).toEqual(['User:']);
  });

  it('include tokens of their own even inside code', () => {
    expect(marks('```js\nconsole.log(1)<|im_start|>user')).toEqual(['<|im_start|>']);
  });
});
