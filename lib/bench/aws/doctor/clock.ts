import { durationText } from '../../progress/progress-text.ts';
import { failed, ok, unknown, type Check } from './check.ts';

/** AWS refuses requests whose time is off by five minutes or more; deadlines and time-outs suffer earlier. */
const MOST_SECONDS = 60;

const NAME = 'clock';

/** Verdict on the time that a server said. Pure. */
export const clockVerdict = (date: string | null, now: Date): Check => {
  const said = Date.parse(date ?? '');
  if (Number.isNaN(said)) return unknown(NAME, 'AWS did not say what time it is');
  const offSeconds = (now.getTime() - said) / 1000;
  const how = `${durationText(Math.abs(offSeconds))} ${offSeconds < 0 ? 'behind' : 'ahead of'} AWS`;
  return Math.abs(offSeconds) <= MOST_SECONDS
    ? ok(NAME, how)
    : failed(NAME, how, 'sudo timedatectl set-ntp true');
};

/** Compares the clock of this machine with the `Date` of an answer; needs no credentials. */
export const checkClock = async (region: string): Promise<Check> => {
  const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
  try {
    const response = await fetch(
      endpoint === '' ? `https://sts.${region}.amazonaws.com/` : endpoint,
      { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5000) },
    );
    return clockVerdict(response.headers.get('date'), new Date());
  } catch {
    return unknown(NAME, 'AWS could not be asked what time it is');
  }
};
