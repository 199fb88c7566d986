/**
 * The 256 addresses of a zone inside a network. They follow from the letter of the zone alone, so that a zone that is
 * added or taken away moves no other subnet.
 *
 * @param vpcCidr a network of 16 to 21 bits
 * @param availabilityZone for example `us-east-1a`; letters a to h have a place
 */
export const zoneCidr = (vpcCidr: string, availabilityZone: string): string => {
  const [a = 0, b = 0, c = 0] = vpcCidr.split('/')[0]?.split('.').map(Number) ?? [];
  const place = (availabilityZone.at(-1)?.codePointAt(0) ?? 0) - ('a'.codePointAt(0) ?? 0);
  if (place < 0 || place > 7) throw new Error(`the zone ${availabilityZone} has no place`);
  return `${a}.${b}.${c + place}.0/24`;
};
