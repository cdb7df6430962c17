/** Where the window's page comes from: a protocol of its own, or the dev server while developing. */

export const scheme = 'lorabench';
export const pageOrigin = `${scheme}://app`;

/** electron-vite sets it in `npm run dev` only. */
export const developmentPage = process.env.ELECTRON_RENDERER_URL ?? null;

/** Whether a URL is a page of ours. */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, origin } = new URL(url);
  // Chromium's URL has an origin for a standard scheme; Node's says "null".
  if (`${protocol}//${host}` === pageOrigin) return true;
  return developmentPage !== null && origin === new URL(developmentPage).origin;
}

/** Address of a page inside the window, for example `/runs/01abc`. */
export function pageUrl(route: string): string {
  const base = developmentPage ?? `${pageOrigin}/`;
  return new URL(`#${route}`, base).href;
}
