/**
 * Shapes JSON Schemas so that the generator of the pydantic models gives each object one class
 * with a name of its own.
 */

const pascalCase = (text) =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const singular = (name) => name.replace(/(?<=[a-z])s$/, '');

const noise = new Set(['$schema', 'description', 'title']);

/** Of a scalar inside a union or a list only the type is kept; a bound there would need a class. */
const plainScalar = ({ type, enum: options, const: constant }) =>
  JSON.parse(JSON.stringify({ type, enum: options, const: constant }));

/**
 * One flat set of named schemas: every object becomes a definition of its own, named after its
 * property (`plan` → Plan), its list (`files` → File) or, in a union, its kind (`step` →
 * StepEvent). A name that another shape has gets its parent's name in front; equal shapes share
 * one definition.
 *
 * @param {Record<string, object>} schemas by class name
 * @param {string} pointer where definitions lie in the document, such as `#/components/schemas/`
 */
export function definitionsOf(schemas, pointer) {
  const definitions = new Map();
  const names = new Map();

  const define = (node, wanted, parent) => {
    const shape = `${wanted} ${JSON.stringify(node, (key, value) => (noise.has(key) ? undefined : value))}`;
    const name = names.get(shape) ?? (definitions.has(wanted) ? parent + wanted : wanted);
    if (!definitions.has(name)) {
      names.set(shape, name);
      definitions.set(name, null);
      definitions.set(name, convertObject(node, name));
    }
    return { $ref: pointer + name };
  };

  const convertOption = (option, name, parent) => {
    if (option.properties || option.anyOf || option.oneOf || option.items)
      return convert(option, name, parent);
    return option.additionalProperties ? convert(option, name, parent) : plainScalar(option);
  };

  const convert = (node, name, parent) => {
    if (typeof node !== 'object' || node === null) return node;
    if (node.properties) return define(node, name, parent);
    return convertBody(node, name, parent);
  };

  const convertObject = (node, name) => ({
    ...convertBody({ ...node, properties: undefined }, name, name),
    properties: Object.fromEntries(
      Object.entries(node.properties).map(([key, value]) => [
        key,
        convert(value, pascalCase(key), name),
      ]),
    ),
  });

  const convertBody = (node, name, parent) => {
    const body = {};
    for (const [key, value] of Object.entries(node)) {
      if (noise.has(key) || value === undefined) continue;
      if (typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER) continue;
      if (key === 'items') body.items = convertOption(value, singular(name), parent);
      else if (key === 'additionalProperties') body[key] = convert(value, singular(name), parent);
      else if (key === 'oneOf' || key === 'anyOf') body.anyOf = value.map(optionOf(name, parent));
      else body[key] = value;
    }
    return body;
  };

  const optionOf = (name, parent) => (option) => {
    const kind = option.properties?.kind?.const;
    const named = typeof kind === 'string' ? pascalCase(kind) + name : name;
    return convertOption(option, named, parent);
  };

  for (const [name, schema] of Object.entries(schemas)) {
    if (schema.properties) define(schema, name, name);
    else definitions.set(name, convertBody(schema, name, name));
  }
  return Object.fromEntries(definitions);
}
