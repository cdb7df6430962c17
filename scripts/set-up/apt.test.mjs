import { expect, test } from 'vitest';
import { choosePackages, parsePolicy } from './apt.mjs';

const bookworm = `libgtk-3-0:
  Installed: 3.24.38-2~deb12u3
  Candidate: 3.24.38-2~deb12u3
  Version table:
 *** 3.24.38-2~deb12u3 500
libasound2:
  Installed: (none)
  Candidate: 1.2.8-1+b1
  Version table:
     1.2.8-1+b1 500
`;

/** Where the t64 names exist, the old name is known without anything to install. */
const noble = `libasound2t64:
  Installed: (none)
  Candidate: 1.2.11-1ubuntu0.1
libasound2:
  Installed: (none)
  Candidate: (none)
libgtk-3-0t64:
  Installed: 3.24.41-4ubuntu1
  Candidate: 3.24.41-4ubuntu1
`;

const wanted = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libasound2t64', 'libasound2'],
];

test('the old names are chosen where the new ones do not exist', () => {
  expect(choosePackages(wanted, parsePolicy(bookworm))).toEqual({
    install: ['libasound2'],
    unknown: [],
  });
});

test('the new names are chosen where the old ones have nothing to install', () => {
  expect(choosePackages(wanted, parsePolicy(noble))).toEqual({
    install: ['libasound2t64'],
    unknown: [],
  });
});

test('without package lists every name is unknown', () => {
  expect(choosePackages(wanted, parsePolicy(''))).toEqual({ install: [], unknown: wanted });
});
