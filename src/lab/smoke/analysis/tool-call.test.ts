import { describe, expect, it } from 'vitest';
import { toolCallIn } from './tool-call';

const call = '{"name": "add", "arguments": {"a": 1, "b": {"c": "}"}}}';

describe('the shape of a tool call', () => {
  it.each([
    ['Qwen and Hermes', 'tags', `<tool_call>\n${call}\n</tool_call>`],
    ['with words before', 'tags', `I add them.\n<tool_call>${call}</tool_call>`],
    ['Mistral', 'mistral', `[TOOL_CALLS] [${call}]`],
    ['later Mistral', 'mistral', '[TOOL_CALLS]add[ARGS]{"a": 1}'],
    ['plain JSON', 'json', ` ${call}\n`],
    ['plain JSON with parameters', 'json', '{"name": "add", "parameters": {}}'],
    ['a list', 'json', `[${call}]`],
  ])('is well-formed: %s', (_, style, text) => {
    const expected = { shape: 'well-formed', style, name: 'add', calls: 1, problem: null };
    expect(toolCallIn(text)).toEqual(expected);
  });

  it.each([
    ['the opening tag is missing', 'tags', `${call}\n</tool_call>`],
    ['the opening tag is missing', 'tags', `I add.\n${call}\n</tool_call>`],
    ['the closing tag is missing', 'tags', `<tool_call>\n${call}`],
    ['there is other text inside the tags', 'tags', `<tool_call>Now: ${call}</tool_call>`],
    [
      'the JSON has a stray comma',
      'tags',
      '<tool_call>{"name": "add", "arguments": {"a": 1,},}</tool_call>',
    ],
    ['the JSON is cut off', 'json', '{"name": "add", "arguments": {"a": "on'],
    ['the closing tag is missing', 'tags', '<tool_call>{"name": "add", "arguments": {"a": 1'],
    [
      'the arguments are JSON inside a string',
      'json',
      '{"name": "add", "arguments": "{\\"a\\": 1}"}',
    ],
    ['the call is wrapped as in an API', 'json', `{"type": "function", "function": ${call}}`],
    ['the calls are not in a list', 'mistral', `[TOOL_CALLS] ${call}`],
    ['[ARGS] is missing', 'mistral', '[TOOL_CALLS]add {"a": 1}'],
    ['there is other text around the call', 'json', `\`\`\`json\n${call}\n\`\`\``],
    ['there is other text around the call', 'json', `I call it: ${call}.`],
  ])('is recoverable: %s (%s)', (problem, style, text) => {
    expect(toolCallIn(text)).toMatchObject({ shape: 'recoverable', style, name: 'add', problem });
  });

  it.each([
    ['prose', 'I would add 1 and 2 with add(1, 2).'],
    ['no text', ''],
    ['other JSON', '{"name": "Ada", "age": 36}'],
    ['code with braces', 'function add(a) { return [a, { name: "add" }]; }'],
    ['empty tags', '<tool_call></tool_call>'],
    ['tags around words', '<tool_call>add 1 and 2</tool_call>'],
    ['a mark alone', '[TOOL_CALLS]'],
    ['arguments that are no object', '{"name": "add", "arguments": [1, 2]}'],
  ])('is none: %s', (_, text) => {
    expect(toolCallIn(text)).toEqual({
      shape: 'none',
      style: null,
      name: null,
      calls: 0,
      problem: null,
    });
  });

  it('counts several calls; one that is broken makes the answer recoverable', () => {
    const good = `<tool_call>${call}</tool_call>`;
    expect(toolCallIn(`${good}\n${good}`)).toMatchObject({ shape: 'well-formed', calls: 2 });
    expect(toolCallIn(`${good}\n${call}</tool_call>`)).toMatchObject({
      shape: 'recoverable',
      calls: 2,
      problem: 'the opening tag is missing',
    });
    expect(toolCallIn(`[TOOL_CALLS] [${call}, ${call}]`)).toMatchObject({ calls: 2 });
  });

  it('does not take long for a text full of brackets', () => {
    const began = performance.now();
    expect(toolCallIn('{"a": [{'.repeat(20_000)).shape).toBe('none');
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
