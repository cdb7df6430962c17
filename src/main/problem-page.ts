/** The page shown when the window's own page cannot be: it crashed, or the lab did not open. */
import { pageOrigin } from './origin';

export interface Problem {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const toHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

export const problemPage = {
  path: '/problem',

  url(problem: Problem): string {
    const query = new URLSearchParams({ ...problem });
    return `${pageOrigin}${problemPage.path}?${query}`;
  },

  /** Plain HTML without script, so that it works when nothing else does. */
  render(query: URLSearchParams): string {
    const text = (name: keyof Problem): string => toHtml(query.get(name) ?? '');
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Lorabench</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto; padding: 0 2rem; }
  h1 { font-size: 1.25rem; }
  a { display: inline-block; margin-top: 1rem; }
</style>
<main role="alert">
  <h1>${text('what')}</h1>
  <p>${text('why')}</p>
  <p>${text('fix')}</p>
  <a href="${pageOrigin}/">Open Lorabench again</a>
</main>
</html>`;
  },
};
