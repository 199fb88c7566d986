import { RestTransport } from '../../../middleware/transports/rest.ts';
import { newAuthority } from '../../support/certificates.ts';
import { closeAfterTest } from '../../support/close-after-tests.ts';
import { answerWith, startFakeGrpcServing } from '../../support/fake-grpc-serving.ts';
import { listenHttp } from '../../support/http-server.ts';
import { listenTls } from '../../support/tls-front.ts';
import { ignore, request, transportTo } from './grpc-support.ts';

const { caFile, serverCertificate } = newAuthority();

const restTo = (origin: string, trusted?: string): RestTransport =>
  closeAfterTest(
    new RestTransport({
      serving: 'mine',
      origin,
      timeoutMs: 30_000,
      maxAnswerBytes: 2 ** 24,
      connections: 1,
      caFile: trusted,
    }),
  );

const startRest = async (): Promise<string> =>
  listenTls((await listenHttp((_, response) => response.end('yes'))).url, serverCertificate());

const startGrpc = async (): Promise<string> => {
  const serving = await startFakeGrpcServing();
  serving.behave = answerWith(Buffer.from('yes'));
  return listenTls(serving.url, serverCertificate());
};

describe.each([
  ['REST', startRest, restTo],
  [
    'gRPC',
    startGrpc,
    (origin: string, trusted?: string) => transportTo(origin, { caFile: trusted }),
  ],
])('The %s transport over TLS', (_, start, transport) => {
  it('sends to a server whose authority it is told to trust', async () => {
    const { body } = await transport(await start(), caFile).send(request, ignore);

    expect(Buffer.from(body).toString()).toBe('yes');
  });

  it('counts a server as unavailable whose authority it does not know', async () => {
    await expect(transport(await start()).send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_UNAVAILABLE',
    });
  });
});
