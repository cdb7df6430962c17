/** Preset files as text: YAML that people write, read and share. */
import { type Preset, presetSchema } from '@shared/preset';
import { parseDocument, stringify } from 'yaml';
import type { LabContext } from '../context';
import { findShape } from '../fit/find-shape';
import { checkFields, type FieldProblem } from './fields';

export interface ParsedPreset {
  readonly preset: Preset | null;
  readonly problems: FieldProblem[];
}

/** Reads a preset file; every problem names its field, or the line that is no YAML. */
export function parsePresetText(yaml: string): ParsedPreset {
  const document = parseDocument(yaml, { prettyErrors: true });
  if (document.errors.length > 0) {
    return {
      preset: null,
      problems: document.errors.map(({ message, linePos }) => ({
        path: linePos === undefined ? 'file' : `line ${linePos[0].line}`,
        message: firstLine(message),
      })),
    };
  }
  const parsed = presetSchema.safeParse(document.toJS());
  if (parsed.success) return { preset: parsed.data, problems: [] };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.') || 'file',
    message,
  }));
  return { preset: null, problems };
}

/** The text of a preset file, every default written out. */
export function printPreset(preset: Preset): string {
  return stringify(preset);
}

/** Fields that do not go together, or not with the model as far as its layers are known. */
export async function presetProblems(
  context: Pick<LabContext, 'places'>,
  preset: Preset,
): Promise<FieldProblem[]> {
  const shape = await findShape(context, preset.model);
  return checkFields(preset, 'unknown' in shape ? null : shape.architecture);
}

const firstLine = (message: string): string =>
  (message.split('\n')[0] ?? message).replace(/:$/, '');
