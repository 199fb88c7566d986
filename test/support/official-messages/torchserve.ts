import { readOfficialSchema } from './read-schema.ts';

export interface OfficialPredictionsRequest {
  readonly model_name?: string;
  readonly model_version?: string;
  readonly input?: Readonly<Record<string, Uint8Array>>;
  readonly sequence_id?: string;
}

/** Field numbers as in pytorch/serve, frontend/server/src/main/resources/proto/inference.proto. */
const message = readOfficialSchema(`
  syntax = "proto3";
  message Status { int32 code = 1; string message = 2; }
  message PredictionsRequest {
    string model_name = 1;
    string model_version = 2;
    map<string, bytes> input = 3;
    optional string sequence_id = 4;
  }
  message PredictionResponse {
    bytes prediction = 1;
    optional string sequence_id = 2;
    optional Status status = 3;
  }
`);

export const officialPredictionsRequest = message<OfficialPredictionsRequest>('PredictionsRequest');
export const officialPredictionResponse = message<{
  readonly prediction?: Uint8Array;
  readonly sequence_id?: string;
}>('PredictionResponse');
