import { expect, test } from 'vitest';
import { definitionsOf } from './python-models.mjs';

const pointer = '#/';
const object = (properties) => ({ type: 'object', properties });

test('an option of a union is named after its kind', () => {
  const step = object({ kind: { type: 'string', const: 'step' } });
  expect(definitionsOf({ Event: { oneOf: [step] } }, pointer)).toEqual({
    StepEvent: step,
    Event: { anyOf: [{ $ref: '#/StepEvent' }] },
  });
});

test('equal shapes share one definition and different ones get the name of their parent', () => {
  const device = object({ id: { type: 'string' } });
  const other = object({ id: { type: 'integer' } });
  const definitions = definitionsOf(
    { Run: object({ device }), Evaluation: object({ device }), Report: object({ device: other }) },
    pointer,
  );
  expect(Object.keys(definitions).sort()).toEqual([
    'Device',
    'Evaluation',
    'Report',
    'ReportDevice',
    'Run',
  ]);
  expect(definitions.Evaluation.properties.device).toEqual({ $ref: '#/Device' });
});

test('bounds survive on a property and go from the options of a union', () => {
  const bounded = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
  const schema = object({ steps: bounded, limit: { anyOf: [bounded, { type: 'null' }] } });
  expect(definitionsOf({ Plan: schema }, pointer).Plan.properties).toEqual({
    steps: { type: 'integer', minimum: 1 },
    limit: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
  });
});
