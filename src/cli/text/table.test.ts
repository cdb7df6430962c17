import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { facts, table } from './table';

describe('a table in the terminal', () => {
  it('aligns columns by what is seen, not by colour codes', () => {
    const red = '\u001b[31mfailed\u001b[39m';
    const columns = [{ title: 'name' }, { title: 'n', align: 'right' }] as const;
    const lines = table(
      columns,
      [
        [red, '7'],
        ['ok', '1024'],
      ],
      'nothing',
    ).split('\n');
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual([
      'name       n',
      'failed     7',
      'ok      1024',
    ]);
  });

  it('says why it is empty', () => {
    expect(table([{ title: 'name' }], [], 'No run yet.')).toBe('No run yet.');
  });

  it('aligns the values of facts', () => {
    expect(
      facts([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toBe('a     1\nlong  2');
  });
});
