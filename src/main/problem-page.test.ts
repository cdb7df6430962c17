import { expect, it } from 'vitest';
import { problemPage } from './problem-page';

it('the problem page shows what it is told as text and carries no script', () => {
  const url = new URL(
    problemPage.url({ what: 'It <b>failed</b>.', why: '"x" & <script>alert(1)</script>', fix: '' }),
  );
  const html = problemPage.render(url.searchParams);
  expect(html).toContain('<h1>It &lt;b&gt;failed&lt;/b&gt;.</h1>');
  expect(html).toContain('&quot;x&quot; &amp; &lt;script&gt;');
  expect(html).not.toMatch(/<script/);
});
