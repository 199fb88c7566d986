import type { AddressInfo } from 'node:net';

import type { App } from '../../middleware/app.ts';
import { startFakeServing } from '../support/fake-serving.ts';
import type { FakeServing } from '../support/fake-serving.ts';
import { buildTestApp, cat } from '../support/middleware.ts';

describe('overload', () => {
  let serving: FakeServing;
  let app: App;
  let url: string;

  beforeAll(async () => {
    serving = await startFakeServing();
    app = await buildTestApp(serving.url, { maxInFlight: 2, maxQueue: 3 });
    await app.http.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(app.http.server.address() as AddressInfo).port}/infer/torchserve`;
  });
  afterAll(async () => {
    await app.http.close();
    await serving.close();
  });

  it('lets the bounded queue answer and refuses the rest at once, with a time to come back', async () => {
    const right = serving.behave;
    serving.behave = (response, socket, path) => {
      setTimeout(() => {
        right(response, socket, path);
      }, 150);
    };
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'image/jpeg' },
          body: cat,
        });
        const { status, headers } = response;
        const { code } = (await response.json()) as { code?: string };
        return { status, code, retryAfter: headers.get('retry-after') };
      }),
    );
    serving.behave = right;

    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.length - refused.length).toBe(5);
    for (const answer of refused) {
      expect(answer).toEqual({ status: 503, code: 'INFER_OVERLOADED', retryAfter: '1' });
    }
    const next = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: cat,
    });
    expect(next.status).toBe(200);
  });
});
