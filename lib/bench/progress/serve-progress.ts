import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pathLabels } from '../report/labels.ts';
import { escapeHtml } from '../report/html/escape-html.ts';
import { demandFreePort } from '../run/free-ports.ts';
import type { RunEvent } from '../run/run-event.ts';
import { createGrowingReport } from './growing-report.ts';
import { liveText } from './progress-text.ts';
import type { Progress } from './show-progress.ts';

export interface ServedProgress extends Progress {
  readonly url: string;
}

const HOST = '127.0.0.1';
const REFRESH_SECONDS = 5;

const BANNER_STYLE =
  'position:sticky;top:0;z-index:9;margin:0;padding:.5rem 1rem;background:#124;color:#fff;font:14px system-ui,sans-serif';

const banner = (text: string): string =>
  `<p role="status" style="${BANNER_STYLE}">${escapeHtml(text)}</p>`;

const waiting = (text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A run begins</title></head><body>${banner(text)}</body></html>`;

/** The line of what goes on, as the terminal has it. */
const createLiveLineText = (): {
  readonly emit: (event: RunEvent) => void;
  readonly text: () => string;
} => {
  let labels: ReadonlyMap<string, string> = new Map();
  let text = 'the run begins';
  return {
    emit: (event) => {
      if (event.event === 'preparing') text = event.what;
      else if (event.event === 'run-start') labels = pathLabels(event.plan.paths, event.plan);
      else if (event.event === 'serving-start') {
        text = liveText(event, labels, 'starting the serving');
      } else if (event.event === 'load') text = liveText(event, labels, event.progress);
      else if (event.event === 'direct-start') {
        text = liveText(event, labels, 'direct check, without the middleware');
      }
    },
    text: () => text,
  };
};

/**
 * Serves the report of a run as it grows, on loopback only: what was measured so far, and above it what goes on. The page
 * asks again by itself, without a script.
 *
 * @param port 0 for any free one
 * @throws BenchError where the port cannot be had.
 */
export const serveProgress = async (port: number): Promise<ServedProgress> => {
  const report = createGrowingReport();
  const live = createLiveLineText();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    // A page of another site whose name was pointed at this address must not read it.
    if (host !== HOST && host !== 'localhost') {
      response.writeHead(403).end();
    } else if (request.method !== 'GET' || request.url !== '/') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('the report is at /\n');
    } else {
      const page = report.page();
      const body =
        page === undefined
          ? waiting(live.text())
          : page.replace('<body>', () => `<body>${banner(live.text())}`);
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
    emit: (event) => {
      live.emit(event);
      report.emit(event);
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
