import { ORPCError } from '@orpc/client';
import { LabError } from '@shared/errors';
import { describe, expect, it } from 'vitest';
import { labErrorOf, usageError } from './failure';

const refused = new LabError({
  code: 'refused',
  what: 'They cannot be compared.',
  why: 'Their benchmarks differ.',
  fix: 'Use --force.',
  details: ['benchmarkHash: a, b'],
});

describe('what a command says of an error', () => {
  it('is the same whether the error crossed the border or not', () => {
    const crossed = new ORPCError('LAB_ERROR', { status: 400, data: refused.toValue() });
    expect(labErrorOf(crossed)).toEqual(labErrorOf(refused));
  });

  it('names the field that the contract refused', () => {
    const data = { issues: [{ path: ['adapter', 'rank'], message: 'Too small' }] };
    expect(labErrorOf(new ORPCError('BAD_REQUEST', { data }))).toMatchObject({
      code: 'bad_input',
      why: 'adapter.rank: Too small',
    });
  });

  it('is nothing for a bug, which is not dressed up as bad input', () => {
    expect(labErrorOf(new TypeError('x is undefined'))).toBeNull();
  });

  it('leaves out the prefix of the command line parser', () => {
    expect(usageError("error: unknown command 'trian'\n(Did you mean train?)").why).toBe(
      "unknown command 'trian' (Did you mean train?)",
    );
  });
});
