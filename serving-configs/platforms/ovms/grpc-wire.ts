import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';

/** OpenVINO Model Server's gRPC API. */
export default createGrpcService('1');
