/** What a preset's fields must be once the model's layers are known. */
import { LabError } from '@shared/errors';
import type { Preset } from '@shared/preset';
import type { Architecture } from '../fit/architecture';

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** `stops`: a training cannot begin with it; the rest the worker mends with a warning. */
export interface FieldCheck extends FieldProblem {
  readonly stops: boolean;
}

/** Fields that are each fine but do not go together; `architecture` is null while it is unknown. */
export function checkFields(
  { adapter, batch, schedule }: Preset,
  architecture: Architecture | null,
): FieldCheck[] {
  const problems: FieldCheck[] = [];
  const tell = (path: string, message: string, stops = true): void =>
    void problems.push({ path, message, stops });
  if (batch.micro !== null && batch.effective % batch.micro !== 0) {
    tell(
      'batch.micro',
      `${batch.micro} does not divide the effective batch of ${batch.effective}: every step must see the same number of examples.`,
    );
  }
  if (schedule.maxSteps !== null && schedule.warmupSteps >= schedule.maxSteps) {
    tell(
      'schedule.warmupSteps',
      `The warm-up is as long as the whole run of ${schedule.maxSteps} steps.`,
      false,
    );
  }
  const repeated = adapter.targetModules.filter(
    (name, index) => adapter.targetModules.indexOf(name) !== index,
  );
  if (repeated.length > 0) tell('adapter.targetModules', `Named twice: ${repeated.join(', ')}.`);
  if (architecture !== null) {
    const known = architecture.modules.map(({ name }) => name);
    const strange = adapter.targetModules.filter((name) => !known.includes(name));
    if (strange.length > 0) {
      tell(
        'adapter.targetModules',
        `${architecture.family} models have no ${strange.join(', ')}; their linear layers are ${known.join(', ')}.`,
      );
    }
    const smallest = Math.min(
      ...architecture.modules.map(({ input, output }) => Math.min(input, output)),
    );
    if (adapter.rank > smallest) {
      tell(
        'adapter.rank',
        `${adapter.rank} is more than the smallest side of the model's layers, ${smallest}: the update would not be of low rank.`,
      );
    }
    const { contextLength } = architecture;
    if (contextLength !== null && batch.maxLength > contextLength) {
      tell('batch.maxLength', `The model was made for ${contextLength} tokens.`, false);
    }
  }
  return problems;
}

/** @throws LabError that lists the adapter's fields with which a training cannot begin. */
export function requireFields(preset: Preset, architecture: Architecture | null): void {
  const wrong = checkFields(preset, architecture).filter(
    ({ path, stops }) => stops && path.startsWith('adapter.'),
  );
  const [first] = wrong;
  if (first === undefined) return;
  throw new LabError({
    code: 'bad_input',
    what: `${first.path} does not fit.`,
    why: first.message,
    fix: `Change it with --set ${first.path}=…, or in the preset.`,
    details: wrong.slice(1).map(({ path, message }) => `${path}: ${message}`),
  });
}
