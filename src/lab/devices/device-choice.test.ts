import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../store/store';
import { deviceChoice, setDeviceChoice } from './device-choice';

describe('the device that somebody switched to', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-device-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is known to the next process, until the choice is given back to the lab', () => {
    const opened = <Result>(work: (store: Store) => Result): Result => {
      const store = new Store(join(folder, 'lab.db'));
      const result = work(store);
      store.close();
      return result;
    };
    expect(opened(deviceChoice)).toBeNull();
    opened((store) => setDeviceChoice(store, 'cuda:1'));
    opened((store) => setDeviceChoice(store, 'cpu'));
    expect(opened(deviceChoice)).toBe('cpu');
    opened((store) => setDeviceChoice(store, null));
    expect(opened(deviceChoice)).toBeNull();
  });
});
