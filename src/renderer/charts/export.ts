/** Curves as files: one picture of all panes, or one table of all values. */
import { type MetricWindow, metricNames } from '@shared/metrics';
import type { PaneHandle } from './chart-pane';
import { readChartTheme } from './chart-theme';

export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name that every file system takes. */
export function fileName(name: string, extension: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${safe === '' ? 'run' : safe}.${extension}`;
}

/** The panes two by two on one ground, under the run's name. */
export async function exportPicture(
  name: string,
  panes: readonly PaneHandle[],
  runs: readonly { readonly name: string; readonly colour: number }[],
): Promise<void> {
  const theme = readChartTheme();
  const ratio = devicePixelRatio;
  const columns = panes.length > 1 ? 2 : 1;
  const width = Math.max(...panes.map((pane) => pane.canvas.width));
  const height = Math.max(...panes.map((pane) => pane.canvas.height));
  const title = 24 * ratio;
  const head = 40 * ratio;
  const canvas = document.createElement('canvas');
  canvas.width = columns * width + 24 * ratio;
  canvas.height = head + Math.ceil(panes.length / columns) * (height + title);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = theme.ink;
  context.font = `600 ${14 * ratio}px ${theme.sans}`;
  context.fillText(name, 12 * ratio, 26 * ratio);
  let end = 12 * ratio + context.measureText(name).width + 24 * ratio;
  context.font = `${12 * ratio}px ${theme.sans}`;
  for (const run of runs.length > 1 ? runs : []) {
    context.fillStyle = theme.series[run.colour - 1] ?? theme.ink;
    context.fillRect(end, 20 * ratio, 12 * ratio, 3 * ratio);
    context.fillStyle = theme.ink;
    context.fillText(run.name, end + 18 * ratio, 26 * ratio);
    end += context.measureText(run.name).width + 40 * ratio;
  }
  context.font = `600 ${11 * ratio}px ${theme.sans}`;
  panes.forEach((pane, index) => {
    const left = (index % columns) * width + 12 * ratio;
    const top = head + Math.floor(index / columns) * (height + title);
    context.fillText(pane.title, left, top + 14 * ratio);
    context.drawImage(pane.canvas, left, top + title);
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) download(fileName(name, 'png'), blob);
}

/** One line a bucket; the least and greatest values beside each mean. */
export function metricsToCsv(window: MetricWindow): string {
  const header = ['step', 'epoch', 'tokens', 'time'];
  for (const name of metricNames) header.push(name, `${name}Low`, `${name}High`);
  header.push('validationLoss', 'validationTokenAccuracy');
  const validation = new Map(window.validation.map((entry) => [entry.step, entry]));
  const lines = window.step.map((step, index) => {
    const cells: (number | null | undefined)[] = [
      step,
      window.epoch[index],
      window.tokens[index],
      window.time[index],
    ];
    for (const name of metricNames) {
      const { low, mean, high } = window.series[name];
      cells.push(mean[index], low[index], high[index]);
    }
    const entry = validation.get(step);
    cells.push(entry?.loss, entry?.tokenAccuracy);
    return cells.map((cell) => cell ?? '').join(',');
  });
  return `${[header.join(','), ...lines].join('\n')}\n`;
}

export function exportTable(name: string, window: MetricWindow): void {
  download(fileName(name, 'csv'), new Blob([metricsToCsv(window)], { type: 'text/csv' }));
}
