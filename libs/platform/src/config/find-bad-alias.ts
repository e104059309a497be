import { isAlias, isPair, isCollection, visit, type Alias, type Document, type Node } from 'yaml';

/** What the aliases of one file may stand for together, in values: far above what anybody writes, far below what hurts. */
const MAX_VALUES = 10_000;

/**
 * The first alias that cannot be read as a value, and why: the parser finds nothing wrong with it. Reading it would throw
 * an error without a place, follow a circle for ever, or fill the memory from a small file.
 */
export function findBadAlias(
  document: Document.Parsed,
): { readonly offset: number; readonly reason: string } | undefined {
  const anchors = new Map<string, Node>();
  const sizes = new Map<Node, number>();
  let values = 0;
  let bad: { readonly alias: Alias; readonly reason: string } | undefined;
  visit(document, {
    Node(_, node, ancestors) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return undefined;
      }
      const meant = anchors.get(node.source);
      if (meant === undefined)
        bad = { alias: node, reason: `no anchor &${node.source} before the alias *${node.source}` };
      else if (ancestors.includes(meant))
        bad = { alias: node, reason: `the alias *${node.source} stands inside what it means` };
      else {
        const size = sizeOf(meant, sizes);
        sizes.set(node, size);
        values += size;
        if (values <= MAX_VALUES) return undefined;
        bad = { alias: node, reason: `the aliases up to *${node.source} stand for more than ${MAX_VALUES} values` };
      }
      return visit.BREAK;
    },
  });
  return bad === undefined ? undefined : { offset: bad.alias.range?.[0] ?? 0, reason: bad.reason };
}

/** In values, what aliases stand for included. `sizes` holds those of all aliases so far, and of what was counted. */
function sizeOf(node: unknown, sizes: Map<Node, number>): number {
  if (isPair(node)) return sizeOf(node.key, sizes) + sizeOf(node.value, sizes);
  const known = sizes.get(node as Node);
  if (known !== undefined) return known;
  if (!isCollection(node)) return 1;
  const size = node.items.reduce((sum: number, item) => sum + sizeOf(item, sizes), 1);
  sizes.set(node, size);
  return size;
}
