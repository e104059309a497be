import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { problems } from '#exchange/problem.js';

/** The table that the `type` of every problem points into. Codes and titles are ours: nothing in them needs escaping. */
const rows = Object.entries(problems).map(([code, { status, title }]) => {
  const anchor = code.toLowerCase().replaceAll('_', '-');
  return `<tr id="${anchor}"><td><code>${code}</code></td><td>${status}</td><td>${title.en}</td><td lang="zh">${title.zh}</td></tr>`;
});
const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Problems</title></head><body>
<h1>Problems / 错误码</h1>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th lang="zh">含义</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;

@ApiTags('documentation')
@Controller('problems')
export class ProblemsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  @ApiOperation({ summary: 'Every problem code, with its status and meaning' })
  @ApiResponse({ status: 200, description: 'A table', content: { 'text/html': {} } })
  table(): string {
    return page;
  }
}
