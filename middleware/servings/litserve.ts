import { predictRoute } from './predict-route.ts';
import type { ServingCodecs } from './serving.ts';

/** Long enough not to occur in an image by chance. */
const BOUNDARY = 'serving-compare-8f3b1c66e0d94b7fa2c5d71e94a0b3d6';
/** The field that the application reads. Without a file name, the server would read it as text. */
const DISPOSITION = 'Content-Disposition: form-data; name="request"; filename="input"';
const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const end = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/** LitServe parses every body except forms as JSON, so the input is a file in a form, with the media type of the input. */
export default {
  rest: predictRoute(
    'form',
    ({ bytes, mediaType }) => ({
      path: '/predict',
      headers,
      body: [
        Buffer.from(`--${BOUNDARY}\r\n${DISPOSITION}\r\nContent-Type: ${mediaType}\r\n\r\n`),
        ...bytes,
        end,
      ],
    }),
    () => '/predict',
  ),
} satisfies ServingCodecs;
