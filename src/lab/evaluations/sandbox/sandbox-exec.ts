/**
 * sandbox-exec (macOS): everything is denied but reading the system, the program's own files and its
 * box. No network, no writing, and no second process, so nothing can outlive the program.
 * Profile language: the comments in /System/Library/Sandbox/Profiles.
 */
import { realpathSync } from 'node:fs';
import {
  type ConfinedProgram,
  filled,
  filledEnvironment,
  pathsInPlace,
  plainEnvironment,
  type Sandbox,
} from './sandbox';

const quoted = (path: string): string => JSON.stringify(path);

export function seatbeltProfile(program: ConfinedProgram, box: string): string {
  const [executable] = program.argv;
  const folders = program.folders ?? [];
  const writable = folders.filter((folder) => folder.writable);
  return [
    '(version 1)',
    '(deny default)',
    '(import "bsd.sb")',
    // Only a compiler has a folder to write to, and only it may start what belongs to it.
    ...(writable.length === 0
      ? [
          `(allow process-exec (literal ${quoted(executable)}) (literal "/bin/sh") (literal "/bin/bash"))`,
          '(deny process-fork)',
        ]
      : ['(allow process-exec)', '(allow process-fork)']),
    '(deny network*)',
    '(allow sysctl-read)',
    '(allow file-read-metadata)',
    '(allow file-read* (subpath "/usr/lib") (subpath "/System/Library") (literal "/") (literal "/bin/sh"))',
    ...[...program.readable, box, ...folders.map(({ path }) => realpathSync(path))].map(
      (path) => `(allow file-read* (subpath ${quoted(path)}))`,
    ),
    '(deny file-write*)',
    ...writable.map(({ path }) => `(allow file-write* (subpath ${quoted(realpathSync(path))}))`),
    '(allow file-write* (literal "/dev/null") (literal "/dev/dtracehelper"))',
  ].join('\n');
}

export const sandboxExec: Sandbox = {
  name: 'sandbox-exec',
  launch(program, box) {
    // /tmp is a link on macOS, and the profile is about real paths.
    const folder = realpathSync(box);
    const paths = pathsInPlace(program, folder);
    const limits = 'ulimit -c 0; ulimit -n 256; ulimit -f 131072; exec "$@"';
    return {
      command: '/usr/bin/sandbox-exec',
      args: [
        ...['-p', seatbeltProfile(program, folder), '/bin/sh', '-c', limits, 'sh'],
        ...filled(program.argv, paths),
      ],
      env: { ...plainEnvironment, ...filledEnvironment(program.environment, paths) },
      cwd: folder,
      statusPipe: false,
    };
  },
};
