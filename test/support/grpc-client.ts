import {
  Client,
  credentials,
  Metadata,
  type ChannelOptions,
  type ClientUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';

/** Creates the official client for Node on a separate channel. The caller must `close` it. */
export const grpcClientOf = (url: string, options: ChannelOptions = {}): Client =>
  new Client(new URL(url).host, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    ...options,
  });

export interface CallOptions {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly deadlineMs?: number;
}

const identity = (bytes: Buffer): Buffer => bytes;

/** Sends a unary call. If it fails, the answer rejects with the client's own error. */
export const sendGrpc = (
  client: Client,
  message: Uint8Array,
  { path, deadlineMs = 30_000 }: CallOptions,
): { readonly call: ClientUnaryCall; readonly answer: Promise<Buffer> } => {
  let call: ClientUnaryCall | undefined;
  const answer = new Promise<Buffer>((resolve, reject) => {
    call = client.makeUnaryRequest(
      path,
      identity,
      identity,
      Buffer.from(message),
      new Metadata(),
      { deadline: Date.now() + deadlineMs },
      (error: ServiceError | null, bytes) => {
        if (error === null) resolve(bytes ?? Buffer.alloc(0));
        else reject(error);
      },
    );
  });
  if (call === undefined) throw new Error('nothing was sent');
  return { call, answer };
};
