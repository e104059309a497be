import { halve } from './tree-head.js';

/**
 * On which side of the path from node `node` of a level, whose last node is `last`, each of `length` hashes stands on the
 * way to the root. Undefined if the way is shorter or longer. This is the loop that RFC 9162 gives in section 2.1.3.2 for
 * inclusion and again in 2.1.4.2 for consistency.
 */
export function proofPath(node: number, last: number, length: number): ('left' | 'right')[] | undefined {
  const sides: ('left' | 'right')[] = [];
  while (sides.length < length) {
    if (last === 0) return undefined;
    const isRight = node % 2 === 1 || node === last;
    sides.push(isRight ? 'left' : 'right');
    // The last node of a level may have no sibling: then it is its own parent until it has one.
    while (isRight && node % 2 === 0 && node !== 0) [node, last] = [halve(node), halve(last)];
    [node, last] = [halve(node), halve(last)];
  }
  return last === 0 ? sides : undefined;
}
