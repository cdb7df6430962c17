/** The web server of `lab serve`: pages, RPC over a WebSocket, and RPC over HTTP for scripts. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LabRouter } from '@lab/rpc/router';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { BodyLimitPlugin } from '@orpc/server/node';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { type Guard, judge } from './guard';
import { refuse, sendPage, setSecurityHeaders, signIn, tokenOf } from './pages';
import { cookieValue } from './token';

const megabyte = 1024 ** 2;

export interface ServeSettings {
  readonly router: LabRouter;
  readonly token: string;
  /** The built window. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on the loopback interface only. Rejects when the port is taken. */
export async function startServer(settings: ServeSettings): Promise<RunningServer> {
  const server = createServer();
  const port = await listen(server, settings.port);
  const guard: Guard = {
    port,
    token: settings.token,
    cookie: cookieValue(settings.token, port),
  };
  const api = new OpenAPIHandler(settings.router, {
    plugins: [new BodyLimitPlugin({ maxBodySize: megabyte })],
  });

  server.on('request', async (request, response) => {
    try {
      setSecurityHeaders(request, response);
      const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
      const isCall = url.pathname === '/api' || url.pathname.startsWith('/api/');
      const verdict = judge(guard, request.headers, isCall ? 'call' : 'page');
      const given = tokenOf(url);
      if (verdict === 'wrong host' || verdict === 'wrong origin') {
        refuse(response, 403, `Refused: ${verdict}.`);
      } else if (given !== null) {
        signIn(guard, given, response);
      } else if (verdict === 'no token') {
        refuse(response, 401, 'Open the address with the token that "lab serve" printed.');
      } else if (isCall) {
        const { matched } = await api.handle(request, response, { prefix: '/api' });
        if (!matched) refuse(response, 404, 'There is no such procedure.');
      } else {
        await sendPage(settings.folder, url, request, response);
      }
    } catch {
      // A request that cannot be understood ends alone.
      response.destroy();
    }
  });

  const sockets = acceptSockets(server, guard, settings.router);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function acceptSockets(server: Server, guard: Guard, router: LabRouter): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: megabyte });
  const handler = new RPCHandler(router);
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    void handler.upgrade(socket);
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const path = (request.url ?? '').split('?')[0];
    const verdict = judge(guard, request.headers, 'call');
    if (path !== '/rpc' || verdict !== 'allowed') {
      const status = verdict === 'no token' ? '401 Unauthorized' : '403 Forbidden';
      stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      sockets.emit('connection', socket, request);
    });
  });
  return sockets;
}
