import { describe, expect, it } from 'vitest';
import { agentOf, gatesTold } from './agent-subject';

const gate = { message: 'no', silent: false, advises: false };
const gates = { gofmt: gate, vet: { ...gate, advises: true }, no_unsafe: gate };

describe('an agent', () => {
  it('hears of the gates that count and of those that advise, or of all where it is asked', () => {
    expect(gatesTold({ gates }, [], false)).toEqual(['vet']);
    expect(gatesTold({ gates }, ['no_unsafe', 'gofmt'], false)).toEqual([
      'gofmt',
      'vet',
      'no_unsafe',
    ]);
    expect(gatesTold({ gates }, [], true)).toEqual(['gofmt', 'vet', 'no_unsafe']);
  });

  it('has three rounds unless others are asked for, and nothing else has rounds or gates', () => {
    expect(agentOf('agent:base:x', undefined, undefined)).toEqual({
      plainSubject: 'base:x',
      agent: { rounds: 3 },
    });
    expect(agentOf('agent:base:x', 5, true).agent).toEqual({ rounds: 5 });
    expect(agentOf('base:x', undefined, false).agent).toBeNull();
    expect(() => agentOf('base:x', 2, undefined)).toThrow(/answers each task once/);
    expect(() => agentOf('base:x', undefined, true)).toThrow(/answers each task once/);
  });
});
