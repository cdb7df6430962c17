import { useQuery } from '@tanstack/react-query';
import { Download, Layers, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ActionItem, ActionMenu, CheckItem } from '../../ui/menu';
import { Segmented, ToggleButton } from '../../ui/segmented';
import { Slider } from '../../ui/slider';
import { useChartView } from './chart-view-store';

/** At most as many as there are colours left. */
const mostOverlays = 4;

export function ChartToolbar({
  runId,
  overlays,
  onOverlays,
  zoomed,
  onResetZoom,
  onPicture,
  onTable,
}: {
  readonly runId: string;
  readonly overlays: readonly string[];
  readonly onOverlays: (ids: readonly string[]) => void;
  readonly zoomed: boolean;
  readonly onResetZoom: () => void;
  readonly onPicture: () => void;
  readonly onTable: () => void;
}): ReactNode {
  const { query } = useLab();
  const view = useChartView();
  const runs = useQuery(query.runs.list.queryOptions());
  const others = (runs.data ?? []).filter((run) => run.id !== runId && run.steps > 0).slice(0, 40);
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1">
      <span className="flex items-center gap-2">
        <span className="label">smoothing</span>
        <Slider
          label="Smoothing"
          value={view.smoothing}
          max={0.98}
          step={0.02}
          onChange={view.setSmoothing}
        />
        <span className="w-7 text-xs text-ink-faint">{view.smoothing.toFixed(2)}</span>
      </span>
      <Segmented
        label="Horizontal axis"
        value={view.x}
        options={[
          { value: 'step', title: 'Step' },
          { value: 'tokens', title: 'Tokens' },
          { value: 'time', title: 'Time' },
        ]}
        onChange={view.setX}
      />
      <ToggleButton pressed={view.log} onChange={view.setLog} label="Log scale">
        Log
      </ToggleButton>
      <div className="ml-auto flex items-center gap-1">
        {zoomed && (
          <Button size="small" look="ghost" onClick={onResetZoom}>
            <ZoomOut aria-hidden className="size-3.5" /> Whole run
          </Button>
        )}
        <ActionMenu
          trigger={
            <Button size="small" look="ghost" disabled={others.length === 0}>
              <Layers aria-hidden className="size-3.5" /> Overlay
              {overlays.length > 0 && ` ${overlays.length}`}
            </Button>
          }
        >
          {others.map((run) => (
            <CheckItem
              key={run.id}
              checked={overlays.includes(run.id)}
              onChange={(checked) =>
                onOverlays(
                  checked
                    ? [...overlays, run.id].slice(-mostOverlays)
                    : overlays.filter((id) => id !== run.id),
                )
              }
            >
              {run.name}
            </CheckItem>
          ))}
        </ActionMenu>
        <ActionMenu
          trigger={
            <Button size="small" look="ghost">
              <Download aria-hidden className="size-3.5" /> Export curves
            </Button>
          }
        >
          <ActionItem onClick={onPicture}>Picture (PNG)</ActionItem>
          <ActionItem onClick={onTable}>Table (CSV)</ActionItem>
        </ActionMenu>
      </div>
    </div>
  );
}
