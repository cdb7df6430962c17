/**
 * bubblewrap (Linux): own process, network, IPC and mount namespaces; a root made of the system's
 * folders read-only, an empty /tmp in memory, and the program's box. Nothing of the user's is there.
 *
 * Limits come from `prlimit`, and from a control group where one can be made. The kernel does not hold
 * root to a number of processes, so as root the program gets a user id of its own by `setpriv`, which
 * also leaves it without any capability.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { isBelow, systemFolders } from '../toolchains/shared-libraries';
import type { ControlGroups } from './control-groups';
import {
  type ConfinedProgram,
  filled,
  filledEnvironment,
  type Launch,
  plainEnvironment,
  type Sandbox,
} from './sandbox';

export interface BubblewrapOptions {
  readonly bwrap: string;
  readonly prlimit: string;
  /** Path of setpriv: start as root and give the program a user id of its own. */
  readonly setpriv: string | null;
  /** What `bwrap --help` lists. */
  readonly supports: (option: string) => boolean;
  readonly groups: ControlGroups | null;
}

const inside = { box: '/box', out: '/out', cache: '/cache', prepared: '/prepared' };
const temporaryBytes = 64 * 1024 * 1024;
const fileBytes = 64 * 1024 * 1024;
const openFiles = 256;
/** Unused on the usual systems; each running program has another, as the limit counts by user. */
const firstUser = 60_600;
const users = 300;
let nextUser = 0;

export function bubblewrap(options: BubblewrapOptions): Sandbox {
  const fixed = [...namespaces(options), ...systemMounts(), ...ownMounts(options)];
  return {
    name: 'bubblewrap',
    groups: options.groups,
    launch: (program, box): Launch => ({
      command: options.bwrap,
      args: [
        ...fixed,
        ...program.readable.filter(isOutsideSystem).flatMap(bindAtSamePath('--ro-bind')),
        ...(program.folders ?? []).flatMap(({ name, path, writable }) => [
          ...[writable ? '--bind' : '--ro-bind', path, `/${name}`],
        ]),
        ...['--ro-bind', box, '/box', '--chdir', '/box', '--remount-ro', '/'],
        ...['--json-status-fd', '3', '--'],
        ...limiter(options, program),
        ...filled(program.argv, inside),
      ],
      env: { ...plainEnvironment, ...filledEnvironment(program.environment, inside) },
      cwd: '/',
      statusPipe: true,
    }),
  };
}

function namespaces({ setpriv, supports }: BubblewrapOptions): readonly string[] {
  const always = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts'];
  const user =
    setpriv !== null
      ? []
      : ['--unshare-user', ...(supports('--disable-userns') ? ['--disable-userns'] : [])];
  return [
    ...always,
    ...user,
    '--unshare-cgroup-try',
    '--die-with-parent',
    '--new-session',
    ...(setpriv === null ? ['--cap-drop', 'ALL'] : []),
  ];
}

/** /usr and its like; on merged systems /bin and /lib are links into it. */
function systemMounts(): readonly string[] {
  return [
    ...systemFolders.flatMap((path) => {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) return [];
      return found.isSymbolicLink()
        ? ['--symlink', readlinkSync(path), path]
        : ['--ro-bind', path, path];
    }),
    ...['/etc/ld.so.cache', '/etc/alternatives'].flatMap(bindAtSamePath('--ro-bind-try')),
  ];
}

function ownMounts({ supports }: BubblewrapOptions): readonly string[] {
  const canLimit = supports('--size') && supports('--perms');
  const temporary = canLimit
    ? ['--size', String(temporaryBytes), '--perms', '1777', '--tmpfs', '/tmp']
    : ['--dir', '/tmp'];
  return ['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', ...temporary];
}

function limiter({ prlimit, setpriv }: BubblewrapOptions, { limits }: ConfinedProgram) {
  const user = String(firstUser + nextUser);
  nextUser = (nextUser + 1) % users;
  const drop =
    setpriv === null
      ? []
      : [
          ...[setpriv, `--reuid=${user}`, `--regid=${user}`, '--clear-groups'],
          ...['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'],
        ];
  return [
    prlimit,
    `--nproc=${limits.processes}`,
    `--data=${limits.memoryMegabytes * 1024 * 1024}`,
    `--fsize=${fileBytes}`,
    `--nofile=${openFiles}`,
    '--core=0',
    ...drop,
  ];
}

/** Parents are made by name: bwrap closes those it makes itself to every user but its own. */
const bindAtSamePath = (option: string) => (path: string) => [
  ...parentsOf(path).flatMap((parent) => ['--dir', parent]),
  ...[option, path, path],
];

const parentsOf = (path: string): readonly string[] => {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parentsOf(parent), parent];
};

const isOutsideSystem = (path: string): boolean =>
  !systemFolders.some((folder) => isBelow(path, folder));
