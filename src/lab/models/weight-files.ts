/** Which files of a model are its weights: some folders hold them twice, in two layouts. */

const single = 'model.safetensors';
export const weightIndex = 'model.safetensors.index.json';
const shard = /^model-\d+-of-\d+\.safetensors$/;

/** Names of the weight files to load, as Transformers chooses them; empty when there are none. */
export function weightFiles(names: readonly string[]): string[] {
  if (names.includes(single)) return [single];
  if (names.includes(weightIndex)) return names.filter((name) => shard.test(name)).sort();
  return names.filter((name) => name.endsWith('.safetensors') && !isAdapter(name)).sort();
}

const isAdapter = (name: string): boolean => /^adapter.*\.safetensors$/.test(name);

/** Weights that are pickled, and so can run code when they are loaded. */
export const isPickle = (name: string): boolean => /\.(bin|pt|pth|ckpt|pkl|pickle)$/.test(name);

/** Files that decide how a model reads and writes text. */
export const isTokenizer = (name: string): boolean =>
  /^(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template)\.json$/.test(
    name,
  ) || /^(merges\.txt|vocab\.txt|tokenizer\.model|[\w.-]+\.jinja|[\w.-]+\.tiktoken)$/.test(name);

/** What a download fetches of a model's files: nothing that runs code, nothing below a folder. */
export function wantedFiles(names: readonly string[]): string[] {
  const plain = names.filter((name) => /^[\w-][\w.-]*$/.test(name));
  const weights = new Set(weightFiles(plain));
  const sidecar = (name: string): boolean =>
    isTokenizer(name) || (name.endsWith('.json') && !/\.(bin|h5|pt)\.index\.json$/.test(name));
  return plain.filter((name) => weights.has(name) || sidecar(name)).sort();
}

/** Whether the folder has what a tokenizer is made of. */
export function hasTokenizer(names: readonly string[]): boolean {
  return (
    names.includes('tokenizer.json') ||
    names.includes('tokenizer.model') ||
    (names.includes('vocab.json') && names.includes('merges.txt'))
  );
}
