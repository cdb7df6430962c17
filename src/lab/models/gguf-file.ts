/** Whether a GGUF file holds a language model that llama.cpp can be asked, with all its parts. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import { sha256 } from './canonical-json';
import { fileHash } from './file-hash';
import { absolutePath } from './find-model';
import { GgufError, type GgufFault, type GgufHeader, readGgufHeader } from './gguf-header';

export interface GgufModel {
  /** Absolute; the first one of a file in parts. */
  readonly path: string;
  /** All parts in order. */
  readonly parts: readonly string[];
  /** The file's, without ending and part. */
  readonly name: string;
  readonly architecture: string;
  readonly hasTemplate: boolean;
  /** Its vocabulary has the tokens of ChatML. */
  readonly knowsChatml: boolean;
}

const partPattern = /-(\d{5})-of-(\d{5})\.gguf$/i;

/** Architectures of GGUF files that answer nothing by themselves. */
const projectors = ['clip', 'mmproj'];
const embedders = ['bert', 'nomic-bert', 'nomic-bert-moe', 'jina-bert-v2', 'jina-bert-v3'];
const embeddersToo = ['modern-bert', 'neo-bert', 'eurobert', 'gemma-embedding', 'llama-embed'];
const others: Readonly<Record<string, string>> = {
  adapter: 'It holds a LoRA adapter without its base model.',
  mmproj: 'It holds the part of a model that looks at pictures or hears, not the one that writes.',
  imatrix: 'It holds measurements for quantizing a model, no model.',
  vocab: 'It holds a vocabulary without weights.',
};

/**
 * Looks at the headers alone; the weights are read when the model is hashed and loaded.
 * @throws LabError saying what is wrong with the file and what to do
 */
export function inspectGguf(named: string): GgufModel {
  const path = firstPart(absolutePath(named));
  const header = headerOf(path);
  const parts = partsOf(path, header);
  requireLanguageModel(path, header);
  for (const part of parts) requireWhole(part, part === path ? header : headerOf(part));
  return {
    path,
    parts,
    name: basename(path)
      .replace(partPattern, '')
      .replace(/\.gguf$/i, ''),
    architecture: String(header.values.get('general.architecture')),
    hasTemplate: typeof header.values.get('tokenizer.chat_template') === 'string',
    knowsChatml: header.knowsChatml,
  };
}

/** sha256 of the file; of a file in parts, that of the hashes of its parts. */
export async function ggufHash(
  context: Pick<LabContext, 'store'>,
  { parts }: GgufModel,
): Promise<string> {
  const hashes: string[] = [];
  for (const part of parts) hashes.push(await fileHash(context, part));
  return hashes.length === 1 ? hashes.join('') : sha256(hashes.join('\n'));
}

/** Whoever names a later part means the model. */
function firstPart(path: string): string {
  const [, , count] = partPattern.exec(path) ?? [];
  return count === undefined ? path : path.replace(partPattern, `-00001-of-${count}.gguf`);
}

function headerOf(path: string): GgufHeader {
  const status = existsSync(path) ? statSync(path) : null;
  if (status === null || !status.isFile()) {
    throw new LabError({
      code: 'not_found',
      what: `There is no file ${path}.`,
      why: status === null ? 'Nothing has that name.' : 'It is no file.',
      fix: 'Name a GGUF file: gguf:FILE.',
    });
  }
  try {
    return readGgufHeader(path);
  } catch (error) {
    if (error instanceof GgufError) throw unreadable(path, error.message, fixes[error.fault]);
    const why = error instanceof Error ? error.message : String(error);
    throw unreadable(path, why, 'Make the file readable for this user.');
  }
}

const fixes: Readonly<Record<GgufFault, string>> = {
  'not-gguf': 'Name a GGUF file. A folder in Hugging Face layout is evaluated as base:FOLDER.',
  version: 'Convert the model anew with a llama.cpp of today.',
  endianness: 'Convert the model for a little-endian machine.',
  truncated: 'Download or copy the file again.',
  damaged: 'Download or copy the file again.',
};

function partsOf(path: string, { values }: GgufHeader): readonly string[] {
  const count = Number(values.get('split.count') ?? 1);
  if (count <= 1) return [path];
  const matched = partPattern.exec(path);
  if (matched === null || Number(matched[2]) !== count || Number(values.get('split.no')) !== 0) {
    throw unusable(
      path,
      `It says that it is part ${Number(values.get('split.no')) + 1} of ${count}, its name says otherwise.`,
      'Give the parts their names back: NAME-00001-of-0000N.gguf.',
    );
  }
  const stem = basename(path).replace(partPattern, '');
  const names = Array.from({ length: count }, (_, index) =>
    [stem, String(index + 1).padStart(5, '0'), 'of', `${matched[2]}.gguf`].join('-'),
  );
  const missing = names.filter((name) => !existsSync(join(dirname(path), name)));
  if (missing.length > 0) {
    throw unusable(
      path,
      `It is in ${count} parts, and ${missing.slice(0, 3).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      'Put all parts into one folder.',
    );
  }
  return names.map((name) => join(dirname(path), name));
}

function requireLanguageModel(path: string, { values, tensors }: GgufHeader): void {
  const architecture = values.get('general.architecture');
  if (typeof architecture !== 'string' || architecture === '') {
    throw unusable(path, 'It does not say what architecture it has.', 'Convert the model anew.');
  }
  const kind = projectors.includes(architecture) ? 'mmproj' : values.get('general.type');
  const other = others[String(kind)];
  const fix = 'Name the GGUF file of the language model itself.';
  if (other !== undefined) throw unusable(path, other, fix);
  const pools = Number(values.get(`${architecture}.pooling_type`) ?? 0) > 0;
  if ([...embedders, ...embeddersToo].includes(architecture) || pools) {
    throw unusable(path, 'It holds an embedding model, which writes nothing.', fix);
  }
  if (tensors === 0 && Number(values.get('split.count') ?? 1) <= 1) {
    throw unusable(path, 'It holds no weights.', fix);
  }
}

function requireWhole(path: string, { bytes, neededBytes }: GgufHeader): void {
  if (bytes >= neededBytes) return;
  throw unreadable(
    path,
    `It has ${bytes} bytes and should have ${neededBytes}: it is cut off.`,
    fixes.truncated,
  );
}

const unreadable = (path: string, why: string, fix: string): LabError =>
  new LabError({ code: 'bad_input', what: `${path} cannot be read as a GGUF file.`, why, fix });

const unusable = (path: string, why: string, fix: string): LabError =>
  new LabError({ code: 'bad_input', what: `${path} cannot be evaluated.`, why, fix });
