/** Serves the built window under `lorabench://app/` with its security headers. */
import { protocol } from 'electron';
import { securityHeaders } from '../lab/shell/content-security-policy';
import { readPageFile } from '../lab/shell/page-files';
import { scheme } from './origin';
import { problemPage } from './problem-page';

/** Must be called before the app is ready. */
export function declarePageProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** `folder` holds the built renderer. */
export function servePages(folder: string): void {
  protocol.handle(scheme, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    // The desktop window talks through its message port only; it needs no network at all.
    const headers = { ...securityHeaders("'self'"), 'Cache-Control': 'no-cache' };
    if (pathname === problemPage.path) {
      return new Response(problemPage.render(searchParams), {
        headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' },
      });
    }
    const file = await readPageFile(folder, pathname);
    if (file === null) return new Response('Not found', { status: 404, headers });
    return new Response(new Uint8Array(file.body), {
      headers: { ...headers, 'Content-Type': file.type },
    });
  });
}
