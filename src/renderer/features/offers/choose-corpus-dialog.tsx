import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { Choice } from '../../ui/choice';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { integer } from '../../ui/format';
import { Waiting } from '../../ui/waiting';
import { useDrafts } from '../editor/draft-store';
import { CorpusCheck } from '../train/corpus-check';
import { useTrain } from '../train/use-train';

const aFile = 'file:';

/** For a preset whose corpus is not here: another one for this training, or for good. */
export function ChooseCorpusDialog({
  preset: name,
  onClose,
}: {
  readonly preset: string;
  readonly onClose: () => void;
}): ReactNode {
  const { query } = useLab();
  const [, navigate] = useLocation();
  const card = useQuery(query.presets.get.queryOptions({ input: { name } }));
  const corpora = useQuery(query.corpora.list.queryOptions());
  const keepDraft = useDrafts((state) => state.keep);
  const [chosen, setChosen] = useState<string | null>(null);
  const [file, setFile] = useState('');
  const train = useTrain(onClose);
  const preset = card.data?.preset;
  const value = chosen ?? aFile;
  const source = value === aFile ? file.trim() : value;
  const failed = card.error ?? corpora.error;
  const others = card.data?.needs.filter((need) => need.kind !== 'corpus') ?? [];
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={`Choose a corpus for ${preset?.title ?? name}`}
      description={
        preset === undefined ? undefined : `It asks for “${preset.corpus}”, which is not here.`
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            disabled={source === '' || preset === undefined}
            onClick={() => {
              if (preset === undefined) return;
              keepDraft(name, { preset: { ...preset, corpus: source }, invalid: {} });
              onClose();
              navigate(`/presets/${name}`);
            }}
          >
            Put it into the preset…
          </Button>
          <Button
            look="primary"
            disabled={source === '' || train.busy || others.length > 0}
            onClick={() => train.run({ preset: name, overrides: { corpus: source } })}
          >
            Train with it
          </Button>
        </>
      }
    >
      {failed !== null ? (
        <ErrorCard error={failed} />
      ) : corpora.data === undefined || preset === undefined ? (
        <Waiting words="Reading the corpora" />
      ) : (
        <div className="space-y-4">
          <div>
            <div className="pb-1 text-xs font-medium">Corpus</div>
            <Choice
              label="Corpus"
              className="w-full"
              value={value}
              options={[
                ...corpora.data.map((corpus) => ({
                  value: `${corpus.name}@${corpus.version}`,
                  title: `${corpus.name}@${corpus.version}`,
                  note: `${integer(corpus.examples)} examples, ${corpus.format}: ${corpus.title}`,
                })),
                { value: aFile, title: 'A file on this machine', note: 'JSONL, ChatML or Alpaca' },
              ]}
              onChange={setChosen}
            />
          </div>
          {value === aFile && (
            <TextField
              label="File"
              value={file}
              onChange={setFile}
              placeholder="/path/to/train.jsonl"
              explanation="One example a line, in ChatML or Alpaca layout."
            />
          )}
          <CorpusCheck source={source} model={preset.model} maxLength={preset.batch.maxLength} />
          {others.length > 0 && (
            <p className="text-xs text-warning">
              It cannot train yet: {others.map((need) => need.kind).join(' and ')} missing too.
            </p>
          )}
        </div>
      )}
    </ModalDialog>
  );
}
