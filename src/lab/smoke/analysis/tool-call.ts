/**
 * The shape of a tool call in an answer. Styles: JSON in <tool_call> tags (Hermes function calling,
 * Qwen2.5's chat template), Mistral's [TOOL_CALLS] (docs.mistral.ai, function calling), and a plain
 * JSON object with name and arguments or parameters (Llama 3.1's prompt format).
 */
import type { ToolCall } from '@shared/smoke';
import { type FoundJson, jsonFrom } from './json-value';

const none: ToolCall = { shape: 'none', style: null, name: null, calls: 0, problem: null };
const opening = '<tool_call>';
const closing = '</tool_call>';
const mistral = '[TOOL_CALLS]';

export function toolCallIn(text: string): ToolCall {
  if (text.includes(opening) || text.includes(closing)) return inTags(text);
  if (text.includes(mistral)) return afterMark(text);
  return plain(text);
}

interface Call {
  readonly name: string;
  readonly problem: string | null;
}

function inTags(text: string): ToolCall {
  const calls: Call[] = [];
  let at = 0;
  for (;;) {
    const opened = text.indexOf(opening, at);
    const closed = text.indexOf(closing, at);
    if (opened < 0 && closed < 0) break;
    const missing = opened < 0 || (closed >= 0 && closed < opened);
    const begin = missing ? at : opened + opening.length;
    const found = jsonFrom(text, begin);
    const end = text.indexOf(closing, begin);
    const call = found === null || (end >= 0 && found.start > end) ? null : callOf(found);
    if (call !== null && found !== null) {
      const around = missing ? 'the opening tag is missing' : tagProblem(text, begin, end, found);
      calls.push({ ...call, problem: around ?? call.problem });
    }
    at = end < 0 ? text.length : end + closing.length;
  }
  return summary('tags', calls);
}

function tagProblem(text: string, begin: number, end: number, found: FoundJson): string | null {
  if (end < 0) return 'the closing tag is missing';
  const beside = text.slice(begin, found.start) + text.slice(found.end, end);
  return beside.trim() === '' ? null : 'there is other text inside the tags';
}

/** `[TOOL_CALLS] [{…}]`, or, in later tokenizers, `[TOOL_CALLS]name[ARGS]{…}`. */
function afterMark(text: string): ToolCall {
  const begin = text.indexOf(mistral) + mistral.length;
  const named = /^\s*([\w.-]+)\s*(\[ARGS\])?\s*(?=\{)/.exec(text.slice(begin));
  const found = jsonFrom(text, begin);
  if (found === null) return none;
  if (named?.[1] !== undefined) {
    const problem = named[2] === undefined ? '[ARGS] is missing' : found.mended;
    return summary('mistral', isObject(found.value) ? [{ name: named[1], problem }] : []);
  }
  const listed = Array.isArray(found.value) ? found.value : null;
  const calls = (listed ?? [found.value]).flatMap((value) => callOf({ ...found, value }) ?? []);
  const problem = listed === null ? 'the calls are not in a list' : null;
  return summary(
    'mistral',
    calls.map((call) => ({ ...call, problem: call.problem ?? problem })),
  );
}

function plain(text: string): ToolCall {
  const calls: Call[] = [];
  let first: FoundJson | null = null;
  for (let at = 0; ; ) {
    const found = jsonFrom(text, at);
    if (found === null) break;
    at = found.end;
    const values = Array.isArray(found.value) ? found.value : [found.value];
    const here = values.flatMap((value) => callOf({ ...found, value }) ?? []);
    if (here.length > 0) first ??= found;
    calls.push(...here);
  }
  if (first === null) return none;
  const whole = text.trim().length === text.slice(first.start, first.end).length;
  const problem = whole ? null : 'there is other text around the call';
  return summary(
    'json',
    calls.map((call) => ({ ...call, problem: call.problem ?? problem })),
  );
}

function summary(style: NonNullable<ToolCall['style']>, calls: readonly Call[]): ToolCall {
  const [first] = calls;
  if (first === undefined) return none;
  const problem = calls.find((call) => call.problem !== null)?.problem ?? null;
  const shape = problem === null ? 'well-formed' : 'recoverable';
  return { shape, style, name: first.name, calls: calls.length, problem };
}

/** Null for JSON that is no call of a function. */
function callOf({ value, mended }: Pick<FoundJson, 'value' | 'mended'>): Call | null {
  if (!isObject(value)) return null;
  // As OpenAI's API wraps it: {"type": "function", "function": {"name": …}}.
  const call = isObject(value.function) ? value.function : value;
  const wrapped = call === value ? null : 'the call is wrapped as in an API';
  if (typeof call.name !== 'string' || call.name === '') return null;
  const given = call.arguments ?? call.parameters;
  if (isObject(given)) return { name: call.name, problem: mended ?? wrapped };
  if (typeof given === 'string' && isObject(jsonFrom(given)?.value)) {
    return { name: call.name, problem: 'the arguments are JSON inside a string' };
  }
  return null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
