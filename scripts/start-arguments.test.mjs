import { expect, test } from 'vitest';
import { asksForHelp } from './lab-usage.mjs';
import { hasDisplay } from './launch.mjs';
import { parseStartArguments } from './start-arguments.mjs';

test('options are taken and everything else is passed on', () => {
  const words = ['--web', '--port=8000', '--home', '/data', '--inspect', 'x'];
  expect(parseStartArguments(words)).toEqual({
    kind: 'start',
    web: true,
    port: '8000',
    home: '/data',
    rest: ['--inspect', 'x'],
  });
  expect(parseStartArguments([])).toEqual({ kind: 'start', web: false, rest: [] });
});

test('wrong options are named', () => {
  expect(parseStartArguments(['--port', 'x']).message).toContain('--port');
  expect(parseStartArguments(['--port=70000']).kind).toBe('wrong');
  expect(parseStartArguments(['--home']).message).toContain('--home');
  expect(parseStartArguments(['--web', '-h']).kind).toBe('help');
});

test('only Linux can be without a display', () => {
  expect(hasDisplay({}, 'linux')).toBe(false);
  expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
  expect(hasDisplay({}, 'darwin')).toBe(true);
});

test('help for the lab needs no set-up, running a verb does', () => {
  expect([[], ['--help'], ['train', '--help'], ['help', 'train']].every(asksForHelp)).toBe(true);
  expect(asksForHelp(['train', 'starter'])).toBe(false);
});
