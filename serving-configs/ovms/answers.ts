import { WireRefusal, type WireAnswer } from '../wire.ts';

const JSON_TYPE = { 'content-type': 'application/json' } as const;

export const error = (status: number, message: string): WireAnswer => ({
  status,
  headers: JSON_TYPE,
  body: `{"error": ${JSON.stringify(message)}}`,
});

/** An answer as RapidJSON's pretty writer lays it out. */
export const pretty = (value: unknown): WireAnswer => ({
  status: 200,
  headers: JSON_TYPE,
  body: JSON.stringify(value, null, 4),
});

export const empty = (status: number): WireAnswer => ({ status, headers: JSON_TYPE, body: '' });

export const refuse = (status: number, message: string): never => {
  throw new WireRefusal(error(status, message));
};
