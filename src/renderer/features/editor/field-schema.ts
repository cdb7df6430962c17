/**
 * What the preset's schema says of one field: its explanation, its range and its choices. The form
 * asks here, so that there is one source for what a field means and what it may hold.
 */
import { presetSchema } from '@shared/preset';
import { z } from 'zod';

const jsonSchema = z.object({
  description: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
});
type JsonSchema = Readonly<z.infer<typeof jsonSchema>>;

export interface FieldSchema {
  readonly kind: 'text' | 'whole' | 'number' | 'switch' | 'choice' | 'list';
  readonly explanation: string;
  readonly nullable: boolean;
  readonly choices: readonly string[];
  readonly least: number | null;
  readonly most: number | null;
  /** The least value itself is not allowed. */
  readonly above: boolean;
}

let whole: JsonSchema | undefined;

function root(): JsonSchema {
  whole ??= jsonSchema.parse(z.toJSONSchema(presetSchema, { io: 'input' }));
  return whole;
}

/** Whole numbers carry the limits of exact arithmetic, which mean nothing to people. */
const limit = (value: number | undefined): number | null =>
  value === undefined || Math.abs(value) > 1e15 ? null : value;

function merged(schema: JsonSchema): { readonly schema: JsonSchema; readonly nullable: boolean } {
  const parts = (schema.anyOf ?? schema.allOf ?? []).map((part) => jsonSchema.parse(part));
  if (parts.length === 0) return { schema, nullable: false };
  const own = parts.find((part) => part.type !== 'null');
  return {
    schema: { ...own, ...schema, type: own?.type, enum: own?.enum },
    nullable: parts.some((part) => part.type === 'null'),
  };
}

function kindOf(schema: JsonSchema): FieldSchema['kind'] {
  if (schema.enum !== undefined) return 'choice';
  switch (schema.type) {
    case 'boolean':
      return 'switch';
    case 'integer':
      return 'whole';
    case 'number':
      return 'number';
    case 'array':
      return 'list';
    default:
      return 'text';
  }
}

const known = new Map<string, FieldSchema>();

/** @param path dotted, for example `adapter.rank` */
export function fieldSchema(path: string): FieldSchema {
  const found = known.get(path);
  if (found !== undefined) return found;
  let part = root();
  for (const key of path.split('.')) {
    const next = part.properties?.[key];
    if (next === undefined) throw new Error(`A preset has no field ${path}.`);
    part = merged(jsonSchema.parse(next)).schema;
    if (key === path.split('.').at(-1)) {
      const { schema, nullable } = merged(jsonSchema.parse(next));
      const field: FieldSchema = {
        kind: kindOf(schema),
        explanation: sentence(schema.description ?? ''),
        nullable,
        choices: schema.enum ?? [],
        least: limit(schema.exclusiveMinimum ?? schema.minimum) ?? schema.minLength ?? null,
        most: limit(schema.maximum) ?? schema.maxLength ?? null,
        above: schema.exclusiveMinimum !== undefined,
      };
      known.set(path, field);
      return field;
    }
  }
  throw new Error(`A preset has no field ${path}.`);
}

function sentence(text: string): string {
  if (text === '') return '';
  // A name such as rsLoRA or nf4 keeps its form.
  const begun = /^[a-z]+(?![\w])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function grouped(value: number): string {
  return value >= 10_000 ? value.toLocaleString('en-US') : String(value);
}

/** What a field takes, in words: `A whole number from 1 to 1024.` */
export function rangeWords(field: FieldSchema): string {
  const { kind, least, most, above, nullable } = field;
  if (kind === 'text') {
    return least !== null && least > 0 ? 'Write something here.' : `At most ${most} characters.`;
  }
  const what = kind === 'whole' ? 'A whole number' : 'A number';
  const from = least === null ? '' : above ? ` above ${least}` : ` from ${least}`;
  const to = most === null ? '' : above ? `, at most ${grouped(most)}` : ` to ${grouped(most)}`;
  return `${what}${from}${to}${nullable ? ', or nothing' : ''}.`;
}

/** The schema itself at a path, to judge a value by. */
function validatorAt(path: string): z.ZodType {
  let schema: z.ZodType = presetSchema;
  for (const key of path.split('.')) {
    schema = bare(schema);
    if (!(schema instanceof z.ZodObject)) throw new Error(`A preset has no field ${path}.`);
    const next: unknown = schema.shape[key];
    if (!(next instanceof z.ZodType)) throw new Error(`A preset has no field ${path}.`);
    schema = next;
  }
  return schema;
}

function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) {
    const inner: unknown = schema.unwrap();
    if (inner instanceof z.ZodType) return bare(inner);
  }
  return schema;
}

export type FieldReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** A text that was typed into a field as the value that the preset holds. */
export function readField(path: string, text: string): FieldReading {
  const field = fieldSchema(path);
  const trimmed = text.trim();
  const number = field.kind === 'whole' || field.kind === 'number';
  const value = !number
    ? field.kind === 'text' && path !== 'description'
      ? trimmed
      : text
    : trimmed === ''
      ? field.nullable
        ? null
        : undefined
      : Number(trimmed.replace(',', '.'));
  if (value === undefined || Number.isNaN(value)) return { ok: false, problem: rangeWords(field) };
  return judge(path, value);
}

export function judge(path: string, value: unknown): FieldReading {
  const parsed = validatorAt(path).safeParse(value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, problem: rangeWords(fieldSchema(path)) };
}
