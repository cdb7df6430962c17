import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addAllVerbs } from '../src/cli/all-verbs';
import { labUsage } from './lab-usage.mjs';

test('the help before the set-up names the verbs that the command has', () => {
  const program = new Command('lab');
  addAllVerbs(program, () => {});
  const named = [...labUsage.matchAll(/^ {2}(\w+) /gm)].map(([, verb]) => verb);
  expect(named.sort()).toEqual(program.commands.map((verb) => verb.name()).sort());
});
