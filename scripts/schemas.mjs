/** `npm run schemas`: writes src/shared/json-schema and python/lorabench/schemas.py anew. */
import { forChecks } from './set-up/groups.mjs';
import { repository } from './set-up/paths.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

await setUpOrExit(forChecks);
const { generateSchemas } = await import('./checks/schemas.mjs');
const names = await generateSchemas(repository);
console.log(`Wrote ${names.length} schemas and their Python models: ${names.join(', ')}`);
