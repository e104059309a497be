/**
 * Citizen identity numbers of GB 11643-1999: six digits of region, eight of birth, three of sequence (odd: male), and a
 * check character by ISO 7064 MOD 11-2. The demo's regions start with 99, which no province of GB/T 2260 has: each number
 * is well-formed, and nobody's.
 */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** `birth`: YYYY-MM-DD. */
export function residentId(region: string, birth: string, sequence: number): string {
  const body = `${region}${birth.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return body + checkCharacter(body);
}

function checkCharacter(body: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return CHECKS.charAt(sum % 11);
}
