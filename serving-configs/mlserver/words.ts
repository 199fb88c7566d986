/** The version that the model's settings name. */
export const VERSION = '1';

const modelOf = (name: string, version: string | undefined): string =>
  `Model ${name}${version === undefined ? '' : ` with version ${version}`}`;

/** @param version - As asked; undefined where none was. */
export const unknownModel = (name: string, version: string | undefined): string =>
  `${modelOf(name, version)} not found`;

export const notReady = (name: string, version: string | undefined): string =>
  `${modelOf(name, version)} is not ready yet.`;
