/** What every part of the lab is handed; made once by `createLab`. */
import type { Logger } from 'pino';
import type { ChangeBus } from './store/changes';
import type { LabHome } from './store/home';
import type { Store } from './store/store';

export interface LabContext {
  readonly home: LabHome;
  readonly store: Store;
  readonly changes: ChangeBus;
  readonly log: Logger;
  readonly places: LabPlaces;
}

/** Where the program's own parts lie; differs between a clone and a packaged app. */
export interface LabPlaces {
  /** presets/ models/ corpora/ benchmarks/ toolchains/ that ship. */
  readonly resources: string;
  /** Folder that holds the `lorabench` Python package. */
  readonly python: string;
  /** Folder that holds the Python environments, for example `torch-cpu`. */
  readonly environments: string;
}
