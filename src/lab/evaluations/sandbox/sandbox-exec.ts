/**
 * sandbox-exec (macOS): everything is denied but reading the system, the program's own files and its
 * box. No network, no writing, and no second process, so nothing can outlive the program.
 * Profile language: the comments in /System/Library/Sandbox/Profiles.
 */
import { realpathSync } from 'node:fs';
import { type ConfinedProgram, plainEnvironment, type Sandbox, withBox } from './sandbox';

const quoted = (path: string): string => JSON.stringify(path);

export function seatbeltProfile(program: ConfinedProgram, box: string): string {
  const [executable] = program.argv;
  return [
    '(version 1)',
    '(deny default)',
    '(import "bsd.sb")',
    `(allow process-exec (literal ${quoted(executable)}) (literal "/bin/sh") (literal "/bin/bash"))`,
    '(deny process-fork)',
    '(deny network*)',
    '(allow sysctl-read)',
    '(allow file-read-metadata)',
    '(allow file-read* (subpath "/usr/lib") (subpath "/System/Library") (literal "/") (literal "/bin/sh"))',
    ...[...program.readable, box].map((path) => `(allow file-read* (subpath ${quoted(path)}))`),
    '(deny file-write*)',
    '(allow file-write* (literal "/dev/null") (literal "/dev/dtracehelper"))',
  ].join('\n');
}

export const sandboxExec: Sandbox = {
  name: 'sandbox-exec',
  launch(program, box) {
    // /tmp is a link on macOS, and the profile is about real paths.
    const folder = realpathSync(box);
    const limits = 'ulimit -c 0; ulimit -n 256; ulimit -f 131072; exec "$@"';
    return {
      command: '/usr/bin/sandbox-exec',
      args: [
        ...['-p', seatbeltProfile(program, folder), '/bin/sh', '-c', limits, 'sh'],
        ...withBox(program.argv, folder),
      ],
      env: { ...plainEnvironment, ...program.environment },
      cwd: folder,
      statusPipe: false,
    };
  },
};
