import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeHtml } from '../report/html/escape-html.ts';
import { demandFreePort } from '../run/free-ports.ts';

/** A page that changes, as it is now. */
export interface GrowingPage {
  /** What goes on, for the banner above the page. */
  readonly lines: () => readonly string[];
  /** Undefined before there is one. */
  readonly page: () => string | undefined;
}

export interface ServedPage {
  readonly url: string;
  readonly stop: () => void;
}

const HOST = '127.0.0.1';
const REFRESH_SECONDS = 5;

const BANNER_STYLE =
  'position:sticky;top:0;z-index:9;margin:0;padding:.5rem 1rem;background:#124;color:#fff;font:14px system-ui,sans-serif';

const banner = (lines: readonly string[]): string =>
  `<p role="status" style="${BANNER_STYLE}">${lines.map(escapeHtml).join('<br>')}</p>`;

const waiting = (lines: readonly string[]): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A run begins</title></head><body>${banner(lines)}</body></html>`;

/**
 * Serves a page as it grows, on loopback only. It asks again by itself, without a script.
 *
 * @param port 0 for any free one
 * @throws BenchError where the port cannot be had.
 */
export const servePage = async (port: number, growing: GrowingPage): Promise<ServedPage> => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    // A page of another site whose name was pointed at this address must not read it.
    if (host !== HOST && host !== 'localhost') {
      response.writeHead(403).end();
    } else if (request.method !== 'GET' || request.url !== '/') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('the report is at /\n');
    } else {
      const page = growing.page();
      const lines = growing.lines();
      const body =
        page === undefined
          ? waiting(lines)
          : page.replace('<body>', () => `<body>${banner(lines)}`);
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        refresh: String(REFRESH_SECONDS),
      });
      response.end(body);
    }
  };
  if (port !== 0) await demandFreePort(port, HOST, '--serve-progress');
  const server = createServer(answer);
  server.listen(port, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
