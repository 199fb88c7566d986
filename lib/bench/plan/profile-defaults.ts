import { PROFILE_NAMES, type PlanOptions, type ProfileName } from '../model/plan-options.ts';
import { resolvePlanOptions } from './resolve-plan-options.ts';
import { profiles, type Profile } from './profiles.ts';

interface ProfileDefaults {
  readonly profile: ProfileName;
  /** Empty for simulated servers on this machine; otherwise where the profile has other values. */
  readonly where: '' | 'with real servers' | 'on AWS';
  readonly options: PlanOptions;
}

/** The plan options of each profile. */
export const profileDefaults: readonly ProfileDefaults[] = PROFILE_NAMES.flatMap((profile) => {
  const { withRealServers, onAws }: Profile = profiles[profile];
  const given = { profile, seed: 0 };
  const rows: readonly (ProfileDefaults | undefined)[] = [
    { profile, where: '', options: resolvePlanOptions(given) },
    withRealServers && {
      profile,
      where: 'with real servers',
      options: resolvePlanOptions(given, 'local', 'venv'),
    },
    onAws && { profile, where: 'on AWS', options: resolvePlanOptions(given, 'aws') },
  ];
  return rows.filter((row) => row !== undefined);
});
