/** The window's own preferences; what belongs to the lab lies in the lab home. */
import Store from 'electron-store';
import { z } from 'zod';

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
});
export type WindowBounds = Readonly<z.infer<typeof boundsSchema>>;

const store = new Store({ name: 'window' });

/** Where the window was, or null the first time and when the file cannot be understood. */
export function savedBounds(): WindowBounds | null {
  const parsed = boundsSchema.safeParse(store.get('bounds'));
  return parsed.success ? parsed.data : null;
}

export function saveBounds(bounds: WindowBounds): void {
  store.set('bounds', bounds);
}
