import { describe, expect, it } from 'vitest';
import { outputDifference } from './compare-output';
import { extractCode } from './extract-code';

const extract = (text: string) => extractCode(text, ['javascript', 'js']);

describe('taking the program out of an answer', () => {
  it('takes the block of the language, whatever stands around it', () => {
    expect(extract('Sure:\n```javascript\nlet x;\n```\nbye')).toBe('let x;');
    expect(extract('```python\nx\n```\n```js title="a.js"\nlet y;\n```')).toBe('let y;');
    expect(extract('~~~~JS\nlet z = `a`;\n```\n~~~~')).toBe('let z = `a`;\n```');
  });

  it('takes the first of several blocks', () => {
    expect(extract('```js\none\n```\nor\n```js\ntwo\n```')).toBe('one');
  });

  it('takes a block without a language when no other names it', () => {
    expect(extract('```\nlet x;\n```')).toBe('let x;');
    expect(extract('```\na\n```\n```js\nb\n```')).toBe('b');
  });

  it('takes the whole text when there is no block, or only one of another language', () => {
    expect(extract('let x;\nx++')).toBe('let x;\nx++');
    expect(extract('```python\nprint()\n```')).toContain('```python');
  });

  it('takes a block that was cut off to the end of the answer', () => {
    expect(extract('```js\nlet x;\nlet y')).toBe('let x;\nlet y');
  });

  it('does not take template strings or inline code for a fence', () => {
    expect(extract('const a = ```x```;')).toBe('const a = ```x```;');
  });

  it('finds nothing in an empty answer or an empty block', () => {
    expect(extract(' \n ')).toBe('');
    expect(extract('```js\n\n```')).toBe('');
  });
});

describe('comparing output', () => {
  it('ignores space at the ends of lines and empty lines at the end', () => {
    expect(outputDifference('a\nb\n', 'a  \r\nb')).toBeNull();
    expect(outputDifference('', '\n\n')).toBeNull();
  });

  it('minds space at the beginning, empty lines inside, and missing or further lines', () => {
    expect(outputDifference('a', ' a')).toBe('line 1: expected "a", printed " a"');
    expect(outputDifference('a\nb', 'a\n\nb')).toBe('line 2: expected "b", printed ""');
    expect(outputDifference('a\nb', 'a')).toBe('line 2: expected "b", printed nothing');
    expect(outputDifference('a', 'a\nb')).toBe('line 2: expected nothing, printed "b"');
  });
});
