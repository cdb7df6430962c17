/** `npm run build`: builds what is older than its sources into out/. */
import { forBuild } from './set-up/groups.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

await setUpOrExit(forBuild);
