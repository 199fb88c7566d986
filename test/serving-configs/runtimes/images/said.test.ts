import { openPorts, saidFiles, saidRoutes } from './said.ts';

describe('what a container says', () => {
  it.each([
    ['--rest_port=8501 --port=8500', [8500, 8501]],
    ['inference_address=http://0.0.0.0:8080\ngrpc_inference_port=7070', [7070, 8080]],
    ['proxy -port 8888 -admin-port 15000', [8888, 15_000]],
    ['host: 0.0.0.0\n  port: 8000', [8000]],
    ['server.run(host="0.0.0.0", port=8000)', [8000]],
    ['{"http_port": 8080, "grpc_port": 8081}', [8080, 8081]],
    ['--bind=127.0.0.1:8080 -user-port 8080 -port 8888', [8888]],
    ['management_address=http://127.0.0.1:8081', []],
    ['from transport import support 3', []],
  ])('of its ports: %j', (text, ports) => {
    expect(openPorts(text)).toEqual(ports);
  });

  it('of its routes', () => {
    expect(saidRoutes('Api(api_path="/predict")')).toEqual(['/predict']);
    expect(saidRoutes('route_prefix: /predict\nimport_path: a:b')).toEqual(['/predict']);
    expect(saidRoutes('prometheus_config { path: "/monitoring/metrics" }')).toEqual([
      '/monitoring/metrics',
    ]);
  });

  it('of its files', () => {
    const words = ['serve', '/serving/a.py', '--store=/models', 'PATH=/a:/b/c', 'http://x/y'];
    expect(saidFiles(words)).toEqual(['/serving/a.py', '/models', '/a']);
  });
});
