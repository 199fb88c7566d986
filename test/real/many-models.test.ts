import { describeLoading, describeRestart, startWithBroken } from './support/many-models.ts';

const notFound = /"Model not found: head-\d"/;

describe('Many models on a real server that loads them while it runs', () => {
  describeLoading('mlserver', {
    loadsOver: ['rest'],
    processesPerModel: 0,
    unknown: /"Model head-\d not found"/,
    unloaded: /"Model head-\d not found"/,
    unloadedTwice: '404',
    // It does not say why.
    broken: ['500', /^Internal Server Error$/],
  });
  describeLoading('flask', {
    loadsOver: ['rest'],
    processesPerModel: 0,
    unknown: /^there is no model head-\d$/,
    unloaded: /^there is no model head-\d$/,
    unloadedTwice: '404',
    broken: ['400', /Protobuf parsing failed/],
  });
  describeLoading('torchserve', {
    loadsOver: ['rest'],
    processesPerModel: 1,
    unknown: notFound,
    unloaded: notFound,
    unloadedTwice: '404',
    // It does not say why.
    broken: ['500', /"Failed to start workers for model head-4/],
  });
  const triton = {
    loadsOver: ['rest', 'grpc'],
    processesPerModel: 1,
    unknown: /'head-\d' (is not found|has no available versions)"/,
    unloaded: /'head-\d' has no available versions"/,
  } as const;
  describeLoading('triton_onnx', {
    ...triton,
    // It does not refuse to unload what is not loaded.
    unloadedTwice: '200',
    broken: ['400', /Protobuf parsing failed/],
  });
  describeLoading(
    'triton_onnx',
    { ...triton, unloadedTwice: 'gRPC 0', broken: ['gRPC 3', /Protobuf parsing failed/] },
    'grpc',
  );
  describeLoading('kserve', {
    loadsOver: ['rest'],
    processesPerModel: 0,
    unknown: /"Model with name head-\d does not exist\."/,
    unloaded: /"Model with name head-\d does not exist\."/,
    unloadedTwice: '404',
    broken: ['503', /Protobuf parsing failed/],
  });
  describeLoading('mms', {
    loadsOver: ['rest'],
    // The one that it starts, and a fork of that.
    processesPerModel: 2,
    unknown: notFound,
    unloaded: notFound,
    unloadedTwice: '404',
    broken: ['500', /"Failed to start workers"/],
  });
});

describe('Many models on a real server that serves those of its start', () => {
  describeRestart('fastapi', { processes: 1, unknown: /there is no model head-4/ });
  describeRestart('bentoml', { processes: 2, unknown: /there is no model head-4/ });
  // Three of Mosec, and one for each model.
  describeRestart('mosec', { processes: 6, unknown: /^$/ });

  // BentoML starts its worker again and again, until the time for its start is over.
  it.each(['fastapi', 'mosec'] as const)(
    '%s does not start with a truncated file in its list',
    async (serving) => {
      await expect(startWithBroken(serving, async () => undefined)).rejects.toMatchObject({
        code: 'BENCH_NOT_STARTED',
        message: expect.stringContaining('Protobuf parsing failed') as string,
      });
    },
  );
});
