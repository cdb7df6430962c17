import { config } from 'zod';

// Before any schema is made: zod would compile it with `new Function`, which the content security
// policy forbids. The window itself is imported only after that.
config({ jitless: true });

void import('./start').then(({ start }) => start());
