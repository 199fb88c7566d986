import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';

/** Triton's gRPC API. */
export default createGrpcService('1');
