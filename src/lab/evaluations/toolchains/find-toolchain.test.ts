import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolchainSchema } from '@shared/toolchain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LabHome } from '../../store/home';
import { labelOf, openJudge } from '../judge/open-judge';
import { findToolchain, toolchainStatuses } from './find-toolchain';

const resources = join(import.meta.dirname, '../../../../resources');
const path = process.env.PATH;
let folder: string;
let context: { readonly home: LabHome; readonly places: ReturnType<typeof placesOf> };

const exampleToolchain = `schemaVersion: 1
name: x
title: X
programs: [x]
versionCommand: [x]
fenceNames: [x]
fileName: a.x
syntax: [x]
run: [x]
grammar: null
`;

const placesOf = (shipped: string) => ({ resources: shipped, python: '', environments: '' });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-toolchain-'));
  context = { home: new LabHome(folder), places: placesOf(resources) };
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

function writeToolchain(name: string, more: string): void {
  mkdirSync(context.home.toolchains, { recursive: true });
  writeFileSync(
    join(context.home.toolchains, `${name}.yaml`),
    `schemaVersion: 1\nname: ${name}\ntitle: Mine\nversionCommand: ['{program}', '--version']
fenceNames: [js]\nfileName: a.js\nsyntax: ['{program}', '--check', '{file}']
run: ['{program}', '{file}']\ngrammar: null\n${more}\n`,
  );
}

describe('finding a toolchain', () => {
  it('takes the real executable behind a launcher, and says its version', async () => {
    symlinkSync(process.execPath, join(folder, 'node'));
    process.env.PATH = `${folder}:${path}`;
    const found = await findToolchain(context, 'javascript');
    expect(found.program).toBe(realpathSync(process.execPath));
    expect(found.version).toBe(process.version);
  });

  it('falls back on the Node that runs the lab', async () => {
    process.env.PATH = folder;
    const found = await findToolchain(context, 'javascript');
    expect(found.program).toBe(realpathSync(process.execPath));
  });

  it('says why none of its programs works', async () => {
    writeFileSync(join(folder, 'broken'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    process.env.PATH = `${folder}:${path}`;
    writeToolchain('mine', 'programs: [nowhere-to-be-found, broken]');
    await expect(findToolchain(context, 'mine')).rejects.toThrow(
      /nowhere-to-be-found is not on the PATH\. .*broken does not run/,
    );
    const statuses = await toolchainStatuses(context);
    const working = new Map(statuses.map(({ name, problem }) => [name, problem === null]));
    expect(working.get('javascript')).toBe(true);
    expect(working.get('mine')).toBe(false);
  });

  it('names the file that is wrong, and lets nobody replace a toolchain that ships', async () => {
    writeToolchain('javascript', 'programs: [node]');
    await expect(findToolchain(context, 'javascript')).rejects.toThrow(/belongs to another/);
    rmSync(context.home.toolchains, { recursive: true });
    writeToolchain('mine', 'programs: []');
    await expect(findToolchain(context, 'mine')).rejects.toThrow(/mine\.yaml.*programs/s);
  });

  it('judges by a toolchain of the user, from a program in a folder of their own', async () => {
    const bin = join(folder, 'own', 'bin');
    mkdirSync(bin, { recursive: true });
    const script = `#!/bin/sh\n[ "$1" = --version ] && echo 1.0 && exit\necho "ran $(cat $1)"\n`;
    writeFileSync(join(bin, 'mylang'), script, { mode: 0o755 });
    process.env.PATH = `${bin}:${path}`;
    writeToolchain('mylang', 'programs: [mylang]');
    const judge = await openJudge(context, 'mylang', { allowUnsandboxed: false });
    try {
      const judgement = await judge.judge(
        {
          ...{ id: 't', category: 'c', prompt: 'p', reference: '', constructs: [] },
          expectedOutput: 'ran hello',
        },
        {
          ...{ taskId: 't', sample: 0, text: 'hello', finishReason: 'stop' },
          ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
        },
      );
      expect(judgement.stages.map(({ stage, passed }) => [stage, passed])).toContainEqual([
        'run',
        true,
      ]);
      expect(judge.toolchain).toBe('Mine 1.0');
    } finally {
      await judge.close();
    }
  });
});

describe('the label of a toolchain', () => {
  it('says title and version, and the name of the program once', () => {
    const label = (title: string, version: string) => {
      const toolchain = { ...toolchainSchema.parse(parse(exampleToolchain)), title };
      return labelOf({ definition: toolchain, version });
    };
    expect(label('Python', 'Python 3.11.7')).toBe('Python 3.11.7');
    expect(label('Go', 'go version go1.19.8 linux/amd64')).toBe('Go go1.19.8 linux/amd64');
    expect(label('JavaScript (Node.js)', 'v20.20.2')).toBe('JavaScript (Node.js) v20.20.2');
  });
});
