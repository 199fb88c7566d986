import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';

/** MLServer's gRPC API. */
export default createGrpcService('1');
