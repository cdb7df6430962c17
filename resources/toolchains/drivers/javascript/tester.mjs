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
import { Lines } from './lines.cjs';
import { decode, encode } from './values.cjs';

const lines = new Lines(0, 1);
process.stdout.write = process.stderr.write.bind(process.stderr);

class ProgramEnded extends Error {}

const errors = { Error, TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError };
const remotes = new WeakMap();
// Functions of the tests that the program may call, and what they threw; of one program at a time.
const callbacks = [];
const thrown = [];
/** Calls inside calls: far more than programs need, far fewer than the stack has room for. */
const deepest = 300;
let depth = 0;

function ask(request) {
  if (depth >= deepest) throw new RangeError('too many calls inside each other');
  depth += 1;
  try {
    return exchange(request);
  } finally {
    depth -= 1;
  }
}

function exchange(request) {
  lines.say(request);
  let answer = lines.next();
  while ('callback' in answer) {
    lines.say(calledBack(answer));
    answer = lines.next();
  }
  if ('gone' in answer) throw new ProgramEnded(answer.gone);
  if ('error' in answer) {
    if (Object.hasOwn(thrown, String(answer.error.thrown))) throw thrown[answer.error.thrown];
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

/** A function of the tests is called. What it is given came from the program, as every value does. */
function calledBack({ callback, args }) {
  try {
    return { return: encoded(callbackOf(callback)(...args.map((value) => decode(value, remote)))) };
  } catch (error) {
    if (error instanceof ProgramEnded) throw error;
    thrown.push(error);
    const message = String(error?.message ?? error).slice(0, 2000);
    return { raise: { kind: String(error?.name ?? 'Error'), message, thrown: thrown.length - 1 } };
  }
}

function callbackOf(number) {
  const callback = callbacks[number - 1];
  if (callback === undefined) throw new TypeError(`the tests handed over no function ${number}`);
  return callback;
}

const encoded = (value) => encode(value, numberOf);

function numberOf(object) {
  const number = remotes.get(object);
  if (number !== undefined) return number;
  if (typeof object !== 'function') {
    throw new TypeError(`a ${object.constructor?.name} of the tests cannot be handed to the program`);
  }
  const at = callbacks.indexOf(object);
  return at < 0 ? -callbacks.push(object) : -(at + 1);
}

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
    const properties = { configurable: true, enumerable: true, writable: true };
    // Not by assignment, which a key such as __proto__ would lead elsewhere.
    for (const [key, value] of Object.entries(changed)) {
      Object.defineProperty(before, key, { ...properties, value });
    }
  }
}

/** An object or a function of the program. It has nothing of its own that could equal something. */
function remote(number, name) {
  if (number < 0) return callbackOf(-number);
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
  const found = new Map();
  return new Proxy(context, {
    has: (target, key) => typeof key === 'string' && (key in target || !(key in globalThis)),
    get(target, key) {
      if (key in target || typeof key !== 'string') return target[key];
      if (!found.has(key)) {
        if (!ask({ has: key }).value) throw new ReferenceError(`${key} is not defined`);
        found.set(key, standIn({ name: key }, key));
      }
      return found.get(key);
    },
  });
}

function run(text, entryPoint) {
  const results = [];
  const named = [];
  callbacks.length = 0;
  thrown.length = 0;
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
