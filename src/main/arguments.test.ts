import { describe, expect, it } from 'vitest';
import { homeFromArguments } from './arguments';

describe('the lab home of the desktop app', () => {
  it('is taken from --home in both spellings, relative to the folder it was started in', () => {
    expect(homeFromArguments(['electron', '.', '--home', 'lab'], {}, '/a')).toBe('/a/lab');
    expect(homeFromArguments(['electron', '.', '--home=/b'], {}, '/a')).toBe('/b');
  });

  it('is taken from LORABENCH_HOME when no argument names it', () => {
    expect(homeFromArguments([], { LORABENCH_HOME: '/c' }, '/a')).toBe('/c');
    expect(homeFromArguments(['--home', '/b'], { LORABENCH_HOME: '/c' }, '/a')).toBe('/b');
  });

  it('is the usual one when nothing, or an empty variable, names it', () => {
    expect(homeFromArguments([], {}, '/a')).toBeNull();
    expect(homeFromArguments([], { LORABENCH_HOME: '' }, '/a')).toBeNull();
  });
});
