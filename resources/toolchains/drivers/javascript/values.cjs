/**
 * Values as JSON between a judged program and its tests; format: README.md one folder up.
 *
 * The two sides have objects of different realms, so plain objects are told by the prototype's own
 * constructor name and arrays by `Array.isArray`; everything else becomes a handle.
 */

const longest = 1_000_000;

const isPlain = (value) => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** `value` as JSON; `keep` gives an object that stays here its handle. */
function encode(value, keep) {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value === undefined) return { u: 1 };
  if (typeof value === 'number') return { f: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'bigint') return { i: String(value) };
  if (Array.isArray(value)) return { l: Array.from(value, (item) => encode(item, keep)) };
  if (typeof value === 'object') {
    const tag = tagOf(value);
    if (tag === 'Set') return { s: Array.from(value, (item) => encode(item, keep)) };
    if (tag === 'Map') {
      return { d: Array.from(value, ([key, item]) => [encode(key, keep), encode(item, keep)]) };
    }
    if (/ (Iterator|Generator)$|^Generator$/.test(tag)) return { g: listOf(value, keep) };
    if (tag === 'Object' && isPlain(value)) {
      return { o: Object.entries(value).map(([key, item]) => [key, encode(item, keep)]) };
    }
  }
  const name = typeof value === 'function' ? 'Function' : (value.constructor?.name ?? 'Object');
  return { h: keep(value), c: String(name) };
}

function listOf(iterator, keep) {
  const items = [];
  for (const item of iterator) {
    items.push(encode(item, keep));
    if (items.length > longest) throw new RangeError('an iterator of more than a million items');
  }
  return items;
}

/** The plain value; `handle` makes what stands for an object of the other side. */
function decode(value, handle) {
  if (value === null || typeof value !== 'object') return value;
  if ('u' in value) return undefined;
  if ('f' in value) return Number(value.f);
  if ('i' in value) return BigInt(value.i);
  if ('l' in value) return value.l.map((item) => decode(item, handle));
  if ('g' in value) return value.g.map((item) => decode(item, handle)).values();
  if ('s' in value) return new Set(value.s.map((item) => decode(item, handle)));
  if ('d' in value) {
    return new Map(value.d.map(([key, item]) => [decode(key, handle), decode(item, handle)]));
  }
  if ('o' in value) {
    return Object.fromEntries(value.o.map(([key, item]) => [key, decode(item, handle)]));
  }
  if ('h' in value) return handle(value.h, value.c);
  throw new TypeError(`not a value: ${JSON.stringify(value)}`);
}

module.exports = { decode, encode };
