import { problems } from '#exchange/problem.js';

/** docs/problems.md, made from the one table of codes. */
export function problemsPage(): string {
  const rows = Object.entries(problems).map(([code, { status, title }]) => {
    const anchor = code.toLowerCase().replaceAll('_', '-');
    return `| <a id="${anchor}"></a>\`${code}\` | ${status} | ${title.en} | ${title.zh} |`;
  });
  return `# Problems

Each error is answered as [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem details (\`application/problem+json\`)
with a \`code\` from this table. A code is stable: it is never renamed and never changes its meaning. \`detail\` and further
members say more where the caller may know it; \`errors\` names places in the request by JSON Pointer.

This page is generated from \`libs/exchange/src/problem.ts\` by \`npm run docs\`.

| code | status | meaning | 含义 |
|---|---|---|---|
${rows.join('\n')}
`;
}
