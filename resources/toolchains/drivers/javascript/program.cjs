/**
 * Serves the functions of a judged program over a pipe; protocol: README.md one folder up.
 *
 * CommonJS, which starts sooner than modules do: every sample pays for it.
 */
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename } = require('node:path');
const vm = require('node:vm');
const { Lines } = require('./lines.cjs');
const { decode, encode } = require('./values.cjs');

const path = process.argv[2];
const lines = new Lines(0, 1);
// What the program prints must not mix with the answers.
process.stdout.write = process.stderr.write.bind(process.stderr);
for (const name of ['log', 'info', 'debug', 'table', 'dir']) {
  console[name] = (...words) => console.error(...words);
}

const kept = new Map();
const numbers = new Map();
const keep = (value) => {
  const callback = callbackNumbers.get(value);
  if (callback !== undefined) return -callback;
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, numbers.size + 1);
  kept.set(numbers.size, value);
  return numbers.size;
};
const own = (number) => (number < 0 ? callbackOf(-number) : kept.get(number));

// Functions of the tests: always the same one here for the same one there.
const callbacks = new Map();
const callbackNumbers = new WeakMap();
// What such a function threw, so that the tests get the very same thing when it comes back to them.
const thrown = new WeakMap();

function callbackOf(number) {
  const known = callbacks.get(number);
  if (known !== undefined) return known;
  const callback = (...args) => callBack(number, args);
  callbacks.set(number, callback);
  callbackNumbers.set(callback, number);
  return callback;
}

/** Calls a function of the tests; meanwhile they may ask for more. */
function callBack(number, args) {
  lines.say({ callback: number, args: args.map((value) => encode(value, keep)) });
  for (let request = lines.next(); request !== null; request = lines.next()) {
    if ('return' in request) return decode(request.return, own);
    if ('raise' in request) throw raised(request.raise);
    lines.say(said(request));
  }
  // The tests are gone.
  process.exit(1);
}

const errors = { Error, TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError };

function raised({ kind, message, thrown: number }) {
  const error = new (errors[kind] ?? Error)(message);
  if (!(kind in errors)) error.name = kind;
  thrown.set(error, number);
  return error;
}

// What a program finds in a CommonJS module of its own.
const itsModule = { exports: {} };
Object.assign(globalThis, {
  require: createRequire(path),
  module: itsModule,
  exports: itsModule.exports,
});

function globalOf(name) {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return undefined;
  const value = vm.runInThisContext(`typeof ${name} === 'undefined' ? undefined : ${name}`);
  return value ?? itsModule.exports?.[name];
}

function answer(request) {
  if ('has' in request) return { value: globalOf(request.has) !== undefined };
  const { call, attribute } = request;
  const target = 'handle' in call ? kept.get(call.handle) : globalOf(call.name);
  if (target === undefined) throw new ReferenceError(`${call.name} is not defined`);
  if (request.peek) return { value: encode(target[attribute], keep) };
  const args = request.args.map((value) => decode(value, own));
  let value;
  if (attribute === 'new') value = new target(...args);
  else if (attribute === null) value = target(...args);
  else if (typeof target[attribute] === 'function') value = target[attribute](...args);
  else value = target[attribute];
  return { value: encode(value, keep), args: args.map((argument) => encode(argument, keep)) };
}

function serve() {
  try {
    vm.runInThisContext(readFileSync(path, 'utf8'), { filename: basename(path) });
  } catch (error) {
    lines.say({ failed: error?.stack ?? String(error) });
    return 1;
  }
  lines.say({ ready: true });
  for (let request = lines.next(); request !== null; request = lines.next()) {
    lines.say(said(request));
  }
  return 0;
}

function said(request) {
  try {
    return answer(request);
  } catch (error) {
    const message = String(error?.message ?? error).slice(0, 2000);
    const number = typeof error === 'object' && error !== null ? thrown.get(error) : undefined;
    return { error: { kind: error?.name ?? 'Error', message, thrown: number } };
  }
}

// Timers and promises of the program never get a turn: a call returns its value or has none.
process.exit(serve());
