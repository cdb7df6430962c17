import type { PresetCard } from '@shared/preset';
import {
  Copy,
  FileDown,
  Gauge,
  MoreHorizontal,
  Pencil,
  Play,
  SlidersHorizontal,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/dialog';
import { ActionItem, ActionMenu } from '../../ui/menu';
import { useCommand } from '../../ui/use-command';
import { freeName, useDrafts } from '../editor/draft-store';
import { exportPreset } from '../editor/preset-file';
import { useRehearse } from '../editor/use-rehearse';
import { useTrainDialog } from '../train/train-store';
import { useTrain } from '../train/use-train';

/** Everything that can be done with a preset. */
export function PresetMenu({ card }: { readonly card: PresetCard }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [, navigate] = useLocation();
  const [deleting, setDeleting] = useState(false);
  const openDialog = useTrainDialog((state) => state.open);
  const train = useTrain();
  const rehearse = useRehearse();
  const { preset, source } = card;
  const exported = useCommand(() => exportPreset(client, preset));
  const remove = useCommand(() => client.presets.delete({ name: preset.name }), {
    said: () => `${preset.title} was moved to the lab's trash.`,
    after: () => {
      useDrafts.getState().drop(preset.name);
      void queryClient.invalidateQueries({ queryKey: query.presets.key() });
    },
  });
  const duplicate = (): void => {
    const { drafts, keep } = useDrafts.getState();
    const known = queryClient.getQueryData(query.presets.list.queryKey()) ?? [];
    const taken = [...known.map((entry) => entry.preset.name), ...Object.keys(drafts)];
    const name = freeName(`${preset.name.slice(0, 56)}-copy`, taken);
    const title = `${preset.title.slice(0, 74)} copy`;
    keep(name, { preset: { ...preset, name, title }, invalid: {} });
    navigate(`/presets/${name}`);
  };
  return (
    <>
      <ActionMenu
        trigger={
          <IconButton name={`More for ${preset.title}`} size="small" className="-mt-0.5 -mr-1.5">
            <MoreHorizontal aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <ActionItem disabled={!card.ready} onClick={() => train.run({ preset: preset.name })}>
          <Play aria-hidden className="size-3.5" /> Train
        </ActionItem>
        <ActionItem onClick={() => openDialog({ kind: 'preset', preset: preset.name })}>
          <SlidersHorizontal aria-hidden className="size-3.5" /> Train with changes…
        </ActionItem>
        <ActionItem onClick={() => navigate(`/presets/${preset.name}`)}>
          <Pencil aria-hidden className="size-3.5" /> Edit
        </ActionItem>
        <ActionItem onClick={duplicate}>
          <Copy aria-hidden className="size-3.5" /> Duplicate
        </ActionItem>
        <ActionItem onClick={() => rehearse.run(preset.name)}>
          <Gauge aria-hidden className="size-3.5" /> Rehearse
        </ActionItem>
        <ActionItem onClick={() => exported.run(undefined)}>
          <FileDown aria-hidden className="size-3.5" /> Export YAML
        </ActionItem>
        {source === 'user' && (
          <ActionItem danger onClick={() => setDeleting(true)}>
            <Trash2 aria-hidden className="size-3.5" /> Delete…
          </ActionItem>
        )}
      </ActionMenu>
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.run(undefined)}
        title={`Delete the preset ${preset.title}?`}
        confirm="Delete"
      >
        <p>
          Its file is moved to the trash folder of the lab home, from where it can be brought back
          by hand. Runs that were made with it stay.
        </p>
      </ConfirmDialog>
    </>
  );
}
