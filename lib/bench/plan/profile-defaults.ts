import { PROFILE_NAMES, type PlanOptions, type ProfileName } from '../model/plan-options.ts';
import { resolvePlanOptions } from './plan-options.ts';
import { profiles, type Profile } from './profiles.ts';

interface ProfileDefaults {
  readonly profile: ProfileName;
  /** Where the profile sets something else than for simulated servers on this machine; empty: there. */
  readonly where: '' | 'with real servers' | 'on AWS';
  readonly options: PlanOptions;
}

/** What each profile sets. */
export const profileDefaults: readonly ProfileDefaults[] = PROFILE_NAMES.flatMap((profile) => {
  const { withRealServers, onAws }: Profile = profiles[profile];
  const given = { profile, seed: 0 };
  const all: readonly (ProfileDefaults | undefined)[] = [
    { profile, where: '', options: resolvePlanOptions(given) },
    withRealServers && {
      profile,
      where: 'with real servers',
      options: resolvePlanOptions(given, 'local', 'venv'),
    },
    onAws && { profile, where: 'on AWS', options: resolvePlanOptions(given, 'aws') },
  ];
  return all.filter((one) => one !== undefined);
});
