import createError from '@fastify/error';
import type { FastifyErrorConstructor } from '@fastify/error';

/** Defines an error whose constructor takes the arguments of its sentence, then optionally a `cause`. */
const define = <Args extends unknown[] = []>(
  code: string,
  sentence: string,
  status: number,
): FastifyErrorConstructor<{ code: string }, [...Args, options?: { readonly cause: unknown }]> =>
  createError<[...Args, options?: { readonly cause: unknown }]>(code, sentence, status);

/*
 * Every answer that is not a result: its code, its sentence and its status. A sentence says what happened, to what, and
 * what to do. It never repeats text that a serving sent.
 */

export const RouteUnknown = define<[string, string]>(
  'INFER_ROUTE_UNKNOWN',
  'There is no %s %s here; /docs lists what there is.',
  404,
);
export const UnknownServing = define<[string, string]>(
  'INFER_UNKNOWN_SERVING',
  'There is no serving "%s"; there are %s.',
  404,
);
export const ProtocolUnsupported = define<[string, string, string]>(
  'INFER_PROTOCOL_UNSUPPORTED',
  '%s does not speak %s; it speaks %s.',
  400,
);
export const PayloadUnsupported = define<[string, string, string, string]>(
  'INFER_PAYLOAD_UNSUPPORTED',
  '%s is not sent to %s over %s; it takes %s.',
  400,
);
export const RequestInvalid = define<[string]>('INFER_REQUEST_INVALID', '%s', 400);
export const RequestAborted = define(
  'INFER_REQUEST_ABORTED',
  'The request ended before its body did.',
  400,
);

export const ImageMissing = define(
  'INFER_IMAGE_MISSING',
  'The request has no image; send the file as the body, or as the field "image" of a form.',
  400,
);
export const ImageAmbiguous = define<[number]>(
  'INFER_IMAGE_AMBIGUOUS',
  'The form has %d images; send one, as the field "image".',
  400,
);
export const ImageEmpty = define(
  'INFER_IMAGE_EMPTY',
  'The image is empty; send the bytes of a JPEG, PNG or WebP.',
  400,
);
export const FormMalformed = define<[string]>(
  'INFER_FORM_MALFORMED',
  'The form cannot be read: %s.',
  400,
);
export const MediaTypeUnsupported = define<[string, string]>(
  'INFER_MEDIA_TYPE_UNSUPPORTED',
  'The body is %s; send %s.',
  415,
);
export const ImageTypeUnsupported = define<[string]>('INFER_IMAGE_TYPE_UNSUPPORTED', '%s', 415);
export const ImageTooLarge = define<[number]>(
  'INFER_IMAGE_TOO_LARGE',
  'The image is larger than %d MiB; send a smaller one.',
  413,
);
export const ImageTooManyPixels = define<[string]>('INFER_IMAGE_TOO_MANY_PIXELS', '%s', 413);
export const ImageDamaged = define<[string]>('INFER_IMAGE_DAMAGED', '%s', 422);

export const TensorModelMissing = define(
  'INFER_TENSOR_MODEL_MISSING',
  'The payload "tensors" needs a model; start the middleware with MODEL=FILE.',
  400,
);
export const TensorTypeUnsupported = define<[string, string]>(
  'INFER_TENSOR_TYPE_UNSUPPORTED',
  'The tensor "%s" is of type FP16, which JSON cannot represent; %s.',
  400,
);
export const TensorsUnreadable = define<[string]>(
  'INFER_TENSORS_UNREADABLE',
  'The tensors cannot be read: %s; send {"inputs": […]} as JSON, or with the values as bytes behind it.',
  400,
);
export const TensorsTooLarge = define<[number]>(
  'INFER_TENSORS_TOO_LARGE',
  'The body is larger than %d MiB; send smaller tensors.',
  413,
);
export const TensorsUnfit = define<[string, string, string]>(
  'INFER_TENSORS_UNFIT',
  'These are not the inputs of the model "%s": %s; it takes %s.',
  422,
);

export const Overloaded = define<[string]>(
  'INFER_OVERLOADED',
  'This process %s; try again later.',
  503,
);
export const NotReady = define<[string]>('INFER_NOT_READY', 'Not ready: %s.', 503);
export const Internal = define('INFER_INTERNAL', 'The middleware failed; its log says more.', 500);
/** Nobody reads this answer, because the client is gone. Proxies such as nginx log the same status. */
export const ClientGone = define('INFER_CLIENT_GONE', 'The client closed the connection.', 499);

export const UpstreamUnavailable = define<[string, string]>(
  'INFER_UPSTREAM_UNAVAILABLE',
  '[%s] cannot be reached (%s); is it running?',
  502,
);
export const UpstreamReset = define<[string]>(
  'INFER_UPSTREAM_RESET',
  '[%s] closed the connection before it answered.',
  502,
);
export const UpstreamIncomplete = define<[string]>(
  'INFER_UPSTREAM_INCOMPLETE',
  '[%s] closed the connection in the middle of its answer.',
  502,
);
export const UpstreamTimeout = define<[string, number]>(
  'INFER_UPSTREAM_TIMEOUT',
  '[%s] did not answer within %d ms.',
  504,
);
export const UpstreamMalformed = define<[string, string]>(
  'INFER_UPSTREAM_MALFORMED',
  '[%s] gave an answer that violates its protocol: %s.',
  502,
);
export const UpstreamRejected = define<[string, number | string]>(
  'INFER_UPSTREAM_REJECTED',
  '[%s] refused the request with status %s.',
  502,
);
export const UpstreamTooLarge = define<[string, number | string]>(
  'INFER_UPSTREAM_TOO_LARGE',
  '[%s] refused the size of the request or of its answer (status %s); raise its limit.',
  502,
);
export const UpstreamFailed = define<[string, number | string]>(
  'INFER_UPSTREAM_FAILED',
  '[%s] failed with status %s.',
  502,
);
export const UpstreamOverloaded = define<[string, number | string]>(
  'INFER_UPSTREAM_OVERLOADED',
  '[%s] is overloaded (status %s); try again later.',
  503,
);

/** Adds the status with which a serving answered, for the header `Infer-Upstream-Status`: one of HTTP, or the number of one of gRPC. */
export const withUpstreamStatus = <Refusal extends Error>(
  error: Refusal,
  upstreamStatus: number,
): Refusal & { readonly upstreamStatus: number } => Object.assign(error, { upstreamStatus });
