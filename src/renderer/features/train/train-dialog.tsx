import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { needText } from '../lab/needs';
import { TrainForm } from './train-form';
import { type TrainOrigin, useTrainDialog } from './train-store';

/** Trains a preset with changes, or repeats a run with changes. */
export function TrainDialog(): ReactNode {
  const origin = useTrainDialog((state) => state.origin);
  const close = useTrainDialog((state) => state.close);
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page ends the dialog
  useEffect(() => close(), [location, close]);
  if (origin === null) return null;
  return origin.kind === 'preset' ? (
    <FromPreset origin={origin} onClose={close} />
  ) : (
    <FromRun origin={origin} onClose={close} />
  );
}

function Loading({
  error,
  onClose,
}: {
  readonly error: unknown;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <ModalDialog open onClose={onClose} title="Train with changes" wide>
      {error === null ? <Waiting words="Reading the specification" /> : <ErrorCard error={error} />}
    </ModalDialog>
  );
}

function FromPreset({
  origin,
  onClose,
}: {
  readonly origin: Extract<TrainOrigin, { kind: 'preset' }>;
  readonly onClose: () => void;
}): ReactNode {
  const { query } = useLab();
  const card = useQuery(query.presets.get.queryOptions({ input: { name: origin.preset } }));
  if (card.data === undefined) return <Loading error={card.error} onClose={onClose} />;
  const { preset } = card.data;
  return (
    <TrainForm
      title={`Train ${preset.title} with changes`}
      described={`Begins as the preset “${preset.name}”.`}
      spec={preset}
      name=""
      needs={card.data.needs.map(needText)}
      request={{ preset: preset.name }}
      onClose={onClose}
    />
  );
}

function FromRun({
  origin,
  onClose,
}: {
  readonly origin: Extract<TrainOrigin, { kind: 'run' }>;
  readonly onClose: () => void;
}): ReactNode {
  const { query } = useLab();
  const detail = useQuery(query.runs.get.queryOptions({ input: { id: origin.runId } }));
  if (detail.data === undefined) return <Loading error={detail.error} onClose={onClose} />;
  const { spec, summary } = detail.data;
  return (
    <TrainForm
      title={`Duplicate ${summary.name}`}
      described="A new run with the same specification and the changes you make here."
      spec={spec}
      name={`${summary.name} copy`.slice(0, 80)}
      needs={[]}
      request={{ fromRun: summary.id }}
      onClose={onClose}
    />
  );
}
