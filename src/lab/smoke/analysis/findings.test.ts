import { type SmokeEnd, smokeExpectationsSchema } from '@shared/smoke';
import { describe, expect, it } from 'vitest';
import { judgeExpectations, requireExpectations } from './expectations';
import { findingsOf } from './findings';

const end = (changes: Partial<SmokeEnd> = {}): SmokeEnd => ({
  ...{ kind: 'end', candidate: 0, text: 'The sum is 4.', finishReason: 'stop' },
  ...{ promptTokens: 10, completionTokens: 21, seconds: 3, firstTokenSeconds: 1 },
  ...changes,
});

function unmet(expect: object, changes: Partial<SmokeEnd> = {}): string[] {
  const answer = end(changes);
  const found = findingsOf(answer);
  if (found === null) throw new Error('no findings');
  return judgeExpectations(smokeExpectationsSchema.parse(expect), answer.text, found)
    .filter(({ met }) => !met)
    .map(({ expectation, found: what }) => `${expectation}: ${what}`);
}

describe('findings', () => {
  it('tell the speed after the first token', () => {
    expect(findingsOf(end())).toMatchObject({ completionTokens: 21, tokensPerSecond: 10 });
    expect(findingsOf(end({ completionTokens: 1 }))?.tokensPerSecond).toBeNull();
    expect(findingsOf(end({ firstTokenSeconds: null }))?.tokensPerSecond).toBeNull();
    expect(findingsOf(end({ firstTokenSeconds: 3 }))?.tokensPerSecond).toBeNull();
  });

  it('are none for an answer that did not come', () => {
    expect(findingsOf(end({ finishReason: 'error', error: 'no server' }))).toBeNull();
  });
});

describe('expectations', () => {
  it('of a file that says nothing are that nobody else speaks', () => {
    expect(unmet({})).toEqual([]);
    expect(unmet({}, { text: '4\nHuman: why?' })).toEqual([
      'no other speaker\'s turn: "Human:" after 2 characters',
    ]);
    expect(unmet({ noLeakedTurns: false }, { text: '4\nHuman: why?' })).toEqual([]);
  });

  it.each([
    [{ finishReason: 'stop' }, {}, []],
    [{ finishReason: 'stop' }, { finishReason: 'length' }, ['it ends with "stop": length']],
    [{ minTokens: 21, maxTokens: 21 }, {}, []],
    [{ minTokens: 22 }, {}, ['at least 22 tokens: 21 tokens']],
    [{ maxTokens: 20 }, {}, ['at most 20 tokens: 21 tokens']],
    [{ contains: ['sum', '5'] }, {}, ['it contains "5": "The sum is 4."']],
    [{ matches: ['^The .*\\d\\.$'] }, {}, []],
    [{ matches: ['^\\d'] }, {}, ['it matches /^\\d/: "The sum is 4."']],
    [{ toolCall: 'none' }, {}, []],
    [{ toolCall: 'recoverable' }, {}, ['a recoverable tool call: none']],
  ] as const)('%j of an answer with %j', (expected, changes, said) => {
    expect(unmet(expected, changes)).toEqual(said);
  });

  it('of a recoverable call are met by a better one, not by a worse one', () => {
    const good = { text: '<tool_call>{"name": "a", "arguments": {}}</tool_call>' };
    const broken = { text: '{"name": "a", "arguments": {}}</tool_call>' };
    expect(unmet({ toolCall: 'recoverable' }, good)).toEqual([]);
    expect(unmet({ toolCall: 'recoverable' }, broken)).toEqual([]);
    expect(unmet({ toolCall: 'well-formed' }, broken)).toEqual([
      'a well-formed tool call: recoverable: the opening tag is missing',
    ]);
    expect(unmet({ toolCall: 'none' }, good)).toEqual(['no tool call: well-formed']);
  });

  it('with a broken pattern are refused before anything is asked', () => {
    const expected = smokeExpectationsSchema.parse({ matches: ['('] });
    expect(() => requireExpectations(expected)).toThrow(/no regular expression/);
  });
});
