import type { InferenceCall, WireAnswer } from '../../../serving-configs/protocols/wire.ts';
import { parsed, readRefused } from './wire-support.ts';

/** One request as the application behind a platform's route sees it. */
export interface Application {
  /** The call for an image or a tensor, by media type, and its body for these bytes. */
  readonly ask: (
    type: 'image/jpeg' | 'image/png' | 'application/octet-stream',
    bytes: Uint8Array,
  ) => { readonly call: InferenceCall; readonly body: Uint8Array };
  /** How the platform writes the application's own complaint. */
  readonly complaint: (message: string) => unknown;
}

const image = Buffer.from([0xff, 0xd8, 13, 10, 45, 45, 0]);
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => index / 7);
const octets = new Uint8Array(values.buffer);

const readFrom = ({ call, body }: ReturnType<Application['ask']>) => call.read(body);
const refusal = ({ status, headers, body }: WireAnswer) => ({
  status,
  type: headers['content-type'],
  body: parsed(body) as unknown,
});

/** The contract of serving-configs/protocols/predict-route/README.md, which every application keeps. */
export const describeApplication = (title: string, { ask, complaint }: Application): void => {
  describe(`the application of ${title}`, () => {
    it.each(['image/jpeg', 'image/png'] as const)('takes a file of %s as it is', (type) => {
      expect(readFrom(ask(type, image))).toEqual({ kind: 'image', bytes: image });
    });

    it('takes the floats of the model’s input', () => {
      expect(readFrom(ask('application/octet-stream', octets))).toEqual({
        kind: 'tensor',
        values,
        shape: [1, 3, 224, 224],
      });
    });

    it.each([4, 8, octets.length - 4])('refuses a tensor of %d bytes', (length) => {
      const { call, body } = ask('application/octet-stream', octets.subarray(0, length));

      expect(refusal(readRefused(call, body))).toEqual({
        status: 400,
        type: 'application/json',
        body: complaint(`the tensor has ${length} bytes instead of 602112`),
      });
    });

    it('refuses what is no image', () => {
      const { call } = ask('image/jpeg', image);

      expect(refusal(call.fail({ kind: 'bad-image', message: 'VipsJpeg: premature end' }))).toEqual(
        { status: 400, type: 'application/json', body: complaint('cannot decode the image') },
      );
    });

    it('answers the five best classes', () => {
      const scores = new Float32Array(1000);
      for (const [place, score] of [0.5, 0.25, 0.125, 0.0625, 0.03125].entries()) {
        scores[280 + place] = score;
      }
      const { call, body } = ask('image/jpeg', image);
      const answer = call.render(call.form(body), scores);

      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
      expect(parsed(answer.body)).toEqual({
        predictions: [
          { class: 280, score: 0.5 },
          { class: 281, score: 0.25 },
          { class: 282, score: 0.125 },
          { class: 283, score: 0.0625 },
          { class: 284, score: 0.03125 },
        ],
      });
    });
  });
};
