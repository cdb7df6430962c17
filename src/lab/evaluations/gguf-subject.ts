/** `gguf:FILE`: a model in one file, answered for by llama.cpp. */
import type { LabContext } from '../context';
import { ggufHash, inspectGguf } from '../models/gguf-file';
import type { FoundSubject } from './subjects';

/**
 * Asked in its own chat template. Without one it is asked in ChatML if it knows its tokens, else
 * under Alpaca's headings, which need no tokens of their own.
 * @throws LabError when it is no language model that llama.cpp could be asked
 */
export async function ggufSubject(context: LabContext, file: string): Promise<FoundSubject> {
  const model = inspectGguf(file);
  return {
    subject: { kind: 'gguf', path: model.path, hash: await ggufHash(context, model) },
    label: `gguf ${model.name}`,
    // Of the keys and values that are kept, as llama.cpp does it; the weights are the file's.
    precision: 'float16',
    promptFormat: model.hasTemplate || model.knowsChatml ? 'chatml' : 'alpaca',
    backend: 'llama-cpp',
  };
}
