/** `npm run set-up`: everything that starting, testing and checking need. */
import { everything } from './set-up/groups.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

await setUpOrExit(everything);
