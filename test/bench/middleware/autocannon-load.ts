/** Runs autocannon with the options of the first argument, the body from its file, and prints what it found as JSON. */
import { readFileSync } from 'node:fs';

import autocannon from 'autocannon';

import type { Load } from './load.ts';

const run = async (): Promise<void> => {
  const load = JSON.parse(process.argv[2] ?? '') as Load;
  const cpuAtStart = process.cpuUsage();
  // The command line of autocannon reads bodies as text, which an image does not survive.
  const { requests, latency, non2xx, errors } = await autocannon({
    url: load.url,
    method: 'POST',
    headers: { 'content-type': load.contentType },
    body: readFileSync(load.bodyFile),
    connections: load.clients,
    duration: load.seconds,
    timeout: 60,
  });
  const { user, system } = process.cpuUsage(cpuAtStart);
  const figures = {
    requests: requests.total,
    perSecond: requests.average,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    failures: non2xx + errors,
    toolCpuMs: (user + system) / 1000,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
};

void run();
