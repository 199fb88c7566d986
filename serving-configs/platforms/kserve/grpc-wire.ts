import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';

/** KServe's gRPC API. */
export default createGrpcService('');
