/**
 * Runs hidden tests against a program in another process; protocol: README.md one folder up.
 *
 * Understood are `test(name, () => …)` blocks, and plain scripts that throw where something is wrong
 * (MultiPL-E). `assert` is Node's strict one unless the tests require another; a name that the tests do not define is looked for in
 * the program.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { Lines } from './lines.mjs';
import { decode, encode } from './values.mjs';

const lines = new Lines(0, 1);
process.stdout.write = process.stderr.write.bind(process.stderr);

class ProgramEnded extends Error {}

const errors = { Error, TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError };
const remotes = new WeakMap();

function ask(request) {
  lines.say(request);
  const answer = lines.next();
  if ('gone' in answer) throw new ProgramEnded(answer.gone);
  if ('error' in answer) {
    const Kind = errors[answer.error.kind] ?? Error;
    const error = new Kind(answer.error.message);
    error.name = answer.error.kind;
    throw error;
  }
  return answer;
}

function call(target, attribute, args) {
  const answer = ask({ call: target, attribute, args: args.map(encoded), kwargs: {} });
  args.forEach((before, index) => {
    change(before, answer.args[index]);
  });
  return decode(answer.value, remote);
}

const encoded = (value) =>
  encode(value, (object) => {
    const number = remotes.get(object);
    if (number === undefined) throw new TypeError('a function cannot be handed to the program');
    return number;
  });

/** Arrays and plain objects are changed as the program changed them. */
function change(before, after) {
  if (before === null || typeof before !== 'object' || remotes.has(before)) return;
  const changed = decode(after, remote);
  if (Array.isArray(before) && Array.isArray(changed)) before.splice(0, Infinity, ...changed);
  else if (before instanceof Map || before instanceof Set) {
    before.clear();
    for (const item of changed) before instanceof Map ? before.set(...item) : before.add(item);
  } else {
    for (const key of Object.keys(before)) delete before[key];
    Object.assign(before, changed);
  }
}

/** An object or a function of the program. It has nothing of its own that could equal something. */
function remote(number, name) {
  const made = standIn({ handle: number }, name);
  remotes.set(made, number);
  return made;
}

function standIn(target, name) {
  return new Proxy(function ofProgram() {}, {
    apply: (_function, _self, args) => call(target, null, args),
    construct: (_function, args) => call(target, 'new', args),
    get(_function, key) {
      if (key === Symbol.toPrimitive) return () => `${name} of the program`;
      if (typeof key === 'symbol' || key === 'then') return undefined;
      if (key === 'constructor') return { name };
      return method(target, key);
    },
    ownKeys: () => ['prototype'],
  });
}

/** A value that an object of the program holds, or one of its methods. */
function method(target, key) {
  const probe = ask({ call: target, attribute: `${key}`, args: [], kwargs: {}, peek: true });
  const value = decode(probe.value, remote);
  return typeof value === 'function' ? (...args) => call(target, key, args) : value;
}

function namesOfProgram(context) {
  return new Proxy(context, {
    has: (target, key) => typeof key === 'string' && (key in target || !(key in globalThis)),
    get(target, key) {
      if (key in target || typeof key !== 'string') return target[key];
      if (!ask({ has: key }).value) throw new ReferenceError(`${key} is not defined`);
      return standIn({ name: key }, key);
    },
  });
}

function run(text, entryPoint) {
  const results = [];
  const named = [];
  const test = (name, body) => named.push([String(name), body]);
  const context = {
    assert,
    test,
    it: test,
    require: createRequire(import.meta.url),
    ...(entryPoint === null ? {} : { candidate: standIn({ name: entryPoint }, entryPoint) }),
  };
  // `with` gives the tests the program's names without a list of them.
  const script = new vm.Script(`(function (names) { with (names) { ${text}\n } })`, {
    filename: 'hidden_tests.js',
  });
  const whole = outcome('tests', () => script.runInThisContext()(namesOfProgram(context)));
  if (!whole.passed || named.length === 0) return [whole];
  for (const [name, body] of named) results.push(outcome(name, body));
  return results;
}

function outcome(name, body) {
  try {
    const value = body();
    if (typeof value?.then === 'function') throw new Error('asynchronous tests are not run');
    return { name, passed: true, message: '' };
  } catch (error) {
    const message = String(error?.message ?? error).split('\n').slice(0, 6).join('\n');
    return { name, passed: false, message: message.slice(0, 500) };
  }
}

for (let request = lines.next(); request !== null; request = lines.next()) {
  let answer;
  try {
    answer = { results: run(request.tests, request.entryPoint) };
  } catch (error) {
    answer = { broken: `${error?.name}: ${error?.message}` };
  }
  lines.say(answer);
}
