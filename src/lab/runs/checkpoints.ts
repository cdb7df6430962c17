/** The checkpoints that lie in a run's folder. A folder without a manifest is not a checkpoint. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointManifest, checkpointManifestSchema } from '@shared/job-files';

export interface CheckpointEntry {
  readonly step: number;
  readonly path: string;
  readonly bytes: number;
  readonly createdAt: string;
  readonly complete: boolean;
}

/** In order of steps. */
export async function checkpointsOf(runFolder: string): Promise<CheckpointEntry[]> {
  const folder = join(runFolder, 'checkpoints');
  const names = await readdir(folder).catch(() => []);
  const found: CheckpointEntry[] = [];
  for (const name of names) {
    const step = /^step-(\d+)$/.exec(name)?.[1];
    if (step === undefined) continue;
    const path = join(folder, name);
    const manifest = await readManifest(path);
    const files = Object.values(manifest?.files ?? {});
    found.push({
      step: Number(step),
      path,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      createdAt: new Date(manifest?.createdAt ?? 0).toISOString(),
      complete: manifest !== null,
    });
  }
  return found.sort((a, b) => a.step - b.step);
}

async function readManifest(checkpoint: string): Promise<CheckpointManifest | null> {
  try {
    const text = await readFile(join(checkpoint, 'manifest.json'), 'utf8');
    return checkpointManifestSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
