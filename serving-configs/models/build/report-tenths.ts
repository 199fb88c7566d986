import type { OnProgress } from '../fetch-file.ts';

/** Says at each tenth of a fetch how far it is. */
export const reportTenths = (print: (line: string) => void): OnProgress => {
  let printed = 0;
  return (receivedBytes, sizeBytes) => {
    const tenths = Math.floor((10 * receivedBytes) / sizeBytes);
    if (tenths === printed) return;
    printed = tenths;
    print(`fetched  ${tenths * 10} % of ${(sizeBytes / 1e6).toFixed(1)} MB`);
  };
};
