import { manifestOf } from '../../../../serving-configs/index.ts';
import { readMainOptions } from '../../../../serving-configs/runtimes/venv/options.ts';

describe('the ports of a platform from packages', () => {
  it('are those of the manifest', () => {
    const { rest, grpc } = manifestOf('torchserve');

    expect(readMainOptions(['--serving', 'torchserve'])).toMatchObject({
      port: rest.port,
      grpcPort: grpc?.port,
    });
  });

  it.each([
    [['--port', '8000'], { port: 8000, grpcPort: 0 }],
    [['--port', '0', '--grpc-port', '9000'], { port: 0, grpcPort: 9000 }],
  ])('are the asked ones with %j, and any free one for gRPC', (args, ports) => {
    expect(readMainOptions(['--serving', 'kserve', ...args])).toMatchObject(ports);
  });
});
