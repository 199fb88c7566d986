// Stores the requests of a target in the temporary folder, prints one of their files, and waits until it is killed.
import { createEncodedRequests } from '../../lib/bench/run/encoded-requests.ts';

const [, , middlewareUrl = '', image = ''] = process.argv;
const target = {
  serving: 'triton_pytorch',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'binary',
} as const;

const hold = async (): Promise<void> => {
  const { signal } = new AbortController();
  const { files } = await createEncodedRequests([image]).of(middlewareUrl, target, signal);
  process.stdout.write(`${files[0]}\n`);
  setInterval(() => undefined, 60_000);
};

void hold();
