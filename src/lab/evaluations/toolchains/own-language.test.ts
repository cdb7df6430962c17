/** A language that nothing here knows, brought by one file; and one whose program is missing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBenchmark } from '../../benchmarks/check-benchmark';
import { type LabHome, openHome } from '../../store/home';
import { toolchainChecks } from '../doctor-checks';
import { openJudge } from '../judge/open-judge';
import { toolchainStatuses } from './find-toolchain';

const resources = join(import.meta.dirname, '../../../../resources');
const places = { resources, python: '', environments: '' };
let home: LabHome;

beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
});
afterEach(() => rmSync(home.folder, { recursive: true }));

const perl = String.raw`
schemaVersion: 1
name: perl
title: Perl
programs: [perl]
versionCommand: ['{program}', -e, 'print $^V']
fenceNames: [perl, pl]
fileName: program.pl
syntax: ['{program}', -c, '{file}']
run: ['{program}', '{file}']
timeoutSeconds: 5
grammar: null
ignore:
  - '#.*'
  - '"(?:\\.|[^"\\])*"'
  - "'(?:\\\\.|[^'\\\\])*'"
gates:
  no_backticks:
    message: starts other programs
    pattern: '${'`'}|\bsystem\b|\bexec\b'
constructs:
  map:
    pattern: '\bmap\s*[{(]'
  regular_expression:
    pattern: '=~'
`;

const tasks = [
  {
    ...{ id: 'squares', category: 'lists', prompt: 'Print the squares of 1 to 4.' },
    reference: 'use strict;\n# no join needed\nprint join(" ", map { $_ * $_ } 1 .. 4), "\\n";\n',
    ...{ expectedOutput: '1 4 9 16\n', constructs: ['map'] },
  },
  {
    ...{ id: 'vowels', category: 'strings', prompt: 'Count the vowels of "education".' },
    reference: 'use strict;\nmy $n = () = "education" =~ /[aeiou]/g;\nprint "$n\\n";\n',
    ...{ expectedOutput: '5\n', constructs: ['regular_expression'] },
  },
];

function write(toolchain: string, text: string, gates: readonly string[]): void {
  mkdirSync(home.toolchains, { recursive: true });
  if (text !== '') writeFileSync(join(home.toolchains, `${toolchain}.yaml`), text);
  const folder = join(home.folder, 'benchmarks', 'mine');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ schemaVersion: 1, name: 'mine', version: 'v1', title: 'Mine', description: 'Two tasks.' },
    ...{ toolchain, systemPrompt: null, file: 'tasks.jsonl', license: 'mine', gates },
  };
  writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(manifest));
  const lines = tasks.map((task) =>
    JSON.stringify(toolchain === 'perl' ? task : { ...task, constructs: [] }),
  );
  writeFileSync(join(folder, 'tasks.jsonl'), `${lines.join('\n')}\n`);
}

describe('a language of the user’s own', () => {
  it('is judged by one file: syntax, run, output, constructs and gates', async () => {
    write('perl', perl, ['no_backticks']);
    const checked = await checkBenchmark({ home, places }, 'mine');
    expect(checked).toMatchObject({ tasks: 2, passed: 2, failures: [] });
    expect(checked.toolchain).toMatch(/^Perl v5/);

    const judge = await openJudge({ home, places }, 'perl', {
      ...{ allowUnsandboxed: false, gates: ['no_backticks'] },
    });
    const [squares] = tasks;
    if (squares === undefined) throw new Error('no task');
    const judged = async (text: string): Promise<string> => {
      const { failure, message } = await judge.judge(squares, {
        ...{ taskId: squares.id, sample: 0, text, finishReason: 'stop' },
        ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
      });
      return `${failure ?? 'passed'} ${message}`.trim();
    };
    try {
      const right = 'print join(" ", map { $_ * $_ } 1 .. 4);';
      expect(await judged(`Here:\n\`\`\`perl\n${right}\n\`\`\``)).toBe('passed');
      // Words in comments and strings are no constructs and break no rules.
      const plain = 'print "1 4 9 16"; # map { system } `ls`\nmy $x = \'map { } exec\';';
      expect(await judged(plain)).toBe('construct_missing not used: map');
      expect(await judged(`${right}\nmy $x = \`true\`;`)).toMatch(
        /^gate no_backticks: starts other/,
      );
      expect(await judged('print (1 .. ;')).toMatch(/^syntax syntax error at program\.pl line 1/);
      expect(await judged('die "oh\\n";')).toBe('runtime oh');
      expect(await judged('my @x = map { $_ } 1; print 5')).toMatch(/^wrong_output /);
    } finally {
      await judge.close();
    }
  }, 30_000);

  it('is refused with the file named when an expression in it is wrong', async () => {
    write('perl', perl.replace("'=~'", "'(=~'"), []);
    await expect(checkBenchmark({ home, places }, 'mine')).rejects.toThrow(/\(=~ is not valid/);
  });

  it('needs either a query or a pattern for a construct', async () => {
    write('perl', perl.replace("pattern: '=~'", "pattern: '=~'\n    query: (x)"), []);
    await expect(checkBenchmark({ home, places }, 'mine')).rejects.toThrow(
      /perl\.yaml.*either a query or a pattern/s,
    );
  });
});

describe('a toolchain whose program is missing', () => {
  it('is a clear outcome for the doctor, for a check and for an evaluation', async () => {
    const path = process.env.PATH;
    process.env.PATH = home.folder;
    try {
      const checks = await toolchainChecks({ home, places });
      expect(checks.find(({ name }) => name === 'toolchain synoema')).toEqual({
        ...{ name: 'toolchain synoema', status: 'note' },
        found: 'synoema is not on the PATH. synoema-repl is not on the PATH.',
        fix: 'Install Synoema so that synoema is on the PATH.',
      });
      const statuses = await toolchainStatuses({ home, places });
      expect(statuses.find(({ name }) => name === 'synoema')?.program).toBeNull();
      expect(statuses.find(({ name }) => name === 'javascript')?.problem).toBeNull();
      write('synoema', '', []);
      const missing = /toolchain "synoema" has no program.*synoema is not on the PATH/s;
      await expect(checkBenchmark({ home, places }, 'mine')).rejects.toThrow(missing);
      const options = { allowUnsandboxed: true };
      await expect(openJudge({ home, places }, 'synoema', options)).rejects.toThrow(missing);
    } finally {
      process.env.PATH = path;
    }
  }, 30_000);
});
