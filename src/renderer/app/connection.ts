/**
 * The typed RPC client: over a message port in the desktop window, over a WebSocket in a browser.
 * Both come back by themselves when the other side went away; `state` says how it stands.
 */
import { createORPCClient, DynamicLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '@shared/rpc/contract';
import ReconnectingWebSocket from 'partysocket/ws';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type LabClient = ContractRouterClient<Contract>;

export interface ConnectionState {
  readonly status: 'connecting' | 'open' | 'lost';
  /** How often it has opened; 0 means that it never did. */
  readonly openings: number;
  readonly failures: number;
}

export interface Connection {
  readonly client: LabClient;
  readonly shell: 'desktop' | 'browser';
  readonly state: StoreApi<ConnectionState>;
}

/** What the preload script puts on the page of the desktop window. */
export interface DesktopBridge {
  readonly desktop: boolean;
  readonly platform: string;
}

declare global {
  interface Window {
    readonly lorabench?: DesktopBridge;
  }
}

export const portMessage = 'lorabench:connect';

export function createConnectionState(): StoreApi<ConnectionState> {
  return createStore<ConnectionState>(() => ({ status: 'connecting', openings: 0, failures: 0 }));
}

function opened(state: StoreApi<ConnectionState>): void {
  state.setState((old) => ({ status: 'open', openings: old.openings + 1, failures: 0 }));
}

function lost(state: StoreApi<ConnectionState>): void {
  state.setState((old) => ({ ...old, status: 'lost', failures: old.failures + 1 }));
}

/** Client over one end of a message channel whose other end the caller has given to a server. */
export function clientOverPort(port: MessagePort): LabClient {
  const link = new PortLink({ port });
  port.start();
  return createORPCClient(link);
}

function connectDesktop(): Connection {
  const state = createConnectionState();
  const handshake = (): PortLink<Record<never, never>> => {
    const channel = new MessageChannel();
    const link = new PortLink({ port: channel.port1 });
    channel.port1.addEventListener('close', () => {
      lost(state);
      setTimeout(() => {
        current = handshake();
      }, 500);
    });
    channel.port1.start();
    window.postMessage(portMessage, '*', [channel.port2]);
    const probe: LabClient = createORPCClient(link);
    probe.machine.about().then(
      () => opened(state),
      () => lost(state),
    );
    return link;
  };
  let current = handshake();
  const client: LabClient = createORPCClient(new DynamicLink(() => current));
  return { client, shell: 'desktop', state };
}

function connectBrowser(): Connection {
  const state = createConnectionState();
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new ReconnectingWebSocket(`${scheme}://${window.location.host}/rpc`, [], {
    minReconnectionDelay: 300,
    maxReconnectionDelay: 4000,
    connectionTimeout: 5000,
    maxEnqueuedMessages: 0,
  });
  socket.addEventListener('open', () => opened(state));
  socket.addEventListener('close', () => lost(state));
  // The link asks for little of a WebSocket; the reconnecting one has all of that.
  const link = new SocketLink({ websocket: socket as unknown as WebSocket });
  return { client: createORPCClient(link), shell: 'browser', state };
}

/** Connects once, for the life of the page. */
export function connect(): Connection {
  return window.lorabench?.desktop === true ? connectDesktop() : connectBrowser();
}
