// Runs autocannon once in a process of its own, so that its CPU time can be told from the others':
// node autocannon-run.ts URL IMAGE CONNECTIONS SECONDS; prints one JSON line.
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [url = '', image = '', connections = '', seconds = ''] = process.argv.slice(2);
const cpuAtStart = process.cpuUsage();
autocannon(
  {
    url,
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: readFileSync(image),
    connections: Number(connections),
    duration: Number(seconds),
  },
  (error, result) => {
    if (error) {
      throw error;
    }
    const cpu = process.cpuUsage(cpuAtStart);
    const requests = result['2xx'];
    process.stdout.write(
      `${JSON.stringify({
        requests,
        ratePerSecond: requests / result.duration,
        cpuMs: (cpu.user + cpu.system) / 1000,
        p50Ms: result.latency.p50,
        p99Ms: result.latency.p99,
      })}\n`,
    );
  },
);
