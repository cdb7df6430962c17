/** Serves the functions of a judged program over a pipe; protocol: README.md one folder up. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { Lines } from './lines.mjs';
import { decode, encode } from './values.mjs';

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
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, numbers.size + 1);
  kept.set(numbers.size, value);
  return numbers.size;
};
const own = (number) => kept.get(number);

const module = { exports: {} };
Object.assign(globalThis, {
  require: createRequire(pathToFileURL(path)),
  module,
  exports: module.exports,
});

function globalOf(name) {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return undefined;
  const value = vm.runInThisContext(`typeof ${name} === 'undefined' ? undefined : ${name}`);
  return value ?? module.exports?.[name];
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
    let said;
    try {
      said = answer(request);
    } catch (error) {
      const message = String(error?.message ?? error).slice(0, 2000);
      said = { error: { kind: error?.name ?? 'Error', message } };
    }
    lines.say(said);
  }
  return 0;
}

// Timers and promises of the program never get a turn: a call returns its value or has none.
process.exit(serve());
