import { type CounterSample, sumOf, sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const INFER = 'model_infer_request_duration';
const REST = 'rest_server_request_duration_seconds';
const GRPC = 'grpc_server_handling_seconds';

const isInference = ({ path = '', grpc_method }: CounterSample['labels']): boolean =>
  path.endsWith('/infer') || grpc_method === 'ModelInfer';

/** Requests in the REST and gRPC servers, and the model. MLServer reports no queue. */
export default ((page, model) => {
  const ofModel = sumsOf(page, { model });
  const requestSeconds =
    sumOf(page, `${REST}_sum`, isInference) + sumOf(page, `${GRPC}_sum`, isInference);
  return {
    count: ofModel(`${INFER}_count`),
    requestMs: requestSeconds * MS_PER_SECOND,
    computeMs: ofModel(`${INFER}_sum`) * MS_PER_SECOND,
  };
}) satisfies ReadStatistics;
